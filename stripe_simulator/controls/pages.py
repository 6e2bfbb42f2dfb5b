"""Pages and files for browsers: the simulator's page, stripe.js and its frames, the bank's page."""

import mimetypes
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

from flask import Blueprint, Response, abort, render_template, render_template_string, request

from stripe_simulator import accounts, browser_files, currencies
from stripe_simulator.cards import card_data, test_cards
from stripe_simulator.controls import bank, general
from stripe_simulator.controls.common import REALMS, simulation
from stripe_simulator.keys import Realm
from stripe_simulator.resources.payments import dispute_stages
from stripe_simulator.resources.subscriptions import renewal
from stripe_simulator.store import Json

MAX_ROWS = 20

CONTROLS = (
    ('POST /simulator/refunds {"payment_intent", "amount", "reason"}', "a refund as if made in Stripe's Dashboard"),
    (
        'POST /simulator/disputes {"payment_intent", "reason", "inquiry", "amount", "currency"}',
        "the buyer goes to the bank; with inquiry it only asks",
    ),
    (
        'POST /simulator/disputes/stage {"payment_intent", "stage", "amount", "currency", "days"}',
        "what the bank does next: an inquiry becomes a chargeback or is closed; under_review, won, lost, prevented",
    ),
    (
        'POST /simulator/processing {"payment_intent", "outcome": "succeeds" or "fails"}',
        "its confirmation ends in processing, and only later in this; cards for it are at the end of the list above",
    ),
    ("POST /simulator/advance", "what would happen later happens now; tells what"),
    ('POST /simulator/clock {"advance": seconds}', "moves Stripe's clock; what becomes due happens"),
    (
        'POST /simulator/subscriptions/<id>/renew {"card"}',
        "its next renewal happens now; with card its saved card succeeds, declines, asks (the bank) or declines to ask",
    ),
    (
        'POST /simulator/subscriptions/<id>/card {"card"}',
        "how its saved card behaves from now on: succeeds, declines, asks, declines to ask, as its number",
    ),
    (
        'POST /simulator/subscriptions/<id>/pause {"reason"}',
        "its status becomes paused, as Stripe or the owner's dashboard does it",
    ),
    (
        'POST /simulator/billing {"account", "retry_days", "afterwards", "draft_seconds"}',
        "when declined renewals are tried again, what comes after the last try, how long an invoice is a draft",
    ),
    ("GET /simulator/ledger", "received, refunded and disputed, per payment intent"),
    (
        'POST /simulator/deliveries/mode {"mode", "seconds"}',
        "how webhooks travel from now on: normal, drop, delay, duplicate, reverse",
    ),
    ("POST /simulator/deliveries/hold and …/release", "webhooks wait, and go out again"),
    ('POST /simulator/deliveries/send {"ids"}', "tries what waits at once, in this order; without ids everything"),
    ("POST /simulator/events/<id>/resend", "sends an event once more"),
    (
        'POST /simulator/faults {"kind", "method", "path", "times", …}',
        "delay, status, error_before, error_after, drop_before, drop_after, time_out",
    ),
    ("DELETE /simulator/faults and /simulator/idempotency", "calls faults off; forgets idempotency keys"),
    ("POST /simulator/reset", "forgets everything"),
)

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@blueprint.get("/simulator")
def front_page() -> str:
    """The simulator's page: keys and cards to paste, recent payments and subscriptions, controls."""
    return render_template(
        "index.html",
        accounts=[general.account_json(account) for account in accounts.ACCOUNTS],
        cards=[(card_data.brand_of(card.number), card) for card in test_cards.TEST_CARDS],
        payments=recent_payments(),
        subscriptions=recent_subscriptions(),
        later=f"{simulation().delay:g}",
        controls=CONTROLS,
        dispute_stages=dispute_stages.STAGES,
    )


def recent_payments() -> list[Json]:
    """Return the newest payment intents of all accounts and modes."""
    rows = [
        {
            "account": realm.account.name,
            "mode": realm.mode,
            "id": payment["id"],
            "amount": currencies.format_amount(payment["amount"], payment["currency"]),
            "status": payment["status"],
            "created": payment["created"],
        }
        for realm in REALMS
        for payment in newest(realm, "payment_intent")
    ]
    return sorted(rows, key=lambda row: row["created"], reverse=True)[:MAX_ROWS]


def newest(realm: Realm, kind: str, but_not: tuple[str, ...] = ()) -> list[Json]:
    """Return the newest objects of a kind, except those with these statuses."""
    store = simulation().store
    with store.lock, closing(store.listed(realm, kind)) as listed:
        return list(islice((one for one in listed if one["status"] not in but_not), MAX_ROWS))


def recent_subscriptions() -> list[Json]:
    """Return the newest subscriptions that have not ended."""
    rows = [
        subscription_row(realm, one)
        for realm in REALMS
        for one in newest(realm, "subscription", but_not=("canceled", "incomplete_expired"))
    ]
    return sorted(rows, key=lambda row: row["created"], reverse=True)[:MAX_ROWS]


def subscription_row(realm: Realm, subscription: Json) -> Json:
    customer = simulation().store.find(realm, "customer", subscription["customer"])
    item = subscription["items"]["data"][0]
    recurring, count = item["price"]["recurring"], item["price"]["recurring"]["interval_count"]
    amount = currencies.format_amount(item["price"]["unit_amount"] * item["quantity"], subscription["currency"])
    period = f"every {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"
    return {
        "account": realm.account.name,
        "mode": realm.mode,
        "id": subscription["id"],
        "customer": (customer or {}).get("email") or subscription["customer"],
        "amount": f"{amount} {period}",
        "status": subscription["status"],
        "renews": subscription["status"] in renewal.RENEWING,
        "next": datetime.fromtimestamp(item["current_period_end"], UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "created": subscription["created"],
    }


@blueprint.get("/endive/stripe.js")
def stripe_js() -> Response:
    return browser_file("stripe.js")


@blueprint.get("/js/<path:name>")
def browser_file(name: str) -> Response:
    """Serve a file for browsers. They keep what has an address of its own content."""
    try:
        content = browser_files.content_of(name)
    except FileNotFoundError:
        abort(404)
    response = Response(content, mimetype=mimetypes.guess_type(name)[0])
    response.add_etag()
    response.headers["Cache-Control"] = "max-age=31536000, immutable" if "v" in request.args else "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


@blueprint.get("/simulator/challenge/<id_>")
def challenge_page(id_: str) -> str:
    """The bank's 3-D Secure page for one intent; 404 without its client secret."""
    realm, intent = bank.find_challenged_intent(id_, request.args.get("client_secret"))
    amount = ""
    if intent["object"] == "payment_intent":
        amount = currencies.format_amount(intent["amount"], intent["currency"])
    return render_template_string(
        browser_files.content_of("challenge.html"),
        intent=intent,
        client_secret=intent["client_secret"],
        amount=amount,
        account=realm.account.name,
        return_url=intent.get("_return_url"),
    )
