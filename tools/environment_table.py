"""The table of environment variables in docs/reference.md: `update` writes it from the code, `check` compares."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from storefront.config import VARIABLES, Variable

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
HEAD = "| name | default | meaning |\n| --- | --- | --- |\n"
TABLE = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def main(action: str) -> int:
    """Return the exit code: 1 if `check` finds a difference."""
    text = REFERENCE.read_text()
    updated = with_table(text)
    if action == "update":
        REFERENCE.write_text(updated)
    elif updated != text:
        sys.stderr.write("The table of docs/reference.md is out of date: python -m tools.environment_table update\n")
        return 1
    return 0


def with_table(text: str) -> str:
    """The page with the table of today's variables. Raises ValueError if the page has no such table."""
    if not TABLE.search(text):
        raise ValueError("docs/reference.md has no table of environment variables")
    return TABLE.sub(lambda found: HEAD + "".join(map(row, VARIABLES)), text, count=1)


def row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else variable.without_value
    return f"| `{variable.name}` | {default} | {variable.meaning} |\n"


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"]):
        raise SystemExit(__doc__)
    raise SystemExit(main(sys.argv[1]))
