"""What an offer's page says of when and how often the offer can be bought."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from babel.dates import format_date, format_time
from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.models import Offer, PriceOption, SaleState, now
from storefront.offers import MOST_SHOWN
from storefront.web import support


@dataclass(frozen=True)
class Availability:
    """`note` stands below the price: how many pieces are left, until when it is for sale; "" for nothing.

    `heading` and `text` are shown in place of the payment form, "" where it is shown. `is_sold_out`: pieces may come
    back. `most` is the highest quantity of an order.
    """

    note: str
    heading: str
    text: str
    is_sold_out: bool
    most: int


def availability(offer: Offer, left: int | None, zone: tzinfo) -> Availability:
    """Of an offer of which so many pieces are left (`offers.public_offer`). Dates are in the shop's time zone."""
    most = offer.max_quantity if left is None else min(offer.max_quantity, left)
    sold_out = most < offer.min_quantity
    state = offer.sale_state(now())
    if state == SaleState.BEFORE:
        text = _("You can buy it from %(moment)s.", moment=_moment(offer.on_sale_from, zone))
        return Availability("", _("Not on sale yet"), text, False, most)
    if state == SaleState.AFTER:
        text = _("The sale ended on %(moment)s.", moment=_moment(offer.on_sale_until, zone))
        return Availability("", _("No longer on sale"), text, False, most)
    if sold_out:
        return Availability("", _("Sold out"), _("This offer is sold out."), True, most)
    notes = [note for note in [left_text(left)] if note]
    if offer.on_sale_until is not None:
        notes.append(_("On sale until %(moment)s", moment=_moment(offer.on_sale_until, zone)))
    return Availability(" · ".join(notes), "", "", False, most)


def left_text(left: int | None) -> str:
    """`3 left`; "" where there are many, or as many as there are orders."""
    return ngettext("%(num)s left", "%(num)s left", left) if left is not None and left <= MOST_SHOWN else ""


def option_note(option: PriceOption) -> str:
    """What the choice of a price option says of its own stock; "" for nothing."""
    return _("Sold out") if option.is_sold_out else left_text(option.left)


def quantities(offer: Offer, most: int) -> dict[str, object]:
    """What the payment form has to know of them: `most` is the highest one of the chosen price option."""
    return {
        "max_quantity": most,
        "min_quantity": offer.min_quantity,
        "asks_quantity": offer.max_quantity > 1,
    }


def _moment(at: datetime | None, zone: tzinfo) -> str:
    """`January 31, 2027, 18:00 EET`."""
    if at is None:
        return ""
    local, language = at.astimezone(zone), support.current_language()
    day = format_date(local.date(), "long", locale=language)
    return f"{day}, {format_time(local.time(), 'short', locale=language)} {local.tzname()}"
