"""A shop for one small business on its own server: read `create_app` and you know the product."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront import db, stripe_gateway
from storefront import encryption as vault
from storefront.cli import COMMANDS
from storefront.config import Config
from storefront.emails import delivery as mail
from storefront.emails import signed_links as buyers_links
from storefront.offers import images as pictures
from storefront.payments import decline_limits as limits
from storefront.web import BLUEPRINTS
from storefront.web.support import admin_session as signing_in
from storefront.web.support import assets, error_pages, languages, security
from storefront.web.support import filters as presentation
from storefront.web.support import url_converters as numbers
from storefront.worker import tasks as jobs

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: Config | None = None) -> Flask:
    """The shop as a WSGI application, for `config` or for what the environment says.

    Raises ConfigError when a variable can't be used.
    """
    config = config or Config.from_environment()
    bind(config)

    app = Flask("storefront", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(
        SHOP=config,
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=1_000_000,
    )
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    db.open_per_request(app)
    for room in (languages, numbers, presentation, security, signing_in, assets, error_pages):
        room.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def bind(config: Config) -> None:
    """Everything below the pages for `config`: all that a worker needs, which has no pages."""
    vault.init(config.encryption_keys)
    db.init(config)
    stripe_gateway.init(config)
    pictures.init(config)
    buyers_links.init(config)
    mail.init(config)
    limits.init(config)
    jobs.init(config)
