"""What roles are called on pages."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import Role

NAMES: Mapping[str, Any] = {
    Role.OWNER: _l("Owner"),
    Role.MANAGER: _l("Manager"),
    Role.VIEWER: _l("Viewer"),
}


def role_name(role: str) -> str:
    """The role's name. One of a later version is shown as it is stored."""
    return str(NAMES.get(role, role))
