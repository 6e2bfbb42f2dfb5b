"""The people who run the shop: how strong their passwords are, the log of what they do, and what no log holds."""

from storefront.team.log_privacy import HIDDEN, PrivateFormatter, hide_private
from storefront.team.password_strength import set_password
from storefront.team.security_log import SecurityEvent, log_security_event

__all__ = ["HIDDEN", "PrivateFormatter", "SecurityEvent", "hide_private", "log_security_event", "set_password"]
