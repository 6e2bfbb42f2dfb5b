"""Questions that an offer asks at checkout. The offer's row has them as JSON: its page reads one row."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class QuestionKind(enum.StrEnum):
    """The values are stored in rows and never change."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHECKBOX = "checkbox"
    DATE = "date"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True)
class Question:
    """`id` is unique among the questions that the offer has and has had; 0: not saved yet.

    `choices` are those of a CHOICE. A required CHECKBOX has to be ticked.
    """

    words: str
    kind: str = QuestionKind.TEXT
    choices: tuple[str, ...] = ()
    is_required: bool = False
    id: int = 0

    @property
    def field(self) -> str:
        """The name of its field on the offer's page."""
        return f"q-{self.id}"

    def to_json(self) -> dict[str, object]:
        """What the offer's row stores."""
        stored: dict[str, object] = {"id": self.id, "words": self.words, "kind": str(self.kind)}
        if self.choices:
            stored["choices"] = list(self.choices)
        return stored | ({"required": True} if self.is_required else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Question":
        """The question of `to_json`."""
        choices = tuple(stored.get("choices", ()))
        return cls(stored["words"], stored["kind"], choices, bool(stored.get("required")), stored["id"])
