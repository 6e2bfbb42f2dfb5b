"""Pages and files for browsers: the simulator's front page, stripe.js and its frames, the bank's page."""

from pathlib import Path

from flask import Blueprint, Response, abort, render_template, render_template_string, request, send_from_directory

from stripe_simulator import accounts, card_data, cards, controls, currencies
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json

BROWSER_SIDE = Path(__file__).parent / "js"
SHOWN = 20

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@blueprint.get("/simulator")
def front() -> str:
    """What somebody who rehearses wants to paste: keys and cards; and what was paid last."""
    return render_template(
        "front.html",
        accounts=[controls.described(account) for account in accounts.ACCOUNTS],
        cards=[(card_data.brand_of(card.number), card) for card in cards.TEST_CARDS],
        payments=recent_payments(),
    )


def recent_payments() -> list[Json]:
    """The newest payment intents of all accounts and modes."""
    rows = [
        {
            "account": account.name,
            "mode": "live" if livemode else "test",
            "id": payment["id"],
            "amount": currencies.in_words(payment["amount"], payment["currency"]),
            "status": payment["status"],
            "created": payment["created"],
        }
        for account in accounts.ACCOUNTS
        for livemode in (False, True)
        for payment in controls.api().store.all(Realm(account, livemode), "payment_intent")[:SHOWN]
    ]
    return sorted(rows, key=lambda row: row["created"], reverse=True)[:SHOWN]


@blueprint.get("/endive/stripe.js")
def stripe_js() -> Response:
    return browser_file("stripe.js")


@blueprint.get("/js/<path:name>")
def browser_file(name: str) -> Response:
    """A file of the browser side; never cached, so that a changed one is met at once."""
    response = send_from_directory(BROWSER_SIDE, name)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/simulator/challenge/<id_>")
def challenge_page(id_: str) -> str:
    """The bank's 3-D Secure page of one intent; 404 without its client secret."""
    realm, intent = controls.challenged(id_, request.args.get("client_secret"))
    page = BROWSER_SIDE / "challenge.html"
    if not page.exists():
        abort(404)
    amount = ""
    if intent["object"] == "payment_intent":
        amount = currencies.in_words(intent["amount"], intent["currency"])
    return render_template_string(
        page.read_text(encoding="utf-8"),
        intent=intent,
        client_secret=intent["client_secret"],
        amount=amount,
        account=realm.account.name,
        return_url=intent.get("_return_url"),
    )
