"""The people who run the shop: roles, how strong passwords are, the log of what they do, and what no log holds."""

from storefront.team.log_privacy import HIDDEN, PrivateFormatter, hide_private
from storefront.team.password_strength import set_password
from storefront.team.permissions import Permission, is_for_owners, may
from storefront.team.security_log import SecurityEvent, log_security_event

__all__ = [
    "HIDDEN",
    "Permission",
    "PrivateFormatter",
    "SecurityEvent",
    "hide_private",
    "is_for_owners",
    "log_security_event",
    "may",
    "set_password",
]
