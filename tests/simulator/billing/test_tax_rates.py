"""Tax rates, and the taxes that they make of a subscription's invoices."""

from typing import Any

import pytest

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import EXPAND, active_subscription, monthly_price, payment_of, renew, subscribe


def rate(shop: Shop, percentage: float = 20, *, inclusive: bool = False, **params: Any) -> Any:
    given = {"display_name": "VAT", "percentage": percentage, "inclusive": inclusive}
    return shop.v1.tax_rates.create(given | params)


def taxed(shop: Shop, *rates: Any, **params: Any) -> Any:
    """The first invoice of a subscription that has these rates."""
    return subscribe(shop, default_tax_rates=[one.id for one in rates], **params).latest_invoice


def sums(invoice: Any) -> tuple[int, int, int, int]:
    return invoice.subtotal, invoice.subtotal_excluding_tax, invoice.total, invoice.total_excluding_tax


def taxes(invoice: Any) -> list[tuple[str, int]]:
    return [(one.tax_behavior, one.amount) for one in invoice.total_taxes]


def test_a_rate_can_be_created_changed_and_listed(olena: Shop) -> None:
    made = rate(olena, 8.875, country="US", state="NY", tax_type="sales_tax", metadata={"region": "1"})
    assert (made.object, made.percentage, made.inclusive, made.active) == ("tax_rate", 8.875, False, True)
    changed = olena.v1.tax_rates.update(made.id, {"active": False, "display_name": "Sales tax"})
    assert (changed.active, changed.display_name, changed.percentage) == (False, "Sales tax", 8.875)
    assert olena.v1.tax_rates.retrieve(made.id).state == "NY"
    other = rate(olena, inclusive=True)
    assert [one.id for one in olena.v1.tax_rates.list({"active": True}).data] == [other.id]
    assert [one.id for one in olena.v1.tax_rates.list({"inclusive": False}).data] == [made.id]
    assert {"tax_rate.created", "tax_rate.updated"} <= set(olena.events())


def test_an_exclusive_tax_comes_on_top_and_is_charged(olena: Shop) -> None:
    made = rate(olena)
    subscription = active_subscription(olena, default_tax_rates=[made.id])
    first = olena.v1.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})
    assert (sums(first), taxes(first)) == ((1990, 1990, 2388, 1990), [("exclusive", 398)])
    assert payment_of(olena, first).amount_received == first.amount_paid == 2388
    assert [one.id for one in first.default_tax_rates] == [made.id]
    (tax,) = first.lines.data[0].taxes
    assert (tax.amount, tax.tax_rate_details.tax_rate) == (398, made.id)
    assert renew(olena, subscription)[1].amount_paid == 2388


def test_an_inclusive_tax_is_part_of_the_price(olena: Shop) -> None:
    invoice = taxed(olena, rate(olena, inclusive=True))
    assert (sums(invoice), taxes(invoice)) == ((1990, 1658, 1990, 1658), [("inclusive", 332)])
    assert invoice.amount_due == 1990


@pytest.mark.parametrize(
    ("percentage", "inclusive", "amount", "tax"),
    [
        (8.875, False, 1000, 89),
        (7.7, False, 1955, 151),
        (0, False, 1990, 0),
        (100, True, 1999, 1000),
        (0.0001, False, 499_999, 0),
        (0.0001, False, 500_000, 1),
    ],
)
def test_half_a_unit_of_tax_is_rounded_up(
    olena: Shop, percentage: float, inclusive: bool, amount: int, tax: int
) -> None:
    made = rate(olena, percentage, inclusive=inclusive)
    invoice = taxed(olena, made, price=monthly_price(olena, unit_amount=amount))
    assert taxes(invoice) == [("inclusive" if inclusive else "exclusive", tax)]
    assert invoice.total == amount + (0 if inclusive else tax)


def test_several_inclusive_rates_are_parts_of_one_price(olena: Shop) -> None:
    invoice = taxed(olena, rate(olena, 5, inclusive=True), rate(olena, 9.975, inclusive=True))
    # 19.90 / 1.14975 is 17.308…; its 5% are 0.865… and its 9.975% 1.726….
    assert (taxes(invoice), invoice.total_excluding_tax) == ([("inclusive", 87), ("inclusive", 173)], 1730)


def test_an_item_has_rates_of_its_own_and_extras_too(olena: Shop) -> None:
    general, reduced, on_books = rate(olena, 20), rate(olena, 10), rate(olena, 4)
    book = olena.v1.products.create({"name": "Workbook"})
    data = {"currency": olena.account.currency, "product": book.id, "unit_amount": 500}
    extras = [{"price_data": data, "tax_rates": [on_books.id]}, {"price_data": data}]
    items = [{"price": monthly_price(olena).id, "tax_rates": [reduced.id]}]
    invoice = taxed(olena, general, items=items, add_invoice_items=extras)
    assert [[one.amount for one in line.taxes] for line in invoice.lines.data] == [[199], [20], [100]]
    assert (invoice.subtotal, invoice.total) == (2990, 2990 + 199 + 20 + 100)
    assert [(one.tax_rate_details.tax_rate, one.amount) for one in invoice.total_taxes] == [
        (reduced.id, 199),
        (on_books.id, 20),
        (general.id, 100),
    ]


def test_a_tax_is_of_what_the_discounts_left(olena: Shop) -> None:
    coupon = olena.v1.coupons.create({"amount_off": 490, "currency": olena.account.currency})
    on_top = taxed(olena, rate(olena), discounts=[{"coupon": coupon.id}])
    assert (sums(on_top), taxes(on_top)) == ((1990, 1990, 1800, 1500), [("exclusive", 300)])
    included = taxed(olena, rate(olena, inclusive=True), discounts=[{"coupon": coupon.id}])
    assert (sums(included), taxes(included)) == ((1990, 1658, 1500, 1250), [("inclusive", 250)])


@pytest.mark.parametrize(("status", "reason"), [("exempt", "customer_exempt"), ("reverse", "reverse_charge")])
def test_a_customer_who_is_exempt_pays_no_tax(olena: Shop, status: str, reason: str) -> None:
    customer = olena.v1.customers.create({"email": "firm@example.com", "tax_exempt": status})
    invoice = taxed(olena, rate(olena), customer=customer.id)
    assert (invoice.total, invoice.total_taxes[0].amount) == (1990, 0)
    assert invoice.total_taxes[0].taxability_reason == reason


def test_a_trial_and_its_end_are_taxed(olena: Shop) -> None:
    subscription = subscribe(olena, trial_period_days=7, default_tax_rates=[rate(olena).id])
    assert (subscription.latest_invoice.total, taxes(subscription.latest_invoice)) == (0, [("exclusive", 0)])
    assert renew(olena, subscription)[1].total == 2388


def test_rates_of_a_subscription_can_be_changed_and_taken_away(olena: Shop) -> None:
    old, new = rate(olena), rate(olena, 10)
    subscription = active_subscription(olena, default_tax_rates=[old.id])
    olena.v1.tax_rates.update(old.id, {"active": False})
    # A subscription keeps a rate that nobody else can get any more.
    olena.v1.subscriptions.update(subscription.id, {"default_tax_rates": [old.id, new.id]})
    assert renew(olena, subscription)[1].total == 1990 + 398 + 199
    olena.v1.subscriptions.update(subscription.id, {"default_tax_rates": ""})
    assert renew(olena, subscription)[1].total == 1990
    item = subscription["items"].data[0].id
    olena.v1.subscription_items.update(item, {"tax_rates": [new.id]})
    assert renew(olena, subscription)[1].total == 2189


def test_a_change_in_the_middle_of_a_period_is_taxed(olena: Shop) -> None:
    subscription = active_subscription(olena, default_tax_rates=[rate(olena).id])
    item, dearer = subscription["items"].data[0], monthly_price(olena, unit_amount=3990)
    details = {
        "items": [{"id": item.id, "price": dearer.id}],
        "proration_behavior": "always_invoice",
        "proration_date": item.current_period_start,
    }
    preview = olena.v1.invoices.create_preview({"subscription": subscription.id, "subscription_details": details})
    assert [[tax.amount for tax in line.taxes] for line in preview.lines.data] == [[-398], [798]]
    assert (preview.subtotal, preview.total, preview.amount_due) == (2000, 2400, 2400)


def test_a_phase_keeps_the_rates_that_it_names(olena: Shop) -> None:
    made = rate(olena)
    subscription = active_subscription(olena, default_tax_rates=[made.id])
    schedule = olena.v1.subscription_schedules.create({"from_subscription": subscription.id})
    assert [one.id for one in schedule.phases[0].default_tax_rates] == [made.id]
    item = {"price": subscription["items"].data[0].price.id}
    phase = {"items": [item], "duration": {"interval": "month", "interval_count": 3}}
    named = {**phase, "default_tax_rates": [made.id]}
    olena.v1.subscription_schedules.update(schedule.id, {"phases": [named]})
    assert renew(olena, subscription)[1].total == 2388
    olena.v1.subscription_schedules.update(schedule.id, {"phases": [phase]})
    assert renew(olena, subscription)[1].total == 1990


@pytest.mark.parametrize("percentage", [-1, 100.5, 1.00001])
def test_invalid_percentages_are_refused(olena: Shop, percentage: float) -> None:
    error = error_of(rate, olena, percentage)
    assert (error.http_status, error.param) == (400, "percentage")


def test_unknown_inactive_and_mixed_rates_are_refused(olena: Shop) -> None:
    price = monthly_price(olena)
    inactive = rate(olena, active=False)
    for ids, param in (
        (["txr_unknown"], "default_tax_rates[0]"),
        ([rate(olena).id, inactive.id], "default_tax_rates[1]"),
        ([rate(olena).id, rate(olena, inclusive=True).id], "default_tax_rates"),
    ):
        error = error_of(subscribe, olena, price, default_tax_rates=ids, expand=EXPAND)
        assert (error.http_status, error.param) == (400, param)
