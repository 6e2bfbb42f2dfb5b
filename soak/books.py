"""After a soak test: what the shop says is compared with what Stripe says, and with the emails that arrived."""

from collections import Counter
from collections.abc import Iterator

from soak.shop import SoakedShop
from storefront.models import Email, EmailState
from stripe_simulator import accounts, ledger
from stripe_simulator.keys import Realm
from stripe_simulator.store import Store
from tests.money import (
    balance_checks,
    counter_checks,
    customer_checks,
    payment_checks,
    refund_checks,
    subscription_checks,
    withdrawal_checks,
)
from tests.money.stripe_objects import Json, StripeObjects


def differences(shop: SoakedShop, store: Store, interruptions: int) -> list[str]:
    """All that is wrong, in words. `interruptions`: how often a process may have been killed while it sent an email."""
    objects = StripeObjects.of(store)
    book = {row["payment_intent"]: row for account in ledger.entries(store) for row in account["payments"]}
    with shop.at_its_time():
        return [
            *payment_checks.when_idle(book),
            *subscription_checks.when_idle(objects, book),
            *subscription_checks.orders_ignore_renewals(book),
            *refund_checks.when_idle(_all(store, "refund"), _all(store, "dispute")),
            *withdrawal_checks.when_idle(objects),
            *balance_checks.when_idle(store),
            *counter_checks.counter_differences(),
            *customer_checks.customer_differences(),
            *_emails(shop, interruptions),
        ]


def _all(store: Store, kind: str) -> dict[str, Json]:
    return {one["id"]: one for one in store.all(Realm(accounts.OLENA, livemode=False), kind)}


def _emails(shop: SoakedShop, interruptions: int) -> Iterator[str]:
    """Every email has arrived once.

    It may arrive twice, under the same Message-ID, only if a process is killed after the mail server has taken it and
    before that is stored.
    """
    arrived = Counter(str(message["Message-ID"]) for message in shop.mail_server.received)
    sent = Email.select().where(Email.state == EmailState.SENT).count()
    if sent > len(arrived):
        yield f"{sent} emails are marked as sent, {len(arrived)} arrived"
    if len(arrived) - sent > interruptions:
        yield f"{len(arrived)} emails arrived, {sent} are marked as sent"
    twice = sum(count - 1 for count in arrived.values())
    if twice > interruptions:
        yield f"{twice} emails arrived twice, after {interruptions} interruptions"
    for email in Email.select().where(Email.id.in_(Email.due())):
        yield f"email {email.id} ({email.kind}) still waits since {email.due_at}"
    for email in Email.select().where(Email.state == EmailState.FAILED):
        yield f"email {email.id} ({email.kind}) has failed: {email.problem}"
