"""What a check of a notice found: where, what, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a notice cannot be published.

    `code` is stable and upper snake, `pointer` a JSON pointer (RFC 6901) into the notice,
    `fix` says what to do; `names` are the words, companies or figures it is about.
    """

    code: str
    pointer: str
    fix: str
    names: tuple[str, ...] = ()
