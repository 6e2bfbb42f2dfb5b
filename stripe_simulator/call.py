"""What a resource's function is given: one request, already authenticated and validated."""

import time
from dataclasses import dataclass, field
from typing import Any

from stripe_simulator import errors
from stripe_simulator.keys import PUBLISHABLE, Key, Realm
from stripe_simulator.store import Json, Store


@dataclass
class Call:
    """One request. `ids` are the path's pieces, `base` the simulator's own address as the caller sees it.

    `queued` collects the deliveries this request caused; they are sent after its answer.
    """

    store: Store
    key: Key
    params: Json
    ids: dict[str, str]
    request_id: str
    base: str
    idempotency_key: str | None = None
    now: int = field(default_factory=lambda: int(time.time()))
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
