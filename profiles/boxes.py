"""What lies in a vault block: JSON under the person's key, bound to where it belongs."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from keys import envelope

SCHEMA_VERSION = 1


def binding(subject_id: UUID, attribute: str, month: date, version: int) -> bytes:
    """The additional authenticated data: a block moved elsewhere does not open."""
    return b"|".join(
        [subject_id.bytes, attribute.encode(), month.isoformat().encode(), str(version).encode()]
    )


def close(key: bytes, value: Any, *, subject_id: UUID, attribute: str, month: date) -> bytes:
    """Encrypt one JSON value for one person, attribute and month."""
    plain = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    aad = binding(subject_id, attribute, month, SCHEMA_VERSION)
    return envelope.seal(key, plain, aad=aad)


def unclose(
    key: bytes, box: bytes, *, subject_id: UUID, attribute: str, month: date, version: int
) -> Any:
    """Decrypt one block; raises keys.envelope's error where it belongs elsewhere."""
    aad = binding(subject_id, attribute, month, version)
    return json.loads(envelope.open_(key, box, aad=aad))


def binding_of_text(request_id: UUID, field: str) -> bytes:
    """The additional authenticated data of what was written in a request."""
    return b"|".join([b"request", request_id.bytes, field.encode()])
