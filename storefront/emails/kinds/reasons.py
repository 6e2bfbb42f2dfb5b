"""What `{reason}` stands for: why a renewal stopped or a subscription ended, in the words of a letter's reader."""

from gettext import NullTranslations

from storefront import i18n
from storefront.i18n import N_
from storefront.models import Invoice, Subscription

BANK_ASKS = N_("Your bank asks you to confirm it; nothing is wrong with your card.")
OWNER_BANK_ASKS = N_("The bank asks the customer to confirm it (3-D Secure).")
OWNER_DECLINED = N_("The bank declined the card: {code}.")
# Stripe's words: docs.stripe.com/api/subscriptions/object#subscription_object-cancellation_details-reason
ENDED = {
    "cancellation_requested": N_("It was cancelled."),
    "payment_failed": N_("It could not be paid."),
    "payment_disputed": N_("A payment of it was disputed."),
}
PAID_OFF = N_("All instalments have been charged.")
RUN_OUT = N_("All instalments were due, but not all of them are paid.")


def to_buyer(invoice: Invoice, catalogue: NullTranslations) -> str:
    """What its customer can do about a renewal."""
    if invoice.needs == "authentication":
        return catalogue.gettext(BANK_ASKS)
    return catalogue.gettext(i18n.decline_message(invoice.error_code, invoice.decline_code) or i18n.DECLINED_MESSAGE)


def to_owner(invoice: Invoice, catalogue: NullTranslations) -> str:
    """The same for the owner: with Stripe's own code, which says more than a customer may learn."""
    if invoice.needs == "authentication":
        return catalogue.gettext(OWNER_BANK_ASKS)
    code = invoice.decline_code or invoice.error_code or "card_declined"
    return catalogue.gettext(OWNER_DECLINED).format(code=code)


def of_end(subscription: Subscription, catalogue: NullTranslations) -> str:
    """Why a subscription is over, "" where Stripe gave no reason."""
    if subscription.end_reason in ENDED:
        return catalogue.gettext(ENDED[subscription.end_reason])
    if not subscription.is_plan:
        return ""
    return catalogue.gettext(PAID_OFF if Invoice.is_paid_off(subscription) else RUN_OUT)
