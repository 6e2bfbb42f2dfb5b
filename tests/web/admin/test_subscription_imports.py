"""Settings → Stripe → Import subscriptions."""

import re

import pytest
import requests
from flask.testing import FlaskClient

from storefront import worker
from storefront.models import Email, ImportedPrice, Merchant, Offer, Order, Subscription, UnclearTerms
from storefront.worker import tasks
from tests.factories import make_offer
from tests.simulator_process import Simulator
from tests.stripe_subscriptions import Api, api_of, make_price, make_subscription
from tests.web.admin_pages import STRIPE, alerts_of, post, status_of, text_of


@pytest.fixture
def stripe(simulator: Simulator) -> Api:
    return api_of(simulator)


def page_of(merchant: Merchant) -> str:
    return f"{STRIPE}/{merchant.public_id}/subscriptions-import"


def test_the_owner_sees_what_can_be_imported_and_imports_it(
    admin: FlaskClient, merchant: Merchant, stripe: Api
) -> None:
    one = make_subscription(stripe)
    price = stripe("GET", f"subscriptions/{one}")["items"]["data"][0]["price"]["id"]
    make_subscription(stripe, "", **{"items[0][price]": price})
    page = page_of(merchant)
    assert f'href="{page}"' in admin.get(STRIPE).text
    shown = text_of(admin.get(page).text)
    assert "Halyna halyna@example.com Active A box of tea" in shown
    assert "Can’t be imported: The customer has no valid email address." in shown
    answer = post(admin, page, chosen=one, **{f"offer-{price}": "new"})
    assert (answer.status_code, answer.location) == (303, page)
    subscription = Subscription.get()
    after = admin.get(page).text
    assert "1 subscription imported." in status_of(after)
    assert f'href="/admin/subscriptions/{subscription.public_id}">Already in this shop' in after
    assert "halyna@example.com" in admin.get("/admin/subscriptions").text
    assert "Subscription imported from Stripe." in text_of(admin.get(f"/admin/orders/{subscription.order.token}").text)
    assert Email.select().count() == 0
    again = post(admin, page, chosen=one)
    assert again.status_code == 303 and Subscription.select().count() == 1


def test_an_existing_offer_stands_for_the_price(admin: FlaskClient, merchant: Merchant, stripe: Api) -> None:
    tea = make_offer(merchant, "12.50", title="Tea by post", kind="recurring", cancellation="now")
    one = make_subscription(stripe)
    price = stripe("GET", f"subscriptions/{one}")["items"]["data"][0]["price"]["id"]
    page = page_of(merchant)
    assert f'<option value="{tea.id}" selected>' in admin.get(page).text, "it has the same price and interval"
    unknown = post(admin, page, chosen=one, **{f"offer-{price}": 12345})
    assert unknown.status_code == 422 and "Choose an offer." in alerts_of(unknown.text)
    assert re.search(rf'value="{one}"[^>]* checked', unknown.text), "the selection is kept"
    post(admin, page, chosen=one, **{f"offer-{price}": tea.id})
    assert (Order.get().offer, Order.get().title, Order.get().cancellation) == (tea, "Tea by post", "now")
    assert ImportedPrice.get().offer == tea


def test_a_tax_that_stripe_adds_is_said_in_place_of_the_amount(
    admin: FlaskClient, merchant: Merchant, stripe: Api
) -> None:
    vat = stripe("POST", "tax_rates", display_name="VAT", percentage="20", inclusive="false")["id"]
    one = make_subscription(stripe, **{"default_tax_rates[0]": vat})
    price = stripe("GET", f"subscriptions/{one}")["items"]["data"][0]["price"]["id"]
    page = page_of(merchant)
    assert "Stripe adds tax, so the shop can’t show the exact amount." in text_of(admin.get(page).text)
    post(admin, page, chosen=one, **{f"offer-{price}": "new"})
    assert Subscription.get().unclear_terms == UnclearTerms.TAX


def test_a_price_that_no_offer_can_have_is_an_error_at_its_field(
    admin: FlaskClient, merchant: Merchant, stripe: Api
) -> None:
    # Ten letters at ten cents: an offer costs at least fifty.
    one = make_subscription(
        stripe, **{"items[0][price]": make_price(stripe, unit_amount="10"), "items[0][quantity]": "10"}
    )
    answer = post(admin, page_of(merchant), chosen=one)
    assert answer.status_code == 422 and "No new offer could be made:" in alerts_of(answer.text)
    assert not Order.select().exists()


def test_everything_is_imported_in_the_background(admin: FlaskClient, merchant: Merchant, stripe: Api) -> None:
    price = make_price(stripe)
    for name in ("halyna", "taras", "iryna"):
        make_subscription(stripe, f"{name}@example.com", **{"items[0][price]": price})
    make_subscription(stripe, "", **{"items[0][price]": price})
    page = page_of(merchant)
    assert "Nothing is being imported." in admin.get(f"{page}/progress").text
    answer = post(admin, f"{page}/all")
    assert (answer.status_code, answer.location) == (303, f"{page}/progress")
    assert "Importing…" in admin.get(f"{page}/progress").text
    tasks.continue_imports()
    assert "Checked 4 Imported 3 Can’t be imported 1" in text_of(admin.get(f"{page}/progress").text)
    assert {order.email for order in Order.select()} == {f"{name}@example.com" for name in ("halyna", "taras", "iryna")}
    worker.reconcile(everything=True)
    assert Email.select().count() == 0 and Offer.select().count() == 1


def test_an_import_can_be_stopped(admin: FlaskClient, merchant: Merchant, stripe: Api) -> None:
    make_subscription(stripe)
    page = page_of(merchant)
    post(admin, f"{page}/all")
    post(admin, f"{page}/stop")
    tasks.continue_imports()
    assert not Subscription.select().exists()
    assert "Import finished" in admin.get(f"{page}/progress").text


def test_while_stripe_is_away_nothing_that_was_chosen_is_lost(
    admin: FlaskClient, merchant: Merchant, stripe: Api, simulator: Simulator
) -> None:
    one = make_subscription(stripe)
    fault = {"path": "/v1/subscriptions*", "kind": "error_before", "times": 9}
    requests.post(f"{simulator.url}/simulator/faults", json=fault, timeout=60).raise_for_status()
    page = page_of(merchant)
    assert admin.get(page).status_code == 503
    answer = post(admin, page, chosen=one)
    assert answer.status_code == 503 and "Nothing was imported." in alerts_of(answer.text)
    assert f'name="chosen" value="{one}"' in answer.text and "Try again" in answer.text
    requests.delete(f"{simulator.url}/simulator/faults", timeout=60)


def test_a_page_of_the_list_is_found_by_its_cursor(admin: FlaskClient, merchant: Merchant, stripe: Api) -> None:
    price = make_price(stripe)
    made = [make_subscription(stripe, f"no{number}@example.com", **{"items[0][price]": price}) for number in range(26)]
    page = page_of(merchant)
    first = admin.get(page).text
    assert f"after={made[1]}" in first and "no0@example.com" not in first
    second = admin.get(f"{page}?after={made[1]}").text
    assert "no0@example.com" in second and "First page" in second
    assert "no25@example.com" in admin.get(f"{page}?after=anything").text, "what is no cursor is the beginning"
    assert post(admin, page, after=made[1], chosen=made[0]).location == f"{page}?after={made[1]}"
    assert Order.get().email == "no0@example.com"
