"""The customer's pages are completely translated: every page, status, error and script text."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, payments, subscriptions
from storefront.emails import signed_links
from storefront.models import EmailChange, Invoice, Merchant, Offer, Subscription, now
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import DAY, renew, subscribe
from tests.web.page_text import Page, english_in, script_words
from tests.web.test_languages import TRANSLATED, english_of

EMAIL = "marko@example.com"
WORDS = {"title": "Акварель", "description": "Дві години.", "thank_you": "", "language": "uk"}


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant(name="Студія Олени")


@pytest.fixture
def monthly_offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", slug="watercolour", **WORDS)


@pytest.fixture
def subscription(monthly_offer: Offer, simulator: Simulator) -> Subscription:
    return subscribe(monthly_offer, simulator, buyer=replace(MARKO, name="Марко", language="uk"))


def page() -> str:
    return f"/my/{emails.make_account_token(EMAIL)}"


def addresses(subscription: Subscription, invoice: Invoice) -> Iterator[str]:
    held = f"{page()}/subscriptions/{subscription.public_id}"
    yield from ("/my", "/my/nothing", page(), f"/my/{emails.make_account_token('wanda@example.com')}", held)
    yield from (f"{held}/card", f"{held}/cancellation", f"{page()}/email")
    yield from (f"{page()}/receipts/{subscription.order.token}", f"{page()}/receipts/{invoice.public_id}")
    yield f"/my/email/{signed_links.make_email_change_token(EMAIL, 'marko2@example.com')}"
    expired = emails.make_account_token(EMAIL, mailed_at=now() - timedelta(days=31))
    shown_by_the_owner = emails.make_account_token(EMAIL, mailed=False)
    yield from (f"/my/{expired}", f"/my/{shown_by_the_owner}/email")
    change = EmailChange.create(token_hash="1", old=EMAIL, new="marko2@example.com")
    yield f"/my/undo/{signed_links.make_undo_token(change.id)}"
    undone = EmailChange.create(token_hash="2", old=EMAIL, new="marko2@example.com", undone_at=now())
    yield f"/my/undo/{signed_links.make_undo_token(undone.id)}"
    yield from (f"{page()}?done={code}" for code in ("language", "email", "card", "card_paid", "cancelled", "kept"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_page_is_completely_translated(
    client: FlaskClient, merchant: Merchant, subscription: Subscription, simulator: Simulator, language: str
) -> None:
    invoice = renew(subscription, simulator)
    payments.request_refund(
        subscription.order, 300, "requested_by_customer", "key-of-a-press-0004", renewal=invoice.payment
    )
    for number in range(3):
        renew(subscription, simulator)
        markos = replace(MARKO, name="Марко", visit=f"visit-of-marko-1{number:03}")
        (start_checkout if number else buy)(
            make_offer(merchant, slug=f"tea-{number}", **WORDS), *((simulator,) * (not number)), markos
        )
    client.get(f"/?lang={language}")
    answers = [(address, client.get(address)) for address in addresses(subscription, invoice)]
    answers += [("another link", client.post(f"{page()}/link"))]
    for address, answer in answers:
        assert answer.status_code in (200, 404), address
        assert Page(answer.text).language == language and english_of(language, answer.text) == set(), address


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_status_is_translated(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, language: str
) -> None:
    client.get(f"/?lang={language}")
    held = f"{page()}/subscriptions/{subscription.public_id}"

    def reads_well(state: str) -> None:
        for address in (page(), held, f"{held}/cancellation", f"{held}/continuation"):
            answer = client.get(address, follow_redirects=True)
            assert answer.status_code == 200 and english_of(language, answer.text) == set(), (state, address)

    subscriptions.pause(subscription, None)
    reads_well("paused by its seller")
    subscriptions.resume(subscription)
    subscriptions.pause(subscription, now() + timedelta(days=40))
    reads_well("paused by its seller until a day")
    subscriptions.resume(subscription)
    subscriptions.cancel(subscription, False, "buyer")
    reads_well("cancelled")
    subscriptions.reactivate(subscription, "buyer")
    for card in ("asks", "declines"):
        renew(subscription, simulator, card)
        reads_well(card)
    for status in ("trialing", "unpaid", "paused", "incomplete_expired", "canceled"):
        Subscription.update(status=status).execute()
        reads_well(status)
    Subscription.update(end_reason="payment_failed").execute()
    reads_well("ended unpaid")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_payment_plan_is_translated(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, language: str
) -> None:
    client.get(f"/?lang={language}")
    plan = subscribe(make_offer(merchant, kind="plan", instalments=2, slug="easel", **WORDS), simulator)
    cancellation = f"{page()}/subscriptions/{plan.public_id}/cancellation"
    assert english_of(language, client.get(page()).text) == english_of(language, client.get(cancellation).text) == set()
    renew(plan, simulator, "asks")
    simulator.advance(70 * DAY)
    subscriptions.refresh(plan)
    assert english_of(language, client.get(page()).text) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_errors_are_translated(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, language: str
) -> None:
    client.get(f"/?lang={language}")
    held = f"{page()}/subscriptions/{subscription.public_id}"
    simulator.add_fault("/v1/*", "error_before", times=9)
    answers = [
        client.post("/my", data={"email": "marko@"}),
        client.post("/my", data={"email": "marko@example.com"}),
        client.post(f"{page()}/email", data={"email": EMAIL}),
        client.post(f"{held}/cancellation", data={"way": "period_end"}),
        *(client.post(f"{page()}/email", data={"email": "marko2@example.com"}) for _press in range(4)),
    ]
    for number, answer in enumerate(answers):
        assert english_of(language, answer.text) == set(), number
    away = client.post(f"{held}/card/setup")
    assert away.status_code == 503 and english_in([away.json["error"]]) == set()
    words = script_words(client.get(f"{held}/card").text)
    assert len(words) > 30 and english_in(words) == set()
