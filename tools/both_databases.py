"""The tests that run on PostgreSQL and Redis in `.ci/run`: tests/both_databases.txt, without its comments."""

import sys
from pathlib import Path

LIST = Path(__file__).resolve().parent.parent / "tests" / "both_databases.txt"


def listed() -> dict[str, list[str]]:
    """{path that pytest takes: the families of pages that its tests open}."""
    found = {}
    for line in LIST.read_text().splitlines():
        path, _, comment = (part.strip() for part in line.partition("#"))
        if path:
            families = comment.removeprefix("pages:") if comment.startswith("pages:") else ""
            found[path] = [family.strip() for family in families.split(",") if family.strip()]
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(listed()) + "\n")
