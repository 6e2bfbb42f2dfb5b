"""Settings → Payment systems → Stripe: connecting accounts, with htmx and without JavaScript."""

import re
from dataclasses import replace
from html import unescape

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer, Order
from stripe_simulator import accounts
from stripe_simulator.accounts import KENJI, OLENA, SOFIA, TARAS
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, STRIPE, alerts_of, connect, error_at, post, status_of, text_of
from tests.web.query_count import queries_of

pk, sk, rk = accounts.publishable_key, accounts.secret_key, accounts.restricted_key


def row_of(html: str, merchant: Merchant) -> str:
    found = re.search(rf'<li id="merchant-{merchant.public_id}".*?\n</li>', html, flags=re.S)
    assert found, "the merchant has no row"
    return text_of(found[0])


def steps_of(html: str, merchant: Merchant) -> list[tuple[bool, str]]:
    """The checklist of a row: (done, first words) of each step."""
    row = html[html.index(f'id="merchant-{merchant.public_id}"') :]
    progress = row[: row.index("</ol>")]
    found = re.findall(r'<li class="(done|open)">.*?</span>\s*<span>(.*?)(?:\.|\s*<span)', progress, flags=re.S)
    return [(state == "done", words.strip()) for state, words in found]


def main_button(html: str, merchant: Merchant) -> str:
    """The text of the row's primary button."""
    actions = html[html.index(f'id="merchant-{merchant.public_id}-actions"') :]
    found = re.findall(r'class="small"[^>]*>([^<]+)</(?:a|button)>', actions[: actions.index('class="busy"')])
    assert len(found) <= 1, found
    return unescape(found[0]) if found else ""


def endpoints(simulator: Simulator, secret: str) -> list[dict]:
    """The account's webhook endpoints at Stripe."""
    headers = {"Authorization": f"Bearer {secret}"}
    return requests.get(f"{simulator.url}/v1/webhook_endpoints", headers=headers, timeout=60).json()["data"]


def test_a_merchant_is_connected_in_place(admin: FlaskClient, simulator: Simulator) -> None:
    page = admin.get(STRIPE)
    assert "Add new merchant</button>" in page.text and "No accounts connected yet" in page.text
    form = admin.get(f"{STRIPE}/new", headers=HTMX).text
    assert "<html" not in form
    for label in ("Account name", "Publishable key", "Secret key"):
        assert f">{label}</label>" in form
    answer = connect(admin, htmx=True)
    merchant = Merchant.get()
    assert answer.status_code == 200 and "<html" not in answer.text
    row = row_of(answer.text, merchant)
    for words in (
        "Olena's studio",
        "Test",
        OLENA.id,
        "Ireland",
        "EUR",
        "•••• Test",
        "Edit",
        "Check connection",
        "Disconnect",
    ):
        assert words in row
    assert '<hx-partial hx-target="#notice" hx-swap="innerHTML"><p>“Olena&#39;s studio” connected.' in answer.text
    assert row_of(admin.get(STRIPE).text, merchant)


def test_a_merchant_is_connected_without_javascript(admin: FlaskClient) -> None:
    assert "<html" in admin.get(f"{STRIPE}/new").text
    answer = connect(admin)
    assert answer.status_code == 303 and answer.location.startswith(f"{STRIPE}#merchant-")
    page = admin.get(STRIPE).text
    assert status_of(page) == "“Olena's studio” connected."
    assert alerts_of(page) == ""


def test_spaces_around_keys_are_removed(admin: FlaskClient) -> None:
    assert connect(admin, publishable_key=f"  {pk(OLENA)}\n", secret_key=f"\t{sk(OLENA)}  ").status_code == 303
    merchant = Merchant.get()
    assert (merchant.publishable_key, merchant.secret_key) == (pk(OLENA), sk(OLENA))


REFUSALS = [
    ({"name": ""}, "name", "Enter a name"),
    ({"publishable_key": ""}, "publishable_key", "Enter the publishable key"),
    ({"secret_key": ""}, "secret_key", "Enter the secret key"),
    ({"publishable_key": "pk_something"}, "publishable_key", "Not a publishable key"),
    ({"secret_key": "hello"}, "secret_key", "Not a secret key"),
    ({"publishable_key": sk(OLENA)}, "publishable_key", "This is a secret key. Enter the publishable key here"),
    ({"secret_key": pk(OLENA)}, "secret_key", "This is a publishable key. Enter the secret key here"),
    ({"secret_key": sk(OLENA, "live")}, "secret_key", "One key is for test mode and the other for live mode"),
    ({"publishable_key": pk(OLENA, "live")}, "secret_key", "One key is for test mode and the other for live mode"),
    ({"secret_key": accounts.expired_key(OLENA)}, "secret_key", "Stripe rejected this key"),
    ({"secret_key": "sk_test_nobodyhasthis"}, "secret_key", "Stripe rejected this key"),
    ({"publishable_key": "pk_test_nobodyhasthis"}, "publishable_key", "Stripe rejected this key"),
    ({"publishable_key": pk(TARAS)}, "publishable_key", "The two keys belong to different Stripe accounts"),
]


@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_each_invalid_field_shows_its_own_error(
    admin: FlaskClient, changes: dict[str, str], field: str, words: str
) -> None:
    for htmx in (True, False):
        answer = connect(admin, htmx, **changes)
        assert answer.status_code == 422
        assert error_at(answer.text, field).startswith(words)
        others = {"name", "publishable_key", "secret_key"} - {field}
        assert [error_at(answer.text, other) for other in others] == ["", ""]
    assert Merchant.select().count() == 0


def test_htmx_gets_only_the_errors_so_that_typed_values_stay(admin: FlaskClient) -> None:
    answer = connect(admin, htmx=True, publishable_key=pk(TARAS))
    assert "<input" not in answer.text and sk(OLENA) not in answer.text
    assert re.sub(r"<hx-partial.*?</hx-partial>", "", answer.text, flags=re.S).strip() == ""


def test_without_javascript_the_form_keeps_all_values_but_the_secret_key(admin: FlaskClient) -> None:
    page = connect(admin, publishable_key=pk(TARAS)).text
    assert "Olena&#39;s studio" in page and pk(TARAS) in page and sk(OLENA) not in page
    assert "The secret key wasn’t saved. Enter it again." in page
    assert "Secret key" not in alerts_of(page) and "Publishable key" in alerts_of(page)


def test_swapped_keys_show_an_error_at_both_fields(admin: FlaskClient) -> None:
    answer = connect(admin, htmx=True, publishable_key=sk(OLENA), secret_key=pk(OLENA))
    assert error_at(answer.text, "publishable_key").startswith("This is a secret key.")
    assert error_at(answer.text, "secret_key").startswith("This is a publishable key.")


FAULTS = [
    ("drop_before", "Couldn’t reach Stripe."),
    ("error_before", "Stripe returned an error."),
]


@pytest.mark.parametrize(("kind", "words"), FAULTS)
def test_when_stripe_does_not_answer_an_error_is_shown_and_nothing_is_saved(
    admin: FlaskClient, simulator: Simulator, kind: str, words: str
) -> None:
    simulator.add_fault("/v1/account", kind, method="GET", times=20)
    answer = connect(admin, htmx=True)
    assert answer.status_code == 503 and "<input" not in answer.text
    assert f'#new-merchant-alert" hx-swap="innerHTML"><p>{words} Nothing was saved. Try again.' in answer.text
    page = connect(admin)
    assert page.status_code == 503 and "<html" in page.text and pk(OLENA) in page.text
    assert alerts_of(page.text).startswith(words)
    assert Merchant.select().count() == 0
    simulator.clear_faults()
    assert connect(admin, htmx=True).status_code == 200


def test_an_account_can_be_connected_once_per_mode(admin: FlaskClient) -> None:
    connect(admin, name="First")
    answer = connect(admin, htmx=True, name="Second")
    assert answer.status_code == 422
    assert error_at(answer.text, "secret_key") == "This Stripe account is already connected as “First”."
    live = connect(admin, name="Live", publishable_key=pk(OLENA, "live"), secret_key=sk(OLENA, "live"))
    assert live.status_code == 303
    assert [m.mode for m in Merchant.select().order_by(Merchant.id)] == ["test", "live"]


def test_an_account_that_cannot_charge_yet_is_saved_with_a_warning(admin: FlaskClient) -> None:
    answer = connect(admin, htmx=True, name="Sofia", publishable_key=pk(SOFIA), secret_key=sk(SOFIA))
    assert answer.status_code == 200
    assert "This account can’t accept payments yet" in row_of(answer.text, Merchant.get())


def test_a_restricted_key_that_cannot_read_the_account_shows_the_missing_permission(admin: FlaskClient) -> None:
    row = row_of(connect(admin, htmx=True, secret_key=rk(OLENA, "NoAccount")).text, Merchant.get())
    assert (
        "doesn’t have permission to read the account" in row
        and "unknown" in row
        and "Couldn’t verify that both keys belong to the same account" not in row
    )


def test_a_restricted_key_without_setup_intents_is_saved_with_the_pair_unverified(
    admin: FlaskClient,
) -> None:
    row = row_of(connect(admin, htmx=True, secret_key=rk(OLENA, "NoSetup")).text, Merchant.get())
    assert (
        "Couldn’t verify that both keys belong to the same account" in row
        and "needs the Setup Intents: Write permission" in row
    )


def test_stripes_message_about_a_refused_webhook_is_shown(admin: FlaskClient) -> None:
    row = row_of(connect(admin, htmx=True, secret_key=rk(OLENA, "NoWebhooks")).text, Merchant.get())
    assert "Stripe didn’t register the webhook: “" in row and "Not registered" in row
    assert Merchant.get().webhook_problem in row


def test_saving_several_times_leaves_one_webhook_endpoint(admin: FlaskClient, simulator: Simulator) -> None:
    connect(admin)
    merchant = Merchant.get()
    for _time in range(3):
        connect(admin, address=f"{STRIPE}/{merchant.public_id}", secret_key="")
        post(admin, f"{STRIPE}/{merchant.public_id}/check")
    found = endpoints(simulator, sk(OLENA))
    assert [endpoint["url"] for endpoint in found] == [f"http://shop.example.com/webhooks/stripe/{merchant.public_id}"]


def test_an_empty_secret_key_in_an_edit_keeps_the_saved_one(admin: FlaskClient) -> None:
    connect(admin)
    merchant = Merchant.get()
    form = admin.get(f"{STRIPE}/{merchant.public_id}/edit", headers=HTMX).text
    assert pk(OLENA) in form and sk(OLENA) not in form and "ends in Test" in form
    answer = connect(admin, True, f"{STRIPE}/{merchant.public_id}", name="New name", secret_key="")
    assert answer.status_code == 200 and "New name" in row_of(answer.text, merchant)
    assert Merchant.get().secret_key == sk(OLENA)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (
            (pk(TARAS), sk(TARAS)),
            f"This key belongs to another Stripe account. Use a key of {OLENA.id}.",
        ),
        (
            (pk(OLENA, "live"), sk(OLENA, "live")),
            "These keys are for the other mode. Connect them as a separate account.",
        ),
    ],
)
def test_an_edit_cannot_change_the_account_or_the_mode(admin: FlaskClient, keys: tuple[str, str], words: str) -> None:
    connect(admin)
    merchant = Merchant.get()
    address = f"{STRIPE}/{merchant.public_id}"
    answer = connect(admin, True, address, publishable_key=keys[0], secret_key=keys[1])
    assert answer.status_code == 422 and error_at(answer.text, "secret_key") == words
    assert Merchant.get().secret_key == sk(OLENA)


def test_a_check_shows_the_problem_and_keeps_it_on_the_row(admin: FlaskClient, simulator: Simulator) -> None:
    connect(admin)
    merchant = Merchant.get()
    merchant.secret_key = accounts.expired_key(OLENA)
    merchant.save()
    answer = post(admin, f"{STRIPE}/{merchant.public_id}/check", htmx=True)
    assert answer.status_code == 200
    assert "The last check failed: Stripe rejected this key" in row_of(answer.text, merchant)
    assert "The last check failed" in row_of(admin.get(STRIPE).text, merchant)
    merchant.secret_key = sk(OLENA)
    merchant.save()
    simulator.add_fault("/v1/account", "drop_before", method="GET", times=20)
    post(admin, f"{STRIPE}/{merchant.public_id}/check")
    assert "Couldn’t reach Stripe." in alerts_of(admin.get(STRIPE).text)
    simulator.clear_faults()
    post(admin, f"{STRIPE}/{merchant.public_id}/check")
    page = admin.get(STRIPE).text
    assert "checked" in status_of(page) and "The last check failed" not in page


def test_a_merchant_without_orders_or_offers_is_deleted_when_disconnected(
    admin: FlaskClient, simulator: Simulator
) -> None:
    connect(admin)
    merchant = Merchant.get()
    question = admin.get(f"{STRIPE}/{merchant.public_id}/disconnection", headers=HTMX).text
    assert "Disconnect “Olena's studio”?" in text_of(question) and Merchant.select().count() == 1
    answer = post(admin, f"{STRIPE}/{merchant.public_id}/disconnection", htmx=True)
    assert answer.status_code == 200 and "No accounts connected yet" in answer.text
    assert Merchant.select().count() == 0 and endpoints(simulator, sk(OLENA)) == []


def test_a_disconnected_merchant_with_offers_stays_and_can_be_connected_again(
    admin: FlaskClient, client: FlaskClient
) -> None:
    connect(admin)
    merchant = Merchant.get()
    offer = make_offer(merchant)
    post(admin, f"{STRIPE}/{merchant.public_id}/disconnection")
    gone = Merchant.get()
    assert gone.secret_key_encrypted is None and gone.secret_key_last4 == ""
    page = text_of(admin.get(STRIPE).text)
    assert "Disconnected" in page and "1 offer of this account can’t be bought." in page
    assert "Its Stripe account is disconnected" in text_of(admin.get("/admin/offers").text)
    for part in ("", "/edit", "/disconnection"):
        assert admin.get(f"{STRIPE}/{merchant.public_id}{part}").status_code == 404
    assert (
        client.post(
            f"/o/{offer.slug}/checkout", data={"email": "marko@example.com", "name": "Marko", "visit": "v" * 30}
        ).status_code
        != 200
    )
    answer = connect(admin, htmx=True, name="Olena again")
    assert answer.status_code == 200 and f'hx-target="#merchant-{merchant.public_id}" hx-swap="delete"' in answer.text
    back = Merchant.get()
    assert (back.public_id, back.name, back.is_connected) == (merchant.public_id, "Olena again", True)
    assert Offer.get().obstacle() is None


def test_a_secret_that_cannot_be_decrypted_is_reported_and_can_be_replaced(admin: FlaskClient) -> None:
    connect(admin)
    merchant = Merchant.get()
    Merchant.update(secret_key_encrypted="gAAAAABnonsense").execute()
    words = "The stored secret key can’t be decrypted with this server’s ENCRYPTION_KEYS."
    post(admin, f"{STRIPE}/{merchant.public_id}/check")
    assert words in alerts_of(admin.get(STRIPE).text)
    kept = connect(admin, True, f"{STRIPE}/{merchant.public_id}", secret_key="")
    assert error_at(kept.text, "secret_key").startswith(words)
    assert connect(admin, True, f"{STRIPE}/{merchant.public_id}").status_code == 200


def test_all_offers_can_be_moved_to_another_merchant(admin: FlaskClient) -> None:
    test, live = connect_merchant(OLENA), connect_merchant(OLENA, "live", "Olena live")
    make_offer(test)
    make_offer(test, "5", "EUR", status="draft")
    form = admin.get(f"{STRIPE}/{test.public_id}/offers-move", headers=HTMX).text
    assert "Olena live (Live)" in form and "2 offers of “Olena's studio”" in text_of(form)
    answer = post(admin, f"{STRIPE}/{test.public_id}/offers-move", htmx=True, target=live.public_id)
    assert answer.status_code == 200 and "2 offers moved to “Olena live”." in text_of(answer.text)
    assert {offer.merchant_id for offer in Offer.select()} == {live.id}


def test_offers_in_a_currency_the_other_account_cannot_charge_do_not_move(admin: FlaskClient) -> None:
    olena, kenji = connect_merchant(OLENA), connect_merchant(KENJI)
    offer = make_offer(olena, "10", "KWD", title="Silk")
    answer = post(admin, f"{STRIPE}/{olena.public_id}/offers-move", htmx=True, target=kenji.public_id)
    assert answer.status_code == 422
    assert error_at(answer.text, "target") == "This account doesn’t support the currency of: “Silk”."
    plain = post(admin, f"{STRIPE}/{olena.public_id}/offers-move", target=kenji.public_id)
    assert plain.status_code == 422 and "“Silk”" in alerts_of(plain.text)
    assert Offer.get_by_id(offer.id).merchant_id == olena.id


def test_no_response_contains_a_secret(admin: FlaskClient) -> None:
    answers = [connect(admin, htmx, **changes) for htmx in (True, False) for changes, _field, _words in REFUSALS]
    answers += [connect(admin, htmx=True), connect(admin)]
    merchant = Merchant.get()
    make_offer(merchant)
    address = f"{STRIPE}/{merchant.public_id}"
    for headers in (HTMX, {}):
        for part in ("", "/edit", "/disconnection", "/offers-move"):
            answers.append(admin.get(address + part, headers=headers))
    answers += [admin.get(page) for page in (STRIPE, f"{STRIPE}/new", "/admin", "/admin/offers", "/admin/orders.csv")]
    answers.append(post(admin, f"{address}/check", htmx=True))
    assert merchant.webhook_secret and merchant.webhook_secret.startswith("whsec_")
    typed_as_publishable = {sk(OLENA)}
    for answer in answers:
        for secret in {merchant.secret_key, merchant.webhook_secret, sk(OLENA, "live")} - typed_as_publishable:
            assert secret not in answer.text


def test_a_secret_key_in_the_publishable_field_is_not_sent_back(admin: FlaskClient) -> None:
    assert sk(OLENA) not in connect(admin, publishable_key=sk(OLENA)).text


def test_the_list_uses_a_constant_number_of_queries(admin: FlaskClient, app: Flask) -> None:
    connect_merchant(OLENA)
    few = queries_of(admin, STRIPE)
    for account in (KENJI, TARAS, SOFIA):
        make_offer(connect_merchant(account, "live"), currency="EUR", status="draft")
    assert queries_of(admin, STRIPE) == few


def test_opening_the_pages_creates_no_rows(admin: FlaskClient) -> None:
    for part in ("", "/new"):
        admin.get(STRIPE + part)
    assert Merchant.select().count() == Order.select().count() == 0


def test_the_guide_is_shown_beside_the_form_and_as_a_page(admin: FlaskClient) -> None:
    page, form = admin.get("/admin/guide/stripe").text, admin.get(f"{STRIPE}/new", headers=HTMX).text
    for words in (
        *("Create a Stripe account.", "Skip the integration questions.", "Activate the account", "Open the API keys"),
        *("Switch to test mode", "Copy the test secret key", "Copy the publishable key", "Paste the keys here"),
        *("Choose the account in an offer.", "Make a test payment.", "4242 4242 4242 4242"),
        *("Check the thank-you page.", "Repeat with live keys.", "Countries Stripe supports"),
        *("the order stays pending", "Send a Stripe-hosted link for customers to confirm", "Smart Retries"),
    ):
        assert words in text_of(page) and words in text_of(form)
    assert 'href="https://stripe.com/global" target="_blank" rel="noopener noreferrer"' in page
    assert all('rel="noopener noreferrer"' in link for link in re.findall(r'<a href="https://[^>]*>', page + form))
    for way in ("/admin", "/admin/settings", "/admin/settings/payment-systems", STRIPE):
        assert 'href="/admin/guide/stripe"' in admin.get(way).text


def test_only_admins_can_open_the_guide(client: FlaskClient) -> None:
    assert client.get("/admin/guide/stripe").status_code == 302


def test_the_checklist_steps_complete_by_themselves(admin: FlaskClient, simulator: Simulator) -> None:
    merchant = connect_merchant()
    page = admin.get(STRIPE).text
    assert steps_of(page, merchant) == [
        (True, "Keys saved"),
        (True, "Keys verified: same Stripe account"),
        (False, "Publish an offer that uses this account"),
        (False, "Receive the first webhook event"),
        (False, "Make a test payment"),
        (False, "Test a 3D Secure payment"),
        (False, "Connect the live keys of this account"),
    ]
    assert main_button(page, merchant) == "Create offer"
    assert f'href="/admin/offers/new?merchant={merchant.id}"' in page

    make_offer(merchant, status="draft")
    assert main_button(admin.get(STRIPE).text, merchant) == "Publish an offer"
    offer = make_offer(merchant)
    page = admin.get(STRIPE).text
    assert main_button(page, merchant) == "Open the offer and pay"
    assert f'role="button" class="small" href="http://shop.example.com/o/{offer.slug}"' in page

    buy(offer, simulator)
    page = admin.get(STRIPE).text
    assert (True, "Make a test payment") in steps_of(page, merchant)
    assert main_button(page, merchant) == "Check connection", "paid, but no webhook has arrived"
    Merchant.update(webhook_problem="URL must be publicly accessible.").execute()
    assert main_button(admin.get(STRIPE).text, merchant) == "Test 3D Secure", (
        "an optional step does not block the next one"
    )

    again = start_checkout(offer, replace(MARKO, visit="another-visit-of-marko"))
    confirm(simulator, again, "4000000000003220")
    assert again.client_secret
    refresh(again.order)
    simulator.answer_challenge(again.client_secret, "authorize")
    page = admin.get(STRIPE).text
    assert main_button(page, merchant) == "Connect the live keys" and f'href="{STRIPE}/new"' in page
    live = connect_merchant(OLENA, "live", "Olena live")
    page = admin.get(STRIPE).text
    assert "Next:" not in row_of(page, merchant) and main_button(page, merchant) == ""
    assert [words for _done, words in steps_of(page, live)][-1] == "Receive the first real payment"


def test_a_step_that_needs_stripe_links_to_the_check(admin: FlaskClient) -> None:
    sofia = connect_merchant(SOFIA)
    page = admin.get(STRIPE).text
    assert main_button(page, sofia) == "Check connection"
    assert "Finish setup in Stripe, then check the connection again." in row_of(page, sofia)
    Merchant.update(pair_verified=False).execute()
    assert main_button(admin.get(STRIPE).text, sofia) == "Check connection"
    Merchant.update(lacks=["setup_intents"]).execute()
    assert main_button(admin.get(STRIPE).text, sofia) == "Edit"


def check(client: FlaskClient, merchant: Merchant) -> str:
    """The list of changes that a check shows."""
    answer = post(client, f"{STRIPE}/{merchant.public_id}/check", htmx=True)
    assert answer.status_code == 200
    found = re.search(r'hx-target="#notice" hx-swap="innerHTML">(.*?)</hx-partial>', answer.text, flags=re.S)
    assert found
    return text_of(found[1]).strip()


def test_a_check_without_changes_says_so(admin: FlaskClient) -> None:
    merchant = connect_merchant(name="Studio")
    words = "“Studio” checked: the connection works. Nothing has changed since the last check."
    assert check(admin, merchant) == words
    post(admin, f"{STRIPE}/{merchant.public_id}/check")
    assert status_of(admin.get(STRIPE).text) == words


CHANGES = [
    ({"charges_enabled": False}, "This account can now accept payments: its offers can be published and sold."),
    ({"pair_verified": False}, "Both keys are now verified: same Stripe account."),
    ({"country": "DE"}, "Country changed to Ireland."),
    ({"default_currency": "USD"}, "Default currency changed to EUR."),
    ({"currencies": None}, "Supported currencies are now known."),
    ({"lacks": ["account"]}, "The restricted key now has a permission that was missing."),
    ({"webhook_problem": "No."}, "Webhook registered in Stripe."),
    ({"webhook_url": None}, "Webhook address changed to http://shop.example.com/webhooks/stripe/"),
    ({"check_problem": "key_invalid"}, "Stripe is responding normally again."),
]


@pytest.mark.parametrize(("before", "words"), CHANGES)
def test_a_check_lists_the_changes(admin: FlaskClient, before: dict[str, object], words: str) -> None:
    merchant = connect_merchant()
    Merchant.update(**before).execute()
    said = check(admin, merchant)
    assert words in said and "Nothing has changed" not in said
    assert check(admin, merchant).endswith("Nothing has changed since the last check.")


def test_a_check_lists_added_and_removed_currencies(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    known = set(Merchant.get().currencies)
    Merchant.update(currencies=sorted(known - {"EUR"} | {"XXX"})).execute()
    said = check(admin, merchant)
    assert "Now also supports EUR." in said
    assert "No longer supports XXX. Move those offers to another account." in said


def test_a_check_lists_the_permissions_a_key_has_lost(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    merchant.secret_key = rk(OLENA, "NoSetup")
    merchant.save()
    said = check(admin, merchant)
    assert "needs the Setup Intents: Write permission" in said
    assert "Give the key this permission in Stripe, or enter another secret key." in said
    assert "Couldn’t verify that both keys belong to the same account." in said


def test_a_failed_check_says_what_to_do_and_whether_it_failed_before(admin: FlaskClient, simulator: Simulator) -> None:
    merchant = connect_merchant(name="Studio")
    simulator.add_fault("/v1/account", "drop_before", method="GET", times=40)
    for more in ("", " The last check had the same result."):
        post(admin, f"{STRIPE}/{merchant.public_id}/check")
        words = "“Studio”: Couldn’t reach Stripe. Make sure this server has internet access, then check again."
        assert alerts_of(admin.get(STRIPE).text) == words + more
