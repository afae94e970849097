"""Where the transit engine is, and what a call to it carries."""

import http.client
import os
import ssl
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from keys import files
from keys.errors import KeyStoreUnavailable, KeyStoreUnsafe

SECONDS = 5.0


def address_of() -> SplitResult:
    """KEK_TRANSIT_URL; raises KeyStoreUnsafe where others could listen."""
    address = urlsplit(os.environ["KEK_TRANSIT_URL"])
    if address.scheme == "https" and address.hostname:
        return address
    try:
        near = ip_address(address.hostname or "").is_loopback
    except ValueError:
        near = address.hostname == "localhost"
    if address.scheme != "http" or not near:
        raise KeyStoreUnsafe("KEK_TRANSIT_URL must begin with https:// unless it is loopback.")
    return address


def connect(address: SplitResult) -> http.client.HTTPConnection:
    """A connection that gives up after SECONDS; not opened yet."""
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=SECONDS)
    try:
        trust = ssl.create_default_context(cafile=os.environ.get("KEK_TRANSIT_CA_FILE") or None)
    except OSError as error:
        raise KeyStoreUnavailable("KEK_TRANSIT_CA_FILE cannot be read.") from error
    return http.client.HTTPSConnection(host, address.port, timeout=SECONDS, context=trust)


def headers() -> dict[str, str]:
    """With the token; raises KeyStoreUnavailable, KeyStoreUnsafe for its file."""
    path = os.environ.get("KEK_TRANSIT_TOKEN_FILE", "")
    token = files.read_private(Path(path)) if path else None
    if token is None:
        raise KeyStoreUnavailable(
            "KEK_TRANSIT_TOKEN_FILE must name a file of mode 0600 that holds the token."
        )
    found = {
        "Content-Type": "application/json",
        "X-Vault-Request": "true",
        "X-Vault-Token": token.decode("ascii", "replace").strip(),
    }
    if namespace := os.environ.get("KEK_TRANSIT_NAMESPACE"):
        found["X-Vault-Namespace"] = namespace
    return found
