"""What keeps a backup or a restore from being made; each message says what to do."""


class BackupRefused(Exception):
    """Nothing was overwritten; the text is for the operator."""
