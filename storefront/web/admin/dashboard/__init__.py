"""The dashboard: what needs the owner now, and the figures of the shop."""

from storefront.web.admin.dashboard.page import blueprint

__all__ = ["blueprint"]
