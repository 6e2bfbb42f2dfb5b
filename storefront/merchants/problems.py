"""What is wrong with the connection to Stripe, for the dashboard: refused calls, endpoints that are not ours."""

from dataclasses import dataclass

from storefront.models import Merchant, StripeRefusal


@dataclass(frozen=True)
class ConnectionProblems:
    """`endpoints` are the merchants whose webhook at Stripe is not as registered."""

    refusals: list[StripeRefusal]
    endpoints: list[Merchant]

    def __bool__(self) -> bool:
        """Whether something is wrong."""
        return bool(self.refusals or self.endpoints)


def connection_problems() -> ConnectionProblems:
    """The problems of all connected merchants. Two queries."""
    lost = (Merchant.endpoint_problem != "") & Merchant.disconnected_at.is_null()
    return ConnectionProblems(
        refusals=without_repetitions(StripeRefusal.of_connected()),
        endpoints=list(Merchant.select().where(lost).order_by(Merchant.name, Merchant.id)),
    )


def without_repetitions(refusals: list[StripeRefusal]) -> list[StripeRefusal]:
    """One refusal for each merchant and reason: a missing permission refuses several calls."""
    return list({(one.merchant_id, one.kind, one.permission): one for one in reversed(refusals)}.values())[::-1]


def refusals_by_merchant() -> dict[int, list[StripeRefusal]]:
    """{merchant id: what Stripe refuses it}, in one query."""
    found: dict[int, list[StripeRefusal]] = {}
    for refusal in without_repetitions(StripeRefusal.of_connected()):
        found.setdefault(refusal.merchant_id, []).append(refusal)
    return found


def refusals_of(merchant: Merchant) -> list[StripeRefusal]:
    """What Stripe refuses this merchant."""
    return without_repetitions(StripeRefusal.of_merchant(merchant))
