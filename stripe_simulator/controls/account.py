"""Control endpoints for what happens to an account while it is connected, and for Radar."""

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_simulator import account_settings, accounts, keys
from stripe_simulator.controls.common import (
    control_response,
    error_response,
    find_object,
    request_data,
    simulation,
)
from stripe_simulator.errors import StripeError
from stripe_simulator.resources.payments import radar
from stripe_simulator.store import public_fields

blueprint = Blueprint("account_controls", __name__, url_prefix="/simulator")
blueprint.register_error_handler(StripeError, error_response)


@blueprint.post("/accounts/<account>")
def change_account(account: str) -> BaseResponse:
    """Change an account (an id or a name) in both modes; the JSON has fields of `account_settings`.

    Returns all its settings.
    """
    found = next((one for one in accounts.ACCOUNTS if account in (one.id, one.name)), None)
    if found is None:
        abort(404, f"no account {account}")
    store = simulation().store
    with store.transaction():
        return control_response(account_settings.update(store, found, request_data()))


@blueprint.get("/wallets")
def list_wallets() -> Response:
    """List the wallets that a browser has for the account of the publishable key `?key=`."""
    key = keys.KEYS.get(request.args.get("key", ""))
    if key is None:
        abort(404, "no such key")
    return jsonify(wallets=account_settings.read(simulation().store, key.realm.account)["wallets"])


@blueprint.post("/fraud_warnings")
def warn_of_fraud() -> BaseResponse:
    """Create an early fraud warning: `{"payment_intent", "fraud_type"?}`; 201."""
    data = request_data()
    realm, _ = find_object("payment_intent", data.get("payment_intent"))
    return control_response(public_fields(simulation().perform(realm, radar.warn, data)), 201)


@blueprint.post("/reviews")
def open_review() -> BaseResponse:
    """Hold a payment for a review: `{"payment_intent"}`; 201."""
    data = request_data()
    realm, _ = find_object("payment_intent", data.get("payment_intent"))
    return control_response(public_fields(simulation().perform(realm, radar.open_review, data)), 201)
