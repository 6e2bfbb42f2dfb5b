"""The documentation matches the code."""

import re
import tomllib

from storefront.config import DEFAULTS, VERSION
from tests.architecture.source import ROOT
from tools import environment_table


def test_the_table_of_environment_variables_is_up_to_date() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text()
    assert environment_table.with_table(reference) == reference


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
