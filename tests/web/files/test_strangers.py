"""What was bought is read by its buyer alone: a walk over every address as a stranger and as another buyer."""

from collections.abc import Iterator
from contextlib import suppress

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, MapAdapter, Rule

from storefront import delivery, emails
from storefront.delivery import DeliverableFields
from storefront.models import DeliverableKind, Merchant, Order
from tests.cast import LESIA
from tests.delivered_files import deliver, stored
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator

LINK, KEY, WORDS, BYTES = "https://videos.example.com/part-1", "WATERCOLOR-0001", "Two secret brushes", b"%PDF secret"


def addresses(urls: MapAdapter, rule: Rule, guesses: list[str], numbers: list[int]) -> Iterator[str]:
    """The addresses of a rule with each guess in place of its texts, and each number in place of its numbers."""
    typed = rule.arguments - set(rule.defaults or ())
    whole = {name for name in typed if isinstance(rule._converters[name], IntegerConverter)}
    for guess in guesses if typed - whole else guesses[:1]:
        for number in numbers if whole else numbers[:1]:
            values = {**(rule.defaults or {}), **{name: number if name in whole else guess for name in typed}}
            # Some take words of a list only.
            with suppress(ValueError):
                yield urls.build(rule.endpoint, values)


def test_no_address_gives_a_stranger_or_another_buyer_what_somebody_bought(
    app: Flask, merchant: Merchant, client: FlaskClient, simulator: Simulator
) -> None:
    offer, other = make_offer(merchant, slug="evening"), make_offer(merchant, slug="other")
    file = deliver(offer, stored(BYTES))
    for kind, fields in (
        (DeliverableKind.LINK, DeliverableFields("Recordings", url=LINK)),
        (DeliverableKind.KEYS, DeliverableFields("Program", keys=KEY)),
        (DeliverableKind.TEXT, DeliverableFields("Before", text=WORDS)),
    ):
        delivery.add_deliverable(offer, kind, fields)
    order, theirs = buy(offer, simulator), Order.get_by_id(buy(other, simulator, LESIA).id)
    key = delivery.file_key(file.file.hash)
    # What a stranger can count or find out, and what another buyer has, put in every place.
    guesses = [str(order.id), str(order.number), key, "evening", theirs.token, emails.make_account_token(theirs.email)]
    guesses += [delivery.make_link_token(theirs, file)]
    numbers, urls, walked = [file.id, file.id + 2], app.url_map.bind("localhost"), set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        inside = rule.rule.startswith("/admin")
        for address in addresses(urls, rule, guesses[:1] if inside else guesses, numbers[:1] if inside else numbers):
            answer = client.get(address)
            walked.add(rule.endpoint)
            assert not any(sign.encode() in answer.data for sign in (LINK, KEY, WORDS)), address
            assert BYTES not in answer.data and answer.status_code < 500, (address, answer.status_code)
    assert {"files.open_file", "orders.show", "customer.show"} & walked and len(walked) > 50
    # The same walk would have found it.
    assert LINK in client.get(f"/orders/{order.token}/thank-you").text
