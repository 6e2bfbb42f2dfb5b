"""Products and prices."""

from typing import Any

import pytest

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import monthly_price


def test_a_product_can_be_created_updated_listed_and_deleted(olena: Shop) -> None:
    product = olena.v1.products.create({"name": "Course", "metadata": {"offer": "1"}})
    assert (product.active, product.metadata["offer"]) == (True, "1")
    changed = olena.v1.products.update(product.id, {"name": "Course in English", "active": False})
    assert (changed.name, changed.active) == ("Course in English", False)
    assert [one.id for one in olena.v1.products.list({"active": False}).data] == [product.id]
    assert olena.v1.products.list({"active": True}).data == []
    assert olena.v1.products.delete(product.id).deleted
    assert error_of(olena.v1.products.retrieve, product.id).code == "resource_missing"
    assert olena.events() == ["product.created", "product.updated", "product.deleted"]


def test_a_product_can_have_a_custom_id(olena: Shop) -> None:
    olena.v1.products.create({"id": "course", "name": "Course"})
    assert olena.v1.products.retrieve("course").name == "Course"
    error = error_of(olena.v1.products.create, {"id": "course", "name": "Course"})
    assert error.code == "resource_already_exists"


def test_a_price_can_be_recurring(olena: Shop) -> None:
    price = monthly_price(olena, recurring={"interval": "week", "interval_count": 2}, nickname="Fortnightly")
    assert (price.type, price.unit_amount, price.currency) == ("recurring", 1990, "eur")
    assert (price.recurring.interval, price.recurring.interval_count) == ("week", 2)
    found = olena.v1.prices.retrieve(price.id, {"expand": ["product"]})
    assert found.product.name == "Course"
    assert error_of(olena.v1.products.delete, found.product.id).http_status == 400


def test_a_price_can_be_created_with_its_product_and_found_by_lookup_key(olena: Shop) -> None:
    params = {"unit_amount": 500, "currency": "EUR", "product_data": {"name": "Book"}, "lookup_key": "book"}
    price = olena.v1.prices.create(params)
    assert price.type == "one_time"
    assert [one.id for one in olena.v1.prices.list({"lookup_keys": ["book"]}).data] == [price.id]
    assert error_of(olena.v1.prices.create, params).param == "lookup_key"
    other = olena.v1.prices.create({**params, "transfer_lookup_key": True})
    assert [one.id for one in olena.v1.prices.list({"lookup_keys": ["book"]}).data] == [other.id]


def test_price_lists_can_be_filtered(olena: Shop) -> None:
    price = monthly_price(olena)
    other = monthly_price(olena, recurring={"interval": "year"})
    olena.v1.prices.update(other.id, {"active": False})
    assert [one.id for one in olena.v1.prices.list({"active": True}).data] == [price.id]
    assert [one.id for one in olena.v1.prices.list({"product": other.product}).data] == [other.id]
    assert [one.id for one in olena.v1.prices.list({"recurring": {"interval": "month"}}).data] == [price.id]


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"unit_amount": -1}, "unit_amount"),
        ({"currency": "xyz"}, "currency"),
        ({"product": "prod_none"}, "product"),
        ({"recurring": {"interval": "month", "interval_count": 37}}, "recurring[interval_count]"),
        ({"recurring": {"interval": "fortnight"}}, "recurring[interval]"),
    ],
)
def test_invalid_prices_are_refused(olena: Shop, params: dict[str, Any], param: str) -> None:
    error = error_of(monthly_price, olena, **params)
    assert (error.http_status, error.param) == (400, param)
