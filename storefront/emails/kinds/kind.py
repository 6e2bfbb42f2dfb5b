"""What all kinds of letters have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storefront.models import Email, Subscription


def next_charge(subscription: Subscription) -> datetime | None:
    """The day that most letters about a subscription speak of."""
    return subscription.next_charge_at


@dataclass(frozen=True)
class Kind:
    """`subject` and `words` (Markdown) have placeholders in braces: storefront/letter_kinds/placeholders.py.

    `button` is the label of its one link, "" where there is none; `link` says where it goes (buyers_links).
    `of_order`: whether it is about an order; those that aren't know no title, name or number.
    `holds`: whether the letter is still true when it falls due. `due`: the day `{due}` means, where none was given.
    """

    subject: str
    words: str
    button: str = ""
    link: str = "order"
    to_owner: bool = False
    of_order: bool = True
    holds: Callable[[Email], bool] = lambda letter: True
    due: Callable[[Subscription], datetime | None] = next_charge
