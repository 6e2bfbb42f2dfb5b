"""The base class of the admin's forms, and cleaning of typed text."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form that also shows errors raised by an operation."""

    # The heading above the list of errors.
    error_heading = _l("Nothing was saved. Please look at:")

    def add_errors(self, errors: dict[str, list[str]]) -> None:
        """Add messages to fields: {field name: [messages]}."""
        for name, messages in errors.items():
            self[name].errors = [*self[name].errors, *messages]

    def typed_fields(self) -> list[Field]:
        """The visible fields, in their order."""
        return [field for field in self if field.type not in ("CSRFTokenField", "HiddenField")]

    def error_list(self) -> list[tuple[Field, str]]:
        """(field, message) for each error, in the order of the page."""
        return [(field, str(message)) for field in self.typed_fields() for message in field.errors]


def without_nul(text: str | None) -> str:
    """Remove NUL characters, which PostgreSQL can't store."""
    return (text or "").replace("\x00", "")


def trimmed(text: str | None) -> str:
    """The text without surrounding white space and NUL characters."""
    return without_nul(text).strip()
