"""What can go wrong while starting; each message says what to do."""


class LauncherError(Exception):
    """The service cannot start or continue; the text is for the person at the terminal."""
