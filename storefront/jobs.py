"""What the worker runs. The queue only wakes work up: what is to be done stands in tables."""

import logging
from collections.abc import Callable

from huey import Huey, RedisHuey, SqliteHuey, crontab

from storefront import db, webhooks
from storefront.config import Config
from storefront.models import WebhookEvent

log = logging.getLogger(__name__)

_queue: Huey | None = None
_tasks: dict[str, Callable[..., object]] = {}


def init(config: Config) -> Huey:
    """The queue of this configuration, with every job known to it."""
    global _queue
    if config.redis_url:
        _queue = RedisHuey("storefront", url=config.redis_url, results=False)
    else:
        _queue = SqliteHuey("storefront", filename=str(config.instance_dir / "queue.db"), results=False)
    _tasks["handle_event"] = _queue.task(name="handle_event")(handle_event)
    _queue.periodic_task(crontab(minute="*"), name="handle_waiting_events")(handle_waiting_events)
    return _queue


def wake_for_event(event: WebhookEvent) -> None:
    """Tell the worker about a stored event. A queue that can't be reached loses nothing: each minute looks too."""
    try:
        _tasks["handle_event"](event.id)
    except Exception:
        log.exception("the queue could not be woken; the event waits in its table")


def handle_event(event_id: int) -> None:
    """Handle one stored event."""
    with db.connection():
        event = WebhookEvent.get_or_none(WebhookEvent.id == event_id)
        if event is not None:
            webhooks.handle(event)


def handle_waiting_events() -> None:
    """Handle what the queue forgot and what is to be tried again."""
    with db.connection():
        for event in webhooks.waiting():
            webhooks.handle(event)


def queue() -> Huey:
    """The queue; `init` must have been called."""
    if _queue is None:
        raise RuntimeError("jobs.init() has not been called")
    return _queue


def queue_is_reachable() -> bool:
    """Whether the queue answers."""
    try:
        queue().pending_count()
    except Exception:
        log.exception("the queue can't be reached")
        return False
    return True
