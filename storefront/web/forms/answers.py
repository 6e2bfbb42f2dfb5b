"""Answers to an offer's questions, as its page sends them in the fields `q-<id>`."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from flask_babel import gettext as _

from storefront.i18n import clean_line, clean_text
from storefront.models import NO, YES, Answer, Question, QuestionKind

MAX_TEXT, MAX_LONG_TEXT, MAX_ADDRESS, MAX_PHONE = 500, 5_000, 500, 40
MAX_ADDRESS_LINES = 10
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class AnswerError(ValueError):
    """An answer that can't be taken; its text is for the customer."""


def read_answers(
    questions: Iterable[Question], sent: Mapping[str, str], country: str
) -> tuple[list[Answer], dict[str, list[str]]]:
    """The answers that were given, and what is wrong with the others: {field: [sentences]}.

    `country` is whose phone numbers can be typed without the country's prefix. A checkbox always has an answer; other
    questions that may be left blank and were have none.
    """
    answers, errors = list[Answer](), dict[str, list[str]]()
    for question in questions:
        try:
            value = _value(question, sent.get(question.field, ""), country)
        except AnswerError as error:
            errors[question.field] = [str(error)]
            continue
        if value:
            answers.append(Answer(question.id, question.words, question.kind, value))
    return answers, errors


def missing_answer(question: Question) -> str:
    """What the page says of a required question without an answer."""
    messages: dict[str, str] = {
        QuestionKind.CHOICE: _("Choose an answer."),
        QuestionKind.CHECKBOX: _("Tick this box to continue."),
        QuestionKind.DATE: _("Enter a date."),
        QuestionKind.PHONE: _("Enter your phone number."),
        QuestionKind.ADDRESS: _("Enter your address."),
    }
    return messages.get(question.kind, _("Enter an answer."))


def _value(question: Question, typed: str, country: str) -> str:
    is_text_area = question.kind in (QuestionKind.LONG_TEXT, QuestionKind.ADDRESS)
    cleaned = clean_text(typed) if is_text_area else clean_line(typed)
    if not cleaned and question.is_required:
        raise AnswerError(missing_answer(question))
    if question.kind == QuestionKind.CHECKBOX:
        return YES if cleaned else NO
    return _READERS[question.kind](question, cleaned, country) if cleaned else ""


def _text(_question: Question, typed: str, _country: str) -> str:
    return _at_most(typed, MAX_TEXT)


def _long_text(_question: Question, typed: str, _country: str) -> str:
    return _at_most("\n".join(line.rstrip() for line in typed.splitlines()), MAX_LONG_TEXT)


def _choice(question: Question, typed: str, _country: str) -> str:
    if typed not in question.choices:
        raise AnswerError(_("Choose an answer."))
    return typed


def _date(_question: Question, typed: str, _country: str) -> str:
    try:
        if not _ISO_DATE.fullmatch(typed):
            raise ValueError(typed)
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        raise AnswerError(_("Enter a date like 2027-01-31.")) from None


def _phone(_question: Question, typed: str, country: str) -> str:
    """In the international format. The library is large, so it is loaded where a phone number is asked for."""
    import phonenumbers

    try:
        number = phonenumbers.parse(typed[:MAX_PHONE], country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or len(typed) > MAX_PHONE or not phonenumbers.is_valid_number(number):
        raise AnswerError(_("Enter a phone number with its country code, like +49 30 1234567."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _address(_question: Question, typed: str, _country: str) -> str:
    lines = [" ".join(line.split()) for line in typed.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MAX_ADDRESS_LINES:
        raise AnswerError(_("Enter up to %(most)s lines.", most=MAX_ADDRESS_LINES))
    return _at_most("\n".join(lines), MAX_ADDRESS)


def _at_most(text: str, most: int) -> str:
    if len(text) > most:
        raise AnswerError(_("Enter up to %(most)s characters.", most=most))
    return text


_READERS: Mapping[str, Callable[[Question, str, str], str]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _long_text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.DATE: _date,
    QuestionKind.PHONE: _phone,
    QuestionKind.ADDRESS: _address,
}
