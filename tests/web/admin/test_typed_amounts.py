"""Amounts that can be read in two ways are refused wherever the owner types one, in every language."""

import pytest
from flask.testing import FlaskClient

from storefront.models import Offer, Refund, Subscription
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin.test_offers import save
from tests.web.admin_pages import error_at, post

SENTENCES = {
    "en": "“1,000” can mean 1000 or 1.00. Enter one of the two.",
    "uk": "«1,000» може означати 1000 або 1.00. Введіть одне з цих двох чисел.",
    "ru": "«1,000» может означать 1000 или 1.00. Введите одно из этих двух чисел.",
}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("currency", ["KWD", "EUR"])
def test_defect_43_an_ambiguous_price_of_an_offer_is_refused(admin: FlaskClient, language: str, currency: str) -> None:
    answer = save(admin, address=f"/admin/offers?lang={language}", price="1,000", currency=currency)
    assert answer.status_code == 422 and error_at(answer.text, "price") == SENTENCES[language]
    assert 'value="1,000"' in answer.text
    assert not Offer.select().exists()


def test_defect_43_an_ambiguous_refund_is_refused(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    form = {"amount": "1,000", "reason": "duplicate", "key": "key-of-a-refund-000001"}
    answer = post(admin, f"/admin/orders/{order.token}/refunds", htmx=True, **form)
    assert answer.status_code == 422 and error_at(answer.text, "amount") == SENTENCES["en"]
    assert not Refund.select().exists()


def test_defect_43_an_ambiguous_new_price_is_refused(admin: FlaskClient, subscription: Subscription) -> None:
    addresses = (
        f"/admin/subscriptions/{subscription.public_id}/price",
        f"/admin/offers/{subscription.order.offer_id}/price-change",
    )
    for address in addresses:
        answer = post(admin, address, price="1,000")
        assert answer.status_code == 422 and error_at(answer.text, "price") == SENTENCES["en"], address
