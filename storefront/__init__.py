"""A shop for one small business on its own server: read `create_app` and you know the product."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront import db, emails, encryption, offers, payments, stripe_gateway, web, worker
from storefront.cli import COMMANDS
from storefront.config import Config

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

    db.close_after_requests(app)
    web.init_app(app)
    for blueprint in web.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def bind(config: Config) -> None:
    """Everything below the pages for `config`: all that a worker needs, which has no pages."""
    encryption.init(config.encryption_keys)
    db.init(config)
    stripe_gateway.init(config)
    offers.init(config)
    emails.init_links(config)
    emails.init_delivery(config)
    payments.init(config)
    worker.init(config)
