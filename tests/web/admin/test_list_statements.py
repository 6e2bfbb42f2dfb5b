"""Lists of the admin run few SQL statements: for any number of rows, with and without search and filters.

`LISTED_ORDERS=100000` makes the comparison of a small with a grown shop at that size.
"""

import os

from flask.testing import FlaskClient

from benchmarks.grow import grow
from storefront.models import Merchant, StripeRefusal, now
from tests.factories import make_offer
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe
from tests.web.query_count import queries_of
from tests.web_client import stay_signed_in

MOST = 6
FEW, MANY = 300, int(os.environ.get("LISTED_ORDERS", "1500"))

SUBSCRIPTIONS, STRIPE = "/admin/subscriptions", "/admin/settings/payment-systems/stripe"
LISTS = (
    "/admin/orders",
    "/admin/orders?status=paid&mode=test",
    "/admin/orders?q=marko",
    "/admin/orders?q=nobody&status=paid",
    "/admin/orders?q=marko&offer_title=tea",
    "/admin/orders/abandoned",
    "/admin/offers",
    "/admin/customers",
    "/admin/customers?q=marko",
    "/admin/customers?sort=orders&from=2026-01-05",
    "/admin/customers?status=paid&offer=1&q=marko",
    "/admin/offers?from=2026-01-05&sort=amount",
    "/admin/payment-requests",
    "/admin/promo-codes",
    "/admin/documents",
    "/admin/money",
    "/admin/money?mode=test",
    "/admin/customers?sort=fewest&from=2026-01-05&to=2027-01-05&mode=test",
    "/admin/emails?offer_title=tea&state=sent&kind=receipt",
    "/admin/emails",
    "/admin/emails?q=marko&state=sent",
    SUBSCRIPTIONS,
    f"{SUBSCRIPTIONS}?status=past_due&mode=test",
    f"{SUBSCRIPTIONS}?q=marko",
    f"{SUBSCRIPTIONS}?q=marko&offer=1",
    f"{SUBSCRIPTIONS}/needs-authentication",
    f"{SUBSCRIPTIONS}/needs-authentication?q=marko",
    f"{SUBSCRIPTIONS}/needs-card?offer=1",
    f"{SUBSCRIPTIONS}/needs-card?q=marko&offer_title=tea&status=past_due",
    STRIPE,
    f"{STRIPE}?q=studio",
    f"{STRIPE}?state=disconnected",
    "/admin/settings/audit",
    "/admin/settings/audit?q=tea&about=offer",
    "/admin/settings/team",
    "/admin/settings/webhooks",
    "/admin/settings/api",
)
# Searches that find many, few and nothing, in the rows that benchmarks.grow makes.
GROWN = (
    *("/admin/found-payments", "/admin/offers?q=e", "/admin/settings/audit?q=a"),
    *(f"/admin/orders?q={typed}" for typed in ("1100", "нна", "@example.com", "@example.com&status=refunded")),
    *("/admin/customers?q=@example.com", "/admin/customers?q=@example.com&sort=orders", "/admin/emails?q=@example.com"),
    *(f"{SUBSCRIPTIONS}?q=@example.com", f"{SUBSCRIPTIONS}/needs-card?q=@example.com"),
)


def test_a_list_runs_few_statements(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    with time_set(now()):
        stay_signed_in()
        empty = {address: queries_of(admin, address) for address in LISTS}
    for title in ("Coffee", "Tea"):
        renew(subscribe(make_offer(merchant, kind="recurring", title=title), simulator), simulator, "asks")
    with time_set(now()):
        stay_signed_in()
        full = {address: queries_of(admin, address) for address in LISTS}
    many = {address: number for found in (empty, full) for address, number in found.items() if number > MOST}
    assert not many


def test_lists_and_searches_run_as_few_statements_in_a_grown_shop_as_in_a_small_one(
    admin: FlaskClient, merchant: Merchant
) -> None:
    grow(FEW)
    # While the clock stands still, no request also writes that the session is still in use.
    with time_set(now()):
        stay_signed_in()
        small = {address: queries_of(admin, address) for address in (*LISTS, *GROWN)}
        grow(MANY)
        grown = {address: queries_of(admin, address) for address in small}
    # One that has more rows than a page counts them.
    more = {address: (small[address], number) for address, number in grown.items() if number > small[address] + 1}
    assert not more and max(grown.values()) <= MOST + 1


def test_the_list_of_stripe_accounts_runs_as_few_whatever_state_they_are_in(
    admin: FlaskClient, merchant: Merchant
) -> None:
    columns = {name: value for name, value in merchant.__data__.items() if name not in ("id", "public_id")}
    for number in range(9):
        own = {"public_id": f"m{number}", "publishable_key": f"pk_{number}", "stripe_account_id": f"acct_{number}"}
        states = {"disconnecting_at": now() if number < 3 else None, "disconnected_at": now() if number > 5 else None}
        StripeRefusal.create(merchant=Merchant.create(**columns | own | states), call="refund", kind="charges")
    page = admin.get(STRIPE).text
    assert "Being disconnected" in page and page.count("disconnected") > 3
    assert queries_of(admin, STRIPE) <= MOST
