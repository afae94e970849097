"""What an action of consent refuses, with a code and what to do about it."""


class ConsentRefused(Exception):
    """An input that cannot be recorded.

    `code` is stable and upper snake, `fix` tells the caller what to do, `pointer` is the
    JSON pointer (RFC 6901) of the member at fault. No value of the input is repeated.
    """

    def __init__(self, code: str, detail: str, *, fix: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.fix = fix
        self.pointer = pointer


class StaleEpoch(ConsentRefused):
    """The state has moved since the caller read it; `epoch` is the newer one."""

    def __init__(self, epoch: int) -> None:
        super().__init__(
            "STALE_EPOCH",
            "The consent state has changed since it was read.",
            fix="Read the consents again and send the new epoch as if_epoch.",
            pointer="/if_epoch",
        )
        self.epoch = epoch


class SubjectUnknown(ConsentRefused):
    """Nobody we know; only a first party may create someone."""

    def __init__(self) -> None:
        super().__init__(
            "SUBJECT_UNKNOWN",
            "No such person.",
            fix="Check the subject id; a first party may create a person with a reference.",
            pointer="/subject",
        )


class SubjectErased(ConsentRefused):
    """The person was erased; nothing is recorded or stored again under this id."""

    def __init__(self) -> None:
        super().__init__(
            "SUBJECT_ERASED",
            "This person was erased.",
            fix="Do not send data of this person again; a new account gets a new id.",
            pointer="/subject",
        )
