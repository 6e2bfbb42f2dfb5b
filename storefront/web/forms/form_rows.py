"""Lists of rows inside a form, such as the questions of an offer: rows are added, moved and removed by buttons.

Each button is a submit button, so it works without JavaScript: the form is sent, changed here before its fields see it,
and shown again with everything that was typed.
"""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, TextAreaField
from wtforms import Form as PlainForm

# The name of each such button. Its value: the list, what to do, and the number of the row from 0: "questions up 2".
# After "add" comes the `kind` of the new row, for a list that has several: "deliverables add link".
BUTTON = "rows"
MAX_ROWS = 50


class RowForm(PlainForm):  # type: ignore[misc] # WTForms ships no types
    """The fields of one row. Its messages are those of the form around it."""

    class Meta:
        locales = ()

        def get_translations(self, _form: Any) -> Any:
            """WTForms' own messages are not shown."""
            return None


def press(sent: "MultiDict[str, Any]") -> tuple["MultiDict[str, Any]", str]:
    """The values after the pressed button, and the name of its list; unchanged and "" if none was pressed."""
    name, _, rest = str(sent.get(BUTTON, "")).partition(" ")
    action, _, number = rest.partition(" ")
    if not name or action not in ("add", "up", "down", "remove"):
        return sent, ""
    rows, others = _rows_of(sent, name)
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if action == "add" and len(rows) < MAX_ROWS:
        # The row exists by having one value.
        rows.append([("kind", number)] if number else [("added", "y")])
    elif action == "remove" and at in range(len(rows)):
        del rows[at]
    elif action == "up" and at in range(1, len(rows)):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif action == "down" and at in range(len(rows) - 1):
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    pairs = [(f"{name}-{index}-{field}", value) for index, row in enumerate(rows) for field, value in row]
    return MultiDict([*others, *pairs]), name


def is_text_area(form: Any, name: str) -> bool:
    """Whether a name such as `questions-0-choices` belongs to a text area of a row."""
    prefix, _, rest = name.partition("-")
    found = form._fields.get(prefix)
    if not isinstance(found, FieldList):
        return False
    row_form = found.unbound_field.args[0]
    field = getattr(row_form, rest.partition("-")[2], None)
    return getattr(field, "field_class", None) is TextAreaField


def _rows_of(sent: "MultiDict[str, Any]", name: str) -> tuple[list[list[tuple[str, Any]]], list[tuple[str, Any]]]:
    """The (field, value) pairs of each row of a list in order, and all pairs that are no part of it."""
    rows: dict[int, list[tuple[str, Any]]] = {}
    others: list[tuple[str, Any]] = []
    for key, value in sent.items(multi=True):
        number, _, field = key.removeprefix(f"{name}-").partition("-")
        if key.startswith(f"{name}-") and number.isascii() and number.isdigit() and len(number) < 4 and field:
            rows.setdefault(int(number), []).append((field, value))
        elif key != BUTTON:
            others.append((key, value))
    return [rows[number] for number in sorted(rows)][:MAX_ROWS], others
