"""Lists of the admin run few SQL statements: for any number of rows, with and without search and filters."""

from flask.testing import FlaskClient

from storefront.models import Merchant
from tests.factories import make_offer
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe
from tests.web.query_count import queries_of

MOST = 6

SUBSCRIPTIONS = "/admin/subscriptions"
LISTS = (
    "/admin/orders",
    "/admin/orders?status=paid&mode=test",
    "/admin/orders?q=marko",
    "/admin/orders?q=nobody&status=paid",
    "/admin/offers",
    "/admin/customers",
    "/admin/customers?q=marko",
    "/admin/emails",
    "/admin/emails?q=marko&state=sent",
    SUBSCRIPTIONS,
    f"{SUBSCRIPTIONS}?status=past_due&mode=test",
    f"{SUBSCRIPTIONS}?q=marko",
    f"{SUBSCRIPTIONS}?q=marko&offer=1",
    f"{SUBSCRIPTIONS}/needs-authentication",
    f"{SUBSCRIPTIONS}/needs-authentication?q=marko",
    f"{SUBSCRIPTIONS}/needs-card?offer=1",
    "/admin/settings/payment-systems/stripe",
)


def test_a_list_runs_few_statements(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    empty = {address: queries_of(admin, address) for address in LISTS}
    for title in ("Coffee", "Tea"):
        renew(subscribe(make_offer(merchant, kind="recurring", title=title), simulator), simulator, "asks")
    full = {address: queries_of(admin, address) for address in LISTS}
    many = {address: number for found in (empty, full) for address, number in found.items() if number > MOST}
    assert not many
