"""What is written about the environment is what the shop reads."""

import re

from storefront.config import DEFAULTS
from tests.architecture.source import ROOT

ROW = re.compile(r"^\|(?P<names>[^|]+)\|(?P<defaults>[^|]+)\|", re.MULTILINE)


def documented() -> dict[str, str]:
    """{variable: its default, as the README's table says}; one row may tell of several."""
    text = (ROOT / "README.md").read_text()
    section = re.search(r"^## Environment\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, "README.md has no section called Environment"
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


def test_the_readmes_table_names_every_variable_and_no_other() -> None:
    assert set(documented()) == set(DEFAULTS)


def test_the_readmes_defaults_are_the_shops() -> None:
    said = {name: default for name, default in documented().items() if DEFAULTS[name]}
    assert said == {name: f"`{default}`" for name, default in DEFAULTS.items() if default}


def test_the_example_of_an_env_file_names_every_variable_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assigned = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    assert set(assigned) == set(DEFAULTS)
    assert {name: assigned[name] for name, default in DEFAULTS.items() if default} == {
        name: default for name, default in DEFAULTS.items() if default
    }
