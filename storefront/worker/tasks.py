"""The job queue and its jobs. All work is stored in the database: the queue only makes the worker start sooner."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from huey import Huey

from storefront import customers, db, emails, integrations, merchants, stripe_gateway, webhooks
from storefront.models import WebhookEvent
from storefront.runtime import Runtime, activate, current
from storefront.worker import connection_jobs, counters
from storefront.worker.connection_jobs import look_at_connections, register_moved, watch_connections
from storefront.worker.job_log import logged
from storefront.worker.job_serializer import JsonSerializer
from storefront.worker.job_slots import JobSlots
from storefront.worker.more_jobs import MORE_JOBS
from storefront.worker.periodic import (
    continue_imports,
    delete_old_rows,
    read_balances,
    reconcile_job,
    record_heartbeat,
    take_undelivered_events,
    tell_refusals,
    warn_of_expiring_cards,
    watch_outages,
)
from storefront.worker.queue_storage import QUEUE_AWAY, is_reachable, open_queue
from storefront.worker.schedules import EVERY_HOUR, EVERY_MINUTE, EVERY_SIX_HOURS, EVERY_TEN_MINUTES, once_a_minute

log = logging.getLogger(__name__)

# The queue stores jobs as `<module>.<name>`. Do not change stored names: jobs that wait in a queue would be lost.
STORED_MODULE = "storefront.jobs"


class JobQueue:
    """The queue of one shop with all its jobs. `tasks` are the functions that enqueue a job, by its stored name."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.tasks: dict[str, Callable[..., object]] = {}
        self._stored_names: set[str] = set()
        self.disconnection = threading.Lock()
        self.has_started = False
        # One thread is always left for the other jobs, however many events wait.
        self.events = JobSlots(max(1, runtime.config.worker_threads - 1))
        self.emails = JobSlots(1)
        # Endpoints of other programs may be slow: emails don't wait for them.
        self.deliveries = JobSlots(1)
        serializer = JsonSerializer(self._stored_names, f"{STORED_MODULE}.handle_waiting_events")
        self.huey: Huey = open_queue(runtime.config, serializer)
        self._add("handle_event", handle_event)
        self._add("post_letters", send_emails)
        self._add("deliver_outgoing", deliver_outgoing)
        self._add("disconnect", continue_disconnections)
        self._add("look_at_connections", look_at_connections)
        self._add("say_alive", record_heartbeat, EVERY_MINUTE, each_worker=True)
        self._add("handle_waiting_events", handle_waiting_events, EVERY_MINUTE)
        self._add("reconcile", reconcile_job, EVERY_MINUTE)
        self._add("take_undelivered_events", take_undelivered_events, EVERY_MINUTE)
        self._add("read_balances", read_balances, EVERY_MINUTE)
        self._add("tell_refusals", tell_refusals, EVERY_MINUTE)
        self._add("watch_outages", watch_outages, EVERY_MINUTE)
        self._add("post_due_letters", send_emails, EVERY_MINUTE)
        self._add("deliver_due_outgoing", deliver_outgoing, EVERY_MINUTE)
        self._add("disconnect_waiting", continue_disconnections, EVERY_MINUTE)
        self._add("import_subscriptions", continue_imports)
        self._add("continue_imports", continue_imports, EVERY_MINUTE)
        self._add("compact_counters", counters.compact_counters, EVERY_MINUTE)
        self._add("register_moved", register_moved, EVERY_HOUR)
        self._add("watch_connections", watch_connections, EVERY_TEN_MINUTES)
        self._add("delete_old_forms", delete_old_rows, EVERY_HOUR)
        self._add("warn_of_expiring_cards", warn_of_expiring_cards, EVERY_SIX_HOURS)
        for name, (job, schedule) in MORE_JOBS.items():
            self._add(name, job, schedule)
        self.huey.on_startup(name="begin")(self._for_this_shop(on_worker_start))

    def _add(
        self,
        name: str,
        job: Callable[..., None],
        schedule: Callable[[datetime], bool] | None = None,
        *,
        each_worker: bool = False,
    ) -> None:
        """Add a job. One with a schedule is run by one of several workers, unless it concerns `each_worker`."""
        stored = {"name": name, "__module__": STORED_MODULE}
        if schedule and not each_worker:
            job = once_a_minute(name, job)
        register = self.huey.periodic_task(schedule, **stored) if schedule else self.huey.task(**stored)
        self._stored_names.add(f"{STORED_MODULE}.{name}")
        self.tasks[name] = register(self._for_this_shop(logged(name, job, is_periodic=schedule is not None)))

    def _for_this_shop(self, job: Callable[..., None]) -> Callable[..., None]:
        """Make this shop's runtime current while the job runs in a thread of the worker."""

        @wraps(job)
        def run(*arguments: object) -> None:
            with activate(self._runtime):
                job(*arguments)

        return run


def wake_for_event(event: WebhookEvent) -> None:
    """Make the worker handle a stored event now."""
    _enqueue("handle_event", event.id)


def wake_for_emails() -> None:
    """Make the worker send due emails now."""
    _enqueue("post_letters")


def wake_for_deliveries() -> None:
    """Make the worker deliver events to other programs now."""
    _enqueue("deliver_outgoing")


def wake_for_disconnections() -> None:
    """Make the worker go on with disconnecting merchants now."""
    _enqueue("disconnect")


def wake_for_imports() -> None:
    """Make the worker go on with imports of subscriptions now."""
    _enqueue("import_subscriptions")


def _enqueue(job: str, *arguments: object) -> None:
    """Enqueue a job. If the queue is not available nothing is lost: the periodic jobs do the same work every minute."""
    try:
        _jobs().tasks[job](*arguments)
    except Exception as error:
        # No traceback: while the queue is not available, this is logged for each event and email.
        log.warning(
            "job %s could not be queued (%s); the next periodic job does its work",
            job,
            type(error).__name__,
            extra={"failure": QUEUE_AWAY},
        )


def handle_event(_event_id: int) -> None:
    """Handle the stored event with all others that wait, then send the emails that they caused.

    Does nothing if enough other threads handle events: they take this one, too.
    """
    if _jobs().events.run(_handle_waiting_events):
        send_emails()


def send_emails() -> None:
    """Look at requests for links, cancellations, waiting lists and new deliverables, then send what is due."""
    _jobs().emails.run(_send_emails)
    with db.connection():
        waits = integrations.has_unprepared_events() or integrations.has_due_messages()
    if waits:
        wake_for_deliveries()


def _send_emails() -> int:
    total = 0
    with db.connection():
        customers.send_login_links().log_failures()
        customers.confirm_cancellations().log_failures()
        customers.write_to_waiting().log_failures()
        customers.announce_deliverables().log_failures()
        while sent := emails.send_due():
            total += sent
    return total


def deliver_outgoing() -> None:
    """Deliver events to the endpoints of other programs, and messages to the owner's Telegram."""
    _jobs().deliveries.run(_deliver_outgoing)


def _deliver_outgoing() -> int:
    with db.connection():
        integrations.prepare_events().log_failures()
        return integrations.send_messages() + integrations.deliver_due()


def handle_waiting_events() -> None:
    """Handle all events that wait, also those that the queue lost and those that failed before."""
    _jobs().events.run(_handle_waiting_events)


def _handle_waiting_events() -> int:
    with db.connection(), stripe_gateway.without_refused_calls():
        return webhooks.handle_waiting(between_batches=_send_emails_meanwhile)


def _send_emails_meanwhile() -> None:
    """Have another thread send the emails that events have caused, while more events are handled."""
    if not _jobs().emails.is_running:
        wake_for_emails()


def continue_disconnections() -> None:
    """Close open payments of merchants that are being disconnected. The job enqueues itself until that is done."""
    if not _jobs().disconnection.acquire(blocking=False):
        return
    try:
        with db.connection(), stripe_gateway.without_refused_calls():
            more = merchants.continue_disconnections()
            emails.send_due()
    finally:
        _jobs().disconnection.release()
    if more:
        wake_for_disconnections()


def on_worker_start() -> None:
    """Runs in each thread of a worker when it starts. The first one does what has to be done once."""
    with connection_jobs.registration():
        is_first, _jobs().has_started = not _jobs().has_started, True
    if is_first:
        record_heartbeat()
        _enqueue("look_at_connections")


def queue() -> Huey:
    """The queue of the current shop."""
    return _jobs().huey


def _jobs() -> JobQueue:
    return current().resource(JobQueue)


def queue_is_reachable() -> bool:
    """Whether the queue can be used."""
    return is_reachable(queue())
