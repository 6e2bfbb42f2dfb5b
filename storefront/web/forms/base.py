"""What all forms of the admin pages share."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form whose fields can also be refused by an operation, in words."""

    # Stands above what is wrong.
    nothing_done = _l("Nothing was saved. Please look at:")

    def refuse(self, words: dict[str, list[str]]) -> None:
        """Put sentences at the fields they are about, as if the form itself had refused them."""
        for name, sentences in words.items():
            self[name].errors = [*self[name].errors, *sentences]

    def typed_fields(self) -> list[Field]:
        """The fields a person fills in, in their order."""
        return [field for field in self if field.type not in ("CSRFTokenField", "HiddenField")]

    def mistakes(self) -> list[tuple[Field, str]]:
        """Each refused field with its sentence, in the order of the page."""
        return [(field, str(sentence)) for field in self.typed_fields() for sentence in field.errors]


def without_nul(text: str | None) -> str:
    """PostgreSQL keeps no NUL character, and no keyboard types one."""
    return (text or "").replace("\x00", "")


def trimmed(text: str | None) -> str:
    """The text without what was pasted around it."""
    return without_nul(text).strip()
