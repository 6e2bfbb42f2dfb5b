"""Words for whoever pays a renewal that stopped."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Invoice
from storefront.web.shop import messages
from storefront.web.support import money

ASKED = _l("Your bank wants you to confirm this payment. Nothing is wrong with your card, and nothing was charged.")


def stopped(invoice: Invoice, saved: bool) -> str:
    """Why it was not paid by itself; and what to do now, where the saved card isn't there to be confirmed."""
    if invoice.needs == "authentication" and saved:
        return str(ASKED)
    if invoice.needs == "authentication":
        how = _("Pay with a card here, or ask for a link that opens your saved card.")
        return f"{ASKED} {how}"
    return " ".join((messages.attempt_failed(invoice.error_code, invoice.decline_code), str(messages.UNPAID))).strip()


def button(invoice: Invoice, saved: bool) -> str:
    """The button's label: the saved card only needs its owner's word."""
    amount = money(invoice.total)
    if saved and invoice.needs == "authentication":
        return str(_("Confirm the payment of %(amount)s", amount=amount))
    return messages.pay(amount)
