"""Subject ids as partners see them: pairwise, so that no two partners can join them.

A pairwise id is the subject's UUID through a block cipher under the recipient's own key:
a permutation that needs no table and that only we can turn back (docs/decisions).
"""

import base64
import binascii
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from consent.models import SubjectReference
from keys import queries as keys

PAIRWISE_PREFIX = "ps_"
REFERENCE_PREFIX = "ref:"
ENCODED_LENGTH = 26


@lru_cache(maxsize=256)
def _cipher(recipient: str) -> Cipher[modes.ECB]:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=recipient.encode())
    # Because exactly one random block goes in, ECB is the bare permutation that is wanted.
    return Cipher(algorithms.AES(derived.derive(keys.named_key("pairwise"))), modes.ECB())  # noqa: S305


def pairwise_id(*, recipient: str, subject_id: UUID) -> str:
    """`ps_` and 26 characters; the same person has another id for every recipient."""
    encryptor = _cipher(recipient).encryptor()
    block = encryptor.update(subject_id.bytes) + encryptor.finalize()
    return PAIRWISE_PREFIX + base64.b32encode(block).decode().rstrip("=").lower()


def subject_id_of_pairwise(*, recipient: str, identifier: str) -> UUID | None:
    """The subject behind a pairwise id of this recipient; None where it is not of that form.

    Another recipient's id decodes to a UUID of nobody.
    """
    text = identifier.removeprefix(PAIRWISE_PREFIX)
    if not identifier.startswith(PAIRWISE_PREFIX) or len(text) != ENCODED_LENGTH:
        return None
    try:
        block = base64.b32decode(text.upper() + "=" * 6)
    except (binascii.Error, ValueError):
        return None
    decryptor = _cipher(recipient).decryptor()
    return UUID(bytes=decryptor.update(block) + decryptor.finalize())


def find_subjects(
    *, recipient: str, first_party: bool, identifiers: Iterable[str]
) -> dict[str, UUID]:
    """As `find_subject` for many at once, in one round trip; who is not found is left out."""
    found: dict[str, UUID] = {}
    indexes: dict[bytes, str] = {}
    for identifier in set(identifiers):
        if first_party and identifier.startswith(REFERENCE_PREFIX):
            indexes[index_of(identifier)] = identifier
        else:
            subject_id = subject_id_of_pairwise(recipient=recipient, identifier=identifier)
            if subject_id is not None:
                found[identifier] = subject_id
    if indexes:
        rows = SubjectReference.objects.filter(index__in=list(indexes))
        for index, subject_id in rows.values_list("index", "subject_id"):
            found[indexes[bytes(index)]] = subject_id
    return found


def index_of(identifier: str) -> bytes:
    """The blind index of `ref:SYSTEM:ID`."""
    system, _, value = identifier.removeprefix(REFERENCE_PREFIX).partition(":")
    return reference_index(system, value)


def reference_index(system: str, value: str) -> bytes:
    """The blind index of a first party's own reference (`ref:crm:123`)."""
    return keys.blind_index(f"reference:{system}", value)


def find_subject(*, recipient: str, first_party: bool, identifier: str) -> UUID | None:
    """The subject a partner means; None for nobody it may name.

    First parties may use their own references; everyone uses pairwise ids.
    """
    if first_party and identifier.startswith(REFERENCE_PREFIX):
        system, _, value = identifier.removeprefix(REFERENCE_PREFIX).partition(":")
        return (
            SubjectReference.objects.filter(index=reference_index(system, value))
            .values_list("subject_id", flat=True)
            .first()
        )
    return subject_id_of_pairwise(recipient=recipient, identifier=identifier)
