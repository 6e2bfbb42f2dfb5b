"""Statement descriptor suffixes: the text of an offer that customers see on their card statements.

Stripe shows `PREFIX* SUFFIX`, at most 22 characters, with the prefix of the merchant's Stripe account.
Source: docs.stripe.com/get-started/account/statement-descriptors
"""

from storefront.models import Merchant, Offer

MAX_LENGTH = 22
MAX_PREFIX_LENGTH = 10
SEPARATOR = "* "


def max_suffix_length(merchant: Merchant | None) -> int:
    """How many characters a suffix may have; an unknown prefix counts as the longest one (10 characters)."""
    prefix = merchant.descriptor_prefix if merchant is not None else ""
    return MAX_LENGTH - len(SEPARATOR) - (len(prefix) or MAX_PREFIX_LENGTH)


def usable_suffix(offer: Offer, merchant: Merchant) -> str:
    """The offer's suffix, cut to the merchant's limit; "" when what is left has no letter.

    The limit may have become smaller since the offer was saved: another merchant, or a longer prefix. A payment must
    not fail because of that.
    """
    suffix = offer.statement_descriptor_suffix[: max_suffix_length(merchant)].strip()
    return suffix if _has_letter(suffix) else ""


def suffix_error(offer: Offer) -> str | None:
    """Stripe's rules for a suffix: Latin characters, at least one letter, none of <>\\'"*, and not too long.

    Returns descriptor_characters, descriptor_letters, descriptor_length or None.
    """
    suffix = offer.statement_descriptor_suffix
    if not suffix:
        return None
    if not suffix.isascii() or not suffix.isprintable() or set(suffix) & set("<>\\'\"*"):
        return "descriptor_characters"
    if not _has_letter(suffix):
        return "descriptor_letters"
    return "descriptor_length" if len(suffix) > max_suffix_length(offer.merchant) else None


def _has_letter(suffix: str) -> bool:
    return any(character.isalpha() for character in suffix)


def statement_text(merchant: Merchant, suffix: str) -> str:
    """What a customer reads on the card statement: `PREFIX* SUFFIX`; "" if the account's prefix is not known."""
    prefix = merchant.descriptor_prefix
    return f"{prefix}{SEPARATOR}{suffix}" if prefix and suffix else prefix
