"""The state of one running shop: its configuration, its database, its clock, and the objects made once for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import RLock
from typing import Any, TypeVar, cast

from storefront import db
from storefront.config import Config

T = TypeVar("T")


def system_time() -> datetime:
    """The time of this machine, in UTC and timezone-aware."""
    return datetime.now(UTC)


class Runtime:
    """One shop in this process. `create_app` and the worker make one each; nothing in it is shared with another shop.

    `clock` returns the current time; a test may replace it.
    """

    def __init__(self, config: Config) -> None:
        """Opens no connection and no file yet."""
        self.config = config
        self.database = db.make_database(config)
        self.clock: Callable[[], datetime] = system_time
        self._resources: dict[Callable[[Runtime], Any], Any] = {}
        self._lock = RLock()

    def resource(self, make: Callable[["Runtime"], T]) -> T:
        """Return the object that `make` made for this shop; call `make(runtime)` the first time.

        Other packages keep state of a shop this way (keys, Stripe clients, the queue), so this module need not import
        them.
        """
        with self._lock:
            if make not in self._resources:
                self._resources[make] = make(self)
            return cast(T, self._resources[make])


# The active runtimes of this thread or request; the last one is current.
_active: ContextVar[tuple[Runtime, ...]] = ContextVar("active_runtimes", default=())
# For code that runs outside of a request or a job, such as scripts and threads that they start.
_default: Runtime | None = None


def start(config: Config) -> Runtime:
    """Make a runtime that is current in this process wherever no other one is active."""
    global _default
    _default = Runtime(config)
    return _default


def current() -> Runtime:
    """The active runtime, else the one started last. Raises RuntimeError when there is none."""
    active = _active.get()
    if active:
        return active[-1]
    if _default is None:
        raise RuntimeError("No shop has been started: call create_app() or runtime.start() first")
    return _default


@contextmanager
def activate(runtime: Runtime) -> Iterator[None]:
    """Make `runtime` current inside the block, in this thread only."""
    push(runtime)
    try:
        yield
    finally:
        pop()


def push(runtime: Runtime) -> None:
    """Make `runtime` current in this thread until `pop`. For hooks in pairs; use `activate` elsewhere."""
    _active.set((*_active.get(), runtime))


def pop() -> None:
    """Make the runtime current again that was so before the last `push`."""
    _active.set(_active.get()[:-1])


db.db.initialize(lambda: current().database)
