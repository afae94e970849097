"""What can go wrong with keys; no message ever carries a key or a person."""


class KeyProblem(Exception):
    """Any refusal of the key store; whoever decides must deny."""


class KeyStoreUnsafe(KeyProblem):
    """The store can be read by others, or is not ours; the message names the command to type."""


class KeyStoreUnavailable(KeyProblem):
    """The store cannot be read or written now; nothing was changed."""


class KeyStoreLost(KeyStoreUnavailable):
    """There is no store where one must be; none is made in its place."""


class KeyUnknown(KeyProblem):
    """No data key was ever made for this person."""


class KeyDestroyed(KeyProblem):
    """The person's data key was destroyed on request and will never be made again."""


class BoxRefused(KeyProblem):
    """A sealed box does not open: another key, other associated data, or altered bytes."""
