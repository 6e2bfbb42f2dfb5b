"""The metadata that a checkout writes on its intent or subscription, so that a restored shop can record it again.

Each value has at most 500 characters: docs.stripe.com/api/metadata
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from storefront.models import (
    MAX_CODE_LENGTH,
    MAX_OPTION_LABEL,
    MAX_TAX_NAME,
    REQUEST_KEY,
    TAX_COLUMNS,
    LineKind,
    Order,
    OrderLine,
    TaxMode,
    shop_id,
)
from storefront.stripe_gateway.answers import metadata_of

MAX_VALUE: Final = 500
# Ids that the shop makes, see `models.public_id`.
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_ADDON: Final = "addon_"
_ADDON_VALUE = re.compile(r"([0-9]{1,9})\|([0-9]{1,12})\|([0-9]{1,12})\|(.{1,200})")
_SHIPPING_VALUE = re.compile(r"([0-9]{1,12})\|([01])\|(.{1,200})")
_COMPANY: Final = ("country", "company", "vat_id")
# Ids of rows are 32-bit integers on PostgreSQL.
_MAX_NUMBER = 2_000_000_000


@dataclass(frozen=True)
class BoughtExtra:
    """An add-on of the order, or its shipping, which may be charged each time (`recurs`).

    `amount` is its price before its `discount`, in minor units. `id` is that of the offer's add-on, 0 for shipping.
    """

    id: int
    amount: int
    discount: int
    title: str
    kind: LineKind = LineKind.ADDON
    recurs: bool = False


@dataclass(frozen=True)
class CheckoutMetadata:
    """What the metadata says; "" or 0 for what it does not. `payment` and `subscription` are public ids of our rows.

    `shop` is the shop that made the object, "" for an object of an older version. `order_key` identifies the order,
    whatever its number is. `terms` is a `terms_code`, `option` the id of a price option. The promo code `code` takes
    `discount` off the first charge and `later_discount` off each later one. The fields of the tax are those of
    `OrderTax`; with one on top, and with shipping, `unit` is the price of one unit without them. The last three are
    those of `BuyerCompany`.
    """

    payment: str
    subscription: str
    shop: str
    order_key: str
    order_number: int
    offer_id: int
    quantity: int
    language: str
    terms: str
    email: str
    name: str
    code: str
    discount: int
    later_discount: int
    request: int = 0  # the id of the payment request that it pays
    option: int = 0
    option_label: str = ""
    extras: tuple[BoughtExtra, ...] = ()
    tax_mode: str = ""
    tax_name: str = ""
    tax_rate: int = 0
    tax: int = 0
    later_tax: int = 0
    unit: int = 0
    country: str = ""
    company: str = ""
    vat_id: str = ""

    @property
    def buyer_company(self) -> dict[str, object]:
        """Columns of `BuyerCompany`."""
        return {name: getattr(self, name) for name in _COMPANY}

    def without_choice(self) -> "CheckoutMetadata":
        """The same without what was chosen and its price: the owner has said what was bought."""
        plain = replace(self, code="", discount=0, later_discount=0, option=0, option_label="")
        return replace(plain, extras=(), tax_mode="")


def order_key(order: Order) -> str:
    """Identifies the order. The token itself opens the order's page, so it is not sent."""
    return hashlib.sha256(f"order-{order.token}".encode()).hexdigest()[:32]


def checkout_metadata(order: Order) -> dict[str, str]:
    """The metadata of the order's next intent or subscription. The gateway adds the ids of the payment's rows."""
    return {
        "order": str(order.number),
        "order_key": order_key(order),
        "shop": shop_id(),
        "offer": str(order.offer_id),
        "quantity": str(order.quantity),
        "language": order.language,
        "terms": order.terms_code(),
        "email": order.email[:MAX_VALUE],
        "name": order.name[:MAX_VALUE],
        **(_discount(order) if order.code else {}),
        **(_tax(order) if order.has_tax else {}),
        **({"option": str(order.option_id), "option_label": order.option_label} if order.option_id else {}),
        **_addons(order),
        **_shipping(order),
        **{name: getattr(order, name) for name in _COMPANY if getattr(order, name)},
        **({"request": order.visit_key.removeprefix(REQUEST_KEY)} if order.is_request else {}),
    }


def _discount(order: Order) -> dict[str, str]:
    later = order.later_discount if order.recurs else 0
    return {"code": order.code, "discount": str(order.discount), "later_discount": str(later)}


def _tax(order: Order) -> dict[str, str]:
    found = {name: str(getattr(order, name)) for name in TAX_COLUMNS}
    return found | ({"unit": str(order.unit_amount)} if order.is_tax_added else {})


def _shipping(order: Order) -> dict[str, str]:
    line = next((line for line in OrderLine.of_order(order) if line.kind == LineKind.SHIPPING), None)
    if line is None:
        return {}
    return {"shipping": f"{line.unit_amount}|{int(line.recurs)}|{line.title}", "unit": str(order.unit_amount)}


def _read_shipping(found: Mapping[str, object]) -> tuple[BoughtExtra, ...]:
    match = _SHIPPING_VALUE.fullmatch(str(found.get("shipping")))
    if match is None:
        return ()
    return (BoughtExtra(0, int(match[1]), 0, match[3], LineKind.SHIPPING, match[2] == "1"),)


def _addons(order: Order) -> dict[str, str]:
    """One key for each: an object has at most 50."""
    return {
        f"{_ADDON}{place}": f"{line.addon_id or 0}|{line.unit_amount * line.quantity}|{line.discount}|{line.title}"
        for place, line in enumerate(OrderLine.addons_of(order), start=1)
    }


def _read_addons(found: Mapping[str, object]) -> tuple[BoughtExtra, ...]:
    """In their order, up to the first one that is missing or is none."""
    addons: list[BoughtExtra] = []
    while (match := _ADDON_VALUE.fullmatch(str(found.get(f"{_ADDON}{len(addons) + 1}")))) is not None:
        addon_id, amount, discount = map(int, match.group(1, 2, 3))
        addons.append(BoughtExtra(addon_id, amount, discount, match[4]))
    return tuple(addons)


def read_checkout_metadata(answer: Any) -> CheckoutMetadata:
    """Read the metadata of an object at Stripe. Another system may have written anything under the same keys."""
    found = metadata_of(answer)
    return CheckoutMetadata(
        payment=_id(found.get("payment")),
        subscription=_id(found.get("subscription")),
        shop=_id(found.get("shop")),
        order_key=_id(found.get("order_key")),
        order_number=_number(found.get("order")),
        offer_id=_number(found.get("offer")),
        quantity=_number(found.get("quantity")),
        language=str(found.get("language") or ""),
        terms=str(found.get("terms") or ""),
        email=str(found.get("email") or ""),
        name=str(found.get("name") or ""),
        code=str(found.get("code") or "")[:MAX_CODE_LENGTH],
        discount=_number(found.get("discount")),
        later_discount=_number(found.get("later_discount")),
        request=_number(found.get("request")),
        tax_mode=_tax_mode(found.get("tax_mode")),
        tax_name=str(found.get("tax_name") or "")[:MAX_TAX_NAME],
        tax_rate=_number(found.get("tax_rate")),
        tax=_number(found.get("tax")),
        later_tax=_number(found.get("later_tax")),
        unit=_number(found.get("unit")),
        option=_number(found.get("option")),
        option_label=str(found.get("option_label") or "")[:MAX_OPTION_LABEL],
        extras=_read_addons(found) + _read_shipping(found),
        **{name: str(found.get(name) or "")[: getattr(Order, name).max_length] for name in _COMPANY},
    )


def _tax_mode(value: object) -> str:
    return str(value) if value in tuple(TaxMode) else ""


def _id(value: object) -> str:
    text = str(value or "")
    return text if _ID.fullmatch(text) else ""


def _number(value: object) -> int:
    text = str(value or "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_NUMBER)) else 0
    return number if number <= _MAX_NUMBER else 0
