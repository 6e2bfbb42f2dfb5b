"""Statement descriptors, as shown on the buyer's card statement: `PREFIX* SUFFIX`.

Rules: docs.stripe.com/get-started/account/statement-descriptors.
"""

from stripe_simulator.accounts import Account
from stripe_simulator.errors import invalid

MAX_LENGTH, MAX_PREFIX_LENGTH = 22, 10
FORBIDDEN_CHARACTERS = frozenset("<>\\'\"*")
SUFFIX = "statement_descriptor_suffix"


def prefix(account: Account) -> str:
    """Return the account's part of the descriptor."""
    return account.name.upper()[:MAX_PREFIX_LENGTH]


def full_descriptor(account: Account, suffix: str | None) -> str:
    """Return the descriptor that a charge shows."""
    return f"{prefix(account)}* {suffix.upper()}" if suffix else account.name.upper()


def check(account: Account, whole_descriptor: str | None, suffix: str | None) -> None:
    """Refuse a full descriptor on a card payment, and an invalid suffix.

    Raises StripeError 400.
    """
    if whole_descriptor:
        message = "statement_descriptor is not supported for card charges. Use statement_descriptor_suffix instead."
        raise invalid(message, param="statement_descriptor")
    if not suffix:
        return
    if not suffix.isascii() or FORBIDDEN_CHARACTERS & set(suffix):
        raise invalid("The statement descriptor suffix must be Latin and hold none of < > \\ ' \" *.", param=SUFFIX)
    if not any(character.isalpha() for character in suffix):
        raise invalid("The statement descriptor suffix must contain at least one letter.", param=SUFFIX)
    if len(full_descriptor(account, suffix)) > MAX_LENGTH:
        message = f"The statement descriptor must be at most {MAX_LENGTH} characters, prefix included."
        raise invalid(message, param=SUFFIX)
