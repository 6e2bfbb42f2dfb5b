"""A self-hosted storefront on Stripe for a small business. `create_app` makes the Flask application."""

from pathlib import Path

from flask import Flask, appcontext_popped, appcontext_pushed
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront import db, runtime, web
from storefront.cli import COMMANDS
from storefront.config import Config

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: Config | None = None) -> Flask:
    """Make the WSGI application. Without `config` it reads the environment.

    Raises ConfigError when a variable is not valid.
    """
    config = config or Config.from_environment()
    app = Flask("storefront", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(
        SHOP=config,
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.extensions["runtime"] = runtime.start(config)
    appcontext_pushed.connect(_activate_runtime, app)
    appcontext_popped.connect(_deactivate_runtime, app)
    db.close_after_requests(app)
    web.init_app(app)
    if config.trusted_proxies:
        # Around all other middleware: they see what the proxies say.
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    for blueprint in web.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _activate_runtime(app: Flask) -> None:
    """Requests and commands of this application use its own database, keys and addresses."""
    runtime.push(app.extensions["runtime"])


def _deactivate_runtime(_app: Flask) -> None:
    runtime.pop()
