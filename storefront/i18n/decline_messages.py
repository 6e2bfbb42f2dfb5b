"""Messages for Stripe's error and decline codes, untranslated: why a card was not charged and what to do."""

from storefront.i18n.catalog import N_

DECLINED_MESSAGE = N_("Your bank declined this card. Try a different card, or contact your bank.")
AUTHENTICATION_MESSAGE = N_("Your bank couldn’t verify the payment. Try again or use a different card.")

# (message, its codes). Error codes: docs.stripe.com/error-codes. Decline codes: docs.stripe.com/declines/codes.
_CODES_BY_MESSAGE: tuple[tuple[str, str], ...] = (
    (
        AUTHENTICATION_MESSAGE,
        """payment_intent_authentication_failure setup_intent_authentication_failure authentication_required
        authentication_not_handled mobile_device_authentication_required payment_intent_payment_attempt_expired
        setup_intent_setup_attempt_expired""",
    ),
    (N_("Insufficient funds. Try a different card."), "insufficient_funds"),
    (
        N_("This payment exceeds your card’s limit. Try a different card, or contact your bank."),
        "card_velocity_exceeded withdrawal_count_limit_exceeded invalid_amount amount_too_large",
    ),
    (
        N_("This card has expired. Try a different card."),
        "expired_card invalid_expiry_month_past invalid_expiry_year_past",
    ),
    (N_("Wrong CVC. Check it and try again."), "incorrect_cvc invalid_cvc"),
    (N_("Wrong card number. Check it and try again."), "incorrect_number invalid_number"),
    (N_("Enter the full card number."), "incomplete_number incomplete_card"),
    (N_("Enter the full expiration date."), "incomplete_expiry"),
    (N_("Enter the full CVC."), "incomplete_cvc"),
    (N_("Enter your full ZIP or postal code."), "incomplete_zip"),
    (
        N_("The postal code doesn’t match this card. Check it and try again."),
        "incorrect_zip incorrect_address invalid_zip postal_code_invalid",
    ),
    (
        N_("Wrong expiration date. Check it and try again."),
        "invalid_expiry_month invalid_expiry_year",
    ),
    (
        N_("This card doesn’t support this payment. Try a different card."),
        """card_not_supported incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required
        pin_try_exceeded""",
    ),
    (N_("This card doesn’t support this currency. Try a different card."), "currency_not_supported"),
    (
        N_("Your bank blocked this payment as a duplicate. Check your account before you try again."),
        "duplicate_transaction",
    ),
    (
        N_("There was a problem reaching the bank. Try again in a moment."),
        "processing_error issuer_not_available reenter_transaction try_again_later approve_with_id lock_timeout",
    ),
    (N_("This is a test card. Use a real card to pay here."), "live_mode_test_card"),
    (
        N_("Real cards don’t work in test mode. Use one of the test cards on this page."),
        "test_mode_live_card testmode_decline",
    ),
)
MESSAGES_BY_CODE: dict[str, str] = {code: message for message, codes in _CODES_BY_MESSAGE for code in codes.split()}

# These codes get DECLINED_MESSAGE: a person with a stolen card must not learn that it was reported
# (docs.stripe.com/declines/codes), and for some declines the bank gives no reason.
NEUTRAL_CODES = frozenset(
    """card_declined generic_decline do_not_honor do_not_try_again call_issuer no_action_taken fraudulent lost_card
    stolen_card pickup_card merchant_blacklist restricted_card security_violation stop_payment_order invalid_account
    new_account_information_available not_permitted service_not_allowed transaction_not_allowed
    revocation_of_authorization revocation_of_all_authorizations""".split()
)


def decline_message(error_code: str, decline_code: str) -> str:
    """Return why an attempt failed and what the customer can do, untranslated. Return "" if both codes are empty."""
    if not error_code and not decline_code:
        return ""
    return MESSAGES_BY_CODE.get(decline_code) or MESSAGES_BY_CODE.get(error_code) or DECLINED_MESSAGE
