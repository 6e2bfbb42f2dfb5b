"""Checks pytest's JUnit report: no test was skipped, and the browser and PostgreSQL tests ran."""

import sys
from pathlib import Path
from xml.etree import ElementTree

REQUIRED = ("tests.deployment.test_postgres", "tests.browser")


def main(report: Path) -> int:
    """Print what is wrong and return the exit code."""
    if not report.exists():
        return fail("no test ran: pytest wrote no report")
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - pytest has just written it
    passed = [case for case in cases if not any(child.tag in ("failure", "error", "skipped") for child in case)]
    skipped = [case for case in cases if case.find("skipped") is not None]
    print(f"{len(passed)} of {len(cases)} tests passed, {len(skipped)} were skipped")
    if not passed:
        return fail("no test passed")
    if skipped:
        return fail(f"skipped: {', '.join(case.get('name', '?') for case in skipped)}")
    for name in REQUIRED:
        if not any(case.get("classname", "").startswith(name) for case in passed):
            return fail(f"no test of {name} passed")
    return 0


def fail(reason: str) -> int:
    print(f"FAILED: {reason}")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
