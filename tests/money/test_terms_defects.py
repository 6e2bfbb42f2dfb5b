"""Defects of terms that were changed at Stripe. docs/defects.md describes them by their number, 33."""

import json
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db
from storefront.models import Email, Invoice
from storefront.worker import tasks
from tests.money import payment_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of

DAY = 86400


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    shared_shop.stripe_client.change_answer = str
    with db.connection():
        yield shared_shop
    shared_shop.stripe_client.change_answer = str


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    """A buyer with a subscription of €19.99 per month."""
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    return marko


@pytest.fixture
def owner(shop: InProcessShop, marko: Marko) -> FlaskClient:
    return signed_in_owner(shop)


def change_items(marko: Marko, *items: dict[str, object]) -> None:
    """Replace the items in Stripe's Dashboard; the shop gets the event."""
    answer = marko.shop.control(f"subscriptions/{marko.subscription.subscription_id}/items", items=list(items))
    assert answer.status_code == 200, answer.text
    marko.shop.deliver_webhooks()
    marko.shop.run_worker()


def pages(marko: Marko, owner: FlaskClient) -> dict[str, str]:
    """{page: its text} of the pages that show what the next charge is."""
    name = marko.subscription.public_id
    return {
        "the order's page": text_of(marko.open_order().text),
        "the customer's page": text_of(marko.open(marko.page).text),
        "the subscription's page": text_of(marko.open(f"{marko.page}/subscriptions/{name}").text),
        "the owner's page": text_of(owner.get(f"/admin/subscriptions/{name}").text),
        "the owner's list": text_of(owner.get("/admin/subscriptions").text),
    }


def owner_emails(shop: InProcessShop, kind: str) -> list[Email]:
    """The emails of this kind, after the mail has gone out."""
    shop.run(tasks.send_emails)
    return list(Email.select().where(Email.kind == kind))


@pytest.mark.parametrize(
    ("items", "amount", "interval"),
    [
        ([{"unit_amount": 2500}], "€25.00", "every month"),
        ([{"quantity": 3}], "€59.97", "every month"),
        ([{"interval": "year", "unit_amount": 19900}], "€199.00", "every year"),
        ([{"interval": "week", "interval_count": 2}], "€19.99", "every 2 weeks"),
        ([{}, {"unit_amount": 501}], "€25.00", "every month"),
        ([{"unit_amount": 1000, "quantity": 2}, {"unit_amount": 500, "quantity": 3}], "€35.00", "every month"),
    ],
    ids=["price", "quantity", "interval", "interval count", "added item", "items with quantities"],
)
def test_defect_33_pages_show_the_terms_of_all_items_at_stripe(
    items: list[dict[str, object]], amount: str, interval: str, shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    change_items(marko, *items)
    # The customer's pages write "/ month" where the owner reads "every month".
    short = {"every month": "/ month", "every year": "/ year"}.get(interval, interval)
    for page, text in pages(marko, owner).items():
        assert amount in text, f"{page}: {text}"
        terms = f"{amount} {interval if 'owner' in page else short}"
        assert terms in text or page == "the order's page", f"{page}: {text}"
    (told,) = owner_emails(shop, "owner_terms_changed")
    assert f"cost €19.99 every month. It was changed in Stripe, which now charges {amount} {interval}" in told.text
    assert marko.subscription.total.format("en") == amount
    assert marko.renew().total.format("en") == amount
    assert payment_checks.when_idle(shop.ledger()) == []
    shop.reconcile()
    assert len(owner_emails(shop, "owner_terms_changed")) == 1, "the owner is told once"


@pytest.mark.parametrize(
    ("items", "note"),
    [
        ([{}, {"interval": "year", "unit_amount": 9900}], "charged at different intervals"),
        ([{}, {"usage_type": "metered"}], "depends on what is used"),
        ([{"billing_scheme": "tiered"}], "depends on the quantity"),
    ],
    ids=["intervals", "metered", "tiered"],
)
def test_defect_33_terms_that_pages_cannot_show_are_named_there_and_told_to_the_owner(
    items: list[dict[str, object]], note: str, shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    change_items(marko, *items)
    shown = pages(marko, owner)
    for page, text in shown.items():
        assert note in text or page == "the owner's list", f"{page}: {text}"
    assert "set in Stripe" in shown["the owner's list"]
    assert "Contact the seller for the amount." in shown["the customer's page"]
    (told,) = owner_emails(shop, "owner_terms_unclear")
    assert note in told.text
    assert "Change price" not in shown["the owner's page"]
    change_items(marko, {"billing_scheme": "per_unit", "unit_amount": 1999})
    assert marko.subscription.unclear_terms == ""
    assert all("€19.99" in text for text in pages(marko, owner).values())


def with_fields(**fields: object) -> Callable[[str], str]:
    """Change the answers: subscriptions have these fields, which the simulator does not know."""

    def change(body: str) -> str:
        answer = json.loads(body)
        return json.dumps(answer | fields if answer.get("object") == "subscription" else answer)

    return change


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"discounts": ["di_1"]}, "A discount applies."),
        ({"automatic_tax": {"enabled": True, "liability": None, "disabled_reason": None}}, "Tax is added."),
    ],
    ids=["discount", "tax"],
)
def test_defect_33_amounts_that_stripe_changes_by_itself_are_not_shown(
    fields: dict[str, object], note: str, shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    shop.stripe_client.change_answer = with_fields(**fields)
    shop.reconcile()
    shown = pages(marko, owner)
    assert note in shown["the customer's page"] and note in shown["the owner's page"]
    assert len(owner_emails(shop, "owner_terms_unclear")) == 1


def test_defect_33_a_change_that_a_schedule_plans_is_announced(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    stripe_id = marko.subscription.subscription_id or ""
    item = shop.stripe_objects().subscriptions[stripe_id]["items"]["data"][0]
    price = shop.dashboard(
        "POST",
        "prices",
        product=item["price"]["product"],
        currency="eur",
        unit_amount="5000",
        **{"recurring[interval]": "month"},
    ).json["id"]
    schedule = shop.dashboard("POST", "subscription_schedules", from_subscription=stripe_id).json
    start, end = (str(schedule["current_phase"][name]) for name in ("start_date", "end_date"))
    phases = {
        "phases[0][items][0][price]": item["price"]["id"],
        "phases[0][start_date]": start,
        "phases[0][end_date]": end,
        "phases[1][items][0][price]": price,
        "phases[1][duration][interval]": "month",
        "end_behavior": "release",
    }
    answer = shop.dashboard("POST", f"subscription_schedules/{schedule['id']}", **phases)
    assert answer.status_code == 200, answer.text
    shop.deliver_webhooks()
    shop.run_worker()
    assert "A change of terms is scheduled." in pages(marko, owner)["the customer's page"]
    assert marko.renew().amount == 5000
    assert "€50.00 / month" in pages(marko, owner)["the customer's page"]
    assert len(owner_emails(shop, "owner_terms_changed")) == 1


def test_defect_33_the_first_of_several_periods_that_ends_is_the_next_charge(shop: InProcessShop, marko: Marko) -> None:
    end = marko.subscription.period_end
    change_items(marko, {}, {"interval": "year", "unit_amount": 9900})
    assert marko.subscription.next_charge_at == end


def test_defect_33_emails_name_the_terms_at_stripe(shop: InProcessShop, marko: Marko) -> None:
    change_items(marko, {"interval": "year", "unit_amount": 19900})
    for change in ({"pause_collection[behavior]": "void"}, {"pause_collection": ""}):
        shop.dashboard("POST", f"subscriptions/{marko.subscription.subscription_id}", **change)
        shop.deliver_webhooks()
        shop.run_worker()
    (resumed,) = owner_emails(shop, "subscription_resumed")
    assert "€199.00 every year" in resumed.text


def test_defect_33_emails_name_no_amount_that_stripe_does_not_charge(shop: InProcessShop, marko: Marko) -> None:
    change_items(marko, {}, {"usage_type": "metered"})
    for change in ({"pause_collection[behavior]": "void"}, {"pause_collection": ""}):
        shop.dashboard("POST", f"subscriptions/{marko.subscription.subscription_id}", **change)
        shop.deliver_webhooks()
        shop.run_worker()
    (resumed,) = owner_emails(shop, "subscription_resumed")
    assert "€" not in resumed.text and "an amount set by the seller" in resumed.text


def test_defect_33_a_new_price_keeps_the_interval_at_stripe(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    change_items(marko, {"interval": "year", "unit_amount": 19900})
    set_price(marko, owner, "150.00")
    item = shop.stripe_objects().subscriptions[marko.subscription.subscription_id]["items"]["data"][0]
    assert (item["price"]["unit_amount"], item["price"]["recurring"]["interval"]) == (15000, "year")
    assert len(owner_emails(shop, "owner_terms_changed")) == 1, "the shop's own change is no news"


def test_defect_33_the_price_of_one_item_among_several_is_not_changed_here(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    change_items(marko, {}, {"unit_amount": 501})
    set_price(marko, owner, "15.00")
    assert marko.subscription.next_unit_amount is None and marko.subscription.total.format("en") == "€25.00"


def set_price(marko: Marko, owner: FlaskClient, price: str) -> None:
    name = marko.subscription.public_id
    page = owner.get(f"/admin/subscriptions/{name}").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    owner.post(f"/admin/subscriptions/{name}/price", data={"csrf_token": token, "price": price})


def test_defect_33_a_change_back_is_told_too(shop: InProcessShop, marko: Marko) -> None:
    change_items(marko, {"unit_amount": 2500})
    change_items(marko, {"unit_amount": 1999})
    assert len(owner_emails(shop, "owner_terms_changed")) == 2
    assert marko.renew().amount == 1999


def test_defect_33_a_payment_plan_with_other_terms_still_ends_after_its_installments(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="plan", instalments=3)[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    change_items(marko, {"unit_amount": 2500}, {"unit_amount": 500})
    release_schedule(marko)
    for _month in range(4):
        if marko.subscription.is_running:
            marko.renew()
    assert [one.amount for one in Invoice.all_of(marko.subscription)] == [3000, 3000, 1999]
    assert marko.subscription.status == "canceled"


def release_schedule(marko: Marko) -> None:
    schedule = marko.shop.stripe_objects().subscriptions[marko.subscription.subscription_id]["schedule"]
    answer = marko.shop.dashboard("POST", f"subscription_schedules/{schedule}/release")
    assert answer.status_code == 200
    marko.shop.deliver_webhooks()
    marko.shop.run_worker()


def test_defect_33_a_payment_plan_with_another_interval_ends_after_its_installments(
    shop: InProcessShop,
) -> None:
    marko = Marko(shop, shop.reset(kind="plan", instalments=3)[1])
    marko.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    marko.renew()
    # The schedule would still end after three months.
    change_items(marko, {"interval": "week"})
    item = shop.stripe_objects().subscriptions[marko.subscription.subscription_id]["items"]["data"][0]
    assert item["price"]["recurring"]["interval"] == "week"
    page = text_of(marko.open(marko.page).text)
    assert "€19.99 / week" in page and "3 payments" not in page
    for _week in range(4):
        if marko.subscription.is_running:
            marko.renew()
    assert len(Invoice.all_of(marko.subscription)) == 3
