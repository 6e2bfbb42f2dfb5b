"""What belongs to a release: its number, what the changelog says about it, and the shop that it left."""

import re
import subprocess
import sys

from storefront import db
from storefront.config import VERSION
from tests.architecture.source import ROOT
from tests.upgrades.release import releases


def test_the_changelog_has_the_versions_and_only_the_newest_may_wait_above_them() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    if headings[0] == "Unreleased":
        headings = headings[1:]
    found = [re.fullmatch(r"(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)", heading) for heading in headings]
    versions = [one[1] for one in found if one]
    assert len(versions) == len(headings) and versions[0] == VERSION
    assert sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True) == versions
    assert sorted(release.version for release in releases()) == sorted(versions), "tests/upgrades keeps each release"


def test_migrations_of_a_release_keep_their_names() -> None:
    for release in releases():
        applied = {name for (name,) in release.rows("SELECT name FROM schema_migration")}
        assert applied and applied <= db.known_migrations(), release.version


def test_the_program_says_its_version() -> None:
    said = subprocess.run([sys.executable, "-m", "storefront", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == f"storefront {VERSION}\n"
