"""The two halves that serve a shop: gunicorn for the web, huey's consumer for the jobs."""

import errno
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from huey.consumer import Consumer
from peewee import OperationalError

from storefront import create_app, db, runtime, web, worker
from storefront.config import Config, ConfigError

# gunicorn reads this variable while it is imported and breaks at an empty one; what it may hold is Config's to say.
_typed = os.environ.pop("WEB_CONCURRENCY", None)
from gunicorn.app.base import BaseApplication  # noqa: E402

if _typed is not None:
    os.environ["WEB_CONCURRENCY"] = _typed

# A thread waits while Stripe answers, and five seconds for a connection that a browser opened just in case;
# pages for others must go on meanwhile.
THREADS = 16
JOB_THREADS = 2
# Seconds that requests and jobs in hand get to end; longer than the gateway's longest call to Stripe.
GRACE_SECONDS = 20


def require_free(name: str, host: str, port: int) -> None:
    """Raise ConfigError when nothing can listen there: gunicorn would try for five seconds.

    It names HOST where this machine has no such address, else the variable `name`, which holds the port.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except UnicodeError as error:
            raise ConfigError(f"HOST: {host} is no address") from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                name = "HOST"
            raise ConfigError(f"{name}: can't listen at {host}:{port}: {error.strerror}") from error


def migrate(config: Config) -> list[str]:
    """Bring the database up to date before anything serves. Leaves no connection that a fork would share.

    Return the names of the applied migrations. Raises ConfigError when the database can't be used.
    """
    with _forking_later(config):
        try:
            return db.migrate(config)
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise ConfigError(f"DATABASE_URL: the database can't be used: {reason}") from error


def first_admin_address(config: Config) -> str | None:
    """The URL where the first admin creates an account; None when there is an admin. The database must be migrated."""
    with _forking_later(config), db.connection():
        return web.first_admin_address(config)


@contextmanager
def _forking_later(config: Config) -> Iterator[None]:
    """Work on the shop in a process that may fork afterwards: all connections are closed at the end."""
    with runtime.activate(runtime.Runtime(config)):
        try:
            yield
        finally:
            db.close_connections()


class WebProcess(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, set up from our configuration alone; each of its processes makes its own application."""

    def __init__(self, config: Config) -> None:
        self.shop = config
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it is to do."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made after the fork: nothing is shared between processes."""
        return create_app(self.shop)

    def _settings(self) -> dict[str, Any]:
        host = f"[{self.shop.host}]" if ":" in self.shop.host else self.shop.host
        return {
            "bind": f"{host}:{self.shop.port}",
            "workers": self.shop.web_concurrency,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "control_socket_disable": True,
            # Only TRUSTED_PROXIES says whom to believe; gunicorn would believe everybody on loopback.
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            # No access log: addresses of orders open them. Proxies keep logs where they are wanted.
            "accesslog": None,
            # The heartbeat file must not wait for a slow disk.
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - gunicorn makes it safely
        }


class WorkerProcess(Consumer):  # type: ignore[misc]  # huey has no types
    """huey's consumer: looks for work often, ends the jobs in hand whichever signal stops it."""

    def __init__(self, config: Config) -> None:
        runtime.start(config)
        super().__init__(
            worker.queue(),
            workers=JOB_THREADS,
            initial_delay=0.1,
            max_delay=0.5,
            scheduler_interval=1,
            graceful_signal="TERM",
            shutdown_timeout=GRACE_SECONDS,
        )

    def start(self) -> None:
        """Start, and take Ctrl-C and a closed terminal for what SIGTERM means."""
        super().start()
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
