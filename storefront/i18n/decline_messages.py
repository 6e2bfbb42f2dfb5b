"""Why a card was not charged: Stripe's codes by what its holder can do, in English, to be translated where shown."""

from storefront.i18n.catalog import N_

DECLINED_MESSAGES = N_("Your bank declined this card. Try another card, or ask your bank why.")
AUTHENTICATION_MESSAGES = N_("Your bank could not confirm that it is you. Try again with this card or another one.")

# Codes and decline codes of docs.stripe.com/error-codes and docs.stripe.com/declines/codes.
_ADVICE: tuple[tuple[str, str], ...] = (
    (
        AUTHENTICATION_MESSAGES,
        """payment_intent_authentication_failure setup_intent_authentication_failure authentication_required
        authentication_not_handled mobile_device_authentication_required payment_intent_payment_attempt_expired
        setup_intent_setup_attempt_expired""",
    ),
    (N_("There isn’t enough money on this card. Try another card."), "insufficient_funds"),
    (
        N_("This payment goes beyond what your bank allows on this card. Try another card, or ask your bank."),
        "card_velocity_exceeded withdrawal_count_limit_exceeded invalid_amount amount_too_large",
    ),
    (
        N_("This card has expired. Try another card."),
        "expired_card invalid_expiry_month_past invalid_expiry_year_past",
    ),
    (N_("The security code (CVC) is wrong. Check it and try again."), "incorrect_cvc invalid_cvc"),
    (N_("There is no card with this number. Check it and try again."), "incorrect_number invalid_number"),
    (N_("The card number is not complete."), "incomplete_number incomplete_card"),
    (N_("The card’s expiry date is not complete."), "incomplete_expiry"),
    (N_("The card’s security code (CVC) is not complete."), "incomplete_cvc"),
    (N_("The postal code is not complete."), "incomplete_zip"),
    (
        N_("The postal code doesn’t belong to this card. Check it and try again."),
        "incorrect_zip incorrect_address invalid_zip postal_code_invalid",
    ),
    (
        N_("The card’s expiry date can’t be right. Check it and try again."),
        "invalid_expiry_month invalid_expiry_year",
    ),
    (
        N_("This card can’t be used for such a payment. Try another card."),
        """card_not_supported incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required
        pin_try_exceeded""",
    ),
    (N_("This card can’t pay in this currency. Try another card."), "currency_not_supported"),
    (
        N_("Your bank has just seen the same payment and stopped this one. Check your account before you try again."),
        "duplicate_transaction",
    ),
    (
        N_("Something went wrong on the way to the bank. Try again in a moment."),
        "processing_error issuer_not_available reenter_transaction try_again_later approve_with_id lock_timeout",
    ),
    (N_("This is a test card, and here real money is paid. Try another card."), "live_mode_test_card"),
    (
        N_("No real card is charged in test mode. Pay with one of the test cards on this page."),
        "test_mode_live_card testmode_decline",
    ),
)
# {code: words}
CARD_CODES: dict[str, str] = {code: words for words, codes in _ADVICE for code in codes.split()}

# All these read DECLINED. Whoever holds a card that was reported stolen, or is suspected of fraud, learns nothing;
# and of some declines the banks themselves say nothing.
NEUTRAL_MESSAGE = frozenset(
    """card_declined generic_decline do_not_honor do_not_try_again call_issuer no_action_taken fraudulent lost_card
    stolen_card pickup_card merchant_blacklist restricted_card security_violation stop_payment_order invalid_account
    new_account_information_available not_permitted service_not_allowed transaction_not_allowed
    revocation_of_authorization revocation_of_all_authorizations""".split()
)


def decline_message(error_code: str, decline_code: str) -> str:
    """Why an attempt failed and what its buyer can do, untranslated; "" where there was none."""
    if not error_code and not decline_code:
        return ""
    return CARD_CODES.get(decline_code) or CARD_CODES.get(error_code) or DECLINED_MESSAGES
