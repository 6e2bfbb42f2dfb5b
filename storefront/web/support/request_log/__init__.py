"""The log of requests: one JSON line for each, with its route instead of its address."""

from storefront.web.support.request_log.request_log import ROUTE_KEY, RequestLog, request_id

__all__ = ["ROUTE_KEY", "RequestLog", "request_id"]
