"""The price options of an offer as its page shows them: the price of each, and what is charged when."""

from dataclasses import dataclass
from datetime import date

from storefront.models import Offer, PriceOption
from storefront.money import Money
from storefront.web import support
from storefront.web.shop import messages
from storefront.web.shop.offer_page.availability import option_note


@dataclass(frozen=True)
class OptionView:
    """`unit` is the price of one unit, the suggested one where customers choose it, and `least` the least one.

    `charges` and `consent` are as in `payment_form`, for one unit. `note` is what is said of its own stock, and `most`
    the highest quantity that it leaves.
    """

    option: PriceOption
    unit: Money
    least: Money
    charges: list[tuple[str, str]]
    consent: str
    button_template: str
    is_chosen: bool
    note: str
    most: int

    @property
    def terms(self) -> str:
        """The code of its billing terms."""
        return self.option.terms_code()


def option_views(
    offer: Offer, options: list[PriceOption], chosen: PriceOption, today: date | None, most: int
) -> list[OptionView]:
    """The options in their order. `today` is the day of the first charge, `most` the offer's highest quantity."""
    return [_view(option, offer.currency, option is chosen, today, most) for option in options]


def _view(option: PriceOption, currency: str, is_chosen: bool, today: date | None, most: int) -> OptionView:
    unit = option.price_in(currency)
    amount = support.marked_amount(unit)
    charges = support.charge_schedule(option, amount, today or support.today()) if option.recurs else []
    return OptionView(
        option=option,
        unit=unit,
        least=option.least_price_in(currency),
        charges=charges,
        consent=support.consent_text(option, amount),
        button_template=messages.checkout_button(option, "{}"),
        is_chosen=is_chosen,
        note=option_note(option),
        most=most if option.left is None else min(most, option.left),
    )
