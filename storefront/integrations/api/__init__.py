"""The API: which resources it has, one page of each, and its description."""

from storefront.integrations.api.description import api_description
from storefront.integrations.api.resources import RESOURCES, InvalidQuery, read_one, read_page

__all__ = ["RESOURCES", "InvalidQuery", "api_description", "read_one", "read_page"]
