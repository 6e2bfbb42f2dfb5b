"""What buyers read about the law before they pay: legal texts, consent, right of withdrawal; and the footer."""

import re

import pytest
from flask.testing import FlaskClient

from storefront.models import LegalSettings, LegalText, Merchant, Offer, Order, ShopProfile
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.web.admin_pages import text_of
from tests.web.query_count import queries_of

ALL_TEXTS = tuple(LegalText)


def publish(*texts: LegalText, consent: bool = False) -> None:
    words = {
        text: {"en": f"The {text.value} of the shop.", "uk": "Текст"} if text in texts else {} for text in LegalText
    }
    LegalSettings.save(words, consent)


def press(client: FlaskClient, offer: Offer, lang: str = "en", **more: str) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/o/{offer.slug}/checkout?lang={lang}", data={**MARKOS_FORM, **more})
    return answer.status_code, answer.json or {}


def footer(html: str) -> str:
    return html.split('<footer class="bottom">')[1]


def test_texts_are_linked_beside_the_button_and_in_the_footer_where_they_exist(
    client: FlaskClient, offer: Offer
) -> None:
    page = f"/o/{offer.slug}"
    assert "/legal/" not in client.get(page).text
    publish(LegalText.TERMS, LegalText.PRIVACY)
    shown = client.get(page).text
    form = shown.split('id="payment"')[1].split("</form>")[0]
    assert 'href="/legal/terms"' in form and 'href="/legal/privacy"' in form and "/legal/refunds" not in shown
    for address in (page, "/", "/my", "/withdraw"):
        assert 'href="/legal/terms"' in footer(client.get(address).text), address


def test_public_pages_still_ask_one_question(client: FlaskClient, offer: Offer) -> None:
    publish(*ALL_TEXTS, consent=True)
    # Only the first request also reads the list of offers: its page is kept until the marks of the offers change.
    for page in (f"/o/{offer.slug}", "/"):
        client.get(page)
    assert queries_of(client, f"/o/{offer.slug}") == queries_of(client, "/") == 1


def test_consent_is_asked_for_where_the_shop_wants_it_and_has_a_text(client: FlaskClient, offer: Offer) -> None:
    page = f"/o/{offer.slug}"
    publish(consent=True)
    assert 'name="consent"' not in client.get(page).text and press(client, offer)[0] == 200
    publish(LegalText.TERMS)
    assert 'name="consent"' not in client.get(page).text
    publish(LegalText.TERMS, consent=True)
    assert 'name="consent" type="checkbox"' in client.get(page).text


def test_without_the_tick_there_is_no_order(client: FlaskClient, offer: Offer) -> None:
    publish(*ALL_TEXTS, consent=True)
    assert press(client, offer) == (422, {"errors": {"consent": ["Tick this box to continue."]}})
    assert Order.select().count() == 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "I agree to the terms of sale and the refund policy, and I have read the privacy policy."),
        ("uk", "Я приймаю умови продажу та умови повернення. Мені відома політика конфіденційності."),
    ],
)
def test_the_order_keeps_the_words_the_language_and_the_time(
    client: FlaskClient, admin: FlaskClient, offer: Offer, lang: str, words: str
) -> None:
    publish(*ALL_TEXTS, consent=True)
    assert words in text_of(client.get(f"/o/{offer.slug}?lang={lang}").text).replace(" .", ".").replace(" ,", ",")
    status, _answer = press(client, offer, lang, consent="y")
    order = Order.get()
    assert (status, order.terms_consent, order.terms_consent_language) == (200, words, lang)
    assert order.terms_consented_at is not None
    for address in (f"/admin/orders/{order.token}", f"/admin/orders/{order.token}/evidence"):
        assert words in text_of(admin.get(address).text), address


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((LegalText.TERMS,), "I agree to the terms of sale."),
        ((LegalText.PRIVACY,), "I have read the privacy policy."),
        ((LegalText.REFUNDS,), "I agree to the refund policy."),
        ((LegalText.TERMS, LegalText.PRIVACY), "I agree to the terms of sale, and I have read the privacy policy."),
        ((LegalText.PRIVACY, LegalText.REFUNDS), "I agree to the refund policy, and I have read the privacy policy."),
        ((LegalText.TERMS, LegalText.REFUNDS), "I agree to the terms of sale and the refund policy."),
    ],
)
def test_consent_names_only_texts_that_exist(
    client: FlaskClient, offer: Offer, texts: tuple[LegalText, ...], words: str
) -> None:
    publish(*texts, consent=True)
    press(client, offer, consent="y")
    assert Order.get().terms_consent == words


def test_an_offer_says_for_how_long_or_why_not_before_paying(client: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant)
    assert "withdraw from the contract within" not in client.get(f"/o/{offer.slug}").text
    ShopProfile(country="DE").save()
    assert "You can withdraw from the contract within 14 days." in client.get(f"/o/{offer.slug}").text
    Offer.update(withdrawal_days=0, no_withdrawal_reason="The <b>date</b> is fixed.").execute()
    shown = client.get(f"/o/{offer.slug}").text
    assert "There is no right of withdrawal: The &lt;b&gt;date&lt;/b&gt; is fixed." in shown


def test_the_footer_leads_to_withdrawal_in_the_eu_and_where_an_offer_has_the_right(
    client: FlaskClient, merchant: Merchant
) -> None:
    offer = make_offer(merchant)
    assert 'href="/withdraw"' not in client.get("/").text
    ShopProfile(country="NO").save()
    assert 'href="/withdraw"' in footer(client.get("/").text)
    ShopProfile(country="US").save()
    assert 'href="/withdraw"' not in client.get("/").text
    Offer.update(withdrawal_days=30).where(Offer.id == offer.id).execute()
    assert 'href="/withdraw"' in footer(client.get("/").text)


def test_the_footer_leads_to_cancellation_where_subscriptions_are_sold(client: FlaskClient, merchant: Merchant) -> None:
    make_offer(merchant)
    assert "Cancel contracts here" not in client.get("/").text
    make_offer(merchant, kind="recurring")
    assert re.search(r'href="/cancel">Cancel contracts here<', footer(client.get("/").text))
