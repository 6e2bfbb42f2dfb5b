"""The gateway sends only parameters that stripe-python's TypedDicts have, with their values."""

import ast

import pytest

from tests.architecture.source import ROOT
from tests.architecture.stripe_params import StripeCalls

GATEWAY = sorted((ROOT / "storefront" / "stripe_gateway").rglob("*.py"))


def faults_in(source: str) -> list[str]:
    return list(StripeCalls(ast.parse(source)).faults())


def test_the_gateway_sends_known_parameters() -> None:
    seen, faults = 0, []
    for path in GATEWAY:
        calls = StripeCalls(ast.parse(path.read_text()))
        faults += [f"{path.relative_to(ROOT)}, {fault}" for fault in calls.faults()]
        seen += calls.seen
    assert faults == []
    written = sum(path.read_text().count(".v1.") for path in GATEWAY)
    assert seen >= written, "some calls were not recognized"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("client.v1.refunds.create({'payment_intent': 'pi_1', 'sum': 1})", "no parameter sum"),
        ("client.v1.refunds.create(params={'reason': 'because'})", "'because' is no value of reason"),
        ("client.v1.refunds.create({'amount': '100'})", "'100' has the wrong type for amount"),
        ("client.v1.payment_intents.create({'currency': 'eur'})", "needs the parameter amount"),
        ("client.v1.subscriptions.update('sub_1', {'items': [{'prize': 'price_1'}]})", "no parameter items.prize"),
        ("client.v1.subscriptions.update('sub_1', {'pause_collection': {'behavior': 'stop'}})", "'stop' is no value"),
        ("client.v1.subscriptions.update('sub_1', {'items': {'price': 'price_1'}})", "items is no hash"),
        ("client.v1.subscriptions.update('sub_1', {'description': ['a']})", "description is no list"),
        ("terms = {}\n    terms['sum'] = 1\n    client.v1.refunds.create(terms)", "no parameter sum"),
        ("refunds = client.v1.refunds\n    return call(lambda o: refunds.create({'sum': 1}, o))", "no parameter sum"),
        (
            "client.v1.refunds.create({**terms(), 'amount': 1})\n\ndef terms():\n    return {'sum': 1}",
            "no parameter sum",
        ),
        ("send({'sum': 1})\n\ndef send(terms):\n    client.v1.refunds.create({**terms})", "no parameter sum"),
        ("client.v1.refunds.create({'metadata': {}} if late else more)", "can't be read"),
        ("terms = {}\n    terms.update(more)\n    client.v1.refunds.create(terms)", "can't be read"),
        ("terms = {}\n    terms[key] = 1\n    client.v1.refunds.create(terms)", "can't be read"),
    ],
)
def test_wrong_parameters_are_found(source: str, fault: str) -> None:
    [found] = faults_in(f"def function():\n    {source}\n")
    assert fault in found


def test_right_parameters_have_no_faults() -> None:
    assert faults_in("def function():\n    client.v1.refunds.create({'payment_intent': name, 'amount': 1})\n") == []
