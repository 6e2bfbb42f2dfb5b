"""The people who run the shop: how strong their passwords are, and the log of what they do."""

from storefront.team.password_strength import set_password
from storefront.team.security_log import SecurityEvent, log_security_event

__all__ = ["SecurityEvent", "log_security_event", "set_password"]
