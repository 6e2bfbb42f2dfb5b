"""What a resource's function is given: one request, already authenticated and validated."""

from dataclasses import dataclass, field
from typing import Any

from stripe_simulator import errors
from stripe_simulator.keys import PUBLISHABLE, Key, Realm
from stripe_simulator.store import Json, Store


@dataclass
class Call:
    """One request, or (without a request id) something that happens by itself.

    `ids` are the path's pieces, `base` the simulator's own address as the caller sees it, `now` the simulated
    time in seconds, `later` how many seconds it takes until what happens later does. `queued` collects the
    deliveries this request caused; they are sent after its answer. `test_clock` is the clock `now` is of, if it
    is not everybody's.
    """

    store: Store
    key: Key
    params: Json
    ids: dict[str, str]
    request_id: str
    base: str
    now: int
    later: float
    idempotency_key: str | None = None
    test_clock: str | None = None
    queued: list[int] = field(default_factory=list)

    @property
    def realm(self) -> Realm:
        return self.key.realm

    @property
    def in_browser(self) -> bool:
        """Made with the publishable key, that is, by Stripe.js."""
        return self.key.kind == PUBLISHABLE

    def save(self, obj: Json) -> Json:
        self.store.save(self.realm, obj)
        return obj

    def plan(self, what: str, subject: str, *, deadline: int | None = None) -> None:
        """Lets something happen later (`happenings.HAPPENINGS` says what) to the object of this id.

        A `deadline` is a moment of its own, in seconds since 1970; it comes only when the clock gets there.
        """
        due = self.now + self.later if deadline is None else deadline
        clock = None if deadline is None else self.test_clock
        self.store.db.execute(
            "INSERT INTO later (account, livemode, what, subject, due, deadline, clock) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.realm.account.id, self.realm.livemode, what, subject, due, deadline is not None, clock),
        )

    def get(self, kind: str, id_: str, *, param: str | None = None, noun: str = "") -> Json:
        """The object of this id; StripeError `resource_missing` otherwise.

        `param` names the parameter the id came in; without it the id stood in the path.
        """
        obj = self.store.find(self.realm, kind, id_)
        if obj is not None:
            return obj
        status = 400 if param else 404
        raise errors.missing(
            noun or kind, id_, param=param or "id", hint=self.hint_about_modes(kind, id_), status=status
        )

    def hint_about_modes(self, kind: str, id_: str) -> str:
        """Stripe says so when the same account has the object in its other mode."""
        other = Realm(self.realm.account, not self.realm.livemode)
        if self.store.find(other, kind, id_) is None:
            return ""
        return (
            f"; a similar object exists in {other.mode} mode, but a {self.realm.mode} mode key was used to make "
            "this request."
        )

    def given(self, name: str, default: Any = None) -> Any:
        """A parameter; an empty string unsets, so it counts as none."""
        value = self.params.get(name, default)
        return default if value == "" else value
