"""The error of backups and restores."""


class BackupError(Exception):
    """A backup can't be made or restored. The message is one line for the operator and contains no secret."""
