"""The key over all bucket keys: from outside the store, so that a stolen store opens nothing.

`KEK` holds it, or `KEK_FILE` names the file that does, or a transit engine at `KEK_TRANSIT_URL`
unwraps it; `KEK_NEXT` and `KEK_NEXT_FILE` name the one that is to follow. Only outside
production is one made when none is set, in the file `kek` beside the key store.
"""

import base64
import os
import secrets
from pathlib import Path

from keys import files
from keys.envelope import KEY_BYTES
from keys.errors import KeyStoreUnavailable, KeyStoreUnsafe
from keys.transit import make_transit_root, transit_roots

_HOW = (
    "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))' "
    "and keep a copy in a safe place: without it all personal data are lost."
)


NO_NEXT = (
    "Name the root key that is to follow, in KEK_NEXT or KEK_NEXT_FILE, for every process, and "
    f"start them again; then type this again. {_HOW}"
)


def root_keys(directory: Path, *, production: bool) -> list[bytes]:
    """The root key, then the one that is to follow it where there is one; as `root_key` raises."""
    if os.environ.get("KEK_TRANSIT_URL"):
        return transit_roots(directory)
    # Because the next may become the present one while we read, it is read first.
    following = _next_key(directory)
    present = root_key(directory, production=production)
    return [present] if following in (None, present) else [present, following]


def make_next(directory: Path, *, production: bool) -> None:
    """Makes the key that is to follow, where we keep it; raises KeyStoreUnsafe elsewhere."""
    if os.environ.get("KEK_TRANSIT_URL"):
        make_transit_root(directory / "root.next")
    elif production or os.environ.get("KEK") or os.environ.get("KEK_FILE"):
        raise KeyStoreUnsafe(NO_NEXT)
    else:
        files.create_private(directory.parent / "kek.next", secrets.token_hex(KEY_BYTES).encode())
        files.sync_directory(directory.parent)


def promote_next(directory: Path) -> None:
    """Puts the following key in the place of the present one, where we keep both."""
    for draft, path in (
        (directory / "root.next", directory / "root"),
        (directory.parent / "kek.next", directory.parent / "kek"),
    ):
        if draft.exists():
            files.take_place(draft, path)
        # Because a crash may have left the old one under its last name.
        files.destroy(path.parent / f".{path.name}.old")


def _next_key(directory: Path) -> bytes | None:
    given, path = os.environ.get("KEK_NEXT", ""), os.environ.get("KEK_NEXT_FILE", "")
    if given:
        return _decode(given, name="KEK_NEXT")
    if not path and (os.environ.get("KEK") or os.environ.get("KEK_FILE")):
        return None
    content = files.read_private(Path(path) if path else directory.parent / "kek.next")
    if content is None:
        if path:
            raise KeyStoreUnavailable(f"KEK_NEXT_FILE names {path}, which does not exist. {_HOW}")
        return None
    return _decode(content.decode("ascii", "replace"), name="KEK_NEXT_FILE")


def root_key(directory: Path, *, production: bool) -> bytes:
    """The 32 bytes that wrap the bucket keys of the store at `directory`.

    Raises KeyStoreUnsafe when it is missing in production or open to others, and
    KeyStoreUnavailable when it cannot be read or is no key.
    """
    given, path = os.environ.get("KEK", ""), os.environ.get("KEK_FILE", "")
    if given and path:
        raise KeyStoreUnsafe("Both KEK and KEK_FILE are set; keep one of them.")
    if given:
        return _decode(given, name="KEK")
    if path:
        content = files.read_private(Path(path))
        if content is None:
            raise KeyStoreUnavailable(f"KEK_FILE names {path}, which does not exist. {_HOW}")
        return _decode(content.decode("ascii", "replace"), name="KEK_FILE")
    if production:
        raise KeyStoreUnsafe(f"Set KEK, or KEK_FILE to a file that only we may read. {_HOW}")
    return _development_key(directory.parent / "kek")


def _development_key(path: Path) -> bytes:
    if not path.exists():
        files.create_private(path, secrets.token_hex(KEY_BYTES).encode())
    content = files.read_private(path)
    if content is None:
        raise KeyStoreUnavailable(f"{path} vanished while it was being read.")
    return _decode(content.decode("ascii", "replace"), name=str(path))


def _decode(text: str, *, name: str) -> bytes:
    text = text.strip()
    try:
        hexadecimal = len(text) == 2 * KEY_BYTES
        key = bytes.fromhex(text) if hexadecimal else base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyStoreUnavailable(f"{name} does not hold 32 bytes in hex or Base64. {_HOW}")
    return key
