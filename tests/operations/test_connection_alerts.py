"""The owner is told once when an account can no longer be reached."""

from storefront import merchants, worker
from storefront.models import Email, Merchant, Offer
from stripe_simulator import accounts
from tests.factories import SHOP_URL
from tests.purchase_steps import start_checkout
from tests.simulator_process import Simulator


def break_key(merchant: Merchant) -> None:
    """Replace the merchant's key with one that Stripe refuses."""
    merchant.secret_key = accounts.expired_key(accounts.OLENA)
    merchant.save()


def connection_emails() -> list[Email]:
    return list(Email.select().where(Email.kind == "owner_connection"))


def test_reconciliation_and_the_account_check_each_send_one_email(offer: Offer, simulator: Simulator) -> None:
    start_checkout(offer)
    break_key(Merchant.get())
    worker.reconcile(everything=True)
    assert len(connection_emails()) == 1
    Email.delete().execute()
    Merchant.update(check_problem="").execute()
    merchants.check(Merchant.get(), SHOP_URL)
    merchants.check(Merchant.get(), SHOP_URL)
    assert len(connection_emails()) == 1
