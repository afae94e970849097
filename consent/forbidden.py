"""Data that nobody may use here, whatever anybody consents to: the catalogue refuses to name it.

What a voice sounds like, who somebody is by their face, and for whom they work unless they
say so themselves. Recognised by the words of a code and of its IRI in W3C DPV.
"""

import re
from typing import Final

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Any of these words beside any of those.
_VOICE: Final = frozenset({"voice", "vocal", "speech"})
_SOUND: Final = frozenset(
    {"tone", "emotion", "emotions", "mood", "stress", "pitch", "sentiment", "print", "biometric"}
)
_FACE: Final = frozenset({"face", "facial", "faces"})
_KNOWN_BY: Final = frozenset(
    {"recognition", "id", "identification", "identity", "match", "matching", "template",
     "print", "geometry", "biometric", "embedding", "vector", "scan"}
)  # fmt: skip
_ALONE: Final = {
    "faceprint": "face",
    "facialprint": "face",
    "voiceprint": "voice",
    "employer": "employer",
    "employment": "employer",
    "workplace": "employer",
}
WHY: Final = {
    "voice": "What a voice sounds like is never used, whoever consents.",
    "face": "Nobody is recognised by their face, whoever consents.",
    "employer": "For whom somebody works is used only where they say so themselves.",
}


def why_forbidden(*, code: str, dpv: str, provenance: str, provider: str) -> str | None:
    """The sentence that says why an attribute may not be in a catalogue; None where it may."""
    kinds = _kinds(_words(code)) | _kinds(_words(dpv.rpartition("#")[2]))
    if provenance == "provided" and provider == "person":
        kinds.discard("employer")
    return next((WHY[kind] for kind in WHY if kind in kinds), None)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(name))


def _kinds(words: frozenset[str]) -> set[str]:
    found = {_ALONE[word] for word in words if word in _ALONE}
    if words & _VOICE and words & _SOUND:
        found.add("voice")
    if words & _FACE and words & _KNOWN_BY:
        found.add("face")
    return found
