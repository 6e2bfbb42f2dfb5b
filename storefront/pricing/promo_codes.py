"""Promo codes at checkout: whether a code works for what is being bought, and holding one of its uses."""

from dataclasses import dataclass
from datetime import timedelta

from storefront import settings
from storefront.errors import FieldErrors, TooManyCodes
from storefront.i18n import fold
from storefront.models import (
    USING_STATUSES,
    CodeGuess,
    CounterKind,
    Offer,
    Order,
    PromoCode,
    now,
    subscriber_network,
    units_by_status,
)
from storefront.pricing.choice import Discount

GUESS_WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class CodeUser:
    """Who types a code: the `email`, "" while it is not known, the IP address, and the visit's order, if any."""

    email: str = ""
    address: str = ""
    order: Order | None = None


def find_discount(offer: Offer, typed: str, user: CodeUser) -> Discount | None:
    """What the code takes off if the offer is bought now; None if none was typed.

    A use that the visit's order holds is its own. Raises FieldErrors for the field
    `code` (code_unknown, code_early with `starts_at`, code_over, code_other_offer, code_currency,
    code_used_up, code_used_before), and TooManyCodes after too many codes that do not exist.
    """
    if not typed.strip():
        return None
    _refuse_guessing(user.address)
    code = PromoCode.by_code(typed)
    if code is None or not code.is_active:
        CodeGuess.create(network=subscriber_network(user.address))
        raise _refusal("code_unknown")
    _require_usable(code, offer)
    _require_uses_left(code, user.email, user.order)
    return Discount(
        code=code.code,
        percent=code.percentage,
        amount=code.amount or 0,
        every_payment=code.reduces_every_payment,
        is_limited=code.has_limit,
    )


def hold_code(discount: Discount | None, email: str, excluding: Order | None = None) -> dict[str, object]:
    """Lock the code and check that a use is left. Return the order's columns: an order that is written with them in
    this transaction holds the use until it is paid or expires.

    The order `excluding` counts as unwritten; one that holds a use for this customer keeps it. Raises FieldErrors for
    the field `code`: code_unknown, code_used_up or code_used_before.
    """
    if discount is None:
        return {"code": "", "promo_code_id": None}
    code = PromoCode.by_code(discount.code)
    if code is None:
        raise _refusal("code_unknown")
    code.lock()
    if excluding is None or (excluding.promo_code_id, excluding.email_folded) != (code.id, fold(email)):
        _require_uses_left(code, email, excluding)
    return {"code": code.code, "promo_code_id": code.id}


def is_held(order: Order) -> bool:
    """Whether the order takes a use of a limited code from others until it is paid or expires."""
    code = PromoCode.get_or_none(PromoCode.id == order.promo_code_id) if order.promo_code_id else None
    return code is not None and code.has_limit


def count_uses(statuses: dict[str, int]) -> int:
    """The number of uses, of the numbers of orders by status: those of unpaid orders that have not expired count."""
    return sum(statuses.get(status, 0) for status in USING_STATUSES)


def delete_old_guesses(most: int) -> int:
    """Delete guesses that don't count any more, at most `most`. Return how many were deleted."""
    return CodeGuess.delete_old(most, now() - 2 * GUESS_WINDOW)


def _refuse_guessing(address: str) -> None:
    limit = settings.current().code_guesses_per_address_hour
    if limit and CodeGuess.count_from(subscriber_network(address), GUESS_WINDOW, limit) >= limit:
        raise TooManyCodes(None, int(GUESS_WINDOW.total_seconds()))


def _require_usable(code: PromoCode, offer: Offer) -> None:
    if not code.has_begun():
        raise _refusal("code_early", starts_at=code.starts_at)
    if code.is_over():
        raise _refusal("code_over")
    if not code.is_for(offer):
        raise _refusal("code_other_offer")
    if code.amount is not None and code.currency != offer.currency:
        raise _refusal("code_currency")


def _require_uses_left(code: PromoCode, email: str, excluding: Order | None = None) -> None:
    own = None
    if excluding is not None:
        own = Order.select().where(Order.id == excluding.id, Order.promo_code_id == code.id).first()
    is_own_counted = own is not None and own.status in USING_STATUSES
    if code.total_uses is not None:
        uses = count_uses(units_by_status(code.id, CounterKind.PROMO_CODES))
        if uses - is_own_counted >= code.total_uses:
            raise _refusal("code_used_up")
    if code.uses_per_customer is not None and email:
        earlier = Order.select(Order.id).where(
            Order.promo_code_id == code.id,
            Order.email_folded == fold(email),
            Order.status.in_(sorted(USING_STATUSES)),
        )
        if excluding is not None:
            earlier = earlier.where(Order.id != excluding.id)
        if earlier.limit(code.uses_per_customer).count() >= code.uses_per_customer:
            raise _refusal("code_used_before")


def _refusal(code: str, **details: object) -> FieldErrors:
    return FieldErrors({"code": [code]}, **details)
