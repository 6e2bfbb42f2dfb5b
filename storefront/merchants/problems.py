"""Problems of the connection to Stripe, for the dashboard: refused calls, outages, webhook endpoints, the clock."""

from dataclasses import dataclass
from datetime import timedelta

from storefront.models import CounterKind, Counts, Merchant, ShopSetting, StripeRefusal, counts

# Webhook signatures are valid for five minutes, so a larger difference of clocks breaks deliveries.
LARGE_DIFFERENCE, BREAKING_DIFFERENCE = timedelta(seconds=60), timedelta(minutes=4)
# The setting with the seconds that Stripe's clock is ahead of this server's. Without it they agree, as far as known.
CLOCK_SETTING = "stripe_clock_ahead"
PROBLEM_KINDS = (CounterKind.STRIPE_REFUSALS, CounterKind.LOST_ENDPOINTS, CounterKind.OUTAGES)


@dataclass(frozen=True)
class ConnectionProblems:
    """`endpoints` are the merchants whose webhook at Stripe is not as registered.

    `outages` are the merchants that can't be reached, and those whose new orders go to other ones.
    `clock_seconds` says how far this server's clock is from Stripe's, 0 if they agree.
    """

    refusals: list[StripeRefusal]
    outages: list[Merchant]
    endpoints: list[Merchant]
    clock_seconds: int

    def __bool__(self) -> bool:
        """Whether something is wrong."""
        return bool(self.refusals or self.outages or self.endpoints or self.clock_seconds)


def connection_problems(counted: Counts | None = None) -> ConnectionProblems:
    """The problems of all connected merchants. At most five queries.

    One less if the counts of PROBLEM_KINDS are given.
    """
    counted = counts(*PROBLEM_KINDS) if counted is None else counted
    lost = (Merchant.endpoint_problem != "") & Merchant.disconnected_at.is_null()
    return ConnectionProblems(
        refusals=(
            without_repetitions(StripeRefusal.of_connected()) if counted.number(CounterKind.STRIPE_REFUSALS) else []
        ),
        outages=(
            list(Merchant.select_connected().where(Merchant.of_which_owners_learn()))
            if counted.number(CounterKind.OUTAGES)
            else []
        ),
        endpoints=(
            list(Merchant.select().where(lost).order_by(Merchant.name, Merchant.id))
            if counted.number(CounterKind.LOST_ENDPOINTS)
            else []
        ),
        clock_seconds=clock_seconds(),
    )


def clock_seconds() -> int:
    """How many seconds this server's clock is away from Stripe's, 0 if they agree as far as known."""
    row = ShopSetting.by_name(CLOCK_SETTING)
    return abs(int(row.value)) if row else 0


def without_repetitions(refusals: list[StripeRefusal]) -> list[StripeRefusal]:
    """One refusal for each merchant and reason: a missing permission refuses several calls."""
    return list({(one.merchant_id, one.kind, one.permission): one for one in reversed(refusals)}.values())[::-1]


def refusals_by_merchant(merchants: list[Merchant]) -> dict[int, list[StripeRefusal]]:
    """{merchant id: what Stripe refuses it} of those of these that are connected, in one query."""
    found: dict[int, list[StripeRefusal]] = {}
    for refusal in without_repetitions(StripeRefusal.of_connected(merchants)):
        found.setdefault(refusal.merchant_id, []).append(refusal)
    return found


def refusals_of(merchant: Merchant) -> list[StripeRefusal]:
    """What Stripe refuses this merchant."""
    return without_repetitions(StripeRefusal.of_merchant(merchant))
