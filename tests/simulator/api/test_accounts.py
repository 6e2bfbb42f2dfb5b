"""Accounts, keys and permissions, and the separation of accounts and modes."""

import base64

import pytest
import stripe

from stripe_simulator import accounts
from tests.simulator.shop import Shop, client, error_of


def test_a_key_returns_its_account(olena: Shop, kenji: Shop) -> None:
    found = olena.v1.accounts.retrieve_current()
    assert (found.id, found.country, found.default_currency) == (accounts.OLENA.id, "IE", "eur")
    assert found.charges_enabled and found.details_submitted
    assert kenji.v1.accounts.retrieve_current().default_currency == "jpy"


def test_an_inactive_account_lists_its_missing_requirements(sofia: Shop) -> None:
    found = sofia.v1.accounts.retrieve_current()
    assert not found.charges_enabled
    assert not found.details_submitted
    assert "external_account" in found.requirements.currently_due


def test_an_inactive_account_accepts_test_payments_but_no_live_payments(sofia: Shop) -> None:
    assert sofia.pay("pm_card_visa").status == "succeeded"
    live = Shop(sofia.url, accounts.SOFIA, "live")
    assert error_of(live.payment).user_message.startswith("Your account cannot currently make live charges")
    assert error_of(live.v1.setup_intents.create, {}).code == "account_invalid"


def test_only_the_own_account_can_be_retrieved_by_id(olena: Shop) -> None:
    assert olena.v1.accounts.retrieve(accounts.OLENA.id).id == accounts.OLENA.id
    assert isinstance(error_of(olena.v1.accounts.retrieve, accounts.KENJI.id), stripe.PermissionError)


def test_the_country_spec_lists_supported_currencies(olena: Shop, kenji: Shop) -> None:
    ireland = olena.v1.country_specs.retrieve("IE")
    assert ireland.default_currency == "eur"
    assert {"eur", "usd", "kwd", "huf"} <= set(ireland.supported_payment_currencies)
    assert "kwd" not in kenji.v1.country_specs.retrieve("JP").supported_payment_currencies


def test_an_unsupported_country_is_refused(olena: Shop) -> None:
    assert error_of(olena.v1.country_specs.retrieve, "UA").code == "country_unsupported"


def test_accounts_cannot_read_each_others_objects(olena: Shop, kenji: Shop) -> None:
    payment = olena.payment()
    error = error_of(kenji.v1.payment_intents.retrieve, payment.id)
    assert (error.http_status, error.code) == (404, "resource_missing")
    assert kenji.v1.payment_intents.list().data == []


def test_test_and_live_data_are_separate_and_the_error_has_a_hint(olena: Shop, olena_live: Shop) -> None:
    payment = olena.payment()
    error = error_of(olena_live.v1.payment_intents.retrieve, payment.id)
    assert error.code == "resource_missing"
    assert "a similar object exists in test mode" in error.user_message
    assert olena_live.payment().livemode is True
    assert payment.livemode is False


@pytest.mark.parametrize("key", ["sk_test_wrong00000000abcd", "nonsense", "pk_test_unknown"])
def test_an_unknown_key_is_refused_and_masked(olena: Shop, key: str) -> None:
    error = error_of(client(olena.url, key).v1.accounts.retrieve_current)
    assert isinstance(error, stripe.AuthenticationError)
    assert error.user_message.startswith("Invalid API Key provided: ")
    assert key not in error.user_message


def test_a_request_without_a_key_is_refused(olena: Shop) -> None:
    response = olena.raw("GET", "/v1/account", Authorization="")
    assert response.status_code == 401
    assert "did not provide an API key" in response.json()["error"]["message"]


def test_a_rolled_key_is_expired(olena: Shop) -> None:
    error = error_of(client(olena.url, accounts.expired_key(accounts.OLENA)).v1.accounts.retrieve_current)
    assert (error.http_status, error.error.code) == (401, "api_key_expired")


def test_a_key_can_be_sent_as_the_basic_auth_user(olena: Shop) -> None:
    basic = base64.b64encode(f"{olena.secret_key}:".encode()).decode()
    assert olena.raw("GET", "/v1/account", Authorization=f"Basic {basic}").status_code == 200


def test_a_publishable_key_cannot_make_server_calls(olena: Shop) -> None:
    error = error_of(client(olena.url, olena.publishable_key).v1.accounts.retrieve_current)
    assert (error.http_status, error.error.code) == (403, "secret_key_required")


@pytest.mark.parametrize("mode", ["test", "live"])
def test_a_restricted_key_can_do_everything_except_its_missing_permission(olena: Shop, mode: str) -> None:
    hook = {"url": "http://127.0.0.1:1/hook", "enabled_events": ["*"]}
    calls = {
        "NoAccount": lambda v1: v1.accounts.retrieve_current(),
        "NoWebhooks": lambda v1: v1.webhook_endpoints.create(hook),
        "NoSetup": lambda v1: v1.setup_intents.create({}),
    }
    for lack in calls:
        v1 = client(olena.url, accounts.restricted_key(accounts.OLENA, lack, mode)).v1
        for name, call in calls.items():
            if name != lack:
                call(v1)
        error = error_of(calls[lack], v1)
        assert isinstance(error, stripe.PermissionError)
        assert "does not have the required permissions for this endpoint on account" in error.user_message


def test_other_api_versions_are_refused(olena: Shop) -> None:
    response = olena.raw("GET", "/v1/account", Stripe_Version="2024-06-20")
    assert response.status_code == 400
    assert "Invalid Stripe API version" in response.json()["error"]["message"]


def test_every_response_has_a_request_id_and_a_version(olena: Shop) -> None:
    for path in ("/v1/account", "/v1/nowhere", "/v1/customers/cus_none"):
        response = olena.raw("GET", path)
        assert response.headers["Request-Id"].startswith("req_")
        assert response.headers["Stripe-Version"] == "2026-10-28.endive"
        assert response.headers["Date"]


def test_an_unknown_url_is_reported(olena: Shop) -> None:
    response = olena.raw("GET", "/v1/nowhere")
    assert response.status_code == 404
    assert "Unrecognized request URL" in response.json()["error"]["message"]
