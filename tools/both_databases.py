"""The tests that run on PostgreSQL and Redis in `.ci/run`: tests/both_databases.txt as arguments for pytest."""

import sys
from pathlib import Path

LIST = Path(__file__).resolve().parent.parent / "tests" / "both_databases.txt"


WITHOUT = "without "


def listed() -> dict[str, list[str]]:
    """{path that pytest takes: the families of pages that its tests open}."""
    found = {}
    for line in LIST.read_text().splitlines():
        path, _, comment = (part.strip() for part in line.partition("#"))
        if path and not path.startswith(WITHOUT):
            families = comment.removeprefix("pages:") if comment.startswith("pages:") else ""
            found[path] = [family.strip() for family in families.split(",") if family.strip()]
    return found


def left_out() -> list[str]:
    """Files of listed folders whose tests ask nothing of a database."""
    lines = LIST.read_text().splitlines()
    return [line.removeprefix(WITHOUT).strip() for line in lines if line.startswith(WITHOUT)]


if __name__ == "__main__":
    sys.stdout.write("\n".join([*listed(), *(f"--ignore={path}" for path in left_out())]) + "\n")
