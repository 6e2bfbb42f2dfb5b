"""What goes wrong with a backup, in words for the operator."""


class BackupError(Exception):
    """A backup can't be made or put back. The message is one line, without any secret."""
