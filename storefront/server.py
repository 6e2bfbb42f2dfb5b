"""The processes of a shop: gunicorn serves pages, huey's consumer runs background jobs."""

import errno
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from flask import Flask
from huey.consumer import Consumer
from peewee import DatabaseError

from storefront import create_app, db, operations, runtime, stripe_gateway, web, worker
from storefront.config import Config, ConfigError

# gunicorn reads this variable at import and fails if it is empty. Config has its own rules for it.
_web_concurrency = os.environ.pop("WEB_CONCURRENCY", None)
from gunicorn.app.base import BaseApplication  # noqa: E402

from storefront.operations.web_server import Limits, ProcessBalance, ServerLog, Subscribers, Worker  # noqa: E402

if _web_concurrency is not None:
    os.environ["WEB_CONCURRENCY"] = _web_concurrency

# Threads of each web process. Half of them may wait for Stripe: with two processes, 50 customers who press Pay at once
# wait for it in turn, and pages are served meanwhile. Slow clients need no thread.
THREADS = 40
# Seconds that running requests and jobs have to finish. Longer than the longest call to Stripe.
GRACE_SECONDS = 20


# gunicorn makes its files there safely.
SHARED_MEMORY = "/dev/shm"  # noqa: S108


def choose_temporary_folder(config: Config) -> None:
    """Keep temporary files in INSTANCE_DIR where no other folder can be written, as on a read-only root.

    Starts the program again in this process: SQLite has read TMPDIR already when it was imported.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        folder = str(config.instance_dir)
        if os.environ.get("TMPDIR") != folder:
            os.environ["TMPDIR"] = folder
            os.execv(sys.executable, [sys.executable, "-m", "storefront", *sys.argv[1:]])  # noqa: S606


def require_free(name: str, host: str, port: int) -> None:
    """Raise ConfigError when the port is in use or the host is not valid. gunicorn would retry for five seconds.

    The error names HOST when this machine has no such address, else the variable `name`, which holds the port.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except UnicodeError as error:
            raise ConfigError(f"HOST: {host} is not an address") from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                name = "HOST"
            raise ConfigError(f"{name}: can't listen at {host}:{port}: {error.strerror}") from error


def prepare(config: Config, serves_pages: bool) -> None:
    """Check the port, if pages are served, and bring the database up to date.

    Raises ConfigError with a line for each variable that does not fit this machine.
    """
    problems = []
    try:
        if serves_pages:
            require_free("PORT", config.host, config.port)
    except ConfigError as error:
        problems.append(str(error))
    try:
        if problems:
            # Perhaps the shop runs already, in an older version: leave the tables as they are.
            _try_connection(config)
        else:
            migrate(config)
    except ConfigError as error:
        problems.append(str(error))
    if problems:
        raise ConfigError("\n".join(problems))


def _try_connection(config: Config) -> None:
    with _before_fork(config), _named_errors(config), db.connection():
        db.db.execute_sql("SELECT 1")


def migrate(config: Config) -> list[str]:
    """Back the database up and bring it up to date before anything serves. Leaves no connection that forks share.

    Return the names of the applied migrations. Raises ConfigError when the database can't be used.
    """
    if not os.access(config.instance_dir, os.W_OK | os.X_OK):
        raise ConfigError(f"INSTANCE_DIR: {config.instance_dir} can't be written to")
    with _before_fork(config), _named_errors(config):
        applied = operations.upgrade_database(config).applied
        with db.connection():
            operations.require_same_keys(config)
    return applied


@contextmanager
def _named_errors(config: Config) -> Iterator[None]:
    """Turn errors of the database and its disk into ConfigError."""
    try:
        yield
    except operations.BackupError as error:
        raise ConfigError(f"INSTANCE_DIR: no backup could be made before the upgrade: {error}") from error
    except OSError as error:
        raise ConfigError(f"INSTANCE_DIR: {error.filename or config.instance_dir}: {error.strerror}") from error
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"DATABASE_URL: the database can't be used: {reason}") from error


def first_admin_address(config: Config) -> str | None:
    """The URL where the first admin creates an account; None when there is an admin. The database must be migrated."""
    with _before_fork(config), db.connection():
        return web.first_admin_address(config)


@contextmanager
def _before_fork(config: Config) -> Iterator[None]:
    """Use the database in a process that may fork afterwards. Closes all connections at the end."""
    with runtime.activate(runtime.Runtime(config)):
        try:
            yield
        finally:
            db.close_connections()


class WebProcess(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, configured by Config only. Each of its processes makes its own application."""

    def __init__(self, config: Config, limits: Limits | None = None) -> None:
        self.shop = config
        self.limits = limits or Limits()
        self.balance = ProcessBalance()
        self.subscribers = Subscribers(config.trusted_proxies)
        self.large_body = partial(web.large_body, config)
        self.body_folder = str(config.instance_dir)
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's settings. gunicorn calls this."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application. gunicorn calls this after the fork, so processes share nothing."""
        app = create_app(self.shop)
        with app.app_context():
            stripe_gateway.limit_calls(THREADS, self.shop.web_concurrency)
        operations.keep_storing(app.extensions["runtime"])
        return app

    def _settings(self) -> dict[str, Any]:
        host = f"[{self.shop.host}]" if ":" in self.shop.host else self.shop.host
        return {
            "bind": f"{host}:{self.shop.port}",
            "loglevel": self.shop.log_level,
            "workers": self.shop.web_concurrency,
            "worker_class": Worker,
            "threads": THREADS,
            "pre_fork": self.balance.before_fork,
            "child_exit": self.balance.after_exit,
            "graceful_timeout": GRACE_SECONDS,
            "control_socket_disable": True,
            # Only TRUSTED_PROXIES decides which headers to trust. gunicorn would trust everything from loopback.
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            # No log of addresses: whoever has the URL of an order can open it. The application writes a line for each
            # request, with its route.
            "accesslog": None,
            "logger_class": ServerLog,
            # The heartbeat file must not wait for a slow disk.
            "worker_tmp_dir": SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None,
        }


class WorkerProcess(Consumer):  # type: ignore[misc]  # huey has no types
    """huey's consumer. It checks the queue often, and finishes running jobs on every stop signal."""

    def __init__(self, config: Config) -> None:
        runtime.start(config)
        worker.add_periodic_job("make_backup", operations.make_due_backup, worker.EVERY_HOUR)
        worker.add_periodic_job("ask_for_releases", operations.ask_for_releases, worker.EVERY_HOUR)
        super().__init__(
            worker.queue(),
            workers=config.worker_threads,
            initial_delay=0.1,
            max_delay=0.5,
            scheduler_interval=1,
            graceful_signal="TERM",
            shutdown_timeout=GRACE_SECONDS,
        )

    def start(self) -> None:
        """Start. Ctrl-C and a closed terminal stop it the same way as SIGTERM."""
        super().start()
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
