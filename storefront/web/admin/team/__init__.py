"""People and roles: Settings → Team, and which permission each address needs."""

from flask import Blueprint, Flask

from storefront.web.admin.team import access, people
from storefront.web.admin.team.access import require_permission
from storefront.web.admin.team.hidden_controls import hide_refused
from storefront.web.admin.team.roles import role_name

BLUEPRINTS: tuple[Blueprint, ...] = (people.blueprint,)

__all__ = ["BLUEPRINTS", "hide_refused", "init_app", "require_permission"]


def init_app(app: Flask) -> None:
    """Register what templates ask about roles."""
    access.init_app(app)
    app.jinja_env.filters["role_name"] = role_name
