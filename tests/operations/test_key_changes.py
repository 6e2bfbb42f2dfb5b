"""New keys of the shop: links and sessions of the older ones stay valid, and secrets are encrypted again."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, db, emails, integrations
from storefront.config import Config, ConfigError
from storefront.models import EmailTopic, EventType, KeptForm, Merchant, Offer
from tests.encrypted_values import encrypted_values
from tests.purchase_steps import start_checkout
from tests.web.admin_pages import post
from tests.web_client import browser, csrf_token

NEW_SECRET_KEY = "a-new-key-of-the-shop-0123456789-abcdef"


def restart(app: Flask, **keys: tuple[str, ...]) -> Flask:
    """The same shop, started with other keys."""
    db.close_connections()
    return create_app(replace(app.config["SHOP"], own_keys=(), **keys))


def test_sessions_forms_and_links_in_emails_survive_a_new_secret_key(
    app: Flask, admin: FlaskClient, offer: Offer
) -> None:
    order = start_checkout(offer).order
    old, key = app.config["SHOP"].secret_key, emails.make_pay_key(order)
    unsubscribe = urlsplit(emails.unsubscribe_url(order.email, EmailTopic.WAITING_LIST, "en")).path
    form = csrf_token(admin.get("/admin/offers/new").text)
    cookie = admin.get_cookie("session")
    assert cookie is not None

    changed = restart(app, secret_keys=(NEW_SECRET_KEY, old))
    owner = browser(changed)
    owner.set_cookie("session", cookie.value)
    assert owner.get("/admin/offers").status_code == 200
    saved = owner.post("/admin/offers", data={"csrf_token": form, "title": ""})
    assert saved.status_code == 422 and "Enter a title" in saved.text, "the token of the open form is valid"
    assert browser(changed).get(unsubscribe).status_code == 200
    assert emails.is_valid_pay_key(order, key)
    new = emails.make_pay_key(order)

    without_old = restart(app, secret_keys=(NEW_SECRET_KEY,))
    assert browser(without_old).get(unsubscribe).status_code == 404
    assert emails.is_valid_pay_key(order, new), "the newest key signs"
    assert not emails.is_valid_pay_key(order, key)
    db.close_connections()


def test_each_of_several_secret_keys_must_be_long(environment: dict[str, str]) -> None:
    keys = f"{NEW_SECRET_KEY} , {NEW_SECRET_KEY[::-1]},"
    config = Config.from_environment({**environment, "SECRET_KEY": keys})
    assert config.secret_keys == (NEW_SECRET_KEY, NEW_SECRET_KEY[::-1])
    for wrong in (f"{NEW_SECRET_KEY},too short", " , "):
        with pytest.raises(ConfigError, match=r"\ASECRET_KEY: ") as refused:
            Config.from_environment({**environment, "SECRET_KEY": wrong})
        assert NEW_SECRET_KEY not in str(refused.value) and "too short" not in str(refused.value)


def rotate(app: Flask, *keys: str) -> Result:
    """Run the command with these values of ENCRYPTION_KEYS."""
    answer = restart(app, encryption_keys=keys).test_cli_runner().invoke(args=["rotate-keys"])
    db.close_connections()
    return answer


def test_all_secrets_are_encrypted_again_with_the_newest_key(app: Flask, admin: FlaskClient, offer: Offer) -> None:
    Offer.update(redirect_url="https://example.com/paid").execute()
    post(admin, f"/admin/offers/{offer.id}/redirect")
    integrations.add_endpoint("https://hooks.example.com/shop", list(EventType))
    KeptForm.seal(1, "/admin/account", [("present", "something secret")])
    (old,), new = app.config["SHOP"].encryption_keys, Fernet.generate_key().decode()
    before = encrypted_values()
    assert {place.split()[0] for place in before} == {
        "merchant.secret_key_encrypted",
        "merchant.webhook_secret_encrypted",
        "offer.redirect_secret_encrypted",
        "webhook_endpoint.secret_encrypted",
        "kept_form.sealed",
    }
    answer = rotate(app, new, old)
    assert answer.exit_code == 0, answer.output
    assert f"{len(before)} secrets encrypted again" in answer.output
    after = encrypted_values()
    assert after.keys() == before.keys()
    for place, token in after.items():
        assert Fernet(new).decrypt(token.encode()) == Fernet(old).decrypt(before[place].encode()), place
    assert "0 secrets encrypted again" in rotate(app, new).output and encrypted_values() == after


def test_secrets_of_a_lost_key_are_named_and_stay(app: Flask, merchant: Merchant) -> None:
    before = encrypted_values()
    answer = rotate(app, Fernet.generate_key().decode())
    assert answer.exit_code == 1 and "merchant.secret_key_encrypted: 1" in answer.output
    assert encrypted_values() == before
