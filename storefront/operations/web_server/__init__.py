"""The web server: gunicorn with a worker that keeps slow clients away from the threads that answer requests."""

from storefront.operations.web_server.limits import Limits, Subscribers
from storefront.operations.web_server.process_balance import ProcessBalance
from storefront.operations.web_server.server_log import ServerLog
from storefront.operations.web_server.worker import Worker

__all__ = ["Limits", "ProcessBalance", "ServerLog", "Subscribers", "Worker"]
