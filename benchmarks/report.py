"""The table of the results: for a terminal, in Markdown, and as JSON."""

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.goals import Result

COLUMNS = ("line", "measured", "goal", "verdict", "what it was made of")


def row(result: Result) -> str:
    """A row of the table for a terminal."""
    line = result.line
    return f"{line.about:<66} {result.value:>9}  {line.goal!s:<6} {result.verdict:<8} {result.found.detail}"


def markdown(results: Sequence[Result]) -> str:
    """The table in Markdown, with the date and the machine."""
    head = [f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}.", ""]
    head += [f"| {' | '.join(COLUMNS)} |", "| --- | ---: | --- | --- | --- |"]
    rows = [
        f"| `{one.line.name}`: {one.line.about} | {one.value} | {one.line.goal} | {one.verdict} | {one.found.detail} |"
        for one in results
    ]
    return "\n".join([*head, *rows, ""])


def write_json(results: Sequence[Result], file: Path) -> None:
    """Write a list of objects: name, about, value, unit, goal, verdict, detail, errors."""
    found = [
        {
            "name": one.line.name,
            "about": one.line.about,
            "value": one.found.value,
            "unit": one.line.unit.strip(),
            "at_most": one.line.goal.at_most,
            "at_least": one.line.goal.at_least,
            "met": one.is_met,
            "detail": one.found.detail,
            "errors": one.found.errors,
        }
        for one in results
    ]
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def machine() -> str:
    """The processor, its cores, and the versions of Python and Linux."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = models[0].partition(":")[2].strip() if models else platform.machine()
    return f"{len(models) or '?'} cores of {name}, Python {platform.python_version()}, Linux {platform.release()}"
