"""Taxes: what the page shows is what is charged, the order keeps it, and all sums are equal."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, payments, pricing, subscriptions
from storefront.customers import export_data
from storefront.models import (
    Email,
    Invoice,
    Merchant,
    Offer,
    Order,
    OrderLine,
    Payment,
    PromoCode,
    ShopProfile,
    Subscription,
)
from storefront.money import Money
from storefront.offers import AddonFields, OptionFields, ShippingPriceFields, TaxFields, TaxRateFields
from tests.cards import GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import refresh
from tests.simulator_process import Simulator
from tests.subscription_steps import renew
from tests.web.admin_pages import text_of

VAT = TaxFields("VAT", "20")
ON_TOP = TaxFields("VAT", "20", included=False)
COMPANY = {"country": "DE", "company": "Farben & Ton GmbH", "vat_id": "DE136695976"}


def rates(*rows: tuple[str, str]) -> tuple[TaxRateFields, ...]:
    return tuple(TaxRateFields(f"tax_rates-{number}", *row) for number, row in enumerate(rows))


def offer_with(merchant: Merchant, tax: TaxFields, price: str = "19.99", currency: str = "EUR", **more: Any) -> Offer:
    return make_offer(merchant, price, currency, tax=tax, max_quantity=9, title="Pottery", **more)


def spaced(html: str) -> str:
    """The text of a page, with plain spaces."""
    return text_of(html).replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")


def quote(client: FlaskClient, offer: Offer, **fields: str) -> TestResponse:
    return client.post(f"/o/{offer.slug}/quote?lang=en", data={"quantity": "1", **fields})


def press(client: FlaskClient, offer: Offer, **fields: str) -> TestResponse:
    return client.post(f"/o/{offer.slug}/checkout?lang=en", data={**MARKOS_FORM, **fields})


def pay(client: FlaskClient, simulator: Simulator, offer: Offer, **fields: str) -> Order:
    """Look at the price, press the button with what was shown, and pay at Stripe."""
    shown = quote(client, offer, **fields).json["seen"]
    pressed = press(client, offer, seen=shown, **fields)
    assert pressed.status_code == 200, pressed.text
    simulator.confirm(offer.merchant.publishable_key, pressed.json["client_secret"], GOOD)
    order = refresh(Order.get(Order.token == pressed.json["order"]))
    assert order.status == "paid"
    return order


def sums(order: Order, **which: Any) -> tuple[int, int, int]:
    """Net, tax and gross, which lines and rates agree about."""
    found = pricing.tax_statement(order, **which)
    for parts in (found.lines, found.totals):
        for name in ("net", "tax", "gross"):
            assert sum(getattr(part, name) for part in parts) == getattr(found, name).amount
    assert found.net.amount + found.tax.amount == found.gross.amount
    return found.net.amount, found.tax.amount, found.gross.amount


# Amounts in minor units, computed by hand: what is charged, and the tax in it.
LITERAL = [
    # 3 × 19.99 = 59.97; of that 20/120 is 9.995, on top 20 % is 11.994.
    ("19.99", "EUR", "20", True, 3, 5997, 1000),
    ("19.99", "EUR", "20", False, 3, 7196, 1199),
    # 9.975 % of 100.00.
    ("100.00", "EUR", "9.975", False, 1, 10998, 998),
    # 3 × 999 = 2997; of that 10/110 is 272.45, on top 10 % is 299.7.
    ("999", "JPY", "10", True, 3, 2997, 272),
    ("999", "JPY", "10", False, 3, 3297, 300),
    # 1.250; of that 5/105 is 0.05952, on top 5 % is 0.0625, of which Stripe charges hundredths.
    ("1.25", "KWD", "5", True, 1, 1250, 60),
    ("1.25", "KWD", "5", False, 1, 1310, 60),
    ("7.77", "KWD", "5", True, 1, 7770, 370),
    # 1990 forints are 199000 fillér; of that 27/127 is 42307.09, on top 27 % is 53730.
    ("1990", "HUF", "27", True, 1, 199000, 42307),
    ("1990", "HUF", "27", False, 1, 252730, 53730),
    ("1999.50", "HUF", "5.5", False, 3, 632842, 32992),
    # Krónur have no decimals that can be charged or shown: 24 % of 1999 is 479.76.
    ("1999", "ISK", "24", False, 1, 247900, 48000),
    ("1999", "ISK", "24", True, 1, 199900, 38700),
    ("19.99", "EUR", "0", False, 1, 1999, 0),
    ("19.99", "EUR", "100", False, 1, 3998, 1999),
]


@pytest.mark.parametrize(("price", "currency", "rate", "included", "quantity", "charged", "tax"), LITERAL)
def test_the_tax_is_rounded_as_its_currency_is_charged(
    client: FlaskClient,
    merchant: Merchant,
    price: str,
    currency: str,
    rate: str,
    included: bool,
    quantity: int,
    charged: int,
    tax: int,
) -> None:
    offer = offer_with(merchant, TaxFields("VAT", rate, included), price, currency)
    shown = quote(client, offer, quantity=str(quantity)).json
    assert shown["seen"] == f"{currency} {charged} {charged}"
    answer = press(client, offer, quantity=str(quantity), seen=shown["seen"])
    assert answer.status_code == 200, answer.text
    order = Order.get()
    assert (order.amount, order.tax) == (charged, tax) and Payment.get().amount == charged
    assert sums(order) == (charged - tax, tax, charged)


def test_the_rate_is_that_of_the_customers_country(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    tax = TaxFields("VAT", "20", False, rates(("DE", "19"), ("US", "0")))
    offer = offer_with(merchant, tax, "10.00")
    seen = {country: quote(client, offer, country=country).json["seen"] for country in ("", "DE", "US", "FR")}
    assert seen == {"": "EUR 1200 1200", "DE": "EUR 1190 1190", "US": "EUR 1000 1000", "FR": "EUR 1200 1200"}
    assert press(client, offer).json["errors"] == {"country": ["Choose your country."]}
    stale = press(client, offer, country="DE", seen=seen[""])
    assert stale.status_code == 422 and "The price is now €11.90." in stale.json["errors"]["price"][0]
    assert Order.select().count() == 0
    order = pay(client, simulator, offer, country="DE")
    assert (order.amount, order.tax, order.tax_rate, order.country) == (1190, 190, 19000, "DE")
    assert (order.tax_mode, order.tax_name) == ("added", "VAT")


@pytest.mark.parametrize(
    ("seller", "included", "fields", "seen"),
    [
        ("FR", True, COMPANY, 10000),
        ("FR", False, COMPANY, 12000),
        # The same country; no company; a seller outside of the EU; a customer outside of it; no valid VAT ID.
        ("DE", True, COMPANY, 12000),
        ("FR", True, {"country": "DE"}, 12000),
        ("US", True, COMPANY, 12000),
        ("", True, COMPANY, 12000),
        ("FR", True, COMPANY | {"country": "UA", "vat_id": "12-345678"}, 12000),
        ("FR", True, COMPANY | {"country": "GR", "vat_id": "094259216"}, 10000),
    ],
)
def test_a_company_of_another_member_state_owes_the_tax_itself(
    client: FlaskClient, merchant: Merchant, seller: str, included: bool, fields: dict[str, str], seen: int
) -> None:
    ShopProfile(country=seller).save()
    offer = offer_with(merchant, TaxFields("VAT", "20", included), "120.00", asks_country=True, asks_company=True)
    shown = quote(client, offer, **fields).json["seen"]
    assert shown == f"EUR {seen} {seen}"
    assert press(client, offer, seen=shown, **fields).status_code == 200
    order = Order.get()
    assert order.is_reverse_charge is (seen == (10000 if included else 12000) and seller == "FR" and "vat_id" in fields)
    assert order.amount == seen and (order.tax == 0) is order.is_reverse_charge


def test_a_wrong_vat_id_is_said_at_its_field_before_paying(client: FlaskClient, merchant: Merchant) -> None:
    offer = offer_with(merchant, VAT, asks_country=True, asks_company=True)
    answer = quote(client, offer, **COMPANY | {"vat_id": "DE136695977"})
    assert (answer.status_code, answer.json["errors"]) == (422, {"vat_id": ["Check this VAT ID, or leave it blank."]})


@pytest.mark.parametrize(
    ("price", "currency", "rate", "charged", "off", "tax", "parts"),
    [
        # 3 × 0.55 − 10 % (0.165 → 0.17) is 1.48, of which 20 % is 0.296 → 0.30.
        ("0.55", "EUR", "20", 178, 17, 30, [(55, 6, 10), (55, 6, 10), (55, 5, 10)]),
        # 999 − 10 % (99.9 → 100) is 899, of which 10 % is 89.9 → 90.
        ("333", "JPY", "10", 989, 100, 90, [(333, 34, 30), (333, 33, 30), (333, 33, 30)]),
        # 1.650 − 10 % (0.165 → 0.17, in the hundredths that Stripe charges) is 1.480, of which 20 % is 0.296 → 0.30.
        ("0.55", "KWD", "20", 1780, 170, 300, [(550, 57, 100), (550, 57, 100), (550, 56, 100)]),
        # 599.97 − 10 % (59.997 → 60) is 539.97, of which 27 % is 145.7919 → 145.79: 48.60, 48.60 and 48.59.
        ("199.99", "HUF", "27", 68576, 6000, 14579, [(19999, 2000, 4860), (19999, 2000, 4860), (19999, 2000, 4859)]),
    ],
)
def test_discount_and_add_ons_share_one_rounding(
    client: FlaskClient,
    merchant: Merchant,
    simulator: Simulator,
    price: str,
    currency: str,
    rate: str,
    charged: int,
    off: int,
    tax: int,
    parts: list[tuple[int, int, int]],
) -> None:
    PromoCode.create(code="TENTH", percent=1000)
    addons = (AddonFields("a", "Clay", price), AddonFields("b", "Glaze", price))
    offer = offer_with(merchant, TaxFields("VAT", rate, False), price, currency, addons=addons)
    first, second = (str(addon["id"]) for addon in offer.addons)
    order = pay(client, simulator, offer, addon=[first, second], code="tenth")  # type: ignore[arg-type]
    assert (order.amount, order.discount, order.tax, Payment.get().amount) == (charged, off, tax, charged)
    lines = OrderLine.of_order(order)
    assert [(line.total.amount, line.discount, line.tax) for line in lines] == parts
    assert sum(line.first_charge.amount for line in lines) == charged and sums(order) == (charged - tax, tax, charged)


@pytest.mark.parametrize("tax", [VAT, ON_TOP])
def test_a_code_that_takes_everything_off_leaves_no_tax(
    client: FlaskClient, merchant: Merchant, tax: TaxFields
) -> None:
    PromoCode.create(code="GIFT", percent=10_000)
    offer = offer_with(merchant, tax, addons=(AddonFields("a", "Clay", "3.33"),))
    fields = {"addon": str(offer.addons[0]["id"]), "code": "gift"}
    shown = quote(client, offer, **fields).json
    assert (shown["seen"], shown["free"], shown["lines"]) == ("EUR 0 0", True, "[]")
    assert "client_secret" not in press(client, offer, seen=shown["seen"], **fields).json
    order = Order.get()
    assert (order.status, order.amount, order.tax, order.tax_name) == ("paid", 0, 0, "VAT")
    assert sums(order) == (0, 0, 0)


def test_installments_with_a_tax_on_top_add_up_to_the_total_shown(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    # 20 % of 33.33 is 6.666: each of the three is 40.00.
    offer = offer_with(merchant, ON_TOP, "33.33", kind="plan", instalments=3)
    page = text_of(client.get(f"/o/{offer.slug}?lang=en").text)
    assert "€120.00" in page and quote(client, offer).json["seen"] == "EUR 4000 4000"
    subscription = subscribe(client, simulator, offer)
    for _installment in range(2):
        renew(subscription, simulator)
    assert [invoice.amount_paid for invoice in Invoice.select()] == [4000, 4000, 4000]
    assert sums(Order.get()) == sums(Order.get(), later=True) == (3333, 667, 4000)


def test_the_order_keeps_its_tax_when_the_offer_changes(client: FlaskClient, merchant: Merchant) -> None:
    offer = offer_with(merchant, ON_TOP, "10.00")
    assert press(client, offer).status_code == 200
    Offer.update(tax_rate=50000, tax_name="Levy").execute()
    order = Order.get()
    assert client.post(f"/orders/{order.token}/pay?lang=en", data=MARKOS_FORM).status_code == 200
    assert (Order.get().amount, Order.get().tax_name, Order.get().tax_rate) == (1200, "VAT", 20000)


def subscribe(client: FlaskClient, simulator: Simulator, offer: Offer, **fields: str) -> Subscription:
    assert pay(client, simulator, offer, **fields)
    subscription = Subscription.get()
    subscriptions.refresh(subscription)
    return Subscription.get()


@pytest.mark.parametrize("quantity", ["1", "3"])
def test_renewals_charge_the_tax_to_the_minor_unit(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, quantity: str
) -> None:
    offer = offer_with(merchant, ON_TOP, kind="recurring")
    # Stripe charges 3 × 23.99.
    total = {"1": 2399, "3": 7197}[quantity]
    subscription = subscribe(client, simulator, offer, quantity=quantity)
    assert (subscription.total.amount, subscription.unclear_terms) == (total, "")
    renew(subscription, simulator)
    assert [invoice.amount_paid for invoice in Invoice.select()] == [total, total]
    order = Order.get()
    assert (order.amount, order.recurring_total.amount) == (total, total)
    assert sums(order) == sums(order, later=True)
    # A later price has its part of tax, too.
    assert sums(order, later=True, charged=Money(1200, "EUR")) == (1000, 200, 1200)


def test_codes_and_add_ons_of_a_subscription_charge_what_was_shown(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    PromoCode.create(code="ALWAYS", percent=1250, applies_to="every")
    offer = offer_with(merchant, ON_TOP, kind="recurring", addons=(AddonFields("a", "Clay", "3.33"),))
    fields = {"addon": str(offer.addons[0]["id"]), "code": "always", "quantity": "3"}
    # 63.30 − 7.91 is 55.39, with 20 % 66.47; later 59.97 − 7.50 is 52.47, with 20 % 62.96.
    assert quote(client, offer, **fields).json["seen"] == "EUR 6647 6296"
    subscription = subscribe(client, simulator, offer, **fields)
    renew(subscription, simulator)
    assert [invoice.amount_paid for invoice in Invoice.select().order_by(Invoice.id)] == [6647, 6296]
    assert (sums(Order.get()), sums(Order.get(), later=True)) == ((5539, 1108, 6647), (5247, 1049, 6296))


def test_a_trial_is_free_and_its_later_charges_are_taxed(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = offer_with(merchant, ON_TOP, kind="recurring", trial_days=7)
    assert quote(client, offer).json["seen"] == "EUR 0 2399"
    assert subscribe(client, simulator, offer).total.amount == 2399
    assert (Order.get().amount, Order.get().tax, Order.get().later_tax, Order.get().tax_shown.amount) == (
        0,
        0,
        400,
        400,
    )


def test_refunds_have_their_part_of_the_tax(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    order = pay(client, simulator, offer_with(merchant, VAT, "10.00"))
    assert order.tax == 167
    parts = [
        pricing.refunded_tax(order, amount, before).amount for amount, before in ((333, 0), (333, 333), (334, 666))
    ]
    assert sum(parts) == 167 and pricing.refunded_tax(order, 1000).amount == 167
    payments.request_refund(order, 333, "requested_by_customer", "key-of-a-press-0001")
    assert "€3.33 Includes VAT 20%: €0.56" in spaced(admin.get(f"/admin/orders/{order.token}").text)
    mine = f"/my/{emails.make_account_token(order.email)}"
    receipt = spaced(client.get(f"{mine}/receipts/{order.token}?lang=en").text)
    assert "Refunded −€3.33 Includes VAT 20% €0.56 Net €6.67" in receipt
    assert "Amount €10.00 Includes VAT 20% €1.67" in spaced(client.get(f"{mine}?lang=en").text)


def page_of(client: FlaskClient, offer: Offer) -> str:
    return client.get(f"/o/{offer.slug}?lang=en").text


def test_the_page_shows_the_total_with_a_tax_on_top_before_anything_is_chosen(
    client: FlaskClient, merchant: Merchant
) -> None:
    page = page_of(client, offer_with(merchant, ON_TOP))
    assert "€19.99 each plus VAT 20%" in text_of(page)
    assert "Pottery €19.99 VAT 20% €4.00 Total €23.99" in text_of(page)
    assert 'data-seen="EUR 2399 2399"' in page and ">Pay €23.99</button>" in page
    # What search engines and the home page say is what is charged, or names the tax.
    assert '"price": "23.99"' in page
    assert "€19.99 plus VAT 20%" in text_of(client.get("/?lang=en").text)


def test_the_page_names_an_included_tax(client: FlaskClient, merchant: Merchant) -> None:
    offer = offer_with(merchant, VAT)
    page = page_of(client, offer)
    assert "€19.99 each Includes VAT 20%" in text_of(page) and ">Pay €19.99</button>" in page
    assert "data-seen" not in page and '"price": "19.99"' in page and 'id="country"' not in page
    assert "Total €59.97 Includes VAT 20% €10.00" in text_of(quote(client, offer, quantity="3").json["summary"])
    # A page that shows the price of all units shows what is charged.
    assert press(client, offer, quantity="3", seen="EUR 5997").status_code == 200
    by_country = offer_with(merchant, TaxFields("VAT", "20", True, rates(("DE", "19"))))
    page = page_of(client, by_country)
    assert "€19.99 each Includes VAT" in text_of(page) and "VAT 20%" not in text_of(page) and 'id="country"' in page
    assert "Includes VAT 19% €3.19" in text_of(quote(client, by_country, country="DE").json["summary"])


def test_a_subscription_on_the_page_tells_each_charge_with_its_tax(client: FlaskClient, merchant: Merchant) -> None:
    options = (OptionFields("options-0", "Yearly", "100.00", kind="recurring", interval="year"),)
    offer = offer_with(merchant, ON_TOP, "10.00", kind="recurring", option_label="Monthly", options=options)
    page = text_of(page_of(client, offer))
    assert "Today €12.00" in page and "charge it €12.00 every month" in page
    yearly = client.get(f"/o/{offer.slug}?lang=en&option={offer.price_options[1].id}").text
    assert 'data-seen="EUR 12000 12000"' in yearly and "charge it €120.00 every year" in text_of(yearly)


@pytest.mark.parametrize(
    ("tax", "summary", "row"),
    [
        (VAT, "Pottery × 3 €59.97 Total €59.97 Includes VAT 20% €10.00", '"VAT","20","10.00","included"'),
        (ON_TOP, "Pottery × 3 €59.97 VAT 20% €11.99 Total €71.96", '"VAT","20","11.99","added"'),
    ],
)
def test_order_receipt_email_admin_and_export_name_the_tax(
    client: FlaskClient,
    admin: FlaskClient,
    merchant: Merchant,
    simulator: Simulator,
    tax: TaxFields,
    summary: str,
    row: str,
) -> None:
    order = pay(client, simulator, offer_with(merchant, tax), quantity="3")
    assert summary in spaced(client.get(f"/orders/{order.token}/thank-you").text)
    sums_shown = summary.partition("€59.97 ")[2]
    mine = f"/my/{emails.make_account_token(order.email)}"
    receipt = spaced(client.get(f"{mine}/receipts/{order.token}?lang=en").text)
    assert sums_shown.replace("Total", "Amount") in receipt
    admin_page = spaced(admin.get(f"/admin/orders/{order.token}").text)
    assert sums_shown in admin_page
    letter = spaced(admin.get(f"/admin/emails/{Email.get(Email.kind == 'receipt').id}").text)
    label, _, amount = (
        (sums_shown.partition("Total")[0] or sums_shown.partition("Includes ")[2]).strip().rpartition(" ")
    )
    assert f"{label}: {amount}" in letter
    assert row in admin.get("/admin/orders.csv").text
    assert export_data(order.email)["orders"][0]["tax"] == order.tax


def test_reverse_charge_is_said_on_page_order_and_receipt(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    ShopProfile(country="FR").save()
    offer = offer_with(merchant, VAT, "120.00", asks_country=True, asks_company=True)
    assert "VAT (reverse charge) €0.00 Total €100.00" in text_of(quote(client, offer, **COMPANY).json["summary"])
    order = pay(client, simulator, offer, **COMPANY)
    words = "VAT (reverse charge) €0.00 Total €100.00"
    assert words in spaced(client.get(f"/orders/{order.token}/thank-you").text)
    assert words in spaced(admin.get(f"/admin/orders/{order.token}").text)
    mine = f"/my/{emails.make_account_token(order.email)}"
    assert "VAT (reverse charge) €0.00" in spaced(client.get(f"{mine}/receipts/{order.token}?lang=en").text)
    assert "VAT (reverse charge): €0.00" in spaced(
        admin.get(f"/admin/emails/{Email.get(Email.kind == 'receipt').id}").text
    )


def test_the_receipt_of_a_renewal_has_its_tax(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    subscription = subscribe(client, simulator, offer_with(merchant, ON_TOP, kind="recurring"))
    invoice = renew(subscription, simulator)
    mine = f"/my/{emails.make_account_token('marko@example.com')}"
    receipt = spaced(client.get(f"{mine}/receipts/{invoice.public_id}?lang=en").text)
    assert "Amount €23.99 Includes VAT 20% €4.00" in receipt


def test_shipping_is_taxed_and_renewals_charge_both(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    shipping = (ShippingPriceFields("shipping-0", "*", "5"),)
    offer = offer_with(merchant, ON_TOP, kind="recurring", asks_shipping=True, shipping=shipping)
    address = {"country": "UA", "shipping_line1": "Khreshchatyk 1", "shipping_city": "Kyiv"}
    fields = address | {"shipping_postal_code": "01001", "quantity": "3"}
    # 3 × 23.99 and 6.00.
    assert quote(client, offer, **fields).json["seen"] == "EUR 7797 7797"
    subscription = subscribe(client, simulator, offer, **fields)
    assert (subscription.total.amount, subscription.unclear_terms) == (7797, "")
    renew(subscription, simulator)
    assert [invoice.amount_paid for invoice in Invoice.select()] == [7797, 7797]
    assert sums(Order.get()) == sums(Order.get(), later=True) == (6497, 1300, 7797)
