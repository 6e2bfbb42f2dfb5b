"""What a look at one thing came to."""

from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """green: well; amber: the shop works, yet something is to be done; red: something does not work."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Finding:
    """`code` names what was found, `detail` its particulars; `about` is a merchant's name, "" for the whole shop."""

    code: str
    grade: Grade
    about: str = ""
    detail: dict[str, object] = field(default_factory=dict)


def green(code: str, about: str = "", **detail: object) -> Finding:
    """All is well."""
    return Finding(code, Grade.GREEN, about, detail)


def amber(code: str, about: str = "", **detail: object) -> Finding:
    """The shop works, yet something is to be done."""
    return Finding(code, Grade.AMBER, about, detail)


def red(code: str, about: str = "", **detail: object) -> Finding:
    """Something does not work."""
    return Finding(code, Grade.RED, about, detail)
