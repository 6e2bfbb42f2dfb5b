"""Processes one API request: key, route, parameters, idempotency, faults, execution, response."""

import logging
import traceback
from dataclasses import dataclass, field
from typing import Any

from stripe_simulator import account_settings, keys
from stripe_simulator.api import browser_params, form_decoding, headers
from stripe_simulator.api.call import Call
from stripe_simulator.api.expansion import expand
from stripe_simulator.api.faults import Fault
from stripe_simulator.api.idempotency import SavedResponse, check_key, fingerprint_request
from stripe_simulator.api.request_log import mask_secrets
from stripe_simulator.api.route import Route
from stripe_simulator.api.routes import route_for
from stripe_simulator.errors import StripeError, invalid, server_error
from stripe_simulator.ids import request_id
from stripe_simulator.simulation import Simulation
from stripe_simulator.store import Json, public_fields

log = logging.getLogger("stripe_simulator")


@dataclass
class Request:
    """An HTTP request. `headers` are looked up case-insensitively."""

    method: str
    path: str
    pairs: list[tuple[str, str]]
    headers: Any
    base_url: str
    id: str = field(default_factory=request_id)


@dataclass
class ApiResponse:
    """The response to a request. `dropped` means that the connection is closed instead of answered."""

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

    def serve(self, request: Request) -> ApiResponse:
        """Respond to a request and add it to the request log."""
        log_entry: Json = {}
        try:
            response = self.respond(request, log_entry)
        except StripeError as error:
            response = ApiResponse(error.status, error.body(request.id), headers.should_retry(error.status))
        response.headers = (
            headers.response_headers(request.id, request.headers.get("Idempotency-Key")) | response.headers
        )
        self.simulation.request_log.add(
            {
                "method": request.method,
                "path": request.path,
                "params": log_entry.get("params", {}),
                "idempotency_key": request.headers.get("Idempotency-Key"),
                "status": None if response.dropped else response.status,
                "dropped": response.dropped,
                "replayed": response.headers.get("Idempotent-Replayed") == "true",
                "request_id": request.id,
                "account": log_entry.get("account"),
                "livemode": log_entry.get("livemode"),
            }
        )
        return response

    def respond(self, request: Request, log_entry: Json) -> ApiResponse:
        """Check the request and run it. Raises StripeError for requests that are refused before they run."""
        headers.check_encoding(request.headers.get("Content-Type"))
        raw = form_decoding.decode(request.pairs)
        log_entry["params"] = mask_secrets(raw)
        key = account_settings.apply(
            self.store, keys.authenticate(request.headers.get("Authorization"), key_parameter(raw))
        )
        log_entry.update(account=key.realm.account.id, livemode=key.realm.livemode)
        matched = route_for(request.method, request.path)
        if matched is None:
            raise invalid(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
        route, ids = matched
        keys.check_permission(key, route.keys, route.permission)
        headers.check_version(request.headers.get("Stripe-Version"))
        headers.check_account(key, request.headers.get("Stripe-Account"))
        checked = browser_params.check(raw, route.params, in_browser=key.kind == keys.PUBLISHABLE)
        idempotency_key = check_key(request.headers.get("Idempotency-Key")) if request.method == "POST" else None
        now, delay = self.simulation.clock.seconds(), self.simulation.delay
        call = Call(self.store, key, checked, ids, request.id, request.base_url, now, delay, idempotency_key)
        call.with_events = self.simulation.deliverer.makes_events
        faults = self.simulation.faults.take(request.method, request.path, key.realm)
        return self.respond_with_faults(call, route, faults, fingerprint_request(request.method, request.path, raw))

    def respond_with_faults(self, call: Call, route: Route, faults: list[Fault], fingerprint: str) -> ApiResponse:
        """Apply the faults that match, and hold the idempotency key while the request runs."""
        fault = next((one for one in faults if one.kind != "delay"), None)
        kind = fault.kind if fault else ""
        if kind == "drop_before":
            return ApiResponse(0, None, dropped=True)
        if call.idempotency_key is None:
            self.apply_delays(faults)
            response = self.execute(call, route, fault, fingerprint)
        else:
            with self.idempotency.hold(call.realm, call.idempotency_key):
                self.apply_delays(faults)
                response = self.replay(call, fingerprint) or self.execute(call, route, fault, fingerprint)
                if fault and kind == "time_out":
                    self.idempotency.keep_running(call.realm, call.idempotency_key, fault.seconds)
        response.dropped = kind in ("drop_after", "time_out")
        return response

    def replay(self, call: Call, fingerprint: str) -> ApiResponse | None:
        """Return the response saved under this idempotency key, if there is one."""
        remembered = self.idempotency.find_saved(call.realm, call.idempotency_key or "", fingerprint)
        if remembered is None:
            return None
        extra_headers = {"Idempotent-Replayed": "true", "Original-Request": remembered.request_id}
        return ApiResponse(remembered.status, remembered.body, extra_headers | headers.should_retry(remembered.status))

    def execute(self, call: Call, route: Route, fault: Fault | None, fingerprint: str) -> ApiResponse:
        """Run the request and save its response in the same transaction."""
        try:
            with self.store.transaction():
                respond = self.run_route(call, route, fault)
                self.save_response(call, fingerprint, respond)
        except StripeError as error:
            # The changes made before the error were rolled back, and so were their events.
            call.queued.clear()
            respond = SavedResponse(error.status, error.body(call.request_id), call.request_id)
            if error.replayable:
                with self.store.transaction():
                    self.save_response(call, fingerprint, respond)
        extra_headers = headers.should_retry(respond.status)
        if call.idempotency_key:
            extra_headers["Original-Request"] = call.request_id
        return ApiResponse(respond.status, respond.body, extra_headers, deliveries=call.queued)

    def run_route(self, call: Call, route: Route, fault: Fault | None) -> SavedResponse:
        """Run the route's function inside the open transaction."""
        if fault and fault.kind in ("status", "error_before"):
            raise fault_error(fault)
        try:
            respond = SavedResponse(200, public_fields(expand(call, route.function(call))), call.request_id)
        except StripeError as error:
            if not error.keep_changes:
                raise
            respond = SavedResponse(error.status, error.body(call.request_id), call.request_id)
        except Exception:
            # A bug in the simulator: log it, and answer with a server error.
            log.error("%s %s\n%s", route.method, route.path, traceback.format_exc())
            raise server_error("The simulator failed; see its terminal.") from None
        if fault and fault.kind == "error_after":
            return SavedResponse(500, server_error().body(call.request_id), call.request_id)
        return respond

    def save_response(self, call: Call, fingerprint: str, respond: SavedResponse) -> None:
        if call.idempotency_key:
            self.idempotency.save(call.realm, call.idempotency_key, fingerprint, respond)

    def apply_delays(self, faults: list[Fault]) -> None:
        for fault in faults:
            if fault.kind == "delay":
                self.simulation.clock.sleep(fault.seconds)


def key_parameter(raw: Json) -> str | None:
    key = raw.get("key")
    return key if isinstance(key, str) else None


def fault_error(fault: Fault) -> StripeError:
    """Return the error that a fault asks for. Only 5xx errors are saved for replay, as at Stripe."""
    status = fault.status if fault.kind == "status" else 500
    if status == 429:
        message = "This object is locked by another request at the moment. Please retry later."
        return invalid(message, code="lock_timeout", status=429)
    if status >= 500:
        error = server_error()
        error.status = status
        return error
    return invalid("Refused on demand.", status=status)
