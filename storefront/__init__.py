"""A self-hosted storefront on Stripe for a small business. `create_app` makes the Flask application."""

import gc

# What modules create when they are imported stays until the process ends. Looking for garbage in it meanwhile takes a
# sixth of the time of a start.
gc.disable()

from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask, appcontext_popped, appcontext_pushed  # noqa: E402
from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: E402

from storefront import db, runtime, web  # noqa: E402
from storefront.cli import COMMANDS  # noqa: E402
from storefront.config import Config  # noqa: E402
from storefront.models import Measurements  # noqa: E402

# Later collections skip it, and forked processes keep sharing its memory.
gc.freeze()
gc.enable()

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: Config | None = None) -> Flask:
    """Make the WSGI application. Without `config` it reads the environment.

    Raises ConfigError when a variable is not valid.
    """
    config = config or Config.from_environment()
    app = Flask("storefront", root_path=str(ROOT), static_folder="static", template_folder="templates")
    # No view is a coroutine. Flask would look at each function of each request.
    app.ensure_sync = _unchanged  # type: ignore[method-assign]
    app.config.update(
        SHOP=config,
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.secret_keys[1:]),
        WTF_CSRF_SECRET_KEY=config.signing_keys,
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
    app.wsgi_app = web.RequestLog(  # type: ignore[method-assign]
        app.wsgi_app,
        app.extensions["runtime"].resource(Measurements),
        trusts_ids=config.trusted_proxies > 0,
    )
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


def _unchanged(func: Callable[..., Any]) -> Callable[..., Any]:
    return func
