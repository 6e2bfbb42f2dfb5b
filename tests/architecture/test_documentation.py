"""The documentation matches the code."""

import re
import tomllib

from storefront.config import DEFAULTS, VERSION
from tests.architecture.source import ROOT

ROW = re.compile(r"^\|(?P<names>[^|]+)\|(?P<defaults>[^|]+)\|", re.MULTILINE)


def documented() -> dict[str, str]:
    """{variable: default} from the table in docs/reference.md; one row can contain several variables."""
    text = (ROOT / "docs" / "reference.md").read_text()
    section = re.search(r"^## Environment\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, "docs/reference.md has no section called Environment"
    found: dict[str, str] = {}
    for row in ROW.finditer(section[1]):
        names = re.findall(r"`([A-Z_]+)`", row["names"])
        defaults = (
            [part.strip() for part in row["defaults"].split(",")] if len(names) > 1 else [row["defaults"].strip()]
        )
        if names:
            assert len(defaults) == len(names), f"the row of {names} has {len(defaults)} defaults"
            found |= dict(zip(names, defaults, strict=True))
    return found


def test_the_reference_lists_exactly_the_environment_variables() -> None:
    assert set(documented()) == set(DEFAULTS)


def test_the_defaults_in_the_reference_match_the_code() -> None:
    said = {name: default for name, default in documented().items() if DEFAULTS[name]}
    assert said == {name: f"`{default}`" for name, default in DEFAULTS.items() if default}


def test_the_example_env_file_lists_every_variable_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assigned = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    assert set(assigned) == set(DEFAULTS)
    assert {name: assigned[name] for name, default in DEFAULTS.items() if default} == {
        name: default for name, default in DEFAULTS.items() if default
    }


def test_the_version_matches_pyproject() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_the_files_that_the_security_document_names_exist() -> None:
    named = set(re.findall(r"`((?:tests|storefront)/[\w/]+\.py)`", (ROOT / "docs" / "security.md").read_text()))
    assert named
    assert not [path for path in sorted(named) if not (ROOT / path).is_file()]
