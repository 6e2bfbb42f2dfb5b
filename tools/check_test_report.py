"""Checks pytest's JUnit report: no test was skipped, and those that must run did.

`check_test_report.py REPORT` wants the browser and PostgreSQL tests, with `--both` those of tests/both_databases.txt,
with `--any` one test or more.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.both_databases import listed

REQUIRED = ("tests.deployment.test_postgres", "tests.browser")


def main(report: Path, *options: str) -> int:
    """Print what is wrong and return the exit code."""
    required = [*map(in_report, listed())] if "--both" in options else () if "--any" in options else REQUIRED
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
    names = [f"{case.get('classname')}.{case.get('name')}." for case in passed]
    for wanted in required:
        if not any(name.replace("[", ".").startswith(f"{wanted}.") for name in names):
            return fail(f"no test of {wanted} passed")
    return 0


def in_report(path: str) -> str:
    """The name in a report of a path that pytest takes: its class and test joined by dots."""
    return path.replace(".py", "").replace("::", ".").replace("/", ".")


def fail(reason: str) -> int:
    print(f"FAILED: {reason}")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
