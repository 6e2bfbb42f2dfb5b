"""What the security log and the audit log say about the request that is being handled: who, and from where."""

from flask import Flask, request
from flask_login import current_user

from storefront import team
from storefront.models import ActorKind
from storefront.team import Actor, SecurityEvent
from storefront.web.support.request_log import request_id
from storefront.web.support.same_origin import SAFE_METHODS


def init_app(app: Flask) -> None:
    """End the recording of changes with the request: the thread serves others after it."""
    app.teardown_request(lambda _error: team.begin_auditing(None))


def log_security_event(event: SecurityEvent, *, who: str = "", result: str = "ok", **details: object) -> None:
    """Write a line with the client's address. `who` is the signed-in admin's email unless it is given."""
    who = who or (current_user.email if current_user.is_authenticated else "nobody")
    team.log_security_event(
        event, who=who, address=request.remote_addr or "", result=result, **details, request=request_id()
    )


def audit_request() -> None:
    """Record what the request changes as the signed-in admin's. A `before_request` function of the admin's pages.

    Not what a page that is only looked at brings up to date. Somebody who is not signed in has no name.
    """
    if request.method not in SAFE_METHODS:
        who = current_user.email if current_user.is_authenticated else ""
        team.begin_auditing(Actor(ActorKind.ADMIN, who, request.remote_addr or ""))
