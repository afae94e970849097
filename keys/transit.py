"""The root key wrapped by the transit engine of HashiCorp Vault or OpenBao, through its HTTP API.

The store holds `root`, the ciphertext (`vault:v1:...`); one call when a process starts unwraps
it, and none follows per read. Who takes the store away takes nothing that opens.
"""

import os
import time
from base64 import b64decode, b64encode
from pathlib import Path

from keys import files
from keys.envelope import KEY_BYTES
from keys.errors import KeyStoreLost, KeyStoreUnavailable
from keys.transit_calls import call

# Because a process that cannot start must not knock at each request.
_PATIENCE = 2.0


def transit_roots(directory: Path) -> list[bytes]:
    """The root key, and the one that is to follow; made and wrapped for a store that is new.

    Raises KeyStoreUnsafe for an address that is not private, KeyStoreUnavailable for the rest.
    """
    following = files.read_private(directory / "root.next")
    present = files.read_private(directory / "root")
    if present is None:
        if any((directory / "buckets").glob("*")):
            raise KeyStoreLost(f"{directory / 'root'} was lost: restore it from its copy.")
        make_transit_root(directory / "root")
        present = files.read_private(directory / "root") or b""
    return [_unwrapped(one) for one in (present, following) if one is not None]


def make_transit_root(path: Path) -> None:
    """Makes a root key and keeps it at `path`, wrapped; once."""
    if files.read_private(path) is None:
        answer = call("encrypt", plaintext=b64encode(os.urandom(KEY_BYTES)).decode())
        files.create_private(path, answer["ciphertext"].encode("ascii"))
        files.sync_directory(path.parent)


def rewrap_transit_root(directory: Path) -> bool:
    """Wraps the root key under the engine's newest version; True where that is another one."""
    path = directory / "root"
    held = files.read_private(path)
    if held is None:
        raise KeyStoreUnavailable(f"There is no wrapped root key at {path}.")
    newer = call("rewrap", ciphertext=held.decode("ascii"))["ciphertext"].encode("ascii")
    if newer.split(b":")[:2] == held.split(b":")[:2]:
        return False
    if _asked(newer) != _unwrapped(held):
        raise KeyStoreUnavailable("The transit engine gave back another key; nothing was changed.")
    files.replace_private(path, newer)
    return True


def _unwrapped(ciphertext: bytes) -> bytes:
    known = _KNOWN.get(ciphertext)
    if known is None:
        refused = _REFUSED.get(ciphertext)
        if refused is not None and refused[0] > time.monotonic():
            raise KeyStoreUnavailable(refused[1])
        try:
            known = _KNOWN[ciphertext] = _asked(ciphertext)
        except KeyStoreUnavailable as problem:
            _REFUSED[ciphertext] = (time.monotonic() + _PATIENCE, str(problem))
            raise
    return known


def _asked(ciphertext: bytes) -> bytes:
    text = call("decrypt", ciphertext=ciphertext.decode("ascii", "replace"))["plaintext"]
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyStoreUnavailable("The transit engine gave back no key of 32 bytes.")
    return key


# Both are short: a root key, and during a rotation two.
_KNOWN: dict[bytes, bytes] = {}
_REFUSED: dict[bytes, tuple[float, str]] = {}
