"""The key over all bucket keys: from outside the store, so that a stolen store opens nothing.

`KEK` holds it, or `KEK_FILE` names the file that does. Only outside production is one made
when neither is set, in the file `kek` beside the key store.
"""

import base64
import os
import secrets
from pathlib import Path

from keys import files
from keys.envelope import KEY_BYTES
from keys.errors import KeyStoreUnavailable, KeyStoreUnsafe

_HOW = (
    "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))' "
    "and keep a copy in a safe place: without it all personal data are lost."
)


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
