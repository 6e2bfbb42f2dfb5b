"""What the public pages show of offers and of the shop, each read by one plain query.

Pages are kept in memory while their query returns the same rows. So a page may show only what its query reads here,
and what the shop's configuration says. Building models only when a page is rendered makes the query cheap.
"""

import json
from datetime import UTC, date, tzinfo
from functools import cache
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Field

from storefront.db import db
from storefront.models import (
    LEGAL_COLUMNS,
    PROFILE,
    TAKES_CODES,
    BillingKind,
    LegalSettings,
    LegalText,
    Merchant,
    Offer,
    PriceOption,
    SaleState,
    ShopProfile,
    now,
)
from storefront.offers.stock import LEFT, OPTION_LEFT

_TEXTS = ("title", "short_description", "description", "picture", "picture_alt", "picture_width", "picture_height")
Query = tuple[str, tuple[Any, ...]]

_NOT_SHOWN = (
    *("title_folded", "mode", "thank_you", "redirect_url", "redirect_secret_encrypted", "last_question_id"),
    *("delivers", "access_ends", "created_at", "updated_at"),
)
# All columns but those that the page does not show.
_OFFER = [field for field in Offer._meta.sorted_fields if field.name not in _NOT_SHOWN]
_MERCHANT = [
    Merchant._meta.fields[name]
    for name in (
        *("id", "mode", "publishable_key", "api_base", "js_url", "country", "charges_enabled", "currencies"),
        *("disconnecting_at", "disconnected_at", "wallets", "unavailable_because"),
    )
]
# What the page shows of each price option.
_OPTION = [field for field in PriceOption._meta.sorted_fields if field.name not in ("offer", "stock", "created_at")]
# Every page shows the shop's name, logo and contact, and what the law asks for.
PROFILE_VALUE = f"(SELECT value FROM shop_setting WHERE name = '{PROFILE}')"  # noqa: S608
# Dates on the page are those of the shop's time zone: a JSON text, none for UTC.
_ZONE = "(SELECT value FROM shop_setting WHERE name = 'time_zone')"
# Positions in a row of an offer's page: the offer, what is left of it, time zone, options, promo codes, its merchants,
# law, profile.
_LEFT, _ZONE_AT, _OPTIONS, _TAKES_CODES, _MERCHANT_AT = range(len(_OFFER), len(_OFFER) + 5)
_SECOND_AT, _LAW_AT = (_MERCHANT_AT + number * len(_MERCHANT) for number in (1, 2))
_ID, _LANGUAGE, _KIND = ([field.name for field in _OFFER].index(name) for name in ("id", "language", "kind"))
_SALE_FROM, _SALE_UNTIL = ([field.name for field in _OFFER].index(f"on_sale_{name}") for name in ("from", "until"))
_WIDTH = _LAW_AT + len(LEGAL_COLUMNS) + 1
_PAYMENT = [at for at in range(_WIDTH) if at >= len(_OFFER) or _OFFER[at].name not in _TEXTS]
_payment_of = itemgetter(*_PAYMENT)
_SHOWN_TEXTS = [(field.name, position) for position, field in enumerate(_OFFER) if field.name in _TEXTS]


def offer_query(slug: str) -> Query:
    """Reads the offer with this slug, in any status, for `public_offer`."""
    return _offer_sql(db.param), (slug,)


def public_offer(rows: list[tuple[Any, ...]]) -> tuple[Offer | None, int | None]:
    """The offer with its merchants, and how many pieces are left (`LEFT`); None if no offer has the slug."""
    if not rows:
        return None, None
    (row,) = rows
    offer = Offer.from_values(_OFFER, row)
    if offer.merchant_id is not None:
        offer.merchant = Merchant.from_values(_MERCHANT, row[_MERCHANT_AT:_SECOND_AT])
    if offer.second_merchant_id is not None:
        offer.second_merchant = Merchant.from_values(_MERCHANT, row[_SECOND_AT:_LAW_AT])
    options = public_options(rows, offer)
    return offer, 0 if all(option.is_sold_out for option in options) else row[_LEFT]


def offer_id(rows: list[tuple[Any, ...]]) -> int:
    """The id of the offer that `public_offer` gives."""
    return int(rows[0][_ID])


def public_options(rows: list[tuple[Any, ...]], offer: Offer) -> list[PriceOption]:
    """The price options of the offer that `public_offer` gives, in their order, each with `left` and `is_sold_out`."""
    return options_of(rows[0][_OPTIONS], offer)


def options_of(stored: str | None, offer: Offer) -> list[PriceOption]:
    found = []
    for *values, left in json.loads(stored or "[]"):
        option = PriceOption.from_values(_OPTION, values)
        option.left, option.is_sold_out = left, left is not None and left < offer.min_quantity
        found.append(option)
    found.sort(key=lambda option: (option.position, option.id))  # an aggregate promises no order
    return found or [PriceOption.only_one(offer)]


def takes_codes(rows: list[tuple[Any, ...]]) -> bool:
    """Whether there is a promo code that may work for the offer of `public_offer`."""
    return bool(rows[0][_TAKES_CODES])


def shop_profile(rows: list[tuple[Any, ...]]) -> ShopProfile:
    """The shop's profile, which is the last value of each row of these queries."""
    return ShopProfile.from_json(rows[0][-1] if rows else None)


def legal_settings(rows: list[tuple[Any, ...]]) -> LegalSettings:
    """What every page shows of the law: the values before the profile."""
    if not rows:
        return LegalSettings()
    return LegalSettings.from_columns(rows[0][-1 - len(LEGAL_COLUMNS) : -1], shop_profile(rows).country)


def with_texts(offer: Offer, rows: list[tuple[Any, ...]]) -> Offer:
    """A copy of an offer with the same `payment_terms`, with the texts and the picture of these rows."""
    copy = Offer(__no_default__=True)
    copy.__data__ = {**offer.__data__, **{name: rows[0][position] for name, position in _SHOWN_TEXTS}}
    copy.__rel__ = offer.__rel__
    return copy


def payment_terms(rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """All values of the rows of an offer's page but its texts and picture: what its payment form depends on."""
    found: tuple[Any, ...] = _payment_of(rows[0])
    return found


def day_of_charges(rows: list[tuple[Any, ...]]) -> date | None:
    """The date now in the shop's time zone, from which an offer's page counts its charges; None where it shows none."""
    if not rows or (rows[0][_KIND] == BillingKind.ONE_OFF and not rows[0][_OPTIONS]):
        return None
    return now().astimezone(shop_zone(rows)).date()


def shop_zone(rows: list[tuple[Any, ...]]) -> tzinfo:
    """The shop's time zone, of the rows of an offer's page."""
    zone = rows[0][_ZONE_AT] if rows else None
    return ZoneInfo(json.loads(zone)) if zone else UTC


def moment_of(rows: list[tuple[Any, ...]]) -> tuple[date | None, SaleState | None]:
    """What an offer's page shows of the time: `day_of_charges`, and whether the offer is for sale now.

    None for an offer that is always for sale.
    """
    if not rows or rows[0][_SALE_FROM] is rows[0][_SALE_UNTIL] is None:
        return day_of_charges(rows), None
    period = Offer.from_values(_OFFER, rows[0])
    return day_of_charges(rows), period.sale_state(now())


def offer_language(rows: list[tuple[Any, ...]]) -> str:
    """The language of the offer that `public_offer` gives; "" for none."""
    return str(rows[0][_LANGUAGE]) if rows else ""


def legal_text_query(text: LegalText) -> Query:
    """Reads one of the shop's legal texts, and what every page shows of the shop. Always one row."""
    return _legal_text_sql(db.param), (text.setting,)


def legal_words(rows: list[tuple[Any, ...]]) -> dict[str, str]:
    """The text of `legal_text_query` in each language that has it: {language: Markdown}."""
    stored = rows[0][0]
    return dict(json.loads(stored)) if stored else {}


@cache
def _offer_sql(param: str) -> str:
    columns = ", ".join(
        [
            *columns_of("o", _OFFER),
            *(LEFT, _ZONE, options_sql(param, OPTION_LEFT), TAKES_CODES),
            *(*columns_of("m", _MERCHANT), *columns_of("s", _MERCHANT)),
            *(*LEGAL_COLUMNS, PROFILE_VALUE),
        ]
    )
    merchants = ' LEFT JOIN "merchant" '.join(("", "m ON m.id = o.merchant_id", "s ON s.id = o.second_merchant_id"))
    return f'SELECT {columns} FROM "offer" o{merchants} WHERE o.slug = {param}'  # noqa: S608


def options_sql(param: str, left: str) -> str:
    """The options of the offer "o", if it has some: JSON, a list of values for each, last what is left of it."""
    columns = ", ".join([*columns_of("p", _OPTION), left])
    # The placeholder tells the database: SQLite's is "?".
    make = "json_group_array(json_array({}))" if param == "?" else "CAST(json_agg(json_build_array({})) AS text)"
    options = f'SELECT {make.format(columns)} FROM "price_option" p WHERE p.offer_id = o.id'  # noqa: S608
    return f"CASE WHEN o.option_count > 0 THEN ({options}) END"


@cache
def _legal_text_sql(param: str) -> str:
    columns = ", ".join((f"(SELECT value FROM shop_setting WHERE name = {param})", *LEGAL_COLUMNS, PROFILE_VALUE))  # noqa: S608
    return f"SELECT {columns}"


def columns_of(table: str, fields: list[Field]) -> list[str]:
    return [f'{table}."{field.column_name}"' for field in fields]
