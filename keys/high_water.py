"""The high-water mark: a number that only rises, kept here and in the database.

The database's rises first and this one after its commit, so that a database below this one is
a database from the past, and one far above it has outlived a key store that was put back.
"""

from keys import files
from keys.errors import KeyStoreUnavailable
from keys.store import Store

_NAME = "high-water"


def height(store: Store) -> int:
    """The mark; 0 where it was never raised. Raises KeyStoreUnavailable."""
    content = files.read_private(store.directory / _NAME)
    try:
        return int(content or b"0")
    except ValueError as error:
        raise KeyStoreUnavailable(
            f"{store.directory / _NAME} is damaged: take that file from the copy of the key store."
        ) from error


def raise_to(store: Store, number: int) -> None:
    """Raises the mark, durably; it never falls."""
    with store.exclusive():
        if number > height(store):
            files.put_private(store.directory / _NAME, b"%d" % number)
