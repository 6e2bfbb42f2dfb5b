"""Texts for `{reason}`: why a renewal failed or a subscription ended, for the customer or for the owner."""

from gettext import NullTranslations

from storefront import i18n
from storefront.i18n import N_
from storefront.models import Invoice, InvoiceNeed, Subscription

BANK_ASKS = N_("Your bank needs you to confirm it. Your card is fine.")
OWNER_BANK_ASKS = N_("The bank needs the customer to confirm it (3D Secure).")
NO_CARD = N_("There is no longer a card on file.")
OWNER_NO_CARD = N_("There is no card on file.")
OWNER_DECLINED = N_("The bank declined the card: {code}.")
# Stripe's values: docs.stripe.com/api/subscriptions/object#subscription_object-cancellation_details-reason
ENDED = {
    "cancellation_requested": N_("It was canceled."),
    "payment_failed": N_("It wasn’t paid."),
    "payment_disputed": N_("One of its payments was disputed."),
}
ENDED_BY_SHOP = N_(
    "All installments were charged. The plan’s end was missing in Stripe, so the shop canceled the plan there."
)
PAID_IN_FULL = N_("All installments are paid.")
ENDED_UNPAID = N_("The plan has ended, but not all installments are paid.")


def renewal_reason_for_customer(invoice: Invoice, catalog: NullTranslations) -> str:
    """Return why the renewal failed and what the customer can do."""
    if invoice.needs == InvoiceNeed.AUTHENTICATION:
        return catalog.gettext(BANK_ASKS)
    if invoice.lacks_card:
        return catalog.gettext(NO_CARD)
    return catalog.gettext(i18n.decline_message(invoice.error_code, invoice.decline_code) or i18n.DECLINED_MESSAGE)


def renewal_reason_for_owner(invoice: Invoice, catalog: NullTranslations) -> str:
    """Return why the renewal failed, with Stripe's code, which the customer must not see."""
    if invoice.needs == InvoiceNeed.AUTHENTICATION:
        return catalog.gettext(OWNER_BANK_ASKS)
    if invoice.lacks_card:
        return catalog.gettext(OWNER_NO_CARD)
    code = invoice.decline_code or invoice.error_code or "card_declined"
    return catalog.gettext(OWNER_DECLINED).format(code=code)


def end_reason(subscription: Subscription, catalog: NullTranslations) -> str:
    """Return why the subscription ended. Return "" if Stripe gave no reason."""
    if subscription.plan_completed:
        return catalog.gettext(ENDED_BY_SHOP)
    if subscription.end_reason in ENDED:
        return catalog.gettext(ENDED[subscription.end_reason])
    if not subscription.is_plan:
        return ""
    return catalog.gettext(PAID_IN_FULL if Invoice.all_installments_paid(subscription) else ENDED_UNPAID)
