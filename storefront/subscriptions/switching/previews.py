"""What a switch costs today, as Stripe's own preview says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storefront import payments, stripe_gateway
from storefront.errors import FieldErrors
from storefront.models import Subscription, SubscriptionStatus, now
from storefront.money import Money
from storefront.stripe_gateway import SwitchPreview
from storefront.subscriptions.switching.options import SwitchTarget

# How long what was shown is charged.
SHOWN_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class ShownSwitch:
    """A target with what is charged for it: `due` today, as of the moment `at` to the second.

    `effective_at` is when it begins; None for at once. `charged` and `given_back` are the parts of `due`.
    """

    target: SwitchTarget
    price_id: str
    at: datetime
    due: Money
    charged: Money
    given_back: Money
    effective_at: datetime | None


def preview(subscription: Subscription, target: SwitchTarget, at: datetime | None = None) -> ShownSwitch:
    """Ask Stripe what the switch costs at this moment, or now. Raises StripeError."""
    moment = _in_period(subscription, at or now())
    rhythm = payments.Rhythm(target.option.every, target.option.interval)
    price_id, found = payments.use_renewal_price(
        subscription,
        target.unit_amount,
        lambda price_id: (price_id, stripe_gateway.preview_switch(subscription, price_id, target.quantity, moment)),
        rhythm,
    )
    if not target.at_once:
        found = SwitchPreview(0, 0, 0, subscription.currency)
    return ShownSwitch(
        target,
        price_id,
        moment,
        Money(found.due, found.currency),
        Money(found.charged, found.currency),
        Money(found.given_back, found.currency),
        None if target.at_once else subscription.period_end,
    )


def preview_again(subscription: Subscription, target: SwitchTarget, at: datetime, due: int) -> ShownSwitch:
    """The preview that a page has shown: of the moment `at`, with `due` minor units for today.

    Raises FieldErrors (plan: switch_outdated) if it is too old, or Stripe would charge another amount by now; and
    StripeError.
    """
    if not now() - SHOWN_FOR <= at <= now() + timedelta(minutes=1) or _in_period(subscription, at) != at:
        raise FieldErrors({"plan": ["switch_outdated"]})
    found = preview(subscription, target, at)
    if found.due.amount != due:
        raise FieldErrors({"plan": ["switch_outdated"]})
    return found


def proration_moment(subscription: Subscription, shown: ShownSwitch) -> datetime | None:
    """What Stripe is told with a switch at once; None where nothing is prorated."""
    is_free = subscription.status == SubscriptionStatus.TRIALING or not shown.target.at_once
    return None if is_free else shown.at


def _in_period(subscription: Subscription, at: datetime) -> datetime:
    """Stripe prorates to the second, and within the present period only."""
    at = at.replace(microsecond=0)
    start: datetime | None = subscription.period_start
    end: datetime | None = subscription.period_end
    if start is not None and at < start:
        return start
    return end if end is not None and at > end else at
