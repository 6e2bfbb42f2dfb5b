"""Jobs that run at their times only, and need nothing of the queue."""

from storefront import db, merchants, payments, stripe_gateway, subscriptions
from storefront.isolation import Run
from storefront.models import JobRun, Measurements
from storefront.runtime import current
from storefront.worker import clock_watch, heartbeat, reconciliation, retention


def reconcile_job() -> None:
    """Update payments and subscriptions from Stripe, expire overdue orders, send refunds."""
    with db.connection(), stripe_gateway.without_refused_calls():
        reconciliation.reconcile().log_failures()


def take_undelivered_events() -> None:
    """Store the events that Stripe could not deliver."""
    with db.connection(), stripe_gateway.without_refused_calls():
        reconciliation.take_undelivered_events().log_failures()


def read_balances() -> None:
    """Read the balance transactions and payouts of the Stripe accounts."""
    run = Run()
    with db.connection(), stripe_gateway.without_refused_calls():
        run.each(
            payments.due_merchants,
            payments.read_balance,
            name=lambda merchant: f"balance of {merchant.name}",
            merchant=lambda merchant: merchant.id,
        )
    run.log_failures()


def tell_refusals() -> None:
    """Email the owner about calls that Stripe permanently refuses."""
    with db.connection(), stripe_gateway.without_refused_calls():
        merchants.tell_refusals().log_failures()


def watch_outages() -> None:
    """Ask whether merchants that could not be paid can be paid again, and tell the owner about new outages."""
    with db.connection():
        merchants.watch_outages().log_failures()


def warn_of_expiring_cards() -> None:
    """Email customers whose saved card expires soon."""
    with db.connection(), stripe_gateway.without_refused_calls():
        subscriptions.warn_expiring_cards()


def continue_imports() -> None:
    """Import subscriptions of the merchants whose owner has asked for all of them."""
    with db.connection(), stripe_gateway.without_refused_calls():
        subscriptions.continue_imports().log_failures()


def delete_old_rows() -> None:
    """Delete what is kept for a time only."""
    with db.connection():
        retention.delete_old_rows().log_failures()


def record_heartbeat() -> None:
    """Watch the clock, then record that the worker is running, and its jobs with it."""
    with db.connection():
        clock_watch.watch_clock()
        heartbeat.record_heartbeat()
        JobRun.renew()
        current().resource(Measurements).store()
