"""What each kind of email defines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storefront.i18n import N_
from storefront.models import Email, Subscription

# The buttons of emails to the owner, by where they lead.
OWNER_BUTTONS = {
    "admin_order": N_("View order"),
    "admin_subscription": N_("View subscription"),
    "settings": N_("Open settings"),
    "limits": N_("View limits"),
    "notifications": N_("Open settings"),
    "endpoint": N_("Open endpoint"),
    "doctor": N_("Open system status"),
    "admin_offer": N_("Open offer"),
    "password": N_("Change password"),
    "own_account": N_("Open account"),
}
# Emails that lead there are about an account, the server or an offer, not about an order.
_WITHOUT_ORDER = ("settings", "endpoint", "notifications", "doctor", "password", "own_account", "admin_offer")


def next_charge_date(subscription: Subscription) -> datetime | None:
    """When the subscription is charged next. None if nothing more is charged."""
    return subscription.next_charge_at


@dataclass(frozen=True)
class Kind:
    """The default text and the rules of one kind of email.

    `subject` and `body` (Markdown) contain variables in braces, see `variables`.
    `heading` stands above the default text; "": the subject does, as it does above the owner's own text.
    `free_text` are subject and body where the order costs nothing; its `{amount}` says so in every text then.
    `facts` are names of rows, see `facts`. `button` is the label of the only link, "" for none, with variables too.
    `link` names its target, see `urls`.
    `for_owner`: every admin gets the email, in the first admin's language.
    `about_order`: the email is about an order. Others have no title, name or number.
    `about_unpaid_order`: a stranger may have started the order with another person's address, so few are sent.
    `opens_admin`: the link opens an account of the admin, so the text is neither kept nor shown to admins.
    `delivers`: what the order delivers stands below the text.
    `topic` is an `EmailTopic` that its reader can unsubscribe from; "" for what is always sent.
    `still_applies` is checked just before sending: an email that no longer applies is dropped.
    `due_date` is the value of `{due}` unless the email was written with one.
    """

    subject: str
    body: str
    button: str = ""
    heading: str = ""
    free_text: tuple[str, str] | None = None
    facts: tuple[str, ...] = ()
    link: str = "order"
    for_owner: bool = False
    about_order: bool = True
    about_unpaid_order: bool = False
    opens_admin: bool = False
    delivers: bool = False
    topic: str = ""
    still_applies: Callable[[Email], bool] = lambda email: True
    due_date: Callable[[Subscription], datetime | None] = next_charge_date


def owner_kind(
    subject: str,
    body: str,
    link: str,
    still_applies: Callable[[Email], bool] = lambda email: True,
    *,
    heading: str = "",
    free_text: tuple[str, str] | None = None,
    facts: tuple[str, ...] = (),
) -> Kind:
    """A kind of email that every admin gets. `link` is a key of OWNER_BUTTONS."""
    return Kind(
        subject=subject,
        body=body,
        heading=heading,
        free_text=free_text,
        facts=facts,
        button=OWNER_BUTTONS[link],
        link=link,
        for_owner=True,
        about_order=link not in _WITHOUT_ORDER,
        still_applies=still_applies,
    )
