"""A line of the table: what is measured, its goal, and the verdict."""

import math
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Measurement:
    """`value` is compared with the goal. `detail` says what it was made of. Each of `errors` fails the line."""

    value: float
    detail: str = ""
    errors: int = 0
    # A second way to reach the goal, such as "within 3 ms" for a search.
    excused: bool = False


@dataclass(frozen=True)
class Goal:
    """`at_most` or `at_least` this value; neither for a line that only informs.

    `floor` is for a goal that is not reached yet, for reasons that docs/performance.md gives: the line is accepted up
    to this value (`at_most` goals) or down to it, and its verdict says so.
    """

    at_most: float | None = None
    at_least: float | None = None
    floor: float | None = None

    def is_accepted(self, found: Measurement) -> bool:
        """Whether the measurement reaches the goal, or at least its floor."""
        if self.floor is None:
            return self.is_met(found)
        return replace(self, at_most=self.at_most and self.floor, at_least=self.at_least and self.floor).is_met(found)

    def is_met(self, found: Measurement) -> bool:
        """Whether the measurement reaches the goal."""
        if found.errors:
            return False
        if found.excused:
            return True
        if self.at_most is not None:
            return found.value <= self.at_most
        return self.at_least is None or found.value >= self.at_least

    def __str__(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"


INFORMATION = Goal()


@dataclass(frozen=True)
class Line:
    """`name` chooses it on the command line; `measure` makes the measurement, and may be called again.

    `unit` follows the value: "" for a ratio.
    """

    name: str
    about: str
    goal: Goal
    measure: Callable[[], Measurement]
    unit: str = ""


@dataclass(frozen=True)
class Result:
    """A line that was measured."""

    line: Line
    found: Measurement

    @property
    def is_met(self) -> bool:
        """Whether the goal was reached."""
        return self.line.goal.is_met(self.found)

    @property
    def is_accepted(self) -> bool:
        """Whether the goal was reached, or its floor."""
        return self.line.goal.is_accepted(self.found)

    @property
    def verdict(self) -> str:
        """One word for the table."""
        if self.found.errors:
            return f"{self.found.errors} errors"
        if self.line.goal == INFORMATION:
            return ""
        if self.is_met:
            return "met"
        return "floor" if self.is_accepted else "MISSED"

    @property
    def value(self) -> str:
        """The value with its unit."""
        return f"{self.found.value:.3g}{self.line.unit}"


def measure(line: Line, repeat: bool = True) -> Result:
    """Measure a line. With `repeat`, one that is missed is measured once more: another program may have run."""
    result = Result(line, _measured(line))
    return result if result.is_accepted or not repeat else Result(line, _measured(line))


def _measured(line: Line) -> Measurement:
    """The measurement; an error in it is one of its errors, and the other lines are measured all the same."""
    try:
        return line.measure()
    except Exception as error:
        traceback.print_exc()
        return Measurement(math.nan, f"{type(error).__name__}: {error}", errors=1)
