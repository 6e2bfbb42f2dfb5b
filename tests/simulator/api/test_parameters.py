"""Decoding and validation of parameters, metadata and expansion."""

import pytest

from tests.simulator.shop import Shop

PAYMENT = {"amount": "1990", "currency": "eur"}


def refused(shop: Shop, path: str, form: dict[str, str], method: str = "POST") -> tuple[str | None, str, str | None]:
    response = shop.raw(method, path, form)
    assert response.status_code == 400, response.text
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error"
    return error.get("code"), error["message"], error.get("param")


@pytest.mark.parametrize("name", ["foo", "shipping[foo]", "payment_method_options[card][foo]", "amount_details[x][y]"])
def test_an_unknown_parameter_is_refused_at_any_depth(olena: Shop, name: str) -> None:
    first_unknown = "amount_details[x]" if name.startswith("amount_details") else name
    form = PAYMENT | {name: "1"}
    if name.startswith("shipping"):
        form |= {"shipping[name]": "Ivan", "shipping[address][line1]": "Main street"}
    assert refused(olena, "/v1/payment_intents", form) == (
        "parameter_unknown",
        f"Received unknown parameter: {first_unknown}",
        first_unknown,
    )


def test_a_missing_parameter_is_named(olena: Shop) -> None:
    code, words, param = refused(olena, "/v1/payment_intents", {"currency": "eur"})
    assert (code, words, param) == ("parameter_missing", "Missing required param: amount.", "amount")
    code, _, param = refused(olena, "/v1/payment_intents", PAYMENT | {"shipping[name]": "Ivan"})
    assert (code, param) == ("parameter_missing", "shipping[address]")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("amount", "abc", "Invalid integer: abc"),
        ("amount", "19.90", "Invalid integer: 19.90"),
        ("amount", "1e3", "Invalid integer: 1e3"),
        ("amount", "", "Invalid integer: "),
        ("confirm", "yes", "Invalid boolean: yes"),
        ("expand", "latest_charge", "Invalid array"),
        ("metadata", "words", "Invalid hash"),
        ("shipping", "home", "Invalid object"),
        ("currency[x]", "eur", "Invalid string: must be a string"),
        ("setup_future_usage", "later", "Invalid setup_future_usage: must be one of off_session, or on_session"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(olena: Shop, name: str, value: str, words: str) -> None:
    form = {key: one for key, one in PAYMENT.items() if key != name.partition("[")[0]} | {name: value}
    assert refused(olena, "/v1/payment_intents", form)[1] == words


def test_query_parameters_are_checked_too(olena: Shop) -> None:
    assert refused(olena, "/v1/payment_intents", {"limit": "many"}, "GET")[1] == "Invalid integer: many"
    assert refused(olena, "/v1/events", {"color": "red"}, "GET")[0] == "parameter_unknown"
    assert refused(olena, "/v1/customers", {"created[since]": "1"}, "GET")[2] == "created[since]"


def test_both_list_notations_are_accepted(olena: Shop) -> None:
    events = ["charge.failed", "charge.succeeded"]
    spelled = [
        [("enabled_events[]", events[0]), ("enabled_events[]", events[1])],
        [("enabled_events[1]", events[1]), ("enabled_events[0]", events[0])],
    ]
    for pairs in spelled:
        response = olena.raw("POST", "/v1/webhook_endpoints", [("url", "http://127.0.0.1:1/"), *pairs])
        assert response.json()["enabled_events"] == events


def test_a_name_that_is_both_value_and_hash_is_refused(olena: Shop) -> None:
    assert refused(olena, "/v1/customers", {"metadata": "x", "metadata[a]": "b"})[0] is None


def test_payment_method_types_is_refused_in_this_api_version(olena: Shop) -> None:
    code, _, param = refused(olena, "/v1/payment_intents", PAYMENT | {"payment_method_types[]": "card"})
    assert (code, param) == ("payment_method_types_no_longer_supported", "payment_method_types")
    allowed = olena.payment(allowed_payment_method_types=["card", "ideal"])
    assert (allowed.payment_method_types, allowed.automatic_payment_methods) == (["card"], None)


def test_unsupported_parameters_are_refused(olena: Shop) -> None:
    words = refused(olena, "/v1/payment_intents", PAYMENT | {"application_fee_amount": "10"})[1]
    assert "does not know what application_fee_amount does" in words


def test_metadata_is_merged_cleared_and_limited(olena: Shop) -> None:
    customer = olena.v1.customers.create({"metadata": {"order": "1", "7": "seven"}})
    assert customer.metadata.to_dict() == {"order": "1", "7": "seven"}
    changed = olena.v1.customers.update(customer.id, {"metadata": {"7": "", "note": "x"}})
    assert changed.metadata.to_dict() == {"order": "1", "note": "x"}
    assert olena.v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}
    many = {f"metadata[k{number}]": "x" for number in range(51)}
    assert "50 metadata keys" in refused(olena, "/v1/customers", many)[1]
    assert "500 characters" in refused(olena, "/v1/customers", {"metadata[a]": "x" * 501})[1]
    assert "40 characters" in refused(olena, "/v1/customers", {f"metadata[{'k' * 41}]": "x"})[1]


def test_fields_can_be_expanded(olena: Shop) -> None:
    customer = olena.v1.customers.create({"email": "ivan@example.com"})
    expand = ["customer", "latest_charge.payment_intent", "payment_method"]
    payment = olena.pay("pm_card_visa", customer=customer.id, expand=expand)
    assert payment.customer.email == "ivan@example.com"
    assert payment.latest_charge.payment_intent.id == payment.id
    assert payment.payment_method.card.last4 == "4242"
    listed = olena.v1.payment_intents.list({"expand": ["data.customer"]})
    assert listed.data[0].customer.id == customer.id


def test_other_fields_cannot_be_expanded(olena: Shop) -> None:
    words = refused(olena, "/v1/payment_intents", PAYMENT | {"expand[]": "charges"})[1]
    assert words == "This property cannot be expanded (charges)."
    assert olena.v1.payment_intents.list().data == []


def test_json_bodies_are_refused(olena: Shop) -> None:
    response = olena.raw("POST", "/v1/customers", "{}", Content_Type="application/json")
    assert response.status_code == 400
    assert "application/x-www-form-urlencoded" in response.json()["error"]["message"]


@pytest.mark.parametrize("suffix", ["0017", "ПЛАКАТ", "A*B", "A MUCH TOO LONG SUFFIX"])
def test_an_invalid_descriptor_suffix_is_refused(olena: Shop, suffix: str) -> None:
    form = PAYMENT | {"statement_descriptor_suffix": suffix}
    assert refused(olena, "/v1/payment_intents", form)[2] == "statement_descriptor_suffix"


def test_a_valid_descriptor_suffix_is_shown_on_the_charge(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa", statement_descriptor_suffix="Poster", expand=["latest_charge"])
    assert payment.latest_charge.calculated_statement_descriptor == "OLENA* POSTER"
    assert refused(olena, "/v1/payment_intents", PAYMENT | {"statement_descriptor": "X"})[2] == "statement_descriptor"
