"""Words for whoever pays a renewal that stopped."""

from flask_babel import gettext as _

from storefront.blueprints import wording
from storefront.models import Invoice
from storefront.web.presentation import money


def stopped(invoice: Invoice) -> str:
    """Why it was not paid by itself and what to do now."""
    if invoice.needs == "authentication":
        return str(
            _(
                "Your bank wants you to confirm this payment. Nothing is wrong with your card, and nothing was charged: "
                "confirm it here, or pay with another card."
            )
        )
    return " ".join((wording.attempt_failed(invoice.error_code, invoice.decline_code), str(wording.UNPAID))).strip()


def button(invoice: Invoice, saved: bool) -> str:
    """The button's label: the saved card only needs its owner's word."""
    amount = money(invoice.total)
    if saved and invoice.needs == "authentication":
        return str(_("Confirm the payment of %(amount)s", amount=amount))
    return wording.pay(amount)
