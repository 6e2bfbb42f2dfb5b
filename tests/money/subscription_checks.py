"""Compare subscriptions in the shop with those at the simulator; each check returns the differences as text."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from storefront.emails import KINDS
from storefront.models import (
    ENDED_STATUSES,
    SETTLED_STATUSES,
    Email,
    Invoice,
    Order,
    Payment,
    Refund,
    Subscription,
    TimelineEntry,
    now,
)
from tests.money.payment_checks import Book
from tests.money.stripe_objects import Json, StripeObjects

# Emails that ask a customer for a payment, and the one that informs the owner.
ENDINGS = ("subscription_ended", "subscription_lost", "plan_ended", "plan_finished")
ASKING = ("renewal_authentication", "renewal_declined", "renewal_reminder")
RECOVERY = (*ASKING, "owner_renewal_stopped")
OF_NEED = {"authentication": "renewal_authentication", "card": "renewal_declined"}
# What the row calls the same need of an invoice that a plan switch waits for.
OF_SWITCH = {"": "", "authentication": "switch_3ds", "card": "switch_card"}


def always(stripe: StripeObjects) -> list[str]:
    """Differences that are wrong at any moment, even while events are not delivered yet."""
    return [*_one_each(stripe), *_paid_once(stripe), *_emails_stop(), *_plans_charge_no_more_than_agreed(stripe)]


def _one_each(stripe: StripeObjects) -> Iterator[str]:
    """An order has at most one active subscription, and a row at most one subscription at Stripe."""
    begun = [
        one for one in Subscription.select() if one.is_running and not one.unwanted and one.first_payment_succeeded
    ]
    for order, count in Counter(one.order_id for one in begun).items():
        if count > 1:
            yield f"order {order} has {count} running subscriptions"
    made = Counter(one["metadata"].get("subscription") for one in stripe.subscriptions.values())
    for ours, count in made.items():
        if count > 1:
            yield f"subscription {ours} was made {count} times at Stripe"


def _paid_once(stripe: StripeObjects) -> Iterator[str]:
    """Every renewal marked as paid was charged once and has one receipt and one timeline entry; no other has any."""
    receipts = Counter(letter.invoice_id for letter in Email.select().where(Email.kind == "renewal_receipt"))
    entries = Counter(
        entry.detail["number"] for entry in TimelineEntry.select().where(TimelineEntry.kind == "invoice_paid")
    )
    for invoice in Invoice.select():
        paid = invoice.status == "paid" and invoice.amount_received > 0
        renewed = paid and not invoice.is_first
        if (receipts[invoice.id], entries[invoice.number] if invoice.number else 0) != (renewed, renewed):
            yield f"{_named(invoice)} has {receipts[invoice.id]} receipts and {entries[invoice.number]} entries"
        theirs = stripe.invoices.get(invoice.invoice_id)
        if paid and (theirs is None or theirs["amount_paid"] != invoice.amount_paid):
            yield f"{_named(invoice)} is paid with {invoice.amount_paid} in the shop, Stripe has {theirs}"
        if renewed and (invoice.payment is None or _money(invoice.payment) != (invoice.amount_paid, "succeeded")):
            yield f"{_named(invoice)} is paid, and its money is {invoice.payment and _money(invoice.payment)}"
    linked = {invoice.payment_id for invoice in Invoice.select()}
    for payment in Payment.select().where(Payment.kind == "renewal"):
        if payment.id not in linked or payment.ended_at is None:
            yield f"payment {payment.id} is a renewal's and belongs to no invoice, or serves its order"


def _money(payment: Payment) -> tuple[int, str]:
    return payment.amount, payment.status


def _emails_stop() -> Iterator[str]:
    """No waiting email asks for a settled or canceled payment."""
    cancelled = (Subscription.status == "canceled") & (Subscription.end_reason == "cancellation_requested")
    settled = Email.select(Email, Invoice, Subscription).join(Invoice).join(Subscription)
    for letter in settled.where(
        Email.kind.in_(RECOVERY), Email.state == "waiting", (Invoice.status != "open") | cancelled
    ):
        if KINDS[letter.kind].still_applies(letter):
            yield f"email {letter.id} ({letter.kind}) asks for {_named(letter.invoice)}"
    of_unpaid = Email.select(Email, Order).join(Order).where(Order.status.not_in(list(SETTLED_STATUSES)))
    for letter in of_unpaid.where(Email.kind == "trial_ends", Email.state == "waiting"):
        if KINDS[letter.kind].still_applies(letter):
            yield f"email {letter.id} is about a trial that order {letter.order_id} never started"


def _plans_charge_no_more_than_agreed(stripe: StripeObjects) -> Iterator[str]:
    """A payment plan never charges more installments than agreed."""
    for plan in Subscription.select().where(Subscription.instalments > 0):
        theirs = stripe.subscriptions.get(plan.subscription_id or "")
        asked = [one for one in stripe.invoices_of(theirs) if one["status"] in ("paid", "open")] if theirs else []
        if len(asked) > plan.instalments:
            yield f"plan {plan.id} of {plan.instalments} instalments asked {len(asked)} times"


def after_reconcile(stripe: StripeObjects) -> list[str]:
    """Differences that are wrong after a reconciliation, even without any webhook."""
    wrong = [*always(stripe), *_one_active_at_stripe(stripe), *_all_known(stripe), *_ends_are_final(stripe)]
    for subscription in Subscription.select().where(Subscription.subscription_id.is_null(False)):
        theirs = stripe.subscriptions[subscription.subscription_id]
        wrong += _differences(f"subscription {subscription.id}", _stored(subscription), _at_stripe(stripe, theirs))
        wrong += invoice_differences(stripe, subscription, theirs)
    return wrong


def _one_active_at_stripe(stripe: StripeObjects) -> Iterator[str]:
    """An order has at most one subscription at Stripe that has not ended.

    Subscriptions after a 5xx response are not counted: the next press looks them up."""
    unknown = {one.public_id for one in Subscription.select() if one.payment.end_reason == "stripe_broken"}
    alive = [one for one in stripe.subscriptions.values() if one["status"] not in ENDED_STATUSES]
    orders = Counter(one["metadata"]["order"] for one in alive if one["metadata"]["subscription"] not in unknown)
    for order, count in orders.items():
        if count > 1:
            yield f"order no. {order} has {count} subscriptions at Stripe"


def _all_known(stripe: StripeObjects) -> Iterator[str]:
    """Every delivering subscription at Stripe is known to the shop."""
    known = {one.subscription_id for one in Subscription.select()}
    for id_, theirs in stripe.subscriptions.items():
        if id_ not in known and stripe.delivers(theirs):
            yield f"{id_} is {theirs['status']} and has no row"


def _ends_are_final(stripe: StripeObjects) -> Iterator[str]:
    """An end sends one email to the buyer and one to the owner; a subscription canceled here has no open invoice."""
    for one in Subscription.select().where(Subscription.status == "canceled"):
        told = Email.select().where(Email.subscription == one, Email.kind.in_(["owner_subscription_ended", *ENDINGS]))
        owing = one.is_plan and Invoice.newest_payable(one) is not None
        # The emails about a withdrawal say that the subscription ends.
        may_be_silent = one.order.is_withdrawn and not told.exists()
        if not may_be_silent and told.count() != (2 - owing if one.first_payment_succeeded else 0):
            yield f"subscription {one.id} has ended and has the emails {[letter.kind for letter in told]}"
        ended_here = any(it.kind == "subscription_cancelled" and it.detail["at_once"] for it in one.order.timeline())
        theirs = stripe.subscriptions[one.subscription_id]
        still_open = [invoice["id"] for invoice in stripe.invoices_of(theirs) if invoice["status"] == "open"]
        if ended_here and one.end_reason == "cancellation_requested" and still_open:
            yield f"subscription {one.id} was ended here, and {still_open} can be paid"


def invoice_differences(stripe: StripeObjects, subscription: Subscription, theirs: Json) -> list[str]:
    """Invoices at Stripe whose rows differ, and emails that don't match what an invoice needs."""
    wrong = []
    ours = {one.invoice_id: one for one in Invoice.all_of(subscription)}
    for invoice in stripe.invoices_of(theirs):
        if invoice["id"] not in ours:
            wrong.append(f"{invoice['id']} ({invoice['status']}) of subscription {subscription.id} has no row")
            continue
        row, needs = ours[invoice["id"]], stripe.needs(theirs, invoice)
        is_switch = invoice["billing_reason"] == "subscription_update"
        expected = {"needs": OF_SWITCH[needs] if is_switch else needs}
        wrong += _differences(_named(row), _invoice_stored(row), _invoice_at_stripe(stripe, invoice) | expected)
        # A switch that waits for its payment has emails of its own: nothing failed.
        wrong += _emails_match_need(row, "" if is_switch else needs)
    return wrong


def _emails_match_need(invoice: Invoice, needs: str) -> Iterator[str]:
    """An invoice that needs its customer has its email; an invoice that needs nothing has none waiting."""
    letters = Email.select().where(Email.invoice == invoice)
    if needs and not letters.where(Email.kind == OF_NEED[needs], Email.state != "dropped").exists():
        yield f"{_named(invoice)} needs {needs}, and has no email"
    for letter in letters.where(Email.kind.in_(RECOVERY), Email.state == "waiting") if not needs else ():
        yield f"{_named(invoice)} needs nothing, and email {letter.id} ({letter.kind}) is waiting"


def when_idle(stripe: StripeObjects, book: Book) -> list[str]:
    """Differences that are wrong when all events are delivered and handled."""
    wrong = after_reconcile(stripe)
    payments = {payment.intent_id: payment for payment in Payment.select() if payment.intent_id}
    for intent, row in book.items():
        if intent in payments:
            wrong += _differences(f"{intent}", _amounts(payments[intent]), {name: row[name] for name in _amounts(None)})
        elif row["amount_received"]:
            wrong.append(f"{intent} took {row['amount_received']}, and has no payment row")
    due = Email.select().where(Email.state == "waiting", Email.due_at <= now())
    return wrong + [f"email {letter.id} ({letter.kind}) is waiting" for letter in due]


def _amounts(payment: Payment | None) -> dict[str, int]:
    """Received and refunded amounts of a payment, with the ledger's names."""
    if payment is None:
        return {"amount_received": 0, "amount_refunded": 0, "amount_refund_pending": 0}
    went = Counter[str]()
    for refund in Refund.select().where(Refund.payment == payment):
        went[refund.status] += refund.amount
    received = payment.amount if payment.status == "succeeded" else 0
    return {
        "amount_received": received,
        "amount_refunded": went["succeeded"],
        "amount_refund_pending": went["pending"],
    }


def _stored(subscription: Subscription) -> dict[str, Any]:
    names = "status cancels_at_period_end end_reason paused".split()
    dates = "period_start period_end trial_end cancel_at canceled_at ended_at resumes_at".split()
    own = {"card": _charged(subscription.status, subscription.card_last4), "terms": _terms_stored(subscription)}
    own["next_discount"] = "unclear" if subscription.unclear_terms else str(subscription.next_discount)
    return {name: getattr(subscription, name) for name in names + dates} | own


def _charged(status: str, last4: str) -> str:
    """The card that the next renewal charges; "" after the end, when nobody looks again whether it was removed."""
    return "" if status == "canceled" else last4


def _terms_stored(subscription: Subscription) -> str:
    """What the pages show as the price."""
    if subscription.unclear_terms:
        return "unclear"
    return f"{subscription.total.amount} per {subscription.every} {subscription.interval}"


def _terms_at_stripe(items: list[Json], discount: int) -> str:
    """What Stripe charges for all items, "unclear" if our pages can't express it."""
    prices = [item["price"] for item in items]
    if any((one["recurring"]["usage_type"], one["billing_scheme"]) != ("licensed", "per_unit") for one in prices):
        return "unclear"
    periods = {(one["recurring"]["interval_count"], one["recurring"]["interval"]) for one in prices}
    if len(periods) > 1:
        return "unclear"
    ((every, interval),) = periods
    price = sum(item["price"]["unit_amount"] * item["quantity"] for item in items)
    return f"{max(price - discount, 0)} per {every} {interval}"


def _at_stripe(stripe: StripeObjects, theirs: Json) -> dict[str, Any]:
    items = theirs["items"]["data"]
    card = stripe.cards.get(theirs["default_payment_method"] or "")
    pause, terms = theirs["pause_collection"], _terms_at_stripe(items, stripe.discount_of(theirs))
    return {
        "status": theirs["status"],
        "terms": terms,
        "next_discount": "unclear" if terms == "unclear" else str(stripe.next_discount_of(theirs)),
        "cancels_at_period_end": theirs["cancel_at_period_end"],
        "end_reason": theirs["cancellation_details"]["reason"] or "",
        "paused": pause is not None,
        "period_start": moment(items[0]["current_period_start"]),
        "period_end": moment(items[0]["current_period_end"]),
        "trial_end": moment(theirs["trial_end"]),
        "cancel_at": moment(theirs["cancel_at"]),
        "canceled_at": moment(theirs["canceled_at"]),
        "ended_at": moment(theirs["ended_at"]),
        "resumes_at": moment(pause["resumes_at"]) if pause else None,
        "card": _charged(theirs["status"], card["card"]["last4"] if card else ""),
    }


def _invoice_stored(invoice: Invoice) -> dict[str, Any]:
    names = "number status amount amount_paid amount_received paid_at attempts next_attempt_at intent_id needs".split()
    return {name: getattr(invoice, name) for name in names}


def _invoice_at_stripe(stripe: StripeObjects, invoice: Json) -> dict[str, Any]:
    intent = stripe.intents.get(invoice.get("_payment_intent") or "")
    # The intent of a void invoice, or of one that is paid outside of Stripe, is canceled: the row does not keep it.
    # One that its bank is processing can't be canceled and may still succeed.
    is_open = invoice["status"] != "void"
    usable = intent is not None and (intent["status"] == "processing" or (is_open and intent["status"] != "canceled"))
    return {
        "number": invoice["number"] or "",
        "status": invoice["status"],
        "amount": invoice["amount_due"],
        "amount_paid": invoice["amount_paid"],
        "paid_at": moment(invoice["status_transitions"]["paid_at"]),
        "attempts": invoice["attempt_count"],
        "next_attempt_at": moment(invoice["next_payment_attempt"]),
        "intent_id": intent["id"] if usable else "",
        "amount_received": intent["amount_received"] if intent is not None else 0,
    }


def _differences(what: str, said: dict[str, Any], true: dict[str, Any]) -> list[str]:
    return [f"{what}: {name} is {said[name]}, at Stripe {true[name]}" for name in true if said[name] != true[name]]


def _named(invoice: Invoice) -> str:
    return f"invoice {invoice.id} ({invoice.status}, {invoice.reason})"


def moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def orders_ignore_renewals(book: Book) -> list[str]:
    """An order's status depends only on its own payments, never on renewals."""
    wrong = []
    for order in Order.select():
        own = [one for one in order.payments if one.kind != "renewal"]
        paid = order.paid_outside or any(one.status == "succeeded" for one in own)
        if paid != order.is_settled:
            wrong.append(f"order {order.id} is {order.status}, its own payments are {[one.status for one in own]}")
        touched = any(book[one.intent_id][name] for one in own if one.intent_id in book for name in GIVEN_BACK)
        if order.status not in ("paid", "pending", "processing", "expired", "failed") and not touched:
            wrong.append(f"order {order.id} is {order.status}, and nothing of its own money went back")
    return wrong


GIVEN_BACK = ("amount_refunded", "amount_refund_pending", "amount_disputed")
