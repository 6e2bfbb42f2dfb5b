"""One API request from beginning to end: key, route, parameters, idempotency, faults, effect, answer."""

import logging
import traceback
from dataclasses import dataclass, field
from typing import Any

from stripe_simulator import browser, headers, keys, params
from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError, broken, invalid
from stripe_simulator.expansion import expand
from stripe_simulator.faults import Fault
from stripe_simulator.idempotency import Answer, checked_key, fingerprint_of
from stripe_simulator.ids import request_id
from stripe_simulator.journal import without_secrets
from stripe_simulator.route import Route
from stripe_simulator.routes import route_for
from stripe_simulator.simulation import Simulation
from stripe_simulator.store import Json, public

log = logging.getLogger("stripe_simulator")


@dataclass
class Request:
    """What came over the wire. `headers` are looked up without regard to case."""

    method: str
    path: str
    pairs: list[tuple[str, str]]
    headers: Any
    base: str
    id: str = field(default_factory=request_id)


@dataclass
class Outcome:
    """What goes back. `dropped` closes the connection instead of answering."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    deliveries: list[int] = field(default_factory=list)


class Api:
    """The simulated API."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.store = simulation.store
        self.idempotency = simulation.idempotency

    def serve(self, request: Request) -> Outcome:
        """Answers a request and writes it into the journal."""
        noted: Json = {}
        try:
            outcome = self.answer(request, noted)
        except StripeError as error:
            outcome = Outcome(error.status, error.body(request.id), headers.should_retry(error.status))
        outcome.headers = headers.of_answer(request.id, request.headers.get("Idempotency-Key")) | outcome.headers
        self.simulation.journal.write(
            {
                "method": request.method,
                "path": request.path,
                "params": noted.get("params", {}),
                "idempotency_key": request.headers.get("Idempotency-Key"),
                "status": None if outcome.dropped else outcome.status,
                "dropped": outcome.dropped,
                "replayed": outcome.headers.get("Idempotent-Replayed") == "true",
                "request_id": request.id,
                "account": noted.get("account"),
                "livemode": noted.get("livemode"),
            }
        )
        return outcome

    def answer(self, request: Request, noted: Json) -> Outcome:
        """Raises StripeError for whatever is refused before anything is done."""
        headers.check_encoding(request.headers.get("Content-Type"))
        raw = params.decode(request.pairs)
        noted["params"] = without_secrets(raw)
        key = keys.recognise(request.headers.get("Authorization"), key_parameter(raw))
        noted.update(account=key.realm.account.id, livemode=key.realm.livemode)
        found = route_for(request.method, request.path)
        if found is None:
            raise invalid(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
        route, ids = found
        keys.check_may(key, route.keys, route.permission)
        headers.check_version(request.headers.get("Stripe-Version"))
        headers.check_account(key, request.headers.get("Stripe-Account"))
        checked = browser.check(raw, route.params, in_browser=key.kind == keys.PUBLISHABLE)
        wanted = checked_key(request.headers.get("Idempotency-Key")) if request.method == "POST" else None
        now, later = self.simulation.clock.seconds(), self.simulation.later
        call = Call(self.store, key, checked, ids, request.id, request.base, now, later, wanted)
        faults = self.simulation.faults.take(request.method, request.path, key.realm)
        return self.through_faults(call, route, faults, fingerprint_of(request.method, request.path, raw))

    def through_faults(self, call: Call, route: Route, faults: list[Fault], fingerprint: str) -> Outcome:
        """The request under the faults it meets, holding its idempotency key meanwhile."""
        fault = next((one for one in faults if one.kind != "delay"), None)
        kind = fault.kind if fault else ""
        if kind == "drop_before":
            return Outcome(0, None, dropped=True)
        if call.idempotency_key is None:
            self.wait(faults)
            outcome = self.execute(call, route, fault, fingerprint)
        else:
            with self.idempotency.alone(call.realm, call.idempotency_key):
                self.wait(faults)
                outcome = self.replay(call, fingerprint) or self.execute(call, route, fault, fingerprint)
        outcome.dropped = kind == "drop_after"
        return outcome

    def replay(self, call: Call, fingerprint: str) -> Outcome | None:
        """The answer this idempotency key had before, if it had one."""
        remembered = self.idempotency.remembered(call.realm, call.idempotency_key or "", fingerprint)
        if remembered is None:
            return None
        carried = {"Idempotent-Replayed": "true", "Original-Request": remembered.request_id}
        return Outcome(remembered.status, remembered.body, carried | headers.should_retry(remembered.status))

    def execute(self, call: Call, route: Route, fault: Fault | None, fingerprint: str) -> Outcome:
        """Does what was asked, in one transaction with the memory of its answer."""
        try:
            with self.store.transaction():
                answer = self.effect(call, route, fault)
                self.remember(call, fingerprint, answer)
        except StripeError as error:
            # What was written before the refusal has been rolled back, its events too.
            call.queued.clear()
            answer = Answer(error.status, error.body(call.request_id), call.request_id)
            if error.kept:
                with self.store.transaction():
                    self.remember(call, fingerprint, answer)
        carried = headers.should_retry(answer.status)
        if call.idempotency_key:
            carried["Original-Request"] = call.request_id
        return Outcome(answer.status, answer.body, carried, deliveries=call.queued)

    def effect(self, call: Call, route: Route, fault: Fault | None) -> Answer:
        """The answer, with what was done still in the open transaction."""
        if fault and fault.kind in ("status", "error_before"):
            raise asked_for(fault)
        try:
            answer = Answer(200, public(expand(call, route.function(call))), call.request_id)
        except StripeError as error:
            if not error.effects_stay:
                raise
            answer = Answer(error.status, error.body(call.request_id), call.request_id)
        except Exception:
            # Our own mistake: said on the terminal, and told to the caller as Stripe's fault.
            log.error("%s %s\n%s", route.method, route.path, traceback.format_exc())
            raise broken("The simulator failed; see its terminal.") from None
        if fault and fault.kind == "error_after":
            return Answer(500, broken().body(call.request_id), call.request_id)
        return answer

    def remember(self, call: Call, fingerprint: str, answer: Answer) -> None:
        if call.idempotency_key:
            self.idempotency.remember(call.realm, call.idempotency_key, fingerprint, answer)

    def wait(self, faults: list[Fault]) -> None:
        for fault in faults:
            if fault.kind == "delay":
                self.simulation.clock.sleep(fault.seconds)


def key_parameter(raw: Json) -> str | None:
    key = raw.get("key")
    return key if isinstance(key, str) else None


def asked_for(fault: Fault) -> StripeError:
    """The refusal a fault wants: 5xx are remembered like Stripe's own, others are not."""
    status = fault.status if fault.kind == "status" else 500
    if status == 429:
        return invalid("Request rate limit exceeded.", code="rate_limit", status=429)
    if status >= 500:
        error = broken()
        error.status = status
        return error
    return invalid("Refused on demand.", status=status)
