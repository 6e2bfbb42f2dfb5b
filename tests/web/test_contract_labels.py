"""The labels that scripts and people outside know each page by, in English. They never change; new pages add theirs."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer, PromoCode, Subscription
from storefront.offers import OptionFields
from tests.cast import MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import STRIPE, text_of

# What can carry a label.
LABELED = re.compile(r"<(label|button|a|legend|summary|option|h1|h2|dt|th)\b[^>]*>(.*?)</\1>", re.DOTALL)
SETTINGS = "/admin/settings"
# {address: labels} of pages of the admin that need nothing but a merchant.
ADMIN = {
    f"{SETTINGS}/payment-systems": "Stripe",
    STRIPE: "Add new merchant, Edit, Check connection, Disconnect",
    f"{STRIPE}/new": "Account name, Publishable key, Secret key, Save",
    "/admin/offers": "New offer",
    "/admin/offers/new": """Title, Address, Description, Price, Currency, Payment system, Language, Status, Draft,
        Published, Archived, Listed, Thank-you page, Kind, One-off, Recurring, Payment plan, Every, Interval, Day, Week,
        Month, Year, Trial days, Instalments, Stock, Save, Publish, Preview, Add price option, Pay what you want,
        Minimum price, Suggested price, Add add-on, Add question, On sale from, On sale until, Minimum quantity,
        Waiting list, Tax name, Tax rate, Prices include tax, Add tax rate, Ask for shipping address,
        Add shipping price, Ask for country, Ask for company, Redirect after payment, Right of withdrawal, Reason,
        Allowed sites""",
    "/admin/promo-codes": "New promo code",
    "/admin/promo-codes/new": """Code, Percent off, Amount off, Currency, Offers, Applies to, First payment,
        Every payment, Starts, Ends, Total uses, Uses per customer, Save""",
    "/admin/payment-requests": "New payment request",
    "/admin/payment-requests/new": """Description, Amount, Currency, Payment system, Customer name, Customer email,
        Expires, Language, Create""",
    "/admin/orders": "Export (CSV)",
    f"{SETTINGS}/shop": """Shop name, Logo, Accent color, Contact email, Contact phone, Legal name, Business address,
        Country, Tax number, Time zone, Default language, Reply-to, Save""",
    f"{SETTINGS}/legal": "Terms of sale, Privacy policy, Refund policy, Ask for consent at checkout, Save",
}
KYIV = '{"line1": "Khreshchatyk 1", "city": "Kyiv", "postal_code": "01001"}'
QUESTIONS = "Short text, Long text, Choice, Checkbox, Date, Phone, Address"


def missing(page: str, labels: Iterable[str]) -> list[str]:
    """The labels that nothing on the page has, or begins with."""
    texts = [text_of(inner).strip() for _tag, inner in LABELED.findall(page)]
    return [label for label in labels if not any(re.match(rf"{re.escape(label)}(?!\w)", text) for text in texts)]


def split(labels: str) -> list[str]:
    return [" ".join(label.split()) for label in labels.split(",")]


def test_pages_of_the_admin_have_the_labels_that_are_known_outside(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant
) -> None:
    PromoCode.create(code="FRIENDS", percent=1_000)
    found = {address: missing(admin.get(address).text, split(labels)) for address, labels in ADMIN.items()}
    found["/admin/login"] = missing(client.get("/admin/login").text, ["Email", "Password", "Sign in"])
    assert not {address: labels for address, labels in found.items() if labels}


def test_rows_of_the_offers_form_have_their_labels(admin: FlaskClient, merchant: Merchant) -> None:
    form = admin.get("/admin/offers/new").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token
    for button, labels in (
        ("options", "Label, Kind, Price"),
        ("addons", "Title, Price"),
        ("questions", f"Question, Type, {QUESTIONS}, Choices, Required"),
        ("tax_rates", "Country, Rate"),
        ("shipping", "Country, Price"),
    ):
        data = {"csrf_token": token[1], "rows": f"{button} add"}
        assert missing(admin.post("/admin/offers", data=data).text, split(labels)) == [], button


def test_an_order_has_its_actions(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    paid = buy(offer, simulator)
    page = admin.get(f"/admin/orders/{paid.token}").text
    assert f'data-status="{paid.status}"' in page and missing(page, ["Refund", "Sync with Stripe"]) == []
    form = admin.get(f"/admin/orders/{paid.token}/refunds/new").text
    assert missing(form, ["Amount", "Reason"]) == [] and re.search(r"<button[^>]*>\s*Refund", form)
    unpaid = start_checkout(offer, replace(MARKO, visit="another-visit-of-marko")).order
    assert missing(admin.get(f"/admin/orders/{unpaid.token}").text, ["Send payment link"]) == []


def test_a_saved_offer_and_an_order_to_be_sent_have_their_actions(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = make_offer(merchant, asks_shipping=True)
    delivery = admin.get(f"/admin/offers/{offer.id}").text
    assert missing(delivery, ["Add file", "Add link", "Add license keys", "Add text"]) == []
    posted = buy(offer, simulator, replace(MARKO, company={"country": "UA", "shipping_address": KYIV}))
    assert missing(admin.get(f"/admin/orders/{posted.token}").text, ["Mark as sent"]) == []
    form = admin.get(f"/admin/orders/{posted.token}/shipment").text
    assert missing(form, ["Tracking number", "Mark as sent"]) == []


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({}, "Email, Name, Have a promo code?, Promo code, Apply, Pay"),
        ({"max_quantity": 3}, "Quantity, Pay"),
        ({"kind": "recurring"}, "Subscribe"),
        ({"kind": "recurring", "trial_days": 7}, "Start trial"),
        ({"asks_country": True, "asks_company": True}, "Country, Company, VAT ID"),
        ({"pay_what_you_want": True, "minimum_price": "5"}, "Your price"),
        (
            {"option_label": "Once", "options": (OptionFields("options-0", "Later", "9.00"),)},
            "Price option, Once, Later",
        ),
    ],
)
def test_an_offers_page_has_its_fields(
    client: FlaskClient, merchant: Merchant, changes: dict[str, object], labels: str
) -> None:
    PromoCode.create(code="FRIENDS", percent=1_000)
    page = client.get(f"/o/{make_offer(merchant, **changes).slug}").text
    assert missing(page, split(labels)) == []
    assert 'id="card-element"' in page and "UA</" in page and "US</" in page and "RU</" in page


def test_a_sold_out_page_and_the_pages_of_an_order_have_theirs(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, subscription: Subscription
) -> None:
    last = make_offer(merchant, stock=1, waiting_list=True, withdrawal_days=14)
    order = buy(last, simulator, replace(MARKO, visit="the-last-visit-of-marko"))
    assert missing(client.get(f"/o/{last.slug}").text, ["Email", "Tell me when it’s back"]) == []
    thanks = client.get(f"/orders/{order.token}/thank-you").text
    assert missing(thanks, ["Thank you", "Withdraw from contract here"]) == []
    assert missing(client.get(f"/orders/{order.token}/withdraw").text, ["Confirm withdrawal"]) == []
    unpaid = start_checkout(make_offer(merchant), replace(MARKO, visit="a-late-visit-of-marko")).order
    assert missing(client.get(f"/orders/{unpaid.token}").text, ["Try again"]) == []
    assert missing(client.get(f"/orders/{unpaid.token}/pay").text, ["Pay"]) == []
