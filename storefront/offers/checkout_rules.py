"""What an offer asks at checkout, and when and how many pieces of it are sold."""

from collections.abc import Iterable

from storefront.models import Offer, Question, numbered


def set_questions(offer: Offer, questions: Iterable[Question]) -> None:
    """Give the offer these questions in place of those that it has."""
    found, offer.last_question_id = numbered(questions, offer.asked(), offer.last_question_id)
    offer.questions = [question.to_json() for question in found]


def sale_errors(offer: Offer) -> dict[str, list[str]]:
    """Error codes by field: sale_period, quantity_range."""
    errors = {}
    if offer.on_sale_from and offer.on_sale_until and offer.on_sale_from >= offer.on_sale_until:
        errors["on_sale_until"] = ["sale_period"]
    if offer.min_quantity > offer.max_quantity:
        errors["min_quantity"] = ["quantity_range"]
    return errors
