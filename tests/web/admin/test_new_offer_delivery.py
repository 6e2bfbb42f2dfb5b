"""The form of a new offer: what it delivers is saved with it."""

import re

from flask.testing import FlaskClient

from storefront.models import Deliverable, LicenseKey, Merchant, Offer, OfferStatus, PriceOption
from tests.web.admin.test_offers import save
from tests.web.admin_pages import alerts_of, error_at, post, status_of

NEW = "/admin/offers"


def rows(*typed: dict[str, str]) -> dict[str, str]:
    """The fields of the form for these rows."""
    return {f"deliverables-{at}-{name}": value for at, row in enumerate(typed) for name, value in row.items()}


LINK = {"kind": "link", "title": "Recordings", "url": "https://example.com/1"}
TEXT = {"kind": "text", "title": "Before you come", "text": "Bring **brushes**."}
KEYS = {"kind": "keys", "title": "Program", "keys": "A-1\r\nA-2\r\n\r\nA-1"}


def test_the_form_has_the_buttons_and_each_adds_its_fields(admin: FlaskClient) -> None:
    page = admin.get("/admin/offers/new").text
    assert all(f">{label}</button>" in page for label in ("Add file", "Add link", "Add license keys", "Add text"))
    page = save(admin, rows="deliverables add keys", **rows(LINK)).text
    assert 'value="https://example.com/1"' in page and 'name="deliverables-1-keys"' in page
    assert 'name="deliverables-1-url"' not in page and not Offer.select().exists()
    page = save(admin, rows="deliverables remove 0", **rows(LINK, TEXT)).text
    assert 'name="deliverables-0-text"' in page and "deliverables-1" not in page


def test_links_texts_and_keys_are_saved_with_the_offer(admin: FlaskClient, merchant: Merchant) -> None:
    answer = save(admin, merchant=merchant.id, publish="1", **rows(LINK, TEXT, KEYS))
    offer = Offer.get()
    assert answer.status_code == 303 and (offer.delivers, offer.key_lists, offer.status) == (True, 1, "published")
    link, text, keys = Deliverable.of_offer(offer)
    assert (link.title, link.url, text.text) == ("Recordings", LINK["url"], "Bring **brushes**.")
    assert [key.value for key in LicenseKey.select().where(LicenseKey.deliverable == keys)] == ["A-1", "A-2"]


def test_one_mistake_saves_nothing_and_loses_nothing(admin: FlaskClient) -> None:
    bad_link, no_keys = {**LINK, "url": "javascript:alert(1)"}, {**KEYS, "keys": " "}
    answer = save(admin, price="19.999", **rows(bad_link, TEXT, no_keys))
    assert answer.status_code == 422 and not Offer.select().exists() and not Deliverable.select().exists()
    assert error_at(answer.text, "deliverables-0-url") == "Enter a link that starts with https://"
    assert error_at(answer.text, "deliverables-2-keys") == "Paste at least one key, one per line."
    assert error_at(answer.text, "price") and "deliverables-0-url" in answer.text
    assert "javascript:alert(1)" in answer.text and "Bring **brushes**." in answer.text
    answer = save(admin, price="nothing", **rows(LINK))
    assert answer.status_code == 422 and LINK["url"] in answer.text and not Deliverable.select().exists()
    answer = save(admin, **rows({**LINK, "title": ""}))
    assert error_at(answer.text, "deliverables-0-title") == "Enter a title." and alerts_of(answer.text)
    # A kind that the form does not offer, and one row too many.
    assert save(admin, **rows({**LINK, "kind": "file"})).status_code == 303
    answer = save(admin, **rows(*[LINK] * 51))
    assert answer.status_code == 422 and Offer.select().count() == 1


def test_add_file_saves_a_draft_with_everything_typed_and_asks_for_the_file(
    admin: FlaskClient, merchant: Merchant
) -> None:
    answer = save(admin, merchant=merchant.id, status="published", add_file="y", **rows(LINK))
    offer = Offer.get()
    assert answer.location == f"/admin/offers/{offer.id}/files/new" and offer.status == OfferStatus.DRAFT
    assert [row.title for row in Deliverable.of_offer(offer)] == ["Recordings"]
    assert "is saved as a draft. Add the file, then publish." in status_of(admin.get(answer.location).text)
    answer = save(admin, title="", add_file="y", **rows(TEXT))
    assert answer.status_code == 422 and "Bring **brushes**." in answer.text and Offer.select().count() == 1


OPTIONS = {
    "options-shown": "y",
    "option_label": "Recordings",
    "options-0-key": "full",
    "options-0-label": "Full course",
    "options-0-price": "99",
    "options-1-key": "team",
    "options-1-label": "For teams",
    "options-1-price": "300",
}


def test_each_thing_is_for_all_price_options_or_for_one(admin: FlaskClient, merchant: Merchant) -> None:
    things = rows({**LINK, "option": "first"}, {**TEXT, "option": "team"}, KEYS)
    # The options change places before the offer is saved: what they deliver goes with them.
    page = save(admin, rows="options up 1", **OPTIONS, **things).text
    moved = dict(re.findall(r'name="(options-\d-key)"[^>]*value="(\w+)"', page))
    assert moved == {"options-0-key": "team", "options-1-key": "full"}
    choices = re.findall(
        r'<option value="(\w*)"( selected)?>([^<]+)<', page.partition('name="deliverables-1-option"')[2]
    )
    assert [(key, name) for key, _selected, name in choices[:4]] == [
        ("", "All price options"), ("first", "Recordings"), ("team", "For teams"), ("full", "Full course")
    ]  # fmt: skip
    assert [key for key, selected, _name in choices[:4] if selected] == ["team"]
    assert save(admin, merchant=merchant.id, **OPTIONS, **things).status_code == 303
    offer = Offer.get()
    link, text, keys = Deliverable.of_offer(offer)
    first, _full, team = PriceOption.of_offer(offer)
    assert (link.option_id, text.option_id, keys.option_id) == (first.id, team.id, None)


def test_what_a_removed_price_option_delivered_goes_to_nobody_else_by_itself(admin: FlaskClient) -> None:
    things = rows({**TEXT, "option": "team"})
    section = post(admin, NEW, True, title="Pottery", rows="options remove 1", **OPTIONS, **things).text
    assert '<hx-partial hx-target="#offer-deliverables"' in section and "Bring **brushes**." in section
    assert '<option value="team" selected>Removed price option</option>' in section
    kept = {name: value for name, value in OPTIONS.items() if "-1-" not in name}
    answer = save(admin, **kept, **things)
    assert answer.status_code == 422 and not Offer.select().exists()
    assert error_at(answer.text, "deliverables-0-option") == "Choose a price option from the list."
