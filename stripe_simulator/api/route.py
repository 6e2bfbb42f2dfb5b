"""`Route`: one entry of the route tables."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from stripe_simulator.api.call import Call
from stripe_simulator.keys import PUBLISHABLE, SECRET
from stripe_simulator.store import Json

SERVER = frozenset([SECRET])
ANY_KEY = frozenset([SECRET, PUBLISHABLE])


@dataclass(frozen=True)
class Route:
    """One endpoint. `params` is a TypedDict of stripe-python; `permission` is what a restricted key needs."""

    method: str
    path: str
    function: Callable[[Call], Json]
    params: type
    keys: frozenset[str]
    permission: str
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path)))
