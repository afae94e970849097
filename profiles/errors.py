"""What the actions on requests refuse, with a code and what to do about it."""

from consent.errors import ConsentRefused


class RequestRefused(ConsentRefused):
    """A request that cannot be opened or moved; carries `code`, `fix` and `pointer`."""


class RequestUnknown(RequestRefused):
    """No such request, or none of this person."""

    def __init__(self) -> None:
        super().__init__(
            "REQUEST_UNKNOWN",
            "There is no such request.",
            fix="Use the id that was answered when the request was opened.",
        )


class NotPossibleNow(RequestRefused):
    """The request is in a state that does not allow this."""

    def __init__(self, detail: str, *, fix: str) -> None:
        super().__init__("REQUEST_STATE", detail, fix=fix)


class SecondPersonNeeded(RequestRefused):
    """A refusal is approved by another officer than the one who prepared it."""

    def __init__(self) -> None:
        super().__init__(
            "SECOND_PERSON_NEEDED",
            "The officer who prepared a refusal cannot approve it.",
            fix="Ask another officer to look at it.",
        )


class ExportGone(RequestRefused):
    """The copy has expired, or was destroyed with the person's key."""

    def __init__(self) -> None:
        super().__init__(
            "EXPORT_GONE",
            "This copy is no longer kept.",
            fix="Ask for a new copy; it is made within minutes.",
        )


class RestoreGateClosed(Exception):
    """The database or the key store is from the past; the text says what to do."""
