"""A worker that is killed while it sends an email: the next worker of the same host sends it, without a wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storefront import emails, merchants
from storefront.models import Email
from stripe_simulator import accounts
from tests.deployment.shop_processes import Shop
from tests.factories import make_offer
from tests.mail_server import MailServer
from tests.processes import until
from tests.purchase_steps import buy
from tests.simulator_process import Simulator


@pytest.fixture
def shop(simulator: Simulator, mail_server: MailServer, tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(
        tmp_path,
        STRIPE_API_BASE=simulator.url,
        STRIPE_JS_URL=simulator.js_url,
        SMTP_URL=mail_server.url,
        MAIL_FROM="shop@example.com",
    )
    yield shop
    shop.kill()


def test_an_email_that_a_killed_worker_was_sending_is_sent_by_the_next_worker(
    shop: Shop, simulator: Simulator, mail_server: MailServer
) -> None:
    mail_server.hold()
    with shop.inside():
        shop.reset()
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        buy(make_offer(merchants.connect("Olena's studio", *keys, shop.url)), simulator)
        Email.delete().where(Email.kind != "receipt").execute()
    shop.start_missing()
    until(lambda: mail_server.attempts == 1, "the worker to hand over the receipt")
    with shop.inside():
        emails.send_due()
        assert Email.get().attempts == 1, "while the worker lives, the email is its own"
    shop.kill()
    mail_server.let_go()
    shop.start_missing()
    until(lambda: mail_server.received, "the receipt")
    with shop.inside():
        until(lambda: Email.get().state == "sent", "the outbox to know")
        assert Email.get().attempts == 2
    assert len(mail_server.received) == 1
