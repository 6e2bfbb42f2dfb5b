"""Reads pytest's JUnit report: fails when nothing ran, when something was skipped, or when PostgreSQL was left out."""

import sys
from pathlib import Path
from xml.etree import ElementTree

NEEDED = ("tests.deployment.test_postgres", "tests.browser")


def main(report: Path) -> int:
    """The exit code; says what is wrong."""
    if not report.exists():
        return refuse("no test ran: pytest wrote no report")
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - pytest has just written it
    passed = [case for case in cases if not any(child.tag in ("failure", "error", "skipped") for child in case)]
    skipped = [case for case in cases if case.find("skipped") is not None]
    print(f"{len(passed)} of {len(cases)} tests passed, {len(skipped)} were skipped")
    if not passed:
        return refuse("no test passed")
    if skipped:
        return refuse(f"skipped: {', '.join(case.get('name', '?') for case in skipped)}")
    for room in NEEDED:
        if not any(case.get("classname", "").startswith(room) for case in passed):
            return refuse(f"no test of {room} passed")
    return 0


def refuse(why: str) -> int:
    print(f"REFUSED: {why}")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
