"""What the shop writes to buyers and to its owner: kinds, when each is still true, and its words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Formatter

from storefront.errors import FieldErrors
from storefront.models import Letter, LetterWording, Order
from storefront.models.base import now


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark a default text for the catalogues; it is translated when the letter is rendered."""
    return text


@dataclass(frozen=True)
class Kind:
    """`words` are Markdown with placeholders in braces. `holds`: whether the letter is still true when it falls due.

    `button` is the label of its one link, "" where there is none; `link` says where it goes.
    """

    to_owner: bool
    subject: str
    words: str
    button: str = ""
    link: str = "order"
    holds: Callable[[Order], bool] = lambda order: True


def _still_waits(order: Order) -> bool:
    """While a bank works on the payment ("processing") nobody may say that nothing was charged."""
    return order.status == "pending"


# What the owner may use in their own words; `{link}` is the address behind the button.
PLACEHOLDERS = frozenset({"name", "title", "number", "amount", "link", "refund_amount", "due", "shop"})

KINDS: dict[str, Kind] = {
    "receipt": Kind(
        to_owner=False,
        subject=N_("Your receipt: {title}"),
        words=N_("Hello {name},\n\nthank you: **{amount}** for *{title}* has been paid. Your order is no. {number}."),
        button=N_("Your orders and receipts"),
        link="my",
    ),
    "payment_waits": Kind(
        to_owner=False,
        subject=N_("Your payment for {title} is not made yet"),
        words=N_(
            "Hello {name},\n\nyour payment of **{amount}** for *{title}* was not completed, and nothing was charged. "
            "Your order no. {number} is waiting: you can pay it with the same card or another one."
        ),
        button=N_("Pay now"),
        link="pay",
        holds=_still_waits,
    ),
    "order_expired": Kind(
        to_owner=False,
        subject=N_("Your order of {title} has expired"),
        words=N_(
            "Hello {name},\n\nyour order no. {number} was not paid and has expired. Nothing was charged. "
            "If you still want it, you can order again."
        ),
        button=N_("Order again"),
        link="offer",
    ),
    "refund_made": Kind(
        to_owner=False,
        subject=N_("Your refund for {title}"),
        words=N_(
            "Hello {name},\n\n**{refund_amount}** of your order no. {number} goes back to your card. "
            "Banks usually take 5 to 10 days to show it."
        ),
        button=N_("Your order"),
    ),
    "refund_failed": Kind(
        to_owner=False,
        subject=N_("Your refund for {title} did not arrive"),
        words=N_(
            "Hello {name},\n\nyour bank did not take the refund of **{refund_amount}** for order no. {number}. "
            "We know about it and will get in touch with you."
        ),
        button=N_("Your order"),
    ),
    "owner_sale": Kind(
        to_owner=True,
        subject=N_("Sold: {title} for {amount}"),
        words=N_("{name} has paid **{amount}** for *{title}*, order no. {number}."),
        button=N_("Open the order"),
        link="admin",
    ),
    "owner_refund_failed": Kind(
        to_owner=True,
        subject=N_("A refund failed: order no. {number}"),
        words=N_(
            "The bank did not take the refund of **{refund_amount}** for order no. {number}. The money is back in "
            "your Stripe balance: please find another way to return it to {name}."
        ),
        button=N_("Open the order"),
        link="admin",
    ),
    "owner_dispute": Kind(
        to_owner=True,
        subject=N_("A payment is disputed: order no. {number}"),
        words=N_(
            "{name}'s bank disputes the payment of **{amount}** for *{title}*. Send your evidence at Stripe before "
            "**{due}**; the order's page has everything collected in one file."
        ),
        button=N_("Open the order"),
        link="admin",
    ),
    "owner_mismatch": Kind(
        to_owner=True,
        subject=N_("A payment does not fit order no. {number}"),
        words=N_(
            "Stripe told of a payment that differs from what order no. {number} asks. The order was left as it is; "
            "please look at it."
        ),
        button=N_("Open the order"),
        link="admin",
    ),
    "owner_connection": Kind(
        to_owner=True,
        subject=N_("The connection to Stripe is broken: {title}"),
        words=N_(
            "Stripe no longer accepts the secret key of *{title}*. Nothing can be sold there until it is replaced."
        ),
        button=N_("Open the settings"),
        link="settings",
    ),
}


def write(kind: str, order: Order | None, about: str = "", when: datetime | None = None, **detail: object) -> None:
    """Put a letter into the outbox, in the transaction of what it tells; a second one of the same subject is none.

    `about` names the subject, by default the order. `detail` are placeholders' values (strings),
    `when` is when it falls due.
    """
    Letter.insert(
        kind=kind,
        about=about or (f"order-{order.id}" if order is not None else ""),
        order=order,
        recipient="" if KINDS[kind].to_owner or order is None else order.email,
        language=order.language if order is not None and not KINDS[kind].to_owner else "",
        detail=detail,
        due_at=when or now(),
    ).on_conflict_ignore().execute()


def write_that_payment_waits(order: Order, delay: timedelta) -> None:
    """One letter per order, `delay` after the last attempt: a further attempt puts it off.

    One that was not true when it fell due has not been sent: it waits anew.
    """
    when = now() + delay
    write("payment_waits", order, when=when)
    unsent = Letter.state.in_(["waiting", "dropped"])
    Letter.update(state="waiting", due_at=when, done_at=None, recipient=order.email).where(
        Letter.kind == "payment_waits", Letter.order == order, unsent
    ).execute()


def drop_that_payment_waits(order: Order) -> None:
    """It has been paid: the letter is no longer true, and the owner's list says so at once."""
    Letter.update(state="dropped", done_at=now()).where(
        Letter.kind == "payment_waits", Letter.order == order, Letter.state == "waiting"
    ).execute()


def wording(kind: str, language: str) -> LetterWording | None:
    """The owner's own words for this kind and language, if there are any."""
    return LetterWording.get_or_none(LetterWording.kind == kind, LetterWording.language == language)


def save_wording(kind: str, language: str, subject: str, words: str) -> None:
    """Keep the owner's words. Raises FieldErrors: placeholder_unknown (details `unknown`), placeholder_broken."""
    errors, unknown = {}, {}
    for field, text in (("subject", subject), ("words", words)):
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            parts = [("", "", "broken", None)]
        if any(spec or conversion for _text, _name, spec, conversion in parts):
            # A width or a conversion has no meaning here, and a huge one would only use up memory.
            errors[field] = ["placeholder_broken"]
            continue
        names = {name for _text, name, _spec, _conversion in parts if name is not None}
        if names - PLACEHOLDERS:
            errors[field], unknown[field] = ["placeholder_unknown"], sorted(names - PLACEHOLDERS)
    if errors:
        raise FieldErrors(errors, unknown=unknown)
    LetterWording.insert(kind=kind, language=language, subject=subject, words=words).on_conflict(
        conflict_target=[LetterWording.kind, LetterWording.language],
        update={LetterWording.subject: subject, LetterWording.words: words},
    ).execute()


def forget_wording(kind: str, language: str) -> None:
    """Back to the shop's own words."""
    LetterWording.delete().where(LetterWording.kind == kind, LetterWording.language == language).execute()
