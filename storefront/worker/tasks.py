"""What the worker runs. The queue only wakes work up: what is to be done stands in tables."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from huey import Huey, RedisHuey, SqliteHuey, crontab

from storefront import db, emails, merchants, subscriptions, webhooks
from storefront.models import WebhookEvent
from storefront.runtime import Runtime, activate, current
from storefront.worker import heartbeat, reconciliation

log = logging.getLogger(__name__)

# A queue that outlives a process keeps its jobs as `<module>.<name>`: both stay what they were when jobs were queued.
STORED_MODULE = {"__module__": "storefront.jobs"}

EVERY_MINUTE, EVERY_HOUR = crontab(minute="*"), crontab(minute="0")
EVERY_SIX_HOURS = crontab(minute="30", hour="*/6")


class JobQueue:
    """The queue of one shop, with all jobs registered. `tasks` enqueue a job, by its stored name."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.tasks: dict[str, Callable[..., object]] = {}
        # The threads of a worker start at the same time. Only one of them may register webhook endpoints.
        self.registration = threading.Lock()
        if runtime.config.redis_url:
            self.huey: Huey = RedisHuey("storefront", url=runtime.config.redis_url, results=False)
        else:
            path = str(runtime.config.instance_dir / "queue.db")
            self.huey = SqliteHuey("storefront", filename=path, results=False)
        self._add("handle_event", handle_event)
        self._add("post_letters", post_letters)
        self._add("say_alive", say_alive, EVERY_MINUTE)
        self._add("handle_waiting_events", handle_waiting_events, EVERY_MINUTE)
        self._add("reconcile", reconcile_job, EVERY_MINUTE)
        self._add("take_undelivered_events", take_undelivered_events, EVERY_MINUTE)
        self._add("post_due_letters", post_due_letters, EVERY_MINUTE)
        self._add("register_moved", register_moved, EVERY_HOUR)
        self._add("warn_of_expiring_cards", warn_of_expiring_cards, EVERY_SIX_HOURS)
        self.huey.on_startup(name="begin")(self._for_this_shop(on_worker_start))

    def _add(self, name: str, job: Callable[..., None], schedule: Callable[[datetime], bool] | None = None) -> None:
        register = self.huey.periodic_task(schedule, name=name, **STORED_MODULE) if schedule else None
        register = register or self.huey.task(name=name, **STORED_MODULE)
        self.tasks[name] = register(self._for_this_shop(job))

    def _for_this_shop(self, job: Callable[..., None]) -> Callable[..., None]:
        """A job runs in a thread of the worker, where this shop's runtime has to be made current first."""

        @wraps(job)
        def run(*arguments: object) -> None:
            with activate(self._runtime):
                job(*arguments)

        return run


def wake_for_event(event: WebhookEvent) -> None:
    """Tell the worker about a stored event."""
    _wake("handle_event", event.id)


def wake_for_emails() -> None:
    """Tell the worker that letters may be due."""
    _wake("post_letters")


def _wake(job: str, *arguments: object) -> None:
    """A queue that can't be reached loses nothing: the same work is looked for each minute."""
    try:
        _jobs().tasks[job](*arguments)
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
        reconciliation.reconcile().log_failures()


def take_undelivered_events() -> None:
    """Take in what Stripe could not deliver."""
    with db.connection():
        reconciliation.take_undelivered_events().log_failures()


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
    with _jobs().registration, db.connection():
        for merchant in merchants.register_moved(current().config.public_url):
            log.info("%s: webhook %s", merchant.name, merchant.webhook_problem or "registered")


def queue() -> Huey:
    """The queue of the current shop."""
    return _jobs().huey


def _jobs() -> JobQueue:
    return current().resource(JobQueue)


def queue_is_reachable() -> bool:
    """Whether the queue answers."""
    try:
        queue().pending_count()
    except Exception as error:
        log.warning("the queue can't be reached: %s", type(error).__name__)
        return False
    return True
