"""Checks of every request before a page handles it: the host that it names, and the type of its body."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request

from storefront import i18n
from storefront.config import Config
from storefront.i18n import N_
from storefront.web.support.languages import DEFAULT_LANGUAGE, language_of_header
from storefront.web.support.same_origin import SAFE_METHODS
from storefront.web_addresses import host_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Programs on the same network ask these by whatever name they know.
ANY_HOST_PATHS = ("/healthz", "/readyz", "/metrics")
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
WRONG_HOST = N_("This shop isn’t available at this address. Open it at %(address)s.")


def init_app(app: Flask) -> None:
    """Check bodies before the view."""
    app.before_request(_require_form)


def check_hosts(app: Flask) -> None:
    """Check the host before anything answers the request. Call it when all other middleware is installed."""
    app.wsgi_app = HostCheck(app.wsgi_app, app.config["SHOP"])  # type: ignore[method-assign]


class HostCheck:
    """WSGI middleware that answers 400 for hosts that the shop does not serve.

    A wrong name never reaches links, redirects or the check of origins. The answer needs no routing, since werkzeug
    can't route a malformed host.
    """

    def __init__(self, app: "WSGIApplication", config: Config) -> None:
        self._app = app
        self._config = config
        # Most requests name the same host.
        self._serves = lru_cache(maxsize=64)(self._is_served)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if environ.get("PATH_INFO") in ANY_HOST_PATHS:
            environ["HTTP_HOST"] = "localhost"
        elif host and not self._serves(host):
            return self._refusal(environ)(environ, start_response)
        return self._app(environ, start_response)

    def _is_served(self, host: str) -> bool:
        name, hosts = host_name(host), self._config.hosts
        return name is not None and (hosts is None or name in hosts or _is_this_machine(name))

    def _refusal(self, environ: "WSGIEnvironment") -> Response:
        language = language_of_header(environ.get("HTTP_ACCEPT_LANGUAGE", "")) or DEFAULT_LANGUAGE
        message = i18n.catalog_for(language).gettext(WRONG_HOST) % {"address": self._config.public_url}
        return Response(f"{message}\n", 400, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


def _is_this_machine(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _require_form() -> None:
    """Refuse (415) bodies that are not forms: Flask-WTF would read JSON into a form's fields, with any type in them.

    Webhook deliveries are read by their own code.
    """
    if request.blueprint == "webhooks" or request.method in SAFE_METHODS:
        return
    has_body = request.content_length or request.headers.get("Transfer-Encoding")
    if request.mimetype not in FORM_TYPES and (request.mimetype or has_body):
        abort(415)
