"""`Call`: one authenticated and validated request, as resource functions receive it."""

from dataclasses import dataclass, field
from typing import Any

from stripe_simulator import errors
from stripe_simulator.keys import PUBLISHABLE, Key, Realm
from stripe_simulator.store import Json, Store


@dataclass
class Call:
    """One request or, without a request id, an action that the simulator runs by itself.

    `ids` are the ids in the path, `base_url` is the simulator's address as the caller sees it, `now` is the simulated
    time in seconds since 1970, `delay` is the number of seconds until delayed effects happen. `queued` collects the
    deliveries of this request, which are sent after its answer. `test_clock` is the id of the test clock that `now`
    comes from, or None. `with_events` is False while events are off (`webhooks/deliverer.py`).
    """

    store: Store
    key: Key
    params: Json
    ids: dict[str, str]
    request_id: str
    base_url: str
    now: int
    delay: float
    idempotency_key: str | None = None
    test_clock: str | None = None
    with_events: bool = True
    queued: list[int] = field(default_factory=list)

    @property
    def realm(self) -> Realm:
        return self.key.realm

    @property
    def in_browser(self) -> bool:
        """Whether the request used the publishable key, as Stripe.js does."""
        return self.key.kind == PUBLISHABLE

    def save(self, obj: Json) -> Json:
        self.store.save(self.realm, obj)
        return obj

    def schedule(self, what: str, subject: str, *, deadline: int | None = None) -> None:
        """Schedule the action `what` (a key of `scheduled_actions.ACTIONS`) for the object with the id `subject`.

        A `deadline` is a fixed moment in seconds since 1970; the action then runs only when the clock reaches it.
        """
        due = self.now + self.delay if deadline is None else deadline
        clock = None if deadline is None else self.test_clock
        self.store.db.execute(
            "INSERT INTO later (account, livemode, what, subject, due, deadline, clock) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.realm.account.id, self.realm.livemode, what, subject, due, deadline is not None, clock),
        )

    def get(self, kind: str, id_: str, *, param: str | None = None, noun: str = "") -> Json:
        """Return the object with this id. Raises StripeError `resource_missing`.

        `param` names the parameter that held the id; without it the id was part of the path. The status is 404 for the
        path and for payment methods, else 400.
        """
        obj = self.store.find(self.realm, kind, id_)
        if obj is not None:
            return obj
        status = 404 if param is None or kind == "payment_method" else 400
        raise errors.missing(
            noun or kind, id_, param=param or "id", hint=self.other_mode_hint(kind, id_), status=status
        )

    def other_mode_hint(self, kind: str, id_: str) -> str:
        """Return the hint that Stripe adds when the account has the object in its other mode."""
        other = Realm(self.realm.account, not self.realm.livemode)
        if self.store.find(other, kind, id_) is None:
            return ""
        return (
            f"; a similar object exists in {other.mode} mode, but a {self.realm.mode} mode key was used to make "
            "this request."
        )

    def param(self, name: str, default: Any = None) -> Any:
        """Return a parameter. An empty string unsets a value, so it counts as missing."""
        value = self.params.get(name, default)
        return default if value == "" else value
