"""Statement descriptors: what stands on the buyer's card statement, `PREFIX* SUFFIX`.

Rules: docs.stripe.com/get-started/account/statement-descriptors.
"""

from stripe_simulator.accounts import Account
from stripe_simulator.errors import invalid

LONGEST, LONGEST_PREFIX = 22, 10
FORBIDDEN = frozenset("<>\\'\"*")
SUFFIX = "statement_descriptor_suffix"


def prefix_of(account: Account) -> str:
    """The account's own part."""
    return account.name.upper()[:LONGEST_PREFIX]


def whole(account: Account, suffix: str | None) -> str:
    """What a charge shows."""
    return f"{prefix_of(account)}* {suffix.upper()}" if suffix else account.name.upper()


def check(account: Account, whole_descriptor: str | None, suffix: str | None) -> None:
    """Refuses a descriptor of its own on a card payment, and a suffix no statement can show.

    Raises StripeError 400.
    """
    if whole_descriptor:
        words = "statement_descriptor is not supported for card charges. Use statement_descriptor_suffix instead."
        raise invalid(words, param="statement_descriptor")
    if not suffix:
        return
    if not suffix.isascii() or FORBIDDEN & set(suffix):
        raise invalid("The statement descriptor suffix must be Latin and hold none of < > \\ ' \" *.", param=SUFFIX)
    if not any(character.isalpha() for character in suffix):
        raise invalid("The statement descriptor suffix must contain at least one letter.", param=SUFFIX)
    if len(whole(account, suffix)) > LONGEST:
        words = f"The statement descriptor must be at most {LONGEST} characters, prefix included."
        raise invalid(words, param=SUFFIX)
