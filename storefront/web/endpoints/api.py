"""The API that other programs read. Answers and errors are JSON; cookies are neither read nor set."""

import json
from typing import Any

from flask import Blueprint, Response, request

from storefront import team
from storefront.config import VERSION
from storefront.integrations import RESOURCES, InvalidQuery, api_description, read_one, read_page
from storefront.models import ApiToken, AuditAction
from storefront.web.support import shop_config

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
def describe() -> Response:
    """The description of the API. It has no secrets, so no token is needed."""
    return _answer(api_description(VERSION, shop_config().public_url))


@blueprint.get("/<any(offers, orders, customers, subscriptions):name>")
def index(name: str) -> Response:
    """A page of a list."""
    refusal = _check_token()
    if refusal is not None:
        return refusal
    values = request.args
    unknown = set(values) - {"limit", "cursor", "mode"}
    if unknown:
        return _error(400, "unknown_parameter", f"There is no parameter {sorted(unknown)[0]!r}.")
    for text in ("limit", "cursor", "mode"):
        if text in values and not values[text]:
            return _error(400, f"invalid_{text}", f"{text} is empty.")
    try:
        return _answer(
            read_page(RESOURCES[name], values.get("limit", ""), values.get("cursor", ""), values.get("mode", ""))
        )
    except InvalidQuery as error:
        return _error(400, f"invalid_{error.parameter}", str(error))


@blueprint.get("/<any(offers, orders, customers, subscriptions):name>/<given>")
def show(name: str, given: str) -> Response:
    """One object."""
    refusal = _check_token()
    if refusal is not None:
        return refusal
    found = read_one(RESOURCES[name], given)
    return _error(404, "not_found", "There is none with this id.") if found is None else _answer(found)


@blueprint.get("/<path:rest>")
def missing(rest: str) -> Response:
    """Any other address."""
    return _error(404, "not_found", "There is nothing at this address.")


def _check_token() -> Response | None:
    """The answer to a request without a token that works, or to one too many."""
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    known = ApiToken.known(sent.strip()) if scheme.lower() == "bearer" else None
    token = known if known is not None and known.is_valid else None
    if known is not None and (token is None or not token.was_used_today):
        action = AuditAction.REFUSED if token is None else AuditAction.USED
        team.record_token(known, action, request.remote_addr or "")
    if token is None:
        refused = _error(401, "unauthorized", "Send a token that works as “Authorization: Bearer …”.")
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    seconds = token.count_request()
    if not seconds:
        return None
    refused = _error(429, "too_many_requests", f"Too many requests. Wait {seconds} seconds.")
    refused.headers["Retry-After"] = str(seconds)
    return refused


def _answer(value: Any) -> Response:
    response = _json(value, 200)
    response.add_etag()
    # Each program asks again, and gets 304 if nothing has changed.
    response.cache_control.private = response.cache_control.no_cache = True
    response.vary.add("Authorization")
    response.make_conditional(request.environ)
    return response


def _error(status: int, code: str, message: str) -> Response:
    response = _json({"error": {"code": code, "message": message}}, status)
    response.cache_control.no_store = True
    return response


def _json(value: Any, status: int) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type="application/json; charset=utf-8")
