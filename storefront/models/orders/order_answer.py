"""Answers to the questions of an offer, kept with the order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from storefront.i18n import fold
from storefront.models.base import Record
from storefront.models.offers.question import QuestionKind
from storefront.models.orders.order import Order

YES, NO = "yes", "no"
# Stands in the searched text of an order before what the notes about it say.
_NOTES = "\x1f"


@dataclass(frozen=True)
class Answer:
    """One answer: the question's id and words as they were asked, its kind, and the value.

    `value`: "yes" or "no" for a checkbox, an ISO date, an international phone number, or text (lines for an address).
    """

    question_id: int
    words: str
    kind: str
    value: str


class OrderAnswer(Record):
    """The answers of an order, in the order of the questions. See `Answer`."""

    order = ForeignKeyField(Order, backref="answers", on_delete="CASCADE")
    order_id: int
    position = IntegerField()
    question_id = IntegerField()  # of the offer's questions, if it still has this one
    words = CharField(max_length=200)
    kind = CharField(max_length=10)
    value = TextField()

    class Meta:
        indexes = ((("order", "position"), True),)

    @classmethod
    def write(cls, order: Order, answers: Sequence[Answer]) -> None:
        """Give the order these answers in place of those that it has, in the transaction that writes the order."""
        if not (order.answer_count or answers) or cls._as_answers(order) == list(answers):
            return
        cls.delete().where(cls.order == order).execute()
        for position, answer in enumerate(answers):
            cls.create(order=order, position=position, **vars(answer))

    @classmethod
    def _as_answers(cls, order: Order) -> list[Answer]:
        rows = cls.select().where(cls.order == order).order_by(cls.position)
        return [Answer(row.question_id, row.words, row.kind, row.value) for row in rows]

    @classmethod
    def of(cls, order: Order) -> list["OrderAnswer"]:
        """The answers of an order; no query if it has none, or where they came with it: see ShownOrder."""
        if not order.answer_count:
            return []
        known: list[OrderAnswer] | None = vars(order).get("answers")
        return known if known is not None else list(cls.select().where(cls.order == order).order_by(cls.position))

    @classmethod
    def by_order(cls, orders: Iterable[Order]) -> dict[int, list["OrderAnswer"]]:
        """{order id: answers} of several orders, in one query at most."""
        found: dict[int, list[OrderAnswer]] = {order.id: [] for order in orders if order.answer_count}
        if found:
            for answer in cls.select().where(cls.order.in_(list(found))).order_by(cls.order, cls.position):
                found[answer.order_id].append(answer)
        return found


def searched_text(answers: Iterable[Answer | OrderAnswer]) -> str:
    """What a search for an order finds of its answers, folded."""
    parts = []
    for answer in answers:
        if answer.kind == QuestionKind.CHECKBOX:
            continue
        parts.append(answer.value)
        if answer.kind == QuestionKind.PHONE:
            parts.append("".join(character for character in answer.value if character.isalnum() or character == "+"))
    return fold("\n".join(parts))


def details_with_notes(details: str, notes: str) -> str:
    """The searched text of an order with these folded notes in place of those that it has."""
    return details.partition(_NOTES)[0] + (f"{_NOTES}{notes}" if notes else "")


def details_with_kept_notes(details: str, former: str) -> str:
    """New searched text of an order with the notes that the `former` one has."""
    return details_with_notes(details, former.partition(_NOTES)[2])
