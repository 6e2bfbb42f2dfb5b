"""Messages of the page that pays a failed renewal."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Invoice
from storefront.web.shop import messages
from storefront.web.support import money

AUTHENTICATION_NEEDED = _l(
    "Your bank asks you to confirm this payment. Your card is fine, and you haven’t been charged."
)

LINK_AUTHENTICATION_NEEDED = _l("Your bank asks you to confirm this payment with Link. You haven’t been charged.")


def failure_message(invoice: Invoice, has_saved_card: bool, is_link: bool = False) -> str:
    """Why the automatic payment failed and what to do. `has_saved_card`: the saved card, or Link, can be confirmed
    here.
    """
    if invoice.asks_bank and has_saved_card:
        return str(LINK_AUTHENTICATION_NEEDED if is_link else AUTHENTICATION_NEEDED)
    if invoice.asks_bank:
        how = _("Pay with a card here, or request a link to use your saved card.")
        return f"{AUTHENTICATION_NEEDED} {how}"
    if invoice.lacks_card:
        how = _("Pay with a card here. We’ll use it for future payments too.")
        return f"{messages.NO_CARD} {how}"
    reason = messages.failure_message(invoice.error_code, invoice.decline_code)
    return " ".join((reason, str(messages.NOT_PAID))).strip()


def pay_button(invoice: Invoice, has_saved_card: bool) -> str:
    """The button's label: a saved card may only need to be confirmed."""
    amount = money(invoice.total)
    if has_saved_card and invoice.asks_bank:
        return str(_("Confirm %(amount)s payment", amount=amount))
    return messages.pay_button(amount)
