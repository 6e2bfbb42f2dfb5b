"""The yardstick: a bare Flask application on gunicorn's gthread, with one process: `python -m benchmarks.hello PORT`.

It has the settings of the shop's own server, so it writes the same log lines and has the same limits and counters.
"""

import os
import sys
from typing import Any

from flask import Flask

from storefront import web
from storefront.config import Config
from storefront.models import Measurements
from storefront.operations import set_up_logging
from storefront.server import WebProcess


class HelloProcess(WebProcess):
    """The shop's server with gunicorn's own worker and another application."""

    def load(self) -> Flask:
        """Make the application. gunicorn calls this after the fork."""
        app = hello()
        # The line and the numbers of each request, as the shop writes them.
        app.wsgi_app = web.RequestLog(app.wsgi_app, Measurements(), trusts_ids=False)  # type: ignore[method-assign]
        return app

    def _settings(self) -> dict[str, Any]:
        return {**super()._settings(), "worker_class": "gthread"}


def hello() -> Flask:
    """An application with one page, and one of the size of an offer's page whose bytes are ready."""
    app = Flask("hello")
    ready = b"<!doctype html>" + b"<p>hello</p>" * 800

    @app.get("/")
    def show() -> str:
        return "hello"

    @app.get("/ready")
    def show_ready() -> bytes:
        return ready

    return app


if __name__ == "__main__":
    environment = {**os.environ, "PORT": sys.argv[1], "WEB_CONCURRENCY": "1"}
    config = Config.from_environment(environment)
    set_up_logging(config.log_level)
    HelloProcess(config).run()
