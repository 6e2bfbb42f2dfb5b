"""What a backup says about itself."""

import json
from dataclasses import asdict, dataclass

from storefront.operations.backups.errors import BackupError

FORMAT = 1
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Part:
    """A file of the backup: bytes when unpacked, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`made_at` in ISO 8601; `migrations` are those the database had; `parts` by their name in the archive."""

    version: str
    made_at: str
    engine: str
    migrations: tuple[str, ...]
    has_keys: bool
    parts: dict[str, Part]

    def dump(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps({"storefront_backup": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()

    @classmethod
    def load(cls, data: bytes) -> "Manifest":
        """Raises Refused for what is no manifest, or one of a format that this version doesn't know."""
        try:
            fields = json.loads(data)
            if fields.pop("storefront_backup") != FORMAT:
                raise BackupError("the backup has a format that this version of the shop does not know")
            parts = {str(name): Part(int(part["size"]), str(part["sha256"])) for name, part in fields["parts"].items()}
            found = cls(
                version=str(fields["version"]),
                made_at=str(fields["made_at"]),
                engine=str(fields["engine"]),
                migrations=tuple(str(name) for name in fields["migrations"]),
                has_keys=fields["has_keys"] is True,
                parts=parts,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError("the file is not a backup of a shop: its manifest can't be read") from error
        if found.engine not in ENGINES:
            raise BackupError("the file is not a backup of a shop: its manifest names no database")
        return found
