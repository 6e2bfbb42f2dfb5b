"""The manifest of a backup: version, time, database engine, migrations and parts."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from storefront.operations.backups.errors import BackupError

FORMAT = 1
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Part:
    """A file in the backup: its uncompressed size in bytes and its SHA-256 checksum in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`made_at` is in ISO 8601. `migrations` are those applied to the database. `parts` are by name in the archive.

    `files` are the delivered files beside the archive: {SHA-256 checksum: size in bytes}. `rows` are the
    numbers of rows by table, `sums` are {"orders live EUR": [number, sum in minor units]}. Older backups have none.
    """

    version: str
    made_at: str
    engine: str
    migrations: tuple[str, ...]
    has_keys: bool
    parts: dict[str, Part]
    files: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, list[int]] = field(default_factory=dict)

    @property
    def made_at_time(self) -> datetime:
        """When the backup was made, in UTC."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC)

    def dump(self) -> bytes:
        """Serialize to JSON for the archive."""
        return json.dumps({"storefront_backup": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()

    @classmethod
    def load(cls, data: bytes) -> "Manifest":
        """Parse a manifest. Raises BackupError if it is not valid or has an unknown format."""
        try:
            fields = json.loads(data)
            if fields.pop("storefront_backup") != FORMAT:
                raise BackupError("the backup has a format that this version of the shop does not know")
            parts = {str(name): Part(int(part["size"]), str(part["sha256"])) for name, part in fields["parts"].items()}
            manifest = cls(
                version=str(fields["version"]),
                made_at=str(fields["made_at"]),
                engine=str(fields["engine"]),
                migrations=tuple(str(name) for name in fields["migrations"]),
                has_keys=fields["has_keys"] is True,
                parts=parts,
                files={_checksum(name): int(size) for name, size in fields.get("files", {}).items()},
                rows={str(name): int(number) for name, number in fields.get("rows", {}).items()},
                sums={str(name): [int(number), int(total)] for name, (number, total) in fields.get("sums", {}).items()},
            )
            _ = manifest.made_at_time
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError("the file is not a backup of a shop: its manifest can't be read") from error
        if manifest.engine not in ENGINES:
            raise BackupError("the file is not a backup of a shop: its manifest names no database")
        return manifest


def _checksum(text: str) -> str:
    """A SHA-256 checksum, which becomes the name of a file. Raises ValueError for any other text."""
    if not _CHECKSUM.fullmatch(text):
        raise ValueError("not a checksum")
    return text
