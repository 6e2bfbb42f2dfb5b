"""Cancellations of subscriptions that are stated on the public page, without signing in.

German law (§ 312k BGB) asks for such a page. A statement counts when it is made, so it is stored immediately. The
worker looks whether it belongs to a subscription, confirms it by email to customer and owner, and ends the renewals.
The customer keeps what is paid, and can take the cancellation back; an immediate end is the owner's decision.
"""

import logging
from enum import StrEnum

from storefront import emails, subscriptions
from storefront.customers.withdrawals import MAX_REASON, order_of_number
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.isolation import Run
from storefront.models import (
    CancellationStatement,
    EmailKind,
    Order,
    Subscription,
    TimelineKind,
    WantedEnd,
    now,
    subscriber_network,
)
from storefront.subscriptions import Cancellation

log = logging.getLogger(__name__)


class StatedEnd(StrEnum):
    """What a statement leads to. The values are stored in emails that wait and never change."""

    PERIOD_END = "period_end"
    NOW = "now"
    BY_SELLER = "seller"  # a payment plan
    ENDED = "ended"  # it has ended, or was canceled before


def state_cancellation(
    number: int, email: str, wanted: WantedEnd, reason: str, language: str, address: str
) -> CancellationStatement | None:
    """Store the statement; `address` is the IP address. None if its network has made too many within an hour."""
    return CancellationStatement.record(
        order_number=number,
        email=email.lower(),
        wanted=wanted,
        reason=reason[:MAX_REASON],
        language=language,
        address=subscriber_network(address),
    )


def confirm_cancellations() -> Run:
    """Confirm the statements that wait, without asking Stripe. Those that belong to no subscription are done."""
    run = Run()
    run.each(CancellationStatement.unanswered, _confirm, name=lambda statement: f"cancellation {statement.id}")
    return run


def carry_out_cancellation(statement: CancellationStatement) -> None:
    """Cancel the subscription of a confirmed statement at Stripe. Safe to repeat. Raises StripeError."""
    order: Order = Order.get_by_id(statement.order_id)
    subscription = Subscription.current(order)
    if subscription is not None and _stated_end(subscription) in (StatedEnd.PERIOD_END, StatedEnd.NOW):
        subscription.order = order
        try:
            subscriptions.cancel(subscription, immediately=False, by="buyer")
        except FieldErrors as error:
            # It has changed in the meantime: the owner has the email about it.
            log.warning("cancellation %s found another state: %s", statement.id, error)
    statement.mark_handled()


def _confirm(statement: CancellationStatement) -> None:
    """Write both emails and the timeline entry, once."""
    order = order_of_number(statement.order_number, statement.email)
    subscription = Subscription.current(order) if order is not None and order.recurs else None
    if order is None or subscription is None:
        statement.mark_handled()
        return
    with db.atomic():
        order.lock()
        if not statement.assign(order):
            return
        end = _stated_end(subscription)
        order.note(TimelineKind.CANCELLATION_STATED, wanted=statement.wanted, end=end)
        for kind in (EmailKind.CONTRACT_CANCELED, EmailKind.OWNER_CONTRACT_CANCELED):
            emails.write(
                kind,
                order,
                f"statement-{statement.id}",
                subscription=subscription,
                received=emails.moment(statement.at),
                words=statement.reason,
                wanted=statement.wanted,
                end=end,
                due=subscription.period_end or now(),
            )


def _stated_end(subscription: Subscription) -> StatedEnd:
    when = subscriptions.cancellation(subscription, "buyer")
    ends = {
        Cancellation.AT_PERIOD_END: StatedEnd.PERIOD_END,
        Cancellation.IMMEDIATELY: StatedEnd.NOW,
        Cancellation.ONLY_BY_SELLER: StatedEnd.BY_SELLER,
    }
    return ends.get(when, StatedEnd.ENDED)
