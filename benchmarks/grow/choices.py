"""What some orders have beside the units of their offer: a price option, an add-on, a promo code, an answer."""

from typing import NamedTuple

from benchmarks.grow.catalog import SoldOffer
from benchmarks.grow.promo_codes import PERCENT, UsedCode
from benchmarks.grow.tables import Rows
from storefront.i18n import fold
from storefront.models import Addon, LineKind, OrderAnswer, OrderLine, QuestionKind

_ANSWERS = ("Thursday, after six", "Вегетаріанське меню", "Без орехов, пожалуйста", "As last time")
# So many orders in ten of an offer with an add-on have it.
_WITH_ADDON = 5


class Choice(NamedTuple):
    """`title`, `unit` and `amount` are those of the order, in minor units. The other values are its columns' too."""

    title: str
    unit: int
    amount: int
    option_id: int | None = None
    option_label: str = ""
    itemized: bool = False
    discount: int = 0
    code_id: int | None = None
    code: str = ""
    answer: str = ""
    addon: Addon | None = None


class ChoiceRows:
    """Makes the rows of lines and answers. What an order has depends on its number alone."""

    def __init__(self) -> None:
        self._lines = Rows(
            OrderLine, "order_id position kind title unit_amount quantity recurs discount later_discount addon_id"
        )
        self._answers = Rows(OrderAnswer, "order_id position question_id words kind value")

    @property
    def tables(self) -> list[Rows]:
        """They refer to orders only."""
        return [self._lines, self._answers]

    def choose(self, order_id: int, offer: SoldOffer, quantity: int, code: UsedCode | None) -> Choice:
        """What the order consists of. Its lines and its answer are added."""
        option, chosen = offer.option_of(order_id), offer.as_chosen(order_id)
        title, unit = chosen.title, chosen.amount
        plain = unit * quantity
        answer = self._answer(order_id, offer)
        addon = offer.addon if order_id % 10 < _WITH_ADDON and not code else None
        discount = (plain * PERCENT + 50) // 100 if code else 0
        if code or addon:
            self._lines.add(
                (order_id, 0, LineKind.ITEM.value, offer.title, unit, quantity, False, discount, 0, None),
            )
        if addon:
            line = (order_id, 1, LineKind.ADDON.value, addon.title, addon.amount, 1)
            self._lines.add((*line, False, 0, 0, addon.id))
        return Choice(
            title,
            unit,
            plain - discount + (addon.amount if addon else 0),
            *((option.id, option.label) if option else (None, "")),
            itemized=bool(code or addon),
            discount=discount,
            code_id=code.id if code else None,
            code=code.code if code else "",
            answer=answer,
            addon=addon,
        )

    def _answer(self, order_id: int, offer: SoldOffer) -> str:
        if not offer.question:
            return ""
        answer = _ANSWERS[order_id % len(_ANSWERS)]
        self._answers.add((order_id, 0, offer.question.id, offer.question.words, QuestionKind.TEXT.value, answer))
        return fold(answer)
