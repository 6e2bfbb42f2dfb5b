"""Results of the doctor's checks."""

from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """green: fine; amber: the shop works, but something needs attention; red: something does not work."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Finding:
    """`code` identifies the finding, `detail` fills its text. `about` is a merchant's name, "" for the whole shop."""

    code: str
    grade: Grade
    about: str = ""
    detail: dict[str, object] = field(default_factory=dict)


def green(code: str, about: str = "", **detail: object) -> Finding:
    """A finding that needs no attention."""
    return Finding(code, Grade.GREEN, about, detail)


def amber(code: str, about: str = "", **detail: object) -> Finding:
    """A finding that needs attention, although the shop works."""
    return Finding(code, Grade.AMBER, about, detail)


def red(code: str, about: str = "", **detail: object) -> Finding:
    """A finding that something does not work."""
    return Finding(code, Grade.RED, about, detail)
