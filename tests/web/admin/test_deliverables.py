"""Admin → Offers: what an offer delivers. Admin → Orders: what an order was given, and sending it again."""

import pytest
from flask.testing import FlaskClient

from storefront import delivery, offers
from storefront.delivery import DeliverableFields
from storefront.models import Deliverable, DeliverableKind, Email, EmailKind, LicenseKey, Merchant, Offer, Order
from tests.cast import LESIA
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant)


def address(offer: Offer, rest: str = "") -> str:
    return f"/admin/offers/{offer.id}/deliverables{rest}"


def titles(offer: Offer) -> list[str]:
    return [row.title for row in Deliverable.of_offer(Offer.get_by_id(offer.id))]


def test_the_owner_adds_links_texts_and_keys(admin: FlaskClient, offer: Offer) -> None:
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert all(f">{label}</a>" in page for label in ("Add link", "Add license keys", "Add text"))
    answer = post(admin, address(offer), kind="link", title="Recordings", url="https://example.com/a?b=1")
    assert answer.location == f"/admin/offers/{offer.id}#offer-delivery"
    post(admin, address(offer), kind="text", title="Before you come", text="Bring **brushes**.")
    answer = post(admin, address(offer), kind="keys", title="Program", keys="A-1\nA-2\n\n A-1 \nA-3")
    assert "3 keys added. 1 duplicate was skipped." in admin.get(answer.location).text
    page = text_of(admin.get(f"/admin/offers/{offer.id}").text)
    assert "Recordings Link" in page and "Before you come Text" in page and "Program License keys · 3 keys left" in page


@pytest.mark.parametrize(
    ("kind", "field", "typed", "words"),
    [
        ("link", "url", "javascript:alert(1)", "Enter a link that starts with https://"),
        ("link", "url", "https://", "Enter a link that starts with https://"),
        ("link", "url", "", "Enter a link that starts with https://"),
        ("text", "text", " ", "Enter a text."),
        ("keys", "keys", "\n \n", "Paste at least one key, one per line."),
        ("keys", "keys", f"good\n{'k' * 501}", "The key in line 2 is longer than 500 characters."),
    ],
)
def test_bad_input_is_explained_at_the_field_and_stays(
    admin: FlaskClient, offer: Offer, kind: str, field: str, typed: str, words: str
) -> None:
    answer = post(admin, address(offer), kind=kind, title="What I typed", **{field: typed})
    assert answer.status_code == 422 and error_at(answer.text, field) == words
    assert 'value="What I typed"' in answer.text and titles(offer) == []


def test_ten_thousand_keys_are_added_at_once_and_counted(admin: FlaskClient, offer: Offer) -> None:
    typed = "\n".join(f"{number:05}-ABCDE-FGHIJ-KLMNO-PQRST" for number in range(10_000))
    answer = post(admin, address(offer), kind="keys", title="Program", keys=typed)
    assert "10000 keys added." in admin.get(answer.location).text.replace(",", "")
    again = post(admin, answer.location, title="Program", keys=typed + "\none more")
    page = admin.get(again.location).text.replace(",", "")
    assert "1 key added. 10000 duplicates were skipped." in page
    assert LicenseKey.select().count() == 10_001
    # Keys are masked, and only some are listed.
    assert "00000-ABCDE" not in page and page.count("<code>••••QRST</code>") == 50


def test_they_are_sorted_changed_and_removed(admin: FlaskClient, offer: Offer) -> None:
    for title in ("One", "Two", "Three"):
        post(admin, address(offer), kind="link", title=title, url="https://example.com")
    one, two, three = Deliverable.of_offer(Offer.get_by_id(offer.id))
    post(admin, address(offer, f"/{three.id}/position"), direction="up")
    assert titles(offer) == ["One", "Three", "Two"]
    post(admin, address(offer, f"/{one.id}"), title="First", url="https://example.com/new")
    assert "Keep it" in admin.get(address(offer, f"/{two.id}/removal")).text and titles(offer)[2] == "Two"
    post(admin, address(offer, f"/{two.id}/removal"))
    assert titles(offer) == ["First", "Three"]
    assert admin.get(address(offer, f"/{two.id}")).status_code == 404
    other = make_offer(offer.merchant, slug="other")
    assert admin.get(address(other, f"/{one.id}")).status_code == 404


def test_unused_keys_can_be_removed_and_given_ones_stay(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    post(admin, address(offer), kind="keys", title="Program", keys="A\nB\nC")
    order = buy(offer, simulator)
    row = Deliverable.get()
    assert f"Order #{order.number}" in text_of(admin.get(address(offer, f"/{row.id}")).text)
    answer = post(admin, address(offer, f"/{row.id}/unused-keys/removal"))
    assert "2 unused keys removed." in status_of(admin.get(answer.location).text)
    assert [key.value for key in LicenseKey.select()] == ["A"]
    # The key that was given is a duplicate for ever.
    post(admin, address(offer, f"/{row.id}"), title="Program", keys="A\nD")
    assert [key.value for key in LicenseKey.select()] == ["A", "D"]


def test_a_copy_of_the_offer_delivers_the_same_but_no_keys(admin: FlaskClient, offer: Offer) -> None:
    post(admin, address(offer), kind="link", title="Recordings", url="https://example.com")
    post(admin, address(offer), kind="keys", title="Program", keys="A\nB")
    copy = offers.duplicate(Offer.get_by_id(offer.id))
    assert titles(copy) == ["Recordings", "Program"] and Offer.get_by_id(copy.id).key_lists == 1
    assert LicenseKey.select().count() == 2


def test_the_order_shows_what_was_given_and_it_is_sent_again(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    old = buy(offer, simulator, LESIA)
    link = DeliverableFields("Recordings", url="https://example.com/a")
    delivery.add_deliverable(offer, DeliverableKind.LINK, link)
    delivery.add_deliverable(offer, DeliverableKind.KEYS, DeliverableFields("Program", keys="SECRET-KEY-1234"))
    order = buy(offer, simulator)
    page = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Recordings Link" in page and "••••1234" in page and "SECRET" not in page and "Given on" in page
    answer = post(admin, f"/admin/orders/{order.token}/deliveries")
    assert "The email is on its way." in status_of(admin.get(answer.location).text)
    post(admin, f"/admin/orders/{order.token}/deliveries")
    assert Email.select().where(Email.kind == EmailKind.DELIVERY, Email.order == order).count() == 2
    # An order from before gets what there is; there is no key left for it.
    assert "Nothing was delivered" in admin.get(f"/admin/orders/{old.token}").text
    answer = post(admin, f"/admin/orders/{old.token}/deliveries")
    assert "There is nothing to send" in alerts_of(admin.get(answer.location).text)
    delivery.add_keys(Deliverable.get(Deliverable.title == "Program"), ["SECRET-KEY-5678"])
    post(admin, f"/admin/orders/{old.token}/deliveries")
    assert [item.keys for item in delivery.delivered(Order.by_token(old.token)).key_lists] == [("SECRET-KEY-5678",)]  # type: ignore[arg-type]
