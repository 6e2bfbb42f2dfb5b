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
    "not_publishable": _l("Not a publishable key. It starts with pk_test_ or pk_live_."),
    "secret_in_publishable": _l("This is a secret key. Enter the publishable key here; it starts with pk_."),
    "not_secret": _l("Not a secret key. It starts with sk_test_, sk_live_, rk_test_ or rk_live_."),
    "publishable_in_secret": _l("This is a publishable key. Enter the secret key here; it starts with sk_ or rk_."),
    "mixed_modes": _l("One key is for test mode and the other for live mode. Use two keys of the same mode."),
    "key_invalid": _l("Stripe rejected this key. Check for typos, or create a new key."),
    "not_a_pair": _l("The two keys belong to different Stripe accounts. Use both keys of the same account."),
    "account_taken": _l("This Stripe account is already connected as “%(name)s”."),
    "other_mode": _l("These keys are for the other mode. Connect them as a separate account."),
    "other_account": _l("This key belongs to another Stripe account. Use a key of %(account)s."),
    "permission_missing": _l("This key can’t create payments. Add the permission in Stripe or use another key."),
    # passwords
    "password_is_email": _l("This is your email address. Choose another password."),
    "password_weak": _l("This password is easy to guess. Use several words, or more characters."),
    "already_on_team": _l("This person is already on the team."),
    # refunds
    "refund_too_small": _l("Enter an amount above 0."),
    "refund_too_large": _l("Enter %(left)s or less."),
    "refund_above_line": _l("Enter %(left)s or less: that’s what’s left of this item."),
    "refund_disputed": _l("This payment is disputed. You can’t refund it until the dispute is closed."),
    "refund_refused": _l("Stripe refused: %(words)s"),
    "refund_disconnected": _l(
        "This order’s Stripe account is disconnected. Refund in Stripe, or connect the account again."
    ),
    "amount_format": _l("Enter an amount like 19.99."),
    # documents
    "document_replaced": _l("This invoice has been replaced by another one. Correct that one."),
    "document_refunded": _l("Everything on this invoice was refunded, so there is nothing left to correct."),
    # subscriptions
    "subscription_ended": _l("This subscription has ended and can’t be changed."),
    "subscription_not_begun": _l("This subscription hasn’t started: the first payment is still open."),
    "subscription_ends": _l("This subscription is already canceled, so its price can’t be changed."),
    "plan_at_once_only": _l("A payment plan ends after its last installment. It can only be canceled immediately."),
    "plan_never_pauses": _l("A payment plan can’t be paused: installments due in that time would never be charged."),
    "plan_price_fixed": _l("The installments of a payment plan can’t be changed."),
    "terms_changed_at_stripe": _l("This subscription’s items were changed in Stripe. Change its price there, too."),
    "switch_open": _l("A plan switch is on its way. Undo it first."),
    "no_other_plan": _l("The offer has no other recurring price option to switch to."),
    "price_waits": _l("A new price is on its way. Switch the plan after that."),
    "switch_outdated": _l("The amount has changed since it was shown. Check it again."),
    "switch_refused": _l("Stripe declined the switch: %(words)s"),
    "switch_busy": _l("Stripe hasn’t confirmed the switch yet. Try again in a minute."),
    "date_past": _l("Choose a future date."),
    "trial_over": _l("The free trial is over."),
    "trial_cancelled": _l("This subscription is canceled. Undo the cancellation first."),
    "trial_not_later": _l("Choose a date after the current end of the trial."),
    "trial_too_long": _l("A trial can end at most 730 days from now."),
    "price_unchanged": _l("This is already the price."),
    "renewal_unpaid": _l("A renewal hasn’t been paid."),
    "charging_given_up": _l(
        "Stripe has stopped trying to charge the card. The subscription still exists, but no payments are collected."
    ),
    "paused_at_stripe": _l("This subscription is paused in Stripe. Resume it first."),
    "resumption_unpaid": _l(
        "This subscription is already resumed and continues as soon as the customer pays the open invoice."
    ),
    # in timeline entries of version 0.1
    "trial_without_card": _l("The free trial is over and there is no card to charge."),
    "collection_paused": _l("Payments are paused: nothing is charged, and invoices are voided."),
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
    "variable_unknown": _l("Unknown variable: %(unknown)s."),
    "variable_invalid": _l("Unmatched { or }. Variables look like {name}; type {{ or }} for a plain brace."),
    "endpoint_url": _l("Enter a URL such as https://example.com/webhooks."),
    "endpoint_https": _l("Enter a URL that starts with https://."),
    "endpoint_private": _l("This host has a private address. Webhooks only go to public addresses."),
    "endpoints_many": _l("A shop can have up to %(most)s endpoints. Remove one first."),
    "events_missing": _l("Choose at least one event."),
    "signing_secret": _l("Not a signing secret. It starts with whsec_."),
    # moving offers
    "not_connected": _l("Choose another connected account."),
    # what offers deliver
    "too_many_deliverables": _l("An offer delivers up to %(most)s things."),
    "link_invalid": _l("Enter a link that starts with https://"),
    "text_missing": _l("Enter a text."),
    "file_missing": _l("Choose a file."),
    "option_unknown": _l("Choose a price option from the list."),
    "keys_missing": _l("Paste at least one key, one per line."),
    "keys_too_many": _l("Add up to %(most)s keys at a time."),
    "key_too_long": _l("The key in line %(line)s is longer than %(most)s characters."),
    # offers
    "address_taken": _l("Another offer already uses this address."),
    "price_format": _l("Enter a price like 19.99."),
    "price_ambiguous": _l("“%(typed)s” can mean %(whole)s or %(decimal)s. Enter one of the two."),
    "price_too_small": _l("Stripe’s minimum is %(limit)s."),
    "price_too_large": _l("Stripe’s maximum is %(limit)s."),
    "suggested_below_minimum": _l("Enter %(limit)s or more."),
    "second_without_first": _l("Choose a payment system first."),
    "second_is_first": _l("Choose another account than the payment system."),
    "second_mode": _l("Choose an account in the same mode as the payment system: test or live."),
    "second_elsewhere": _l("Choose two Stripe accounts, or two rehearsal accounts."),
    "second_currency": _l("This Stripe account doesn’t support %(currency)s."),
    "second_disconnected": _l("This account is disconnected. Choose another one."),
    "no_merchant": _l("Choose a payment system before you publish."),
    "request_no_merchant": _l("Choose a payment system."),
    "merchant_disconnected": _l("This account is disconnected. Choose another one, or save the offer as a draft."),
    "charges_disabled": _l(
        "This account can’t accept payments yet. Finish setup in Stripe, or save the offer as a draft."
    ),
    "title_missing": _l("Enter a title."),
    "title_too_long": _l("This is too long."),
    "tax_name_missing": _l("Enter the name of the tax, such as VAT."),
    "tax_rate_missing": _l("Enter a rate, such as 20. Enter 0 for no tax."),
    "tax_rate_format": _l("Enter a percentage from 0 to 100 with up to 3 decimals, such as 20 or 9.975."),
    "country_missing": _l("Choose a country."),
    "country_twice": _l("This country has a rate already."),
    "label_missing": _l("Enter a label. Customers choose by it."),
    "preselected_twice": _l("Only one option can be preselected."),
    "label_too_long": _l("Use up to 60 characters."),
    "every_range": _l("Enter a whole number from 1 to %(longest)s. Stripe allows at most 3 years."),
    "trial_range": _l("Enter a whole number from 0 to 730."),
    "instalments_range": _l("Enter a whole number from 2 to 120."),
    "plan_too_long": _l("The last installment can be at most 5 years after the first: enter %(most)s or less."),
    "withdrawal_days_range": _l("Enter a number of days from 0 to 365."),
    "withdrawal_reason_missing": _l("Say why customers can’t withdraw. They read it before they pay."),
    "sale_period": _l("Enter a time after the start of the sale."),
    "quantity_range": _l("Enter no more than the maximum quantity."),
    # promo codes
    "code_format": _l("Use up to 40 characters without spaces; hyphens and underscores only in the middle."),
    "code_taken": _l("This promo code already exists."),
    "percent_format": _l("Enter a percentage above 0 and up to 100, such as 15 or 12.5."),
    "both_values": _l("Fill in the percentage or the amount, not both."),
    "no_value": _l("Enter a percentage, or an amount below."),
    "ends_early": _l("The last day is before the first one."),
    "uses_range": _l("Enter a whole number from 1 to %(largest)s, or leave blank for no limit."),
    "file_empty": _l("Choose a file that isn’t empty."),
    "file_bytes": _l(
        "This file is too large. Choose one of up to %(megabytes)s MB, or raise the limit in the settings."
    ),
    "file_not_stored": _l("The file couldn’t be stored. Choose it again and save in a moment."),
    "file_no_room": _l("There isn’t enough free space on the server’s disk for this file."),
    "picture_bytes": _l("This image is too large. Use one up to %(megabytes)s MB."),
    "picture_pixels": _l("This image is too large. Use one with up to %(megapixels)s million pixels."),
    "picture_type": _l("This file can’t be used. Choose a JPEG, PNG or WebP image."),
    "picture_broken": _l("This image file is damaged. Choose another one."),
    "picture_not_stored": _l(
        "The image couldn’t be stored, so nothing is saved yet. Choose it again and save in a moment."
    ),
    "site_invalid": _l("“%(site)s” is not the address of a website. Enter addresses like https://www.example.com."),
    "sites_too_many": _l("Enter up to %(most_sites)s websites."),
    "shipping_country_missing": _l("Choose a country, or “All other countries”."),
    "shipping_country_twice": _l("This country has a price already."),
    "redirect_invalid": _l("Enter an address that starts with https://, without a user name or a password."),
    "redirect_too_long": _l("Enter an address of up to 1,000 characters."),
    "redirect_parameters": _l("The shop adds order, status, timestamp and signature itself. Remove them."),
    "telegram_token_missing": _l("Enter the token that BotFather gave you."),
    "telegram_token_format": _l("Not a bot token. It looks like 123456789:AA… and comes from BotFather."),
    "telegram_token": _l("Telegram doesn’t know this token. Copy it from BotFather again."),
    "telegram_chat_format": _l(
        "Enter a number like 123456789 or -1001234567890, or the name of a channel like @myshop."
    ),
    "telegram_chat": _l(
        "The bot can’t find this chat. Send it a message or add it to the group first, then try again."
    ),
    "telegram_blocked": _l("The bot can’t write here: it was blocked or removed, or isn’t allowed to post."),
    "descriptor_characters": _l("Use Latin letters, digits and spaces; < > \\ ' \" * are not allowed."),
    "descriptor_letters": _l("Use at least one letter."),
    "descriptor_length": _l("Use up to %(room)s characters for this account."),
}


def field_errors(error: FieldErrors) -> dict[str, list[str]]:
    """{field name: [sentences]}; a code without a sentence stays a code."""
    return {name: [_sentence(code, error.details) for code in codes] for name, codes in error.errors.items()}


def _sentence(code: str, details: Mapping[str, Any]) -> str:
    if code == "currency_unsupported" and "offers" in details:
        titles = ", ".join(f"“{title}”" for title in details["offers"])
        return _("This account doesn’t support the currency of: %(offers)s.", offers=titles)
    if code == "currency_unsupported":
        return _("This Stripe account doesn’t support %(currency)s.", currency=details.get("currency", ""))
    if code == "price_decimals":
        return _price_decimals(details)
    values = {name: money(value) if isinstance(value, Money) else value for name, value in details.items()}
    if "name" in values:
        values["name"] = isolate(values["name"])
    return str(FIELD_ERRORS[code]) % values if code in FIELD_ERRORS else code


def _price_decimals(details: Mapping[str, Any]) -> str:
    currency = details.get("currency", "")
    if details.get("decimals") == 0:
        return _("Prices in %(currency)s have no decimals.", currency=currency)
    return _("Prices in %(currency)s have at most 2 decimals.", currency=currency)
