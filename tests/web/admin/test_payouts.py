"""Admin → Payouts: sums by month and account, payouts with what they contain, exports, fees on an order's page."""

import csv
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from storefront.merchants import connect
from storefront.models import BalanceReading, BalanceTransaction, Merchant, Offer, Order, Payout, now
from storefront.payments import read_balance
from stripe_simulator import accounts
from tests.factories import connect_merchant
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of
from tests.web.query_count import plans_of, statements_of

PAGE = "/admin/money"


@pytest.fixture
def order(offer: Offer, simulator: Simulator) -> Order:
    """A paid order of €19.99."""
    return buy(offer, simulator)


def read() -> None:
    """The worker's next reading, without its wait."""
    BalanceReading.update(due_at=now()).execute()
    for merchant in Merchant.select_connected():
        read_balance(merchant)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_months_and_payouts_are_shown_and_exported(admin: FlaskClient, order: Order, simulator: Simulator) -> None:
    assert "Fees and payouts appear here" in text_of(admin.get(PAGE).text)
    simulator.pay_out("Olena")
    read()
    payout, merchant = Payout.get(), order.merchant
    page = admin.get(PAGE)
    text = text_of(page.text)
    assert "€19.99" in text and "€0.55" in text and "€19.44" in text and "On its way" in text
    key = f'data-merchant="{merchant.id}" data-mode="test" data-currency="EUR"'
    assert f'data-figure="net" data-month="{order.paid_at:%Y-%m}" {key} value="1944"' in page.text
    assert f'data-figure="paid-out" data-month="{order.paid_at:%Y-%m}" {key} value="1944"' in page.text
    contents = admin.get(f"{PAGE}/payouts/{payout.id}")
    assert f"#{order.number}" in contents.text and "View in Stripe" in contents.text
    (line,) = rows_of(admin.get(f"{PAGE}/months.csv").text)
    assert (line["gross"], line["fees"], line["net"], line["paid_out"]) == ("19.99", "0.55", "19.44", "19.44")
    exported = rows_of(admin.get(f"{PAGE}/transactions.csv?month={order.paid_at:%Y-%m}&merchant={merchant.id}").text)
    # Both may be of the same second.
    assert sorted((one["type"], one["net"], one["payout"]) for one in exported) == [
        ("charge", "19.44", payout.stripe_id),
        ("payout", "-19.44", payout.stripe_id),
    ]
    assert exported[0]["order"] == str(order.number)
    assert len(rows_of(admin.get(f"{PAGE}/payouts/{payout.id}.csv").text)) == 2
    for address in (f"{PAGE}/months", f"{PAGE}/payouts/{payout.id}"):
        links = re.findall(rf'href="({address}\.\w+)[^>]*>([^<]*)<', page.text + contents.text)
        assert links == [(f"{address}.csv", "Export (CSV)"), (f"{address}.xlsx", "Export (Excel)")]
    assert f'href="{PAGE}/transactions.csv?' in page.text
    for missing in ("payouts/999", "payouts/999.csv", "payouts/99999999999", "transactions.csv?merchant=999"):
        assert admin.get(f"{PAGE}/{missing}").status_code == 404


def test_an_order_shows_what_stripe_kept_and_the_payout_that_has_it(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    address = f"/admin/orders/{order.token}"
    assert "Fee and net aren’t known yet." in text_of(admin.get(address).text)
    read()
    text = text_of(admin.get(address).text)
    assert "€0.55" in text and "€19.44" in text and "Not paid out yet" in text
    simulator.pay_out("Olena")
    read()
    assert f'href="{PAGE}/payouts/{Payout.get().id}"' in admin.get(address).text


def test_a_key_that_may_not_read_the_balance_is_said_calmly(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    lacks = ["balance_transaction_source_read", "payout_read"]
    simulator.change_account(accounts.OLENA.id, lacks=lacks)
    read()
    page = admin.get(PAGE)
    assert "doesn’t have permission to read the balance" in text_of(page.text) and 'class="problem"' not in page.text
    order_page = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "doesn’t have permission to read the balance" in order_page


def test_modes_currencies_and_years_are_apart_and_disconnected_accounts_stay(admin: FlaskClient, order: Order) -> None:
    read()
    live = connect_merchant(accounts.TARAS, "live")
    values: dict[str, Any] = {"merchant": live, "type": "charge", "category": "charge", "amount": 500, "fee": 33}
    made = {"created_at": order.paid_at, "available_at": order.paid_at, "net": 467, "currency": "USD"}
    BalanceTransaction.create(stripe_id="txn_1", **values, **made)
    BalanceTransaction.create(stripe_id="txn_2", **values, **made | {"created_at": order.paid_at.replace(year=2024)})
    page = text_of(admin.get(PAGE).text)
    assert "$4.67" in page and "€19.44" in page
    assert "$4.67" not in text_of(admin.get(f"{PAGE}?mode=test").text)
    filtered = admin.get(f"{PAGE}?merchant={live.id}").text
    assert "€19.44" not in text_of(filtered)
    assert f'<option value="{live.id}" selected>' in filtered and f'<option value="{order.merchant_id}">' in filtered
    assert f"months.csv?merchant={live.id}" in filtered
    earlier = text_of(admin.get(f"{PAGE}?year=2024").text)
    assert "$4.67" in earlier and "€19.44" not in earlier and "2023" not in earlier
    Merchant.update(disconnected_at=order.paid_at).execute()
    assert "€19.44" in text_of(admin.get(PAGE).text)
    assert admin.get(f"{PAGE}?year=x&merchant=y&mode=z&after=a").status_code == 200


def test_long_lists_are_read_by_their_indexes(admin: FlaskClient, order: Order) -> None:
    merchant = order.merchant
    payouts = [
        {"merchant": merchant, "mode": "test", "stripe_id": f"po_{number}", "status": "paid", "amount": 100 + number}
        | {"currency": "EUR", "automatic": True, "created_at": order.paid_at, "arrives_at": order.paid_at}
        for number in range(120)
    ]
    Payout.insert_many(payouts).execute()
    first = Payout.select().order_by(Payout.id).get()
    rows = [
        {"merchant": merchant, "stripe_id": f"txn_{number}", "type": "charge", "category": "charge", "amount": 100}
        | {"fee": 2, "net": 98, "currency": "EUR", "payout": first}
        | {"created_at": order.paid_at, "available_at": order.paid_at}
        for number in range(120)
    ]
    BalanceTransaction.insert_many(rows).execute()
    for address in (PAGE, f"{PAGE}?mode=test", f"{PAGE}?merchant={merchant.id}", f"{PAGE}/payouts/{first.id}"):
        assert 'rel="next"' in admin.get(address).text
        assert len(statements_of(lambda address=address: admin.get(address))) <= 7
        plans = "\n".join(plans_of(lambda address=address: admin.get(address)).values())
        # The rows of each merchant's readings are read, of which there are two.
        assert len(re.findall(r"(SCAN|Seq Scan on) \"?(payout|balance_\w+|t1)\b(?! USING)", plans)) <= 1, plans
    address = re.search(r'href="([^"]+)" rel="next"', admin.get(PAGE).text)
    following = text_of(admin.get(address[1]).text) if address else ""
    assert "€1.69" in following and "€1.70" not in following


def test_the_connection_check_says_when_a_restricted_key_may_not_read_the_balance(
    admin: FlaskClient, simulator: Simulator
) -> None:
    simulator.change_account(accounts.OLENA.id, lacks=["balance_transaction_source_read"])
    keys = accounts.publishable_key(accounts.OLENA), accounts.restricted_key(accounts.OLENA, "NoWebhooks")
    merchant = connect("Olena's studio", *keys, "http://localhost")
    assert merchant.lacks == ["balance"]
    page = admin.get("/admin/settings/payment-systems/stripe").text
    assert '<p class="muted">The restricted key doesn’t have permission to read the balance.' in page
