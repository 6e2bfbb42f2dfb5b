"""Lines of the security log about the request that is being handled."""

from flask import request
from flask_login import current_user

from storefront import team
from storefront.team import SecurityEvent


def log_security_event(event: SecurityEvent, *, who: str = "", result: str = "ok", **details: object) -> None:
    """Write a line with the client's address. `who` is the signed-in admin's email unless it is given."""
    who = who or (current_user.email if current_user.is_authenticated else "nobody")
    team.log_security_event(event, who=who, address=request.remote_addr or "", result=result, **details)
