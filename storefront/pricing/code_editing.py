"""Saving promo codes, and switching them off and on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from peewee import IntegrityError

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import CodeTiming, Offer, PromoCode, PromoCodeOffer, is_code, normal_code
from storefront.money import PriceError, parse_amount
from storefront.offers import read_percent

MAX_USES = 1_000_000


@dataclass(frozen=True)
class CodeFields:
    """Values of the form: `percent` and `amount` as typed, one of the two; times in UTC, `ends_at` is the first one
    at which the code does not work. No offers: it works for all.
    """

    code: str
    percent: str = ""
    amount: str = ""
    currency: str = ""
    offer_ids: Collection[int] = ()
    applies_to: str = CodeTiming.FIRST
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    total_uses: int | None = None
    uses_per_customer: int | None = None


def save(code: PromoCode, fields: CodeFields) -> PromoCode:
    """Save a promo code, new or existing. Orders that use it keep the price that they were promised.

    Raises FieldErrors and saves nothing when a value is invalid: code_format, code_taken, percent_format, both_values,
    no_value, ends_early, uses_range, and the codes of `PriceError`.
    """
    errors, details = _apply(code, fields)
    if errors:
        raise FieldErrors(errors, **details)
    try:
        with db.atomic():
            # The names of offers that were deleted meanwhile are left out.
            offer_ids = [offer.id for offer in Offer.select(Offer.id).where(Offer.id.in_(list(fields.offer_ids)))]
            code.is_for_some = bool(fields.offer_ids)
            code.save()
            PromoCodeOffer.delete().where(PromoCodeOffer.promo_code == code.id).execute()
            for offer_id in offer_ids:
                PromoCodeOffer.create(promo_code=code.id, offer=offer_id)
    except IntegrityError as error:
        raise FieldErrors({"code": ["code_taken"]}) from error
    return code


def set_active(code: PromoCode, is_active: bool) -> None:
    """Switch a code off or on. Orders that use it keep their price."""
    PromoCode.update(is_active=is_active).where(PromoCode.id == code.id).execute()


def _apply(code: PromoCode, fields: CodeFields) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Set the attributes without saving. Return error codes by field, and values for their texts."""
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {"currency": fields.currency}
    code.code = normal_code(fields.code)
    if not is_code(code.code):
        errors["code"] = ["code_format"]
    elif PromoCode.select().where(PromoCode.code == code.code, PromoCode.id != code.id).exists():
        errors["code"] = ["code_taken"]
    try:
        _apply_value(code, fields)
    except FieldErrors as error:
        errors |= error.errors
    except PriceError as error:
        errors["amount"], details = [error.code], details | error.details
    code.applies_to = CodeTiming(fields.applies_to)
    code.starts_at, code.ends_at = fields.starts_at, fields.ends_at
    if code.starts_at is not None and code.ends_at is not None and code.ends_at <= code.starts_at:
        errors["ends"] = ["ends_early"]
    for name in ("total_uses", "uses_per_customer"):
        value = getattr(fields, name)
        setattr(code, name, value)
        if value is not None and not 1 <= value <= MAX_USES:
            errors[name] = ["uses_range"]
    return errors, details | {"largest": MAX_USES}


def _apply_value(code: PromoCode, fields: CodeFields) -> None:
    """Set what the code takes off. Raises FieldErrors and PriceError."""
    if fields.percent and fields.amount:
        raise FieldErrors({"amount": ["both_values"]})
    if not fields.percent and not fields.amount:
        raise FieldErrors({"percent": ["no_value"]})
    code.percent = code.amount = None
    code.currency = ""
    if fields.percent:
        code.percent = _parse_percent(fields.percent)
        return
    amount = parse_amount(fields.amount, fields.currency)
    if amount.amount < 1:
        raise FieldErrors({"amount": ["refund_too_small"]})
    code.amount, code.currency = amount.amount, amount.currency


def _parse_percent(typed: str) -> int:
    """Hundredths of a percent of `12.5`, `12,5 %` or `12.5%`. Raises FieldErrors."""
    hundredths = read_percent(typed, 2)
    if not hundredths:
        raise FieldErrors({"percent": ["percent_format"]})
    return hundredths
