"""The fields of a price and of a stock, which offers and price options have."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Optional, Regexp

from storefront.models import Offer, PriceOption
from storefront.money import Money

PRICE_NAMES = ("price", "pay_what_you_want", "minimum_price", "suggested_price")


class PriceFields:
    """Part of a form. A price that is asked for, or one that customers choose."""

    price = StringField(_l("Price"))
    pay_what_you_want = BooleanField(_l("Pay what you want"))
    minimum_price = StringField(_l("Minimum price"))
    suggested_price = StringField(_l("Suggested price"))

    def prices(self) -> dict[str, Any]:
        """The typed values. Prices are in major units as typed."""
        return {name: getattr(self, name).data or "" for name in PRICE_NAMES} | {
            "pay_what_you_want": bool(self.pay_what_you_want.data)
        }


def price_values(priced: Offer | PriceOption, currency: str) -> dict[str, Any]:
    """A stored price as these fields hold it."""
    price, least = Money(priced.amount, currency).decimal_text(), priced.minimum_amount
    chosen = least is not None
    return {
        "price": price,
        "pay_what_you_want": chosen,
        "minimum_price": "" if least is None else Money(least, currency).decimal_text(),
        "suggested_price": price if chosen else "",
    }


def stock_field(label: Any) -> Any:
    """A field for a number of pieces. Empty: no limit."""
    message = _l("Enter a whole number, or leave blank for unlimited.")
    return StringField(label, validators=[Optional(), Regexp(r"[0-9]{1,6}\Z", message=message)])


def typed_stock(field: Any) -> int | None:
    """What was typed into such a field, after validation."""
    return int(field.data) if field.data else None


def stock_text(stock: int | None) -> str:
    """A stored number as such a field holds it."""
    return "" if stock is None else str(stock)
