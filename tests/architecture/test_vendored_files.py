"""Third-party files match the list of their checksums and licenses."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


def test_every_vendored_file_has_its_documented_checksum_and_license() -> None:
    listed = re.findall(
        r"^\| (\S+) \|.*\((\S+)\) \| ([0-9a-f]{64}) \|$", (VENDOR / "VERSIONS.md").read_text(), flags=re.M
    )
    assert {file for file, _licence, _sum in listed} == {
        str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.suffix in (".js", ".css")
    }
    for file, licence, checksum in listed:
        assert hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() == checksum
        assert (VENDOR / licence).exists()
