"""What goes wrong during a soak test, one thing at a time, each for a few seconds."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from soak.shop import SoakedShop, answers, wait_for

FAULT_SECONDS = 8.0
PAUSE_SECONDS = 12.0
# Time that passes for everybody after each fault: reminders, expiry and trials come due.
HOURS_BETWEEN = (1, 6, 24)
# The worker sends one email after another.
EMAILS_AT_ONCE = 1


class Faults(threading.Thread):
    """Causes one fault after another until `ended` is set, and keeps the shop running."""

    def __init__(self, shop: SoakedShop, seed: int, ended: threading.Event) -> None:
        super().__init__(daemon=True, name="Faults")
        self.shop, self.ended = shop, ended
        self.random = random.Random(seed)
        self.caused: Counter[str] = Counter()
        self.wrong: list[str] = []
        # Set when the last fault is over.
        self.over = threading.Event()
        self._waiting: list[str] = []
        self._kinds = KINDS
        self._causing = threading.Lock()

    def spare_processes(self) -> None:
        """From now on no process is killed or restarted. Waits until the shop has recovered from a fault of now."""
        with self._causing:
            self._kinds = {name: kind for name, kind in KINDS.items() if kind not in ENDING_PROCESSES}
            self._waiting = [name for name in self._waiting if name in self._kinds]

    @property
    def interruptions(self) -> int:
        """How many emails may have been interrupted after the mail server had taken them: one a thread and kill."""
        kills = sum(self.caused[name] for name, kind in KINDS.items() if kind in ENDING_PROCESSES)
        return EMAILS_AT_ONCE * kills

    def run(self) -> None:
        self._cause_until_the_end()
        self.over.set()
        # Never end: the kernel ends a program when the thread that has started it does (PR_SET_PDEATHSIG in prctl(2)),
        # and this one has started the shop that the books are compared with.
        threading.Event().wait()

    def _cause_until_the_end(self) -> None:
        while not self.ended.wait(PAUSE_SECONDS):
            try:
                with self._causing:
                    self._cause_next()
            except (TimeoutError, requests.RequestException) as error:
                self.wrong.append(f"the shop did not come back: {error}")
                return

    def _cause_next(self) -> None:
        # Every fault once before any of them again.
        if not self._waiting:
            self._waiting = self.random.sample(sorted(self._kinds), len(self._kinds))
        name = self._waiting.pop()
        with KINDS[name](self.shop, self.random):
            self.ended.wait(FAULT_SECONDS)
        self.caused[name] += 1
        self.shop.keep_running()
        self.shop.pass_time(3600 * self.random.choice(HOURS_BETWEEN))
        wait_for(lambda: answers(f"{self.shop.url}/readyz"), "the shop to be ready")


@contextmanager
def a_web_process_is_killed(shop: SoakedShop, chance: random.Random) -> Iterator[None]:
    """Or the worker, or the web server itself: any process but the supervisor."""
    children = shop.pids()[1:]
    if children:
        shop.kill(chance.choice(children))
    yield


@contextmanager
def everything_is_killed(shop: SoakedShop, _chance: random.Random) -> Iterator[None]:
    shop.kill(*shop.pids())
    yield


@contextmanager
def the_shop_restarts(shop: SoakedShop, _chance: random.Random) -> Iterator[None]:
    shop.stop()
    shop.keep_running()
    yield


@contextmanager
def stripe_is_slow(shop: SoakedShop, _chance: random.Random) -> Iterator[None]:
    shop.simulator.add_fault("*", "delay", method="*", times=100_000, seconds=2)
    yield
    shop.simulator.clear_faults()


@contextmanager
def stripe_is_away(shop: SoakedShop, chance: random.Random) -> Iterator[None]:
    """Requests get no answer, half of them after Stripe has acted on them."""
    shop.simulator.add_fault("*", chance.choice(["drop_before", "drop_after"]), method="*", times=100_000)
    yield
    shop.simulator.clear_faults()


@contextmanager
def webhooks_are_lost(shop: SoakedShop, chance: random.Random) -> Iterator[None]:
    """Lost, delivered twice, or delivered in reverse order."""
    _deliver(shop, chance.choice(["drop", "duplicate", "reverse"]))
    yield
    _deliver(shop, "normal")


@contextmanager
def the_mail_server_is_away(shop: SoakedShop, _chance: random.Random) -> Iterator[None]:
    shop.mail_server.stop()
    yield
    shop.mail_server.start()


@contextmanager
def the_mail_server_hangs_up(shop: SoakedShop, _chance: random.Random) -> Iterator[None]:
    shop.mail_server.behave = "drop"
    yield
    shop.mail_server.behave = "take"


@contextmanager
def the_clock_is_wrong(shop: SoakedShop, chance: random.Random) -> Iterator[None]:
    """The shop's clock is four minutes ahead or behind, then right again."""
    shop.err(chance.choice([-240, 240]))
    yield
    shop.err(0)


def _deliver(shop: SoakedShop, mode: str) -> None:
    requests.post(f"{shop.simulator.url}/simulator/deliveries/mode", json={"mode": mode}, timeout=10).raise_for_status()


KINDS: dict[str, Callable[..., object]] = {
    function.__name__.replace("_", " "): function
    for function in (
        a_web_process_is_killed,
        everything_is_killed,
        the_shop_restarts,
        stripe_is_slow,
        stripe_is_away,
        webhooks_are_lost,
        the_mail_server_is_away,
        the_mail_server_hangs_up,
        the_clock_is_wrong,
    )
}
ENDING_PROCESSES = (a_web_process_is_killed, everything_is_killed, the_shop_restarts)
