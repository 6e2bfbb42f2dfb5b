"""What each role may do. `storefront/web/admin/team` says which permission each address needs."""

from enum import StrEnum

from storefront.models import Role


class Permission(StrEnum):
    """What an address of the admin needs."""

    ACCOUNT = "account"  # one's own password, sessions and choices
    READ = "read"
    SECRET_LINKS = "secret_links"  # noqa: S105 - no password. Links that open a customer's account or saved card
    EXPORT = "export"
    CHANGE = "change"
    # What only Owners do.
    MERCHANTS = "merchants"
    TEAM = "team"
    API_TOKENS = "api_tokens"
    WEBHOOKS = "webhooks"
    NOTIFICATIONS = "notifications"
    AUDIT_LOG = "audit_log"
    LEGAL_TEXTS = "legal_texts"
    OTHER = "other"


_VIEWER = frozenset({Permission.ACCOUNT, Permission.READ})
_MANAGER = _VIEWER | {Permission.SECRET_LINKS, Permission.EXPORT, Permission.CHANGE}
PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: _MANAGER,
    Role.VIEWER: _VIEWER,
}


def may(role: str, permission: Permission) -> bool:
    """Whether somebody with this role has the permission. An unknown role, of a later version, has none."""
    return permission in PERMISSIONS.get(role, frozenset())


def is_for_owners(permission: Permission) -> bool:
    """Whether only Owners have the permission."""
    return permission not in _MANAGER
