"""Balance transactions and payouts: fees, other currencies, disputes, payouts by the clock and by a control."""

from typing import Any

import pytest
import requests
import stripe

from stripe_simulator import accounts
from tests.simulator.controls import post_control
from tests.simulator.shop import Shop

DAY = 86400


def transactions(shop: Shop, **filters: Any) -> list[Any]:
    """Oldest first."""
    page = shop.v1.balance_transactions.list({"limit": 100, "expand": ["data.source"], **filters})
    return list(reversed(page.data))


def test_a_charge_has_its_fee_and_a_refund_none(olena: Shop) -> None:
    intent = olena.pay("pm_card_visa", amount=10_000)
    olena.v1.refunds.create({"payment_intent": intent.id, "amount": 4_000})
    charge, refund = transactions(olena)
    assert (charge.type, charge.amount, charge.fee, charge.net) == ("charge", 10_000, 175, 9_825)
    assert (refund.type, refund.amount, refund.fee, refund.net) == ("refund", -4_000, 0, -4_000)
    assert charge.source.payment_intent == refund.source.payment_intent == intent.id
    assert charge.status == "pending" and charge.available_on % DAY == 0
    paid = olena.v1.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})
    assert paid.balance_transaction.id == charge.id == olena.v1.balance_transactions.retrieve(charge.id).id
    assert [one.id for one in transactions(olena, type="refund")] == [refund.id]
    assert [one.id for one in transactions(olena, source=charge.source.id)] == [charge.id]


@pytest.mark.parametrize(
    ("name", "currency", "amount", "settled", "fee", "rate"),
    [
        ("kenji", "jpy", 1_000, 1_000, 40, None),
        ("kenji", "eur", 1_000, 1_639, 50, 1.63934426),
        ("taras", "kwd", 1_000, 326, 30, 0.32608696),
        ("taras", "jpy", 1_000, 663, 35, 0.66304348),
    ],
)
def test_other_currencies_are_converted_into_the_account_s(
    request: pytest.FixtureRequest, name: str, currency: str, amount: int, settled: int, fee: int, rate: float | None
) -> None:
    shop: Shop = request.getfixturevalue(name)
    shop.pay("pm_card_visa", amount=amount, currency=currency)
    (charge,) = transactions(shop)
    assert (charge.amount, charge.fee, charge.currency) == (settled, fee, shop.account.currency)
    assert charge.exchange_rate == rate


def test_a_dispute_takes_its_money_and_a_fee_until_it_is_won(olena: Shop) -> None:
    intent = olena.pay("pm_card_visa", amount=5_000)
    post_control(olena, "disputes", 201, payment_intent=intent.id)
    post_control(olena, "disputes/stage", payment_intent=intent.id, stage="won")
    _charge, taken, back = transactions(olena)
    assert (taken.type, taken.reporting_category, taken.net) == ("adjustment", "dispute", -6_500)
    assert (back.type, back.reporting_category, back.net) == ("adjustment", "dispute_reversal", 6_500)
    assert len(olena.v1.disputes.list({}).data[0].balance_transactions) == 2


def test_a_payout_contains_what_was_available(olena: Shop) -> None:
    olena.pay("pm_card_visa", amount=10_000)
    assert not olena.v1.payouts.list({}).data
    post_control(olena, "clock", advance=2 * DAY)
    (payout,) = olena.v1.payouts.list({}).data
    own, charge = olena.v1.balance_transactions.list({"payout": payout.id}).data
    assert (payout.amount, payout.status, payout.automatic) == (9_825, "in_transit", True)
    assert (own.type, own.net, charge.net) == ("payout", -9_825, 9_825)
    post_control(olena, "clock", advance=DAY)
    assert olena.v1.payouts.retrieve(payout.id).status == "paid"


def test_a_payout_can_fail_and_be_made_by_hand(olena: Shop) -> None:
    olena.pay("pm_card_visa", amount=10_000)
    post_control(olena, "fees", 201, account="Olena", amount=100)
    made = post_control(olena, "payouts", 201, account="Olena")
    assert made["amount"] == 9_725
    assert post_control(olena, "payouts/fail", 201, payout=made["id"])["status"] == "failed"
    again = post_control(olena, "payouts", 201, account=accounts.OLENA.id, manual=True)
    assert (again["amount"], again["automatic"]) == (9_725, False)
    with pytest.raises(stripe.InvalidRequestError):
        olena.v1.balance_transactions.list({"payout": again["id"]})
    (book,) = requests.get(f"{olena.url}/simulator/balance", timeout=20).json()["data"]
    assert sum(one["net"] for one in book["transactions"]) == 0 and len(book["payouts"]) == 2
