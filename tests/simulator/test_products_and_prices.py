"""Products and prices."""

from typing import Any

import pytest

from tests.simulator.shop import Shop, refusal
from tests.simulator.subscribing import monthly


def test_a_product_is_made_changed_listed_and_deleted(olena: Shop) -> None:
    product = olena.v1.products.create({"name": "Course", "metadata": {"offer": "1"}})
    assert (product.active, product.metadata["offer"]) == (True, "1")
    changed = olena.v1.products.update(product.id, {"name": "Course in English", "active": False})
    assert (changed.name, changed.active) == ("Course in English", False)
    assert [one.id for one in olena.v1.products.list({"active": False}).data] == [product.id]
    assert olena.v1.products.list({"active": True}).data == []
    assert olena.v1.products.delete(product.id).deleted
    assert refusal(olena.v1.products.retrieve, product.id).code == "resource_missing"
    assert olena.events() == ["product.created", "product.updated", "product.deleted"]


def test_a_product_may_have_an_id_of_the_shops_own(olena: Shop) -> None:
    olena.v1.products.create({"id": "course", "name": "Course"})
    assert olena.v1.products.retrieve("course").name == "Course"
    error = refusal(olena.v1.products.create, {"id": "course", "name": "Course"})
    assert error.code == "resource_already_exists"


def test_a_price_recurs(olena: Shop) -> None:
    price = monthly(olena, recurring={"interval": "week", "interval_count": 2}, nickname="Fortnightly")
    assert (price.type, price.unit_amount, price.currency) == ("recurring", 1990, "eur")
    assert (price.recurring.interval, price.recurring.interval_count) == ("week", 2)
    found = olena.v1.prices.retrieve(price.id, {"expand": ["product"]})
    assert found.product.name == "Course"
    assert refusal(olena.v1.products.delete, found.product.id).http_status == 400


def test_a_price_can_be_made_with_its_product_and_found_by_its_key(olena: Shop) -> None:
    params = {"unit_amount": 500, "currency": "EUR", "product_data": {"name": "Book"}, "lookup_key": "book"}
    price = olena.v1.prices.create(params)
    assert price.type == "one_time"
    assert [one.id for one in olena.v1.prices.list({"lookup_keys": ["book"]}).data] == [price.id]
    assert refusal(olena.v1.prices.create, params).param == "lookup_key"
    other = olena.v1.prices.create({**params, "transfer_lookup_key": True})
    assert [one.id for one in olena.v1.prices.list({"lookup_keys": ["book"]}).data] == [other.id]


def test_prices_are_told_apart_in_lists(olena: Shop) -> None:
    price = monthly(olena)
    other = monthly(olena, recurring={"interval": "year"})
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
def test_prices_that_cannot_be(olena: Shop, params: dict[str, Any], param: str) -> None:
    error = refusal(monthly, olena, **params)
    assert (error.http_status, error.param) == (400, param)
