"""The one way a consent string can be wrong."""


class StringMalformed(ValueError):
    """A string or a value that its format does not allow.

    `where` names the part (`core.vendor_consents`), `what` says what is wrong with it. The
    string itself is not repeated.
    """

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what
