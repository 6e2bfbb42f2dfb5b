"""Links to the customer's page: how long they work, what needs a fresh one, and how one is ended."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, runtime
from storefront.models import AccountLink, Email, EmailChange, EmailRequest, Offer, Order, Subscription
from storefront.worker import tasks
from tests.cast import LESIA
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import reload, renew
from tests.web.admin_pages import text_of
from tests.web_client import browser

MARKOS, NEW = "marko@example.com", "marko@new.example.com"
SEND, ON_ITS_WAY = "Send me a new link", "we’ve emailed a new link"


def link_in_newest(kind: str, to: str = MARKOS) -> str:
    """Run the worker's job; path and query of the link in the newest email of this kind to this address."""
    tasks.send_emails()
    letter = Email.select().where(Email.kind == kind, Email.recipient == to).order_by(Email.id.desc()).get()
    found = re.search(r"http://shop\.example\.com(/my/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def press_send(client: FlaskClient, page: str) -> str:
    """Press the only button of the page; where the link in the email that follows leads."""
    form = re.search(r'<form method="post" action="(/my/[^"]+/link)">(.*?)</form>', page, re.S)
    assert form and SEND in form[2], page
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    before = Email.select().where(Email.kind == "buyer_link").count()
    answer = client.post(form[1], data=fields)
    assert answer.status_code == 200 and ON_ITS_WAY in answer.text and MARKOS not in answer.text
    link = link_in_newest("buyer_link")
    assert Email.select().where(Email.kind == "buyer_link").count() == before + 1
    return link


def change_to(client: FlaskClient, new: str = NEW, old: str = MARKOS) -> str:
    """Change the address with a fresh link, and confirm it from the new mailbox. Returns the confirmation link."""
    client.post(f"/my/{emails.make_account_token(old)}/email", data={"email": new})
    confirmation = link_in_newest("email_change", to=new)
    assert client.post(confirmation).status_code == 303
    return confirmation


def owners() -> set[str]:
    return {order.email for order in Order.select()}


# How long a link works


def test_a_receipts_link_works_for_30_days_and_then_shows_only_the_button(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator)
    receipt = link_in_newest("receipt")
    assert "marko" not in receipt and MARKOS in client.get(receipt).text
    page, query = receipt.split("?")
    held = f"{page}/subscriptions/{subscription.public_id}"
    receipts = [f"{page}/receipts/{subscription.order.token}", f"{page}/receipts/{invoice.public_id}"]
    with time_moved(days=29.9):
        shown = client.get(receipt).text
        assert "Weekly letters" in shown and MARKOS not in shown and "m•••@example.com" in shown
        for address in (*receipts, held, f"{held}/card"):
            answer = client.get(address)
            assert answer.status_code == 200 and "Weekly letters" in answer.text and MARKOS not in answer.text
    with time_moved(days=30.1):
        for address in (receipt, *receipts, held, f"{held}/card", f"{held}/cancellation", f"{page}/email"):
            shown = client.get(address).text
            assert SEND in shown and "Weekly letters" not in shown and "@example.com" not in shown.lower(), address
            assert "€" not in shown and str(subscription.order.number) not in shown
        for address in ("data", "email", "language", f"subscriptions/{subscription.public_id}/cancellation"):
            refused = client.post(f"{page}/{address}", data={"language": "uk", "way": "period_end", "email": NEW})
            assert refused.status_code == 403 and "Weekly letters" not in refused.text, address
        again = press_send(client, client.get(receipt).text)
        assert "Weekly letters" in client.get(again).text
    assert not reload(subscription).cancels_at_period_end and Order.get().language == "en"
    assert query == "lang=en"


def test_a_new_link_does_not_end_older_ones(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    receipt = link_in_newest("receipt")
    with time_moved(days=10):
        client.post("/my", data={"email": MARKOS})
        newer = link_in_newest("buyer_link")
        assert newer != receipt
        assert all("Watercolour evening" in client.get(link).text for link in (receipt, newer))


def test_each_email_carries_a_link_of_its_own_and_the_database_only_its_hash(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    receipt = link_in_newest("receipt")
    emails.send_again(Email.get(Email.kind == "receipt"))
    assert link_in_newest("receipt") != receipt
    (first, second) = AccountLink.select().order_by(AccountLink.id)
    assert {first.email, second.email} == {MARKOS}
    for stored in AccountLink.select().dicts():
        assert receipt.removeprefix("/my/").partition("?")[0] not in map(str, stored.values())


def test_asking_for_a_new_link_answers_the_same_for_everybody_and_is_limited(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    tokens = [emails.make_account_token(MARKOS), emails.make_account_token("wanda@example.com")]
    answers = {client.post(f"/my/{token}/link").text.replace(token, "") for token in tokens for _press in range(5)}
    assert len(answers) == 1 and ON_ITS_WAY in answers.pop()
    tasks.send_emails()
    written = Email.select().where(Email.kind == "buyer_link")
    assert [letter.recipient for letter in written] == [MARKOS] * EmailRequest.PER_EMAIL
    assert client.post("/my/nothing/link").status_code == 404


# What needs a fresh link


def test_canceling_with_an_old_receipt_takes_one_more_email(client: FlaskClient, subscription: Subscription) -> None:
    receipt = link_in_newest("receipt")
    with time_moved(days=21):
        page = receipt.partition("?")[0]
        cancellation = f"{page}/subscriptions/{subscription.public_id}/cancellation"
        assert f'href="{cancellation}"' in client.get(receipt).text
        assert client.post(cancellation, data={"way": "period_end"}).status_code == 403
        assert not reload(subscription).cancels_at_period_end
        fresh = press_send(client, client.get(cancellation).text)
        question = client.get(fresh)
        assert question.status_code == 200 and "Cancel this subscription?" in question.text
        assert client.post(fresh, data={"way": "period_end"}).status_code == 303
    assert reload(subscription).cancels_at_period_end


def test_a_link_is_fresh_for_an_hour(client: FlaskClient, subscription: Subscription) -> None:
    page = f"/my/{emails.make_account_token(MARKOS)}"
    cancellation = f"{page}/subscriptions/{subscription.public_id}/cancellation"
    with time_moved(minutes=59):
        assert client.post(f"{page}/data").status_code == 200
        assert "Cancel this subscription?" in client.get(cancellation).text
        assert "Send confirmation email" in client.get(f"{page}/email").text
    with time_moved(minutes=61):
        refused = client.post(f"{page}/data")
        assert refused.status_code == 403 and MARKOS not in refused.text
        fresh = press_send(client, refused.text)
        assert fresh.endswith("#data") and 'id="data"' in client.get(fresh).text
        assert client.post(f"{fresh.partition('?')[0]}/data").status_code == 200
        refused = client.post(f"{page}/email", data={"email": NEW})
        assert refused.status_code == 403
        assert "Send confirmation email" in client.get(press_send(client, refused.text)).text
    assert Email.select().where(Email.kind == "email_change").count() == 0


def test_a_link_that_the_owner_shows_does_not_prove_access_to_the_mailbox(
    client: FlaskClient, admin: FlaskClient, subscription: Subscription
) -> None:
    shown = admin.get(f"/admin/customers/{subscription.order.token}/link").text
    link = re.search(r'data-copy="http://shop.example.com(/my/[^"?]+)', shown)
    assert link and "Weekly letters" in client.get(link[1]).text
    assert client.post(f"{link[1]}/data").status_code == 403
    assert client.post(f"{link[1]}/email", data={"email": NEW}).status_code == 403


@pytest.mark.parametrize(
    "page", ["", "//evil.example.com", "../../admin", "https://evil.example.com", "email/../x", "%"]
)
def test_a_new_link_leads_nowhere_but_to_the_customers_pages(
    client: FlaskClient, offer: Offer, simulator: Simulator, page: str
) -> None:
    buy(offer, simulator)
    client.post(f"/my/{emails.make_account_token(MARKOS)}/link", data={"page": page})
    assert re.fullmatch(r"/my/[\w-]+\?lang=en", link_in_newest("buyer_link"))


# A change of the address is refused or undone without the old mailbox


def test_all_links_of_an_address_end_when_it_changes(client: FlaskClient, subscription: Subscription) -> None:
    receipt, key = link_in_newest("receipt"), emails.make_pay_key(subscription.order)
    change_to(client)
    shown = client.get(receipt).text
    assert SEND in shown and "Weekly letters" not in shown
    assert not emails.is_valid_pay_key(reload(subscription).order, key)


def test_the_old_mailbox_undoes_the_change(client: FlaskClient, subscription: Subscription) -> None:
    key = emails.make_pay_key(subscription.order)
    confirmation = change_to(client)
    theirs = f"/my/{emails.make_account_token(NEW)}"
    assert "Weekly letters" in client.get(theirs).text
    undo = link_in_newest("email_changed")
    with time_moved(hours=71):
        question = text_of(client.get(undo).text)
        assert "m•••@new.example.com" in question and owners() == {NEW}, "a GET changes nothing"
        done = client.post(undo)
        assert done.status_code == 200 and "Change undone" in done.text
        assert owners() == {MARKOS}
        assert "Weekly letters" not in client.get(theirs).text
        assert client.get(confirmation).status_code == client.post(confirmation).status_code == 404
        assert owners() == {MARKOS} and not emails.is_valid_pay_key(subscription.order, key)
        assert client.post(undo).status_code == 200 and EmailChange.select().count() == 1
        client.post("/my", data={"email": MARKOS})
        assert "Weekly letters" in client.get(link_in_newest("buyer_link")).text
    told = Email.select().where(Email.kind == "email_restored")
    assert [letter.recipient for letter in told] == [NEW]
    assert reload(subscription).next_check_at is not None


def test_after_72_hours_the_change_stays(client: FlaskClient, subscription: Subscription) -> None:
    change_to(client)
    undo = link_in_newest("email_changed")
    with time_moved(hours=73):
        assert client.get(undo).status_code == client.post(undo).status_code == 404
    assert owners() == {NEW}


def test_undoing_brings_orders_back_from_wherever_they_went_meanwhile(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    hers = buy(make_offer(subscription.merchant), simulator, LESIA)
    change_to(client, LESIA.email)
    undo = link_in_newest("email_changed")
    change_to(client, "third@example.com", old=LESIA.email)
    second_undo = link_in_newest("email_changed", to=LESIA.email)
    links = [f"/my/{emails.make_account_token(email)}" for email in (LESIA.email, "third@example.com")]
    assert client.post(undo).status_code == 200
    assert {order.id: order.email for order in Order.select()} == {
        subscription.order_id: MARKOS,
        hers.id: "third@example.com",
    }
    assert not any("Weekly letters" in client.get(link).text for link in links)
    assert client.post(second_undo).status_code == 200
    assert {order.id: order.email for order in Order.select()} == {
        subscription.order_id: MARKOS,
        hers.id: LESIA.email,
    }, "the second change is undone without the orders that the first one had moved"


def test_a_request_from_before_the_undoing_is_void(client: FlaskClient, subscription: Subscription) -> None:
    client.post(f"/my/{emails.make_account_token(MARKOS)}/email", data={"email": "third@example.com"})
    pending = link_in_newest("email_change", to="third@example.com")
    change_to(client)
    client.post(link_in_newest("email_changed"))
    assert client.post(pending).status_code == 404 and owners() == {MARKOS}


def test_waiting_emails_follow_the_orders_back(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    change_to(client)
    client.post(link_in_newest("email_changed"))
    waiting = Email.select().where(Email.state == "waiting", Email.kind == "renewal_reminder")
    assert {letter.recipient for letter in waiting} == {MARKOS}


def test_an_email_sent_again_opens_only_what_belongs_to_its_recipient(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    emails.send_due()
    change_to(client)
    for kind in ("receipt", "renewal_authentication"):
        emails.send_again(Email.get(Email.kind == kind))
    assert "No orders for this address" in client.get(link_in_newest("receipt")).text
    emails.send_due()
    assert "key=" not in Email.get(Email.kind == "renewal_authentication").text


@pytest.mark.parametrize("wrong", ["x", "1", "", "a.b"])
def test_a_forged_link_undoes_nothing(app: Flask, client: FlaskClient, subscription: Subscription, wrong: str) -> None:
    change_to(client)
    assert client.post(f"/my/undo/{wrong}").status_code in (404, 405)
    undo = link_in_newest("email_changed")
    foreign = browser(app)
    foreign.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert foreign.post(undo).status_code == 403
    assert owners() == {NEW}


def test_links_are_deleted_when_they_are_of_no_use_any_more(offer: Offer, simulator: Simulator) -> None:
    token = emails.make_account_token(MARKOS)
    AccountLink.update(issued_at=runtime.system_time() - timedelta(days=401)).execute()
    emails.make_account_token(MARKOS)
    assert AccountLink.select().count() == 1 and emails.account_access(token) is None
