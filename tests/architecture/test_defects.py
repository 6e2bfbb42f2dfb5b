"""docs/defects.md and the tests cite each other."""

import re
from collections import defaultdict

from tests.architecture.source import ROOT, files

CITED = re.compile(r"def test_defect_(\d+)_")
ENTRY = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)


def described() -> dict[int, set[str]]:
    """{number: test modules that the entry names} of docs/defects.md."""
    text = (ROOT / "docs" / "defects.md").read_text()
    return {int(number): set(re.findall(r"`(tests/[\w/]+\.py)`", entry)) for number, entry in ENTRY.findall(text)}


def cited() -> dict[int, set[str]]:
    """{number: modules with a test of this defect}."""
    found = defaultdict(set)
    for path in files("tests"):
        for number in CITED.findall((ROOT / path).read_text()):
            found[int(number)].add(path.as_posix())
    return dict(found)


def test_every_described_defect_has_a_test_and_every_cited_defect_is_described() -> None:
    assert set(described()) == set(cited())


def test_every_defect_names_the_modules_that_test_it() -> None:
    assert described() == cited()
