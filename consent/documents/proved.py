"""Receipts that carry the proof of their log entry: the signed head of the log, and the path to it.

Whoever keeps one holds a signed head, and can ask later whether the log still agrees with it.
"""

from dataclasses import dataclass
from typing import Any

from consent.documents.facts import EventFacts


@dataclass(frozen=True, slots=True)
class LogProof:
    """A C2SP `tlog-proof` of the entry; `body` the bytes that were hashed, where they may go."""

    text: str
    leaf_hash: str
    body: str | None


def log_member(facts: EventFacts, proof: LogProof | None) -> dict[str, Any]:
    """The entry, and its proof; without one (a second old at most) the address of the proof."""
    log: dict[str, Any] = {"event": facts.log_id, "proof_url": facts.proof_url}
    if proof is not None:
        log |= {"proof": proof.text, "leaf_hash": proof.leaf_hash}
        log |= {"body": proof.body} if proof.body is not None else {}
    return log


def document(shown: dict[str, Any], log: dict[str, Any]) -> dict[str, Any]:
    """A document in JSON with the member `log`, in JSON-LD with the node `terms:log`."""
    if "@context" not in shown:
        return shown | {"log": log}
    node = {f"terms:{name}": value for name, value in log.items()}
    return shown | {"terms:log": {"@id": log["proof_url"], "@type": "terms:LogProof"} | node}


def text(shown: str, proof: LogProof | None) -> str:
    """A text for people with the `.tlog-proof` at its end."""
    return f"{shown}\n{proof.text}" if proof is not None else shown
