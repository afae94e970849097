"""One call to a transit engine (`POST /v1/MOUNT/encrypt|decrypt|rewrap/NAME`), and its refusals."""

import http.client
import json
import os
from urllib.parse import quote

from keys.errors import KeyStoreUnavailable
from keys.transit_address import address_of, connect, headers

_LARGEST = 65_536
# What the API's documentation says its status codes mean; the engine's own words may name
# more than an operator wants in a log.
_REASONS = {
    400: "it does not know this ciphertext or key version",
    403: "it refuses the token in KEK_TRANSIT_TOKEN_FILE, or what the token may do",
    404: "it has no such mount or key; check KEK_TRANSIT_MOUNT and KEK_TRANSIT_KEY",
    429: "it is asked too often, or stands by",
    503: "it is sealed or being maintained; unseal it",
}


def call(verb: str, **fields: str) -> dict[str, str]:
    """The `data` of the answer; raises KeyStoreUnsafe and KeyStoreUnavailable with what to do."""
    address = address_of()
    path = "/".join(
        (
            "/v1",
            quote(os.environ.get("KEK_TRANSIT_MOUNT", "transit").strip("/")),
            verb,
            quote(os.environ.get("KEK_TRANSIT_KEY", "sayso"), safe=""),
        )
    )
    connection = connect(address)
    try:
        connection.request("POST", address.path.rstrip("/") + path, json.dumps(fields), headers())
        answer = connection.getresponse()
        body = answer.read(_LARGEST)
    except (OSError, http.client.HTTPException) as error:
        raise KeyStoreUnavailable(
            "The transit engine at KEK_TRANSIT_URL does not answer "
            f"({type(error).__name__}). Start it, or correct the address."
        ) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        reason = _REASONS.get(answer.status, "see its log")
        raise KeyStoreUnavailable(f"The transit engine answered {answer.status}: {reason}.")
    return _data(body)


def _data(body: bytes) -> dict[str, str]:
    try:
        data = json.loads(body)["data"]
        return {name: data[name] for name in ("ciphertext", "plaintext") if name in data}
    except (ValueError, KeyError, TypeError) as error:
        raise KeyStoreUnavailable("The transit engine gave an answer without data.") from error
