"""Links to customers' account pages: what one gives access to. Links of earlier versions work until they expire."""

from dataclasses import dataclass
from datetime import datetime

from storefront.emails.signed_links import read_old_account_token
from storefront.models import AccountLink, Email, EmailChange, Order, now, ordered_by


@dataclass(frozen=True)
class AccountAccess:
    """What a link to an account page gives access to.

    `email` is the address that it was made for. `is_open`: it still opens the page. `is_fresh`: it was mailed within
    the last hour, so whoever uses it reads that mailbox now.
    """

    email: str
    is_open: bool
    is_fresh: bool


def make_account_token(email: str, *, mailed: bool = True, mailed_at: datetime | None = None) -> str:
    """Make a link's token for the account page of `email`. It also gives access to payments with the saved card.

    It opens the page for `AccountLink.LIFETIME`, unless the address changes before. `mailed`: only that mailbox
    gets it, at `mailed_at` (by default now).
    """
    return AccountLink.issue(email, mailed=mailed, issued_at=mailed_at)


def account_access(token: str) -> AccountAccess | None:
    """Look up the token of a link, expired or not. None if the shop has not made it, or more than a year ago."""
    link = AccountLink.by_id(token)
    if link is not None:
        return AccountAccess(link.email, link.is_open, link.is_fresh)
    email = read_old_account_token(token)
    return None if email is None else AccountAccess(email, _was_mailed_lately(email, token), is_fresh=False)


def _was_mailed_lately(email: str, old_token: str) -> bool:
    """Whether an email that is younger than a link's lifetime carried this link of an earlier version.

    Those links have no date, and all emails to an address carried the same one: the newest of them counts. A change of
    the address since then has ended the link, also if it was undone.
    """
    orders = Order.select(Order.id).where(ordered_by(email))
    carried = Email.select().where(Email.order.in_(orders), Email.text.contains(old_token))
    mailed_at = max((one.done_at or one.created_at for one in carried), default=None)
    if mailed_at is None or now() - mailed_at > AccountLink.LIFETIME:
        return False
    return not EmailChange.happened_since(email, mailed_at)
