"""Which version this is, for backups and metrics; a test holds it to pyproject.toml."""

VERSION = "0.1.0"
