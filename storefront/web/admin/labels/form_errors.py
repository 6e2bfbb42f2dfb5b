"""Codes of FieldErrors as sentences for the fields of a form."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.errors import FieldErrors
from storefront.i18n import isolate
from storefront.money import Money
from storefront.web.support import money

FIELD_ERRORS: Mapping[str, Any] = {
    # keys
    "not_publishable": _l("This is not a publishable key: it begins with pk_test_ or pk_live_."),
    "secret_in_publishable": _l("This is a secret key. The publishable key belongs here; it begins with pk_."),
    "not_secret": _l("This is not a secret key: it begins with sk_test_, sk_live_, rk_test_ or rk_live_."),
    "publishable_in_secret": _l("This is a publishable key. The secret key belongs here; it begins with sk_ or rk_."),
    "mixed_modes": _l("One key is for test mode and the other for live mode. Both keys must be of the same mode."),
    "key_invalid": _l("Stripe does not know this key: it is mistyped, expired or revoked."),
    "not_a_pair": _l("This key belongs to another Stripe account than the secret key. Take both from one account."),
    "account_taken": _l("This Stripe account is connected already, as “%(name)s”."),
    "other_mode": _l("These keys are of the other mode. Connect them as a merchant of their own."),
    "other_account": _l("This key belongs to another Stripe account. This merchant is the account %(account)s."),
    "permission_missing": _l("This key may not make payments: give it the permission at Stripe, or use another key."),
    # passwords
    "password_is_email": _l("This is your email address. Choose another password."),
    "password_weak": _l("This password is easy to guess. Use several words, or more characters."),
    # refunds
    "refund_too_small": _l("Enter more than nothing."),
    "refund_too_large": _l("No more than %(left)s is left to refund."),
    "refund_disputed": _l("The buyer’s bank disputes this payment: Stripe refunds nothing beside it."),
    "refund_refused": _l("Stripe refused: %(words)s"),
    "refund_disconnected": _l("Its Stripe account is disconnected: refund at Stripe, or connect the account again."),
    "amount_format": _l("Enter the amount in figures, for example 19.99."),
    # subscriptions
    "subscription_ended": _l("It has ended meanwhile: nothing can be changed any more."),
    "subscription_not_begun": _l("It has not begun: its first payment is still open."),
    "subscription_ends": _l("It is cancelled already and will end by itself: its price stays."),
    "plan_at_once_only": _l("A payment plan ends by itself: it can only be cancelled at once."),
    "plan_never_pauses": _l("A payment plan can’t be paused: what falls due meanwhile would never be asked for again."),
    "plan_price_fixed": _l("The instalments of a payment plan are fixed."),
    "terms_changed_at_stripe": _l("Its items were changed at Stripe. Change its price there, too."),
    "date_past": _l("Choose a day that is still to come."),
    "trial_over": _l("The free trial is over."),
    "trial_cancelled": _l("It is cancelled: undo that first."),
    "trial_not_later": _l("Choose a later day than the one on which the trial ends now."),
    "trial_too_long": _l("Stripe allows no trial that ends more than 730 days from now."),
    "price_unchanged": _l("This is the price already."),
    "renewal_unpaid": _l("A renewal is not paid."),
    "charging_given_up": _l(
        "Stripe has given up charging the card. The subscription still stands, but nothing is collected."
    ),
    "paused_at_stripe": _l("It is paused at Stripe: resume it first."),
    "resumption_unpaid": _l("It is already resumed and continues as soon as the customer pays the open invoice."),
    # in timeline entries of version 0.1
    "trial_without_card": _l("The free trial is over and there is no card to charge."),
    "collection_paused": _l("Collection is paused: nothing is charged, and what falls due meanwhile is void."),
    "price_refused": _l("Stripe refused the new price: %(words)s"),
    # settings and emails
    "setting_range": _l("Enter a whole number from 0 to %(largest)s."),
    "color_format": _l("Enter a color such as #4f46c8."),
    "phone_format": _l("Enter a phone number such as +49 30 1234567."),
    "country_unknown": _l("Choose a country from the list."),
    "language_unknown": _l("Choose a language from the list."),
    "zone_unknown": _l("Choose a time zone from the list."),
    "logo_bytes": _l("This logo is too large. Choose a file of up to %(megabytes)s MB."),
    "logo_type": _l("This file can’t be used as a logo. Choose a PNG, JPEG or WebP file."),
    "variable_unknown": _l("There is no such placeholder: %(unknown)s."),
    "variable_invalid": _l(
        "A brace { or } stands alone. Placeholders look like {name}; a plain brace is written {{ or }}."
    ),
    "signing_secret": _l("This is not a signing secret: it begins with whsec_."),
    # moving offers
    "not_connected": _l("Choose another connected account."),
    # offers
    "address_taken": _l("Another offer has this address already."),
    "price_format": _l("Enter the price in figures, for example 19.99."),
    "price_ambiguous": _l("“%(typed)s” can mean %(whole)s or %(decimal)s. Type it one of these two ways."),
    "price_too_small": _l("This is less than Stripe can charge: the least is %(limit)s."),
    "price_too_large": _l("This is more than Stripe can charge: the most is %(limit)s."),
    "no_merchant": _l("To publish the offer, choose the payment system that is paid."),
    "merchant_disconnected": _l("This account is disconnected. Choose another one, or keep the offer as a draft."),
    "charges_disabled": _l(
        "Stripe does not let this account take payments yet. Finish its registration at Stripe, or keep the draft."
    ),
    "every_range": _l("Enter a whole number from 1 to %(longest)s: Stripe waits three years at most."),
    "trial_range": _l("Enter a whole number from 0 to 730."),
    "instalments_range": _l("Enter a whole number from 2 to 120."),
    "plan_too_long": _l("From the first instalment to the last, five years may pass: here the most is %(most)s."),
    "withdrawal_days_range": _l("Enter a number of days from 0 to 365."),
    "withdrawal_reason_missing": _l("Say why customers can’t withdraw. They read it before they pay."),
    "picture_bytes": _l("This picture is too large: it may have %(megabytes)s MB at most."),
    "picture_pixels": _l("This picture is too large: it may have %(megapixels)s million pixels at most."),
    "picture_type": _l("This is not a picture that can be used: choose a JPEG, PNG or WebP file."),
    "picture_broken": _l("This picture can't be read: the file is damaged. Choose another one."),
    "picture_not_stored": _l(
        "The image could not be stored right now, so nothing was saved yet. Choose it again and save in a moment."
    ),
    "descriptor_characters": _l("Use Latin letters, digits and spaces; < > \\ ' \" * are not allowed."),
    "descriptor_letters": _l("Use at least one letter."),
    "descriptor_length": _l("At most %(room)s characters fit on card statements of this account."),
}


def field_errors(error: FieldErrors) -> dict[str, list[str]]:
    """{field name: [sentences]}; a code without a sentence stays a code."""
    return {name: [_sentence(code, error.details) for code in codes] for name, codes in error.errors.items()}


def _sentence(code: str, details: Mapping[str, Any]) -> str:
    if code == "currency_unsupported" and "offers" in details:
        titles = ", ".join(f"“{title}”" for title in details["offers"])
        return _("This account can't charge the currency of: %(offers)s.", offers=titles)
    if code == "currency_unsupported":
        return _("The chosen Stripe account can't charge %(currency)s.", currency=details.get("currency", ""))
    if code == "price_decimals":
        return _price_decimals(details)
    values = {name: money(value) if isinstance(value, Money) else value for name, value in details.items()}
    if "name" in values:
        values["name"] = isolate(values["name"])
    return str(FIELD_ERRORS[code]) % values if code in FIELD_ERRORS else code


def _price_decimals(details: Mapping[str, Any]) -> str:
    currency = details.get("currency", "")
    if details.get("decimals") == 0:
        return _("Prices in %(currency)s are whole numbers, without decimals.", currency=currency)
    return _("Prices in %(currency)s have at most two decimals.", currency=currency)
