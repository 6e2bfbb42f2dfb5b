"""What the worker runs. The queue only wakes work up: what is to be done stands in tables."""

import logging
import threading
from collections.abc import Callable

from huey import Huey, RedisHuey, SqliteHuey, crontab

from storefront import db, emails, merchants, subscriptions, webhooks
from storefront.config import Config
from storefront.models import WebhookEvent
from storefront.worker import heartbeat, reconciliation

log = logging.getLogger(__name__)

# A queue that outlives a process keeps its jobs as `<module>.<name>`: both stay what they were when jobs were queued.
STORED_MODULE = {"__module__": "storefront.jobs"}

_queue: Huey | None = None
_tasks: dict[str, Callable[..., object]] = {}
_shop_url = ""
_registering = threading.Lock()


def init(config: Config) -> Huey:
    """The queue of this configuration, with every job known to it."""
    global _queue, _shop_url
    _shop_url = config.public_url
    if config.redis_url:
        _queue = RedisHuey("storefront", url=config.redis_url, results=False)
    else:
        _queue = SqliteHuey("storefront", filename=str(config.instance_dir / "queue.db"), results=False)
    for name, job in {"handle_event": handle_event, "post_letters": post_letters}.items():
        _tasks[name] = _queue.task(name=name, **STORED_MODULE)(job)
    each_minute: dict[str, Callable[[], None]] = {
        "say_alive": say_alive,
        "handle_waiting_events": handle_waiting_events,
        "reconcile": reconcile_job,
        "take_undelivered_events": take_undelivered_events,
        "post_due_letters": post_due_letters,
    }
    for name, periodic_job in each_minute.items():
        _queue.periodic_task(crontab(minute="*"), name=name, **STORED_MODULE)(periodic_job)
    _queue.periodic_task(crontab(minute="30", hour="*/6"), name="warn_of_expiring_cards", **STORED_MODULE)(
        warn_of_expiring_cards
    )
    _tasks["register_moved"] = _queue.periodic_task(crontab(minute="0"), name="register_moved", **STORED_MODULE)(
        register_moved
    )
    _queue.on_startup(name="begin")(on_worker_start)
    return _queue


def wake_for_event(event: WebhookEvent) -> None:
    """Tell the worker about a stored event."""
    _wake("handle_event", event.id)


def wake_for_emails() -> None:
    """Tell the worker that letters may be due."""
    _wake("post_letters")


def _wake(job: str, *arguments: object) -> None:
    """A queue that can't be reached loses nothing: the same work is looked for each minute."""
    try:
        _tasks[job](*arguments)
    except Exception as error:
        # One line each: while a queue can't be reached this is said for every event and letter.
        log.warning("the queue could not be woken for %s (%s); the work waits in its table", job, type(error).__name__)


def handle_event(event_id: int) -> None:
    """Handle one stored event, and post what it made us write."""
    with db.connection():
        event = WebhookEvent.get_or_none(WebhookEvent.id == event_id)
        if event is not None:
            webhooks.handle(event)
        emails.send_due()


def post_letters() -> None:
    """Post what is due."""
    with db.connection():
        emails.send_due()


def handle_waiting_events() -> None:
    """Handle what the queue forgot and what is to be tried again."""
    with db.connection():
        webhooks.handle_waiting()


def reconcile_job() -> None:
    """Ask Stripe about what has waited, send refunds, let overdue orders go."""
    with db.connection():
        reconciliation.reconcile().log_unanswered()


def take_undelivered_events() -> None:
    """Take in what Stripe could not deliver."""
    with db.connection():
        reconciliation.take_undelivered_events().log_unanswered()


def post_due_letters() -> None:
    """Post what has fallen due since."""
    post_letters()


def warn_of_expiring_cards() -> None:
    """Tell customers in time that a card of theirs can't be charged much longer."""
    with db.connection():
        subscriptions.warn_expiring_cards()


def on_worker_start() -> None:
    """What a worker does when it starts; each of its threads comes here."""
    say_alive()
    _wake("register_moved")


def say_alive() -> None:
    """Let the doctor see that there is a worker."""
    with db.connection():
        heartbeat.record_heartbeat()


def register_moved() -> None:
    """The shop has a new address: Stripe is told where to deliver from now on."""
    # A worker's threads begin at the same moment: the second finds nothing left to register.
    with _registering, db.connection():
        for merchant in merchants.register_moved(_shop_url):
            log.info("%s: webhook %s", merchant.name, merchant.webhook_problem or "registered")


def queue() -> Huey:
    """The queue; `init` must have been called."""
    if _queue is None:
        raise RuntimeError("jobs.init() has not been called")
    return _queue


def queue_is_reachable() -> bool:
    """Whether the queue answers."""
    try:
        queue().pending_count()
    except Exception as error:
        log.warning("the queue can't be reached: %s", type(error).__name__)
        return False
    return True
