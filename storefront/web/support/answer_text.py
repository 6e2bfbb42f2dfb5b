"""The answers of an order as people read them."""

from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from storefront.models import YES, OrderAnswer, QuestionKind


def answer_text(answer: OrderAnswer) -> str:
    """The answer in the page's language."""
    if answer.kind == QuestionKind.CHECKBOX:
        return _("Yes") if answer.value == YES else _("No")
    if answer.kind == QuestionKind.DATE:
        return str(format_date(date.fromisoformat(answer.value), "long"))
    return str(answer.value)
