"""Balance transactions and payouts are read from Stripe, in batches, and add up to what Stripe says."""

from collections.abc import Iterator

import pytest

from storefront import db, payments
from storefront.models import BalanceList, BalanceReading, BalanceTransaction, EventClaim, Merchant, Offer, Payout
from storefront.money import Money
from storefront.payments.balance import reading
from storefront.worker import periodic
from stripe_simulator import accounts
from tests.cards import GOOD, REFUND_FAILS
from tests.factories import connect_merchant, make_offer
from tests.money import balance_checks
from tests.money.buyer import Marko
from tests.money.counter_checks import counter_differences
from tests.money.in_process_shop import InProcessShop

DAY, TEN_MINUTES = 86400, 601


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """An empty shop with one offer of €19.99."""
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, Offer.get())


def read(shop: InProcessShop, times: int = 1) -> None:
    for _time in range(times):
        shop.advance_clock(TEN_MINUTES)
        shop.run(periodic.read_balances)


def differences(shop: InProcessShop) -> list[str]:
    return [*balance_checks.when_idle(shop.stripe.store), *counter_differences()]


def test_fees_refunds_disputes_and_payouts_are_those_of_stripe(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    other = Marko(shop, marko.offer, "visit-of-another")
    other.buy(REFUND_FAILS)
    shop.control("refunds", payment_intent=other.intent)
    shop.control("advance")
    third = Marko(shop, marko.offer, "visit-of-the-third")
    third.buy()
    shop.control("disputes", payment_intent=third.intent)
    read(shop)
    assert differences(shop) == []
    shop.control("disputes/stage", payment_intent=third.intent, stage="won")
    shop.control("fees", account="Olena", amount=75)
    shop.advance_clock(2 * DAY)
    read(shop)
    assert differences(shop) == [] and Payout.get().status == "in_transit"
    shop.advance_clock(DAY)
    read(shop)
    assert differences(shop) == [] and Payout.get().status == "paid"
    assert {row.category for row in BalanceTransaction.select()} == {"charge", "refund", "dispute", "payout", "other"}


def test_a_payout_that_fails_comes_back_and_one_made_by_hand_has_no_contents(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    made = shop.control("payouts", account="Olena").json
    read(shop)
    assert made is not None and Payout.get().contents_at is not None
    shop.control("payouts/fail", payout=made["id"])
    shop.control("payouts", account="Olena", manual=True)
    read(shop)
    failed, by_hand = Payout.select().order_by(Payout.created_at)
    assert (failed.status, failed.failure) == ("failed", "account_closed")
    assert (by_hand.automatic, by_hand.contents_at) == (False, None)
    assert differences(shop) == []


def test_other_currencies_keep_what_was_charged_beside_what_was_settled(shop: InProcessShop) -> None:
    taras = connect_merchant(accounts.TARAS)
    kenji = connect_merchant(accounts.KENJI)
    Marko(shop, make_offer(taras, currency="JPY", price="1500"), "visit-in-yen-0000001").buy()
    Marko(shop, make_offer(kenji, currency="EUR"), "visit-in-euros-00001").buy()
    read(shop)
    in_dollars, in_yen = BalanceTransaction.select().order_by(BalanceTransaction.currency.desc())
    assert (in_dollars.charged, in_dollars.exchange_rate) == (Money(1500, "JPY"), "0.66304348")
    assert (in_yen.charged_amount, in_yen.charged_currency, in_yen.fee) == (1999, "EUR", 74)
    assert differences(shop) == []
    assert len({(one.mode, one.currency) for one in payments.balance_sums("2000-01", "2999-12").months}) == 2


def test_a_long_history_is_read_in_several_runs_while_new_payments_come(
    shop: InProcessShop, marko: Marko, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.stripe_gateway.payments.balance.PAGE", 2)
    monkeypatch.setattr(reading, "MOST_PAGES", 2)
    for number in range(12):
        shop.control("fees", account="Olena", amount=100 + number)
        shop.advance_clock(1)
    shop.run(periodic.read_balances)
    assert BalanceTransaction.select().count() == 4
    marko.buy()
    shop.control("payouts", account="Olena")
    for number in range(8):
        shop.control("fees", account="Olena", amount=200 + number)
    read(shop, 12)
    assert differences(shop) == []


def test_a_merchant_is_read_by_one_worker_at_a_time_and_woken_by_its_payouts(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    token, _mine = EventClaim.take([(Merchant.get().id, reading.CLAIM)])
    shop.run(periodic.read_balances)
    assert not BalanceTransaction.select().count()
    EventClaim.give_up(token)
    shop.run(periodic.read_balances)
    assert BalanceTransaction.select().count() == 1
    shop.control("payouts", account="Olena")
    shop.run(periodic.read_balances)
    assert not Payout.select().count(), "it is read every ten minutes only"
    shop.deliver_webhooks()
    shop.run_worker()
    assert Payout.select().count() == 1 and differences(shop) == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_stripe_is_asked_less_and_less_often(shop: InProcessShop, marko: Marko, status: int) -> None:
    marko.buy()
    shop.control("faults", kind="status", status=status, times=1000)
    for _time in range(4):
        read(shop)
    row = BalanceReading.get(BalanceReading.list == BalanceList.TRANSACTIONS)
    assert row.problem == "no_answer" and row.failures > 1
    shop.clear_faults()
    shop.advance_clock(DAY)
    read(shop)
    assert differences(shop) == []


def test_a_key_that_may_not_read_the_balance_stops_nothing_else(shop: InProcessShop, marko: Marko) -> None:
    shop.control(f"accounts/{accounts.OLENA.id}", lacks=["balance_transaction_source_read", "payout_read"])
    marko.buy(GOOD)
    read(shop)
    shop.run_worker()
    assert {row.problem for row in BalanceReading.select()} == {"permission"}
    assert Merchant.get().stripe_refusals.count() == 0
    shop.control(f"accounts/{accounts.OLENA.id}", lacks=[])
    shop.advance_clock(DAY)
    read(shop)
    assert differences(shop) == []
