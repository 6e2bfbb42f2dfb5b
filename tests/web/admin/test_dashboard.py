"""The figures of the dashboard: for each mode and currency, equal to what the rows add up to."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.grow import grow
from storefront import settings
from storefront.models import (
    FIRST_INVOICE,
    Decline,
    Dispute,
    FoundPayment,
    Invoice,
    Order,
    Payment,
    PaymentRequest,
    Refund,
    Subscription,
    compact_counters,
    now,
    requests_offer,
)
from tests.factories import connect_merchant
from tests.money.counter_checks import counter_differences
from tests.money.figure_checks import counts_of, figure_differences, figures_of
from tests.operations.test_counters import every
from tests.shop_clock import time_set
from tests.web.admin_pages import post, text_of
from tests.web_client import stay_signed_in

# The first of the 30 days before KYIV_NOON begins in Kyiv with the second one.
AROUND_MIDNIGHT = (datetime(2027, 6, 1, 20, 59, tzinfo=UTC), datetime(2027, 6, 1, 21, tzinfo=UTC))
BEST = re.compile(r'<li><a href="/admin/offers/(\d+)".*?>(\d+) payments?<.*?<strong><data.*?>€([\d,.]+)<', re.DOTALL)
CHART_REVENUE = re.compile(r'data-figure="period-revenue" .*? value="(\d+)"')
KYIV_NOON = datetime(2027, 7, 1, 9, tzinfo=UTC)
MONTHLY_VALUES = [
    *(("month", 1, 1990, 1990), ("month", 3, 1000, 333), ("year", 1, 1990, 166)),
    *(("week", 2, 600, 1300), ("day", 1, 100, 3042)),
]


def dashboard(admin: FlaskClient, query: str = "") -> str:
    answer = admin.get(f"/admin{query}")
    assert answer.status_code == 200
    return answer.text


def test_a_new_shop_has_no_figures(admin: FlaskClient) -> None:
    assert figures_of(dashboard(admin)) == {}


def test_figures_equal_the_rows_in_both_modes_and_several_currencies(app: Flask, admin: FlaskClient) -> None:
    grow(120)
    live = connect_merchant(mode="live", name="Another")
    Order.update(currency="UAH").where(every(3, Order)).execute()
    Order.update(merchant=live).where(every(4, Order)).execute()
    Order.update(status="paid", paid_at=now()).where(every(2, Order)).execute()
    Order.update(paid_at=now() - timedelta(days=31)).where(every(5, Order), Order.paid_at.is_null(False)).execute()
    Order.update(paid_outside=True).where(every(7, Order)).execute()
    Invoice.update(failed_at=now()).execute()
    Invoice.update(status="paid", paid_at=now(), needs="", reason="subscription_cycle").where(
        every(2, Invoice)
    ).execute()
    Refund.update(created_at=now()).where(every(2, Refund)).execute()
    page = dashboard(admin)
    assert figure_differences(page) == []
    assert {(mode, currency) for _name, mode, currency in figures_of(page)} >= {("live", "UAH"), ("test", "UAH")}
    assert {name for name, _mode, _currency in figures_of(page)} >= {
        *("revenue", "orders", "refunds", "recovered", "at-risk")
    }


def test_figures_follow_the_chosen_mode(app: Flask, admin: FlaskClient) -> None:
    grow(60)
    Order.update(merchant=connect_merchant(mode="live", name="Another")).where(every(2, Order)).execute()
    both = figures_of(dashboard(admin))
    for mode in ("live", "test"):
        post(admin, "/admin/mode", mode=mode)
        assert figures_of(dashboard(admin)) == {key: value for key, value in both.items() if key[1] == mode}


def test_what_waits_for_the_owner_is_counted_for_programs_too(app: Flask, admin: FlaskClient) -> None:
    grow(120)
    live = connect_merchant(mode="live", name="Another")
    PaymentRequest.create(merchant=live, mode="live", title="A mural", amount=100, currency="EUR", language="en")
    PaymentRequest.update(state="open").execute()
    Order.update(withdrawn_at=now()).where(every(40, Order)).execute()
    payment = Payment.get()
    Decline.create(payment=payment, attempt="ch_1", address="192.0.2.7", offer_id=payment.order.offer_id)
    found = {"stripe_id": "pi_found", "amount": 100, "currency": "EUR", "livemode": False, "created_at": now()}
    FoundPayment.create(merchant=payment.merchant_id, **found)
    Dispute.update(status="needs_response").execute()
    Dispute.create(
        order=payment.order_id, payment=payment, dispute_id="dp_1", amount=1, currency="EUR", status="needs_response"
    )
    settings.save({"declines_per_address_hour": 1, "declines_per_offer_hour": 1})
    page = dashboard(admin)
    both = counts_of(page)
    assert figure_differences(page) == []
    assert {name for name, _mode in both} >= {
        *("open-withdrawals", "open-disputes", "found-payments", "open-requests", "open-renewals-authentication")
    }
    assert page.count('data-figure="declines" data-') == 2 and "data-currency" not in str(both)
    for mode, number in (("live", 1), ("test", PaymentRequest.select().count() - 1)):
        post(admin, "/admin/mode", mode=mode)
        assert counts_of(dashboard(admin))["open-requests", mode] == number


def test_revenue_is_compared_with_the_30_days_before(app: Flask, admin: FlaskClient) -> None:
    grow(60)
    Order.update(status="expired", paid_at=None).execute()
    Invoice.update(paid_at=None).execute()
    ids = [order.id for order in Order.select().order_by(Order.id).limit(12)]
    paid = {"status": "paid", "amount": 1000, "currency": "EUR", "paid_outside": False}
    Order.update(paid_at=now(), **paid).where(Order.id.in_(ids[:4])).execute()
    for before, words in ((0, ""), (1, "+300% "), (4, "0% "), (5, "−20% "), (8, "−50% ")):
        Order.update(paid_at=now() - timedelta(days=59), **paid).where(Order.id.in_(ids[4 : 4 + before])).execute()
        page = dashboard(admin)
        assert f"Revenue €40.00 {words}€{before * 10}.00 in the 30 days before" in text_of(page)
        assert page.count('<svg class="sparkline"') == 2 and figure_differences(page) == []


def test_the_monthly_value_of_a_subscription_follows_its_interval(app: Flask, admin: FlaskClient) -> None:
    grow(60)
    Subscription.update(status="canceled").execute()
    one = Subscription.select().order_by(Subscription.id).get()
    fixed = {"status": "active", "items_total": None, "discount": 0, "currency": "EUR", "quantity": 1, "instalments": 0}

    def change(**values: object) -> None:
        Subscription.update(values).where(Subscription.id == one.id).execute()

    for interval, count, amount, monthly in MONTHLY_VALUES:
        change(**fixed, interval=interval, every=count, unit_amount=amount)
        page = dashboard(admin)
        assert figures_of(page)["subscriptions", "test", "EUR"] == 1
        assert figures_of(page)["monthly-value", "test", "EUR"] == monthly
        assert figure_differences(page) == [] and "Active subscriptions 1 Monthly value:" in text_of(page)
    for other in ({"paused": True}, {"cancels_at_period_end": True}, {"instalments": 3}, {"status": "trialing"}):
        change(**other)
        page = dashboard(admin)
        assert figures_of(page).get(("monthly-value", "test", "EUR"), 0) == 0 and figure_differences(page) == []
        change(**fixed, paused=False, cancels_at_period_end=False)


def test_days_are_those_of_the_shops_time_zone(app: Flask, admin: FlaskClient) -> None:
    grow(60)
    Order.update(status="expired", paid_at=None).execute()
    ids = [order.id for order in Order.select().order_by(Order.id).limit(2)]
    paid = {"status": "paid", "amount": 1000, "currency": "EUR", "paid_outside": False}
    for order_id, at in zip(ids, AROUND_MIDNIGHT, strict=True):
        Order.update(paid_at=at, **paid).where(Order.id == order_id).execute()
    with time_set(KYIV_NOON):
        stay_signed_in()
        for zone, orders in (("UTC", 0), ("Europe/Kyiv", 1), ("Asia/Tokyo", 2), ("America/New_York", 0), ("UTC", 0)):
            settings.set_time_zone(zone)
            page = dashboard(admin)
            assert figures_of(page).get(("orders", "test", "EUR"), 0) == orders, zone
            assert figure_differences(page) == counter_differences() == [], zone


def taken_since(day: date) -> int:
    """What was paid in EUR since the beginning of this day in UTC."""
    orders = [(one.paid_at, one.amount) for one in Order.select() if one.is_settled and not one.paid_outside]
    renewals = Invoice.select().where(Invoice.status == "paid", Invoice.reason != FIRST_INVOICE)
    paid = [*orders, *((one.paid_at, one.amount_received or one.amount_paid) for one in renewals)]
    return sum(amount for at, amount in paid if at and at.date() >= day)


def test_the_chart_has_a_table_by_day_week_and_month(app: Flask, admin: FlaskClient) -> None:
    grow(90)
    day, revenue = now().date(), {}
    begins = {
        "day": day - timedelta(days=29),
        "week": day - timedelta(days=day.weekday() + 7 * 25),
        "month": date(day.year - (day.month < 12), day.month % 12 + 1, 1),
    }
    for by, rows in (("day", 30), ("week", 26), ("month", 12)):
        page = dashboard(admin, f"?by={by}&of=test-EUR")
        assert figure_differences(page) == []
        amounts = [int(amount) for amount in CHART_REVENUE.findall(page)]
        assert len(amounts) == rows and f'by={by}&amp;of=test-EUR#sales-section" aria-current="page"' in page
        revenue[by] = sum(amounts)
        assert "uPlot.iife.min" in page and "uPlot" not in admin.get("/admin/orders").text
    assert revenue["day"] == figures_of(page)["revenue", "test", "EUR"]
    for by, begin in begins.items():
        assert revenue[by] == taken_since(begin), by
    for unknown in ("?by=hour&of=x", "?of=live-EUR", "?by=&of="):
        assert len(CHART_REVENUE.findall(dashboard(admin, unknown))) == 30


def test_the_best_offers_of_a_month_are_those_that_took_the_most(app: Flask, admin: FlaskClient) -> None:
    grow(200, offers=12)
    this_month = now().replace(day=1)
    last_month = this_month - timedelta(days=1)
    Order.update(status="paid", paid_at=this_month).where(every(2, Order)).execute()
    Order.update(status="paid", paid_at=last_month).where(every(3, Order)).execute()
    # On PostgreSQL some changes are merged, and others are not.
    while compact_counters():
        pass
    Order.update(amount=Order.amount + 1).where(every(7, Order)).execute()
    for month, query in ((this_month, ""), (last_month, f"?month={last_month:%Y-%m}")):
        sums: dict[int, list[int]] = {}
        for offer_id, at, amount in sold_in_eur():
            if at.strftime("%Y-%m") == month.strftime("%Y-%m"):
                sums.setdefault(offer_id, []).append(amount)
        best = sorted(((sum(amounts), -offer_id, len(amounts)) for offer_id, amounts in sums.items()), reverse=True)[:5]
        page = dashboard(admin, query)
        assert figure_differences(page) == [] and page.count('data-figure="offer-revenue"') == 5
        shown = BEST.findall(page)
        assert [(int(re.sub(r"\D", "", money)), -int(one), int(number)) for one, number, money in shown] == best
    assert f"month={last_month:%Y-%m}" in dashboard(admin)


def sold_in_eur() -> list[tuple[int, datetime, int]]:
    """(offer, time, amount) of what was paid in EUR, without payment requests."""
    orders = [one for one in Order.select() if one.is_settled and one.paid_at and not one.paid_outside]
    renewals = Invoice.select(Invoice, Subscription).join(Subscription)
    renewals = renewals.where(Invoice.status == "paid", Invoice.reason != FIRST_INVOICE, Invoice.currency == "EUR")
    requests = requests_offer().id
    return [
        *(
            (one.offer_id, one.paid_at, one.amount)
            for one in orders
            if one.currency == "EUR" and one.offer_id != requests
        ),
        *((one.subscription.offer_id, one.paid_at, one.amount_received or one.amount_paid) for one in renewals),
    ]
