"""The questions in the form of an offer, one row each."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice

from storefront.models import Question, QuestionKind
from storefront.web.forms.form_rows import RowForm

MAX_QUESTIONS, MAX_WORDS, MAX_CHOICES, MAX_CHOICE = 20, 200, 50, 100
KINDS = (
    (QuestionKind.TEXT, _l("Short text")),
    (QuestionKind.LONG_TEXT, _l("Long text")),
    (QuestionKind.CHOICE, _l("Choice")),
    (QuestionKind.CHECKBOX, _l("Checkbox")),
    (QuestionKind.DATE, _l("Date")),
    (QuestionKind.PHONE, _l("Phone")),
    (QuestionKind.ADDRESS, _l("Address")),
)


class QuestionForm(RowForm):
    """One question. `id` is 0 or "" for one that is not saved yet."""

    id = HiddenField()
    words = StringField(_l("Question"))
    kind = SelectField(
        _l("Type"), choices=[SelectChoice(kind.value, name) for kind, name in KINDS], default=QuestionKind.TEXT
    )
    choices = TextAreaField(_l("Choices"))
    required = BooleanField(_l("Required"))

    def validate_words(self, field: Field) -> None:
        """One line, which becomes the label of a field."""
        field.data = " ".join((field.data or "").split())
        if not field.data:
            raise ValidationError(_("Enter the question, or remove it."))
        if len(field.data) > MAX_WORDS:
            raise ValidationError(_("This is too long."))

    def validate_choices(self, field: Field) -> None:
        """Two or more different lines, if the answer is chosen from them."""
        if self.kind.data != QuestionKind.CHOICE:
            return
        choices = self._choices()
        if len(choices) < 2:
            raise ValidationError(_("Enter at least 2 choices, one per line."))
        if len(choices) > MAX_CHOICES or max(map(len, choices)) > MAX_CHOICE:
            raise ValidationError(
                _("Enter up to %(most)s choices of up to %(longest)s characters.", most=MAX_CHOICES, longest=MAX_CHOICE)
            )

    def question(self) -> Question:
        """The question that was typed."""
        is_choice = self.kind.data == QuestionKind.CHOICE
        typed_id = self.id.data or ""
        return Question(
            words=self.words.data,
            kind=self.kind.data,
            choices=self._choices() if is_choice else (),
            is_required=self.required.data,
            id=int(typed_id) if typed_id.isascii() and typed_id.isdigit() and len(typed_id) < 10 else 0,
        )

    def _choices(self) -> tuple[str, ...]:
        lines = [" ".join(line.split()) for line in (self.choices.data or "").splitlines()]
        return tuple(dict.fromkeys(line for line in lines if line))


def question_rows() -> Any:
    """The field of a form that holds them."""
    return FieldList(FormField(QuestionForm), validators=[_not_too_many])


def rows_of_questions(questions: Iterable[Question]) -> list[dict[str, object]]:
    """The values of that field."""
    return [
        {
            "id": question.id,
            "words": question.words,
            "kind": question.kind,
            "choices": "\n".join(question.choices),
            "required": question.is_required,
        }
        for question in questions
    ]


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) > MAX_QUESTIONS:
        raise ValidationError(_("Ask up to %(most)s questions.", most=MAX_QUESTIONS))
