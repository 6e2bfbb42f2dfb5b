"""Messages for Stripe's error and decline codes, untranslated: why a card was not charged and what to do."""

from storefront.i18n.catalog import N_

DECLINED_MESSAGE = N_("Your bank declined this card. Try another card, or ask your bank why.")
AUTHENTICATION_MESSAGE = N_("Your bank could not confirm that it is you. Try again with this card or another one.")

# (message, its codes). Error codes: docs.stripe.com/error-codes. Decline codes: docs.stripe.com/declines/codes.
_CODES_BY_MESSAGE: tuple[tuple[str, str], ...] = (
    (
        AUTHENTICATION_MESSAGE,
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
