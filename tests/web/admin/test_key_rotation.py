"""Keys that replace others: the old pair stays until the new one has proved itself, and the shop can go back."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import merchants
from storefront.models import Email, EmailKind, Merchant, Offer, StripeRefusal
from storefront.stripe_gateway import Credentials
from storefront.worker import tasks
from stripe_simulator import accounts
from stripe_simulator.accounts import OLENA
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.web.admin_pages import STRIPE, alerts_of, error_at, post, status_of, text_of

SHOP_URL = "http://shop.example.com"
FIRST = accounts.publishable_key(OLENA), accounts.secret_key(OLENA)
SECOND = accounts.second_key("pk", OLENA), accounts.second_key("sk", OLENA)


def change_keys(admin: FlaskClient, merchant: Merchant, pair: tuple[str, str] = SECOND) -> TestResponse:
    """Save the form Edit with other keys."""
    values = {"name": merchant.name, "publishable_key": pair[0], "secret_key": pair[1]}
    return post(admin, f"{STRIPE}/{merchant.public_id}", **values)


def keys_of(merchant: Merchant) -> tuple[str, str]:
    """The pair that the shop uses now."""
    present = Credentials.of(Merchant.get_by_id(merchant.id))
    return present.publishable_key, present.secret_key


def previous_of(merchant: Merchant) -> str:
    row = Merchant.get_by_id(merchant.id)
    return row.previous_secret_key if row.has_previous_keys else ""


def test_new_keys_are_used_at_once_and_the_old_ones_are_kept(
    admin: FlaskClient, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    open_before = start_checkout(offer)
    assert change_keys(admin, merchant).status_code == 303
    assert (keys_of(merchant), previous_of(merchant)) == (SECOND, FIRST[1])
    page = admin.get(STRIPE).text
    assert f"The previous keys (ending in {FIRST[1][-4:]}) are kept until" in text_of(page)
    assert FIRST[1] not in page and SECOND[1] not in page
    row = Merchant.get_by_id(merchant.id)
    assert FIRST[1] not in row.previous_secret_key_encrypted and row.webhook_endpoint_id == merchant.webhook_endpoint_id
    # A page that was rendered with the old publishable key pays its order.
    confirm(simulator, open_before)
    assert refresh(open_before.order).status == "paid"


def test_the_old_keys_are_dropped_after_an_hour_and_a_call_that_worked(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    change_keys(admin, merchant)
    merchants.watch_connections(SHOP_URL).log_failures()
    assert previous_of(merchant), "the hour is not over"
    with time_moved(hours=2):
        simulator.add_fault("/v1/account", "drop_before", "GET", 9)
        merchants.watch_connections(SHOP_URL)
        assert previous_of(merchant), "Stripe has not said that it takes the new keys"
        simulator.clear_faults()
        merchants.watch_connections(SHOP_URL).log_failures()
    assert not previous_of(merchant) and keys_of(merchant) == SECOND
    assert "Remove previous keys now" not in admin.get(STRIPE).text


def test_new_keys_that_stripe_refuses_soon_after_stop_no_sale(
    admin: FlaskClient, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    change_keys(admin, merchant)
    simulator.change_account(OLENA.name, expired=["second"])
    order = buy(offer, simulator)
    assert order.status == "paid" and keys_of(merchant) == FIRST and not previous_of(merchant)
    assert not StripeRefusal.select().exists() and Merchant.get_by_id(merchant.id).check_problem == ""
    page = text_of(admin.get(STRIPE).text)
    assert f"Stripe refused the new keys (ending in {SECOND[1][-4:]})" in page
    for _run in range(2):
        merchants.watch_connections(SHOP_URL).log_failures()
    assert Email.select().where(Email.kind == EmailKind.OWNER_KEYS_RETURNED).count() == 1
    assert not Email.select().where(Email.kind == EmailKind.OWNER_CONNECTION).exists()


def test_a_check_finds_that_the_new_keys_are_refused(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    change_keys(admin, merchant)
    simulator.change_account(OLENA.name, expired=["second"])
    answer = post(admin, f"{STRIPE}/{merchant.public_id}/check")
    assert "the connection works" in status_of(admin.get(answer.location).text)
    assert keys_of(merchant) == FIRST


def test_a_row_that_was_read_before_the_change_goes_on_with_the_new_keys(
    admin: FlaskClient, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(offer)
    held = started.order.merchant.secret_key
    change_keys(admin, merchant)
    simulator.change_account(OLENA.name, expired=["first"])
    assert held == FIRST[1]
    confirm(simulator, started)
    assert refresh(started.order).status == "paid" and keys_of(merchant) == SECOND
    with time_moved(hours=2):
        merchants.watch_connections(SHOP_URL).log_failures()
    assert not previous_of(merchant)


def test_when_both_pairs_are_refused_the_owner_is_told_as_before(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    change_keys(admin, merchant)
    simulator.change_account(OLENA.name, expired=["first", "second"])
    answer = post(admin, f"{STRIPE}/{merchant.public_id}/check")
    assert "Stripe rejected this key." in alerts_of(admin.get(answer.location).text)
    assert keys_of(merchant) == SECOND and Email.select().where(Email.kind == EmailKind.OWNER_CONNECTION).exists()
    # Keys that Stripe refuses are not kept.
    simulator.change_account(OLENA.name, expired=["second"])
    change_keys(admin, merchant, FIRST)
    assert keys_of(merchant) == FIRST and not previous_of(merchant)


def test_the_owner_goes_back_and_removes_the_other_keys(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    change_keys(admin, merchant)
    own = f"{STRIPE}/{merchant.public_id}/previous-keys"
    answer = post(admin, f"{own}/return")
    assert "uses its previous keys again." in status_of(admin.get(answer.location).text)
    assert (keys_of(merchant), previous_of(merchant)) == (FIRST, SECOND[1])
    simulator.change_account(OLENA.name, expired=["second"])
    answer = post(admin, f"{own}/return")
    assert "The keys weren’t changed. Stripe rejected this key." in alerts_of(admin.get(answer.location).text)
    assert keys_of(merchant) == FIRST
    answer = post(admin, f"{own}/removal")
    assert "are removed from the shop" in status_of(admin.get(answer.location).text)
    assert not previous_of(merchant)
    with time_moved(minutes=20):
        assert post(admin, f"{own}/removal").status_code == 403


@pytest.mark.parametrize("pair", [(FIRST[0], FIRST[1]), (FIRST[0], "")])
def test_the_same_keys_again_replace_nothing(admin: FlaskClient, merchant: Merchant, pair: tuple[str, str]) -> None:
    assert change_keys(admin, merchant, pair).status_code == 303
    assert not previous_of(merchant)


def test_keys_that_fail_their_check_replace_nothing(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    simulator.change_account(OLENA.name, expired=["second"])
    answer = change_keys(admin, merchant)
    assert answer.status_code == 422 and "Stripe rejected this key" in error_at(answer.text, "secret_key")
    assert keys_of(merchant) == FIRST and not previous_of(merchant)
    tasks.watch_connections()
