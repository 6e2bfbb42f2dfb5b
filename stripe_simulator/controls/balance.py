"""Control endpoints for the balance: payouts, their failures, Stripe's own fees, and the books of all accounts."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import accounts, ledger
from stripe_simulator.controls.common import (
    control_response,
    error_response,
    find_object,
    number_field,
    request_data,
    simulation,
)
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.keys import Realm
from stripe_simulator.resources.balance import balance_transaction, payout
from stripe_simulator.store import Json, public_fields

blueprint = Blueprint("balance_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, error_response)


@blueprint.post("/payouts")
def pay_out() -> BaseResponse:
    """Pay out the whole balance now: `{"account", "livemode"?, "manual"?}`; 201. Others come daily by the clock."""
    data = request_data()
    made = simulation().perform(realm_of(data), payout.pay_on_request, {"manual": bool(data.get("manual"))})
    return control_response(public_fields(made), 201)


@blueprint.post("/payouts/fail")
def fail_payout() -> BaseResponse:
    """The bank sends a payout back: `{"payout"}`; 201."""
    data = request_data()
    realm, _ = find_object("payout", data.get("payout"))
    return control_response(public_fields(simulation().perform(realm, payout.fail_on_request, data)), 201)


@blueprint.post("/fees")
def charge_fee() -> BaseResponse:
    """Stripe takes a fee that belongs to no payment: `{"account", "livemode"?, "amount"}`, in minor units; 201."""
    data = request_data()
    amount = number_field(data, "amount")
    if not amount or amount < 0:
        raise invalid("amount must be above 0", param="amount")
    made = simulation().perform(
        realm_of(data), lambda call: balance_transaction.create(call, "stripe_fee", -int(amount), "fee")
    )
    return control_response(public_fields(made), 201)


@blueprint.get("/balance")
def show_balance() -> Response:
    """Return all balance transactions and payouts per account and mode (see ledger.py)."""
    return jsonify(data=ledger.balances(simulation().store))


def realm_of(data: Json) -> Realm:
    """The account with this id or name, in the mode that was asked for."""
    asked: Any = data.get("account")
    found = next((one for one in accounts.ACCOUNTS if asked in (one.id, one.name)), None)
    if found is None:
        abort(404, f"no account {asked}")
    return Realm(found, bool(data.get("livemode")))
