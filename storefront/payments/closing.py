"""Closing the open payments of a merchant that is being disconnected."""

import time
from dataclasses import dataclass

from peewee import ModelSelect

from storefront.errors import ShopError
from storefront.isolation import MAX_TIMEOUTS, Run
from storefront.models import Merchant, Payment, now
from storefront.payments.intents import FIRST_CHECK, retire_payment

# Rows that a run reads at once.
MAX_ROWS = 1000


@dataclass
class Closing:
    """How far `close_open_payments` came. `is_complete`: another run could not close more now."""

    closed: int = 0
    is_complete: bool = True


def open_payments(merchant: Merchant) -> "ModelSelect[Payment]":
    """The merchant's payments that a customer may still complete."""
    return Payment.select().where(Payment.merchant == merchant, Payment.may_be_completed())


def close_open_payments(merchant: Merchant, seconds: float = float("inf")) -> Closing:
    """Retire the merchant's open payments, for about so many seconds. One that fails is logged.

    Stops if the merchant is connected again meanwhile.
    """
    run, deadline, done = Run(), time.monotonic() + seconds, Closing()

    def close(payment: Payment) -> None:
        if time.monotonic() > deadline:
            done.is_complete = False
        elif Merchant.get_by_id(merchant.id).is_disconnecting:
            # One that fails is the last one of the next run.
            Payment.update(next_check_at=now() + FIRST_CHECK).where(Payment.id == payment.id).execute()
            done.closed += retire_payment(payment, "disconnected")

    def note_failure(_payment: Payment, error: Exception) -> None:
        if isinstance(error, ShopError) and error.is_transient:
            done.is_complete = False

    def first_rows() -> "ModelSelect[Payment]":
        return open_payments(merchant).order_by(Payment.next_check_at, Payment.id).limit(MAX_ROWS)

    run.each(
        first_rows,
        close,
        name=lambda payment: f"closing payment {payment.intent_id}",
        merchant=lambda payment: payment.merchant_id,
        failed=note_failure,
    )
    run.log_failures()
    if run.timeouts[merchant.id] >= MAX_TIMEOUTS or done.closed == MAX_ROWS:
        done.is_complete = False
    return done
