"""One line of the tables of what the API offers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from stripe_simulator.call import Call
from stripe_simulator.keys import PUBLISHABLE, SECRET
from stripe_simulator.store import Json

SERVER = frozenset([SECRET])
ANYONE = frozenset([SECRET, PUBLISHABLE])


@dataclass(frozen=True)
class Route:
    """One endpoint. `params` is stripe-python's TypedDict; `permission` is what a restricted key needs."""

    method: str
    path: str
    function: Callable[[Call], Json]
    params: type
    keys: frozenset[str]
    permission: str
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path)))
