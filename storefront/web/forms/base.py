"""The base classes of all forms. They clean what people type, for all fields in one place."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from babel.support import Translations
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.csrf.core import CSRFTokenField
from wtforms.i18n import DefaultTranslations, messages_path

from storefront.i18n import clean_line, clean_text
from storefront.web.forms import form_rows
from storefront.web.support import current_language, kept_fields


class CleanForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form whose fields get cleaned text (`i18n.clean_line`, for text areas `clean_text`).

    Passwords and hidden fields stay as they are sent. What is empty after cleaning counts as empty, also for
    `InputRequired`.
    """

    # The list whose rows a button has changed (`form_rows`): the form is shown again then, and nothing is saved.
    pressed_rows = ""
    sent: "MultiDict[str, Any] | None" = None  # the values as the fields see them; None if none were sent

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # Flask-WTF ships no types
        """Cleans the submitted values before the fields see them."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """The submitted values, cleaned; else those that were kept when the session ended; else None."""
            sent = super().wrap_formdata(form, formdata)
            if not sent:
                return _kept(form)
            form.sent, form.pressed_rows = form_rows.press(_cleaned(form, sent))
            return form.sent

        def bind_field(self, form: FlaskForm, unbound_field: Any, options: dict[str, Any]) -> Field:
            """A text field that was not sent has the data "" instead of None."""
            if issubclass(unbound_field.field_class, StringField):
                options = {"filters": (_text_or_empty,), **options}
            return super().bind_field(form, unbound_field, options)

        def get_translations(self, form: FlaskForm) -> DefaultTranslations:
            """WTForms' own messages in the page's language. Flask-WTF reads them from a file for each request."""
            return _messages(current_language())


class Form(CleanForm):
    """A form that also shows errors raised by an operation."""

    # The heading above the list of errors.
    error_heading = _l("Nothing was saved. Check these fields:")

    def has_rows(self, rows: FieldList) -> bool:
        """Whether the form was sent with this list of rows, which may be empty."""
        return f"{rows.name}-shown" in (self.sent or ())

    def add_errors(self, errors: dict[str, list[str]]) -> None:
        """Add messages to fields, also to those of rows: {field name: [messages]}."""
        fields = {field.name: field for field in _flat(self)}
        for name, messages in errors.items():
            fields[name].errors = [*fields[name].errors, *messages]
            if (part := name.partition("-")[0]) != name and part in self:
                self[part].errors = [*self[part].errors, {name: messages}]

    def typed_fields(self) -> list[Field]:
        """The visible fields, in their order."""
        return [field for field in self if field.type not in ("CSRFTokenField", "HiddenField")]

    def error_list(self) -> list[tuple[Field, str]]:
        """(field, message) for each error, in the order of the page."""
        return [(field, str(message)) for field in self.typed_fields() for field, message in _errors(field)]


def _errors(field: Field) -> list[tuple[Field, str]]:
    """The errors of a field, or of a list of rows those of the fields in them."""
    if not isinstance(field, FieldList):
        return [(field, message) for message in field.errors]
    of_rows = [error for row in field for inner in row.form for error in _errors(inner)]
    return of_rows + [(field, message) for message in field.errors if isinstance(message, str)]


def _flat(form: Iterable[Field]) -> Iterator[Field]:
    """The fields of a form, and those of the rows of each list."""
    for field in form:
        yield field
        if isinstance(field, FieldList):
            for row in field:
                yield from _flat(row.form)


@cache
def _messages(language: str) -> DefaultTranslations:
    return DefaultTranslations(Translations.load(messages_path(), [language], domain="wtforms"))


def _cleaned(form: FlaskForm, sent: Any) -> MultiDict[str, Any]:
    return MultiDict(
        [
            (name, _clean_value(form._fields.get(name), value, form_rows.is_text_area(form, name)))
            for name, values in sent.lists()
            for value in values
        ]
    )


def _kept(form: FlaskForm) -> Any:
    """The values that were kept for the form of this page. A page may have further forms, with other fields."""
    kept = kept_fields()
    names = {field.name for field in form if not isinstance(field, CSRFTokenField)}
    return kept if kept and names & kept.keys() else None


def _clean_value(field: Field | None, value: Any, is_area: bool = False) -> Any:
    if not isinstance(value, str) or isinstance(field, PasswordField | HiddenField):
        return value
    return clean_text(value) if isinstance(field, TextAreaField) or is_area else clean_line(value)


def _text_or_empty(text: str | None) -> str:
    return text or ""
