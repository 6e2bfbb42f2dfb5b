"""What orders have left behind at a merchant is closed once that merchant answers again."""

from peewee import ModelSelect

from storefront.isolation import Run
from storefront.models import Merchant, Payment, PaymentEnd
from storefront.payments.intents import retire_payment

# Rows that a run reads at once.
MAX_ROWS = 100


def retire_moved(run: Run, merchant: Merchant) -> None:
    """Cancel what Stripe has created all the same for payments that have left this merchant.

    An intent without an id in its row has a client secret that nobody knows, so that nobody can have paid it. A
    subscription with a free trial goes on by itself, however.
    """
    run.each(
        lambda: _moved(merchant),
        _retire,
        name=lambda payment: f"payment {payment.public_id}",
        merchant=lambda payment: payment.merchant_id,
    )


def _moved(merchant: Merchant) -> "ModelSelect[Payment]":
    found = Payment.select().where(Payment.merchant == merchant, Payment.end_reason == PaymentEnd.MOVED)
    return found.order_by(Payment.id).limit(MAX_ROWS)


def _retire(payment: Payment) -> None:
    retire_payment(payment, PaymentEnd.MOVED)
    Payment.update(end_reason=PaymentEnd.LOOKED_UP).where(Payment.id == payment.id).execute()
