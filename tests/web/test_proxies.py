"""The doctor and the dashboard tell when TRUSTED_PROXIES does not fit the requests."""

import re
from collections.abc import Callable, Iterator

import pytest

from storefront import create_app, db
from storefront.config import Config
from storefront.models import ProxyObservation
from tests.shop_clock import time_moved
from tests.web_client import browser, signed_in

FEW, MANY = "a proxy that the shop doesn’t trust", "fewer proxies than TRUSTED_PROXIES says"


class Shop:
    """A shop with this TRUSTED_PROXIES."""

    def __init__(self, environment: dict[str, str], trusted: int) -> None:
        self.app = create_app(Config.from_environment({**environment, "TRUSTED_PROXIES": str(trusted)}))
        db.migrate(self.app.config["SHOP"])

    def visit(self, peer: str, forwarded: str, path: str = "/") -> None:
        """A request from `peer` with this X-Forwarded-For."""
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        answer = browser(self.app).get(path, headers=headers, environ_overrides={"REMOTE_ADDR": peer})
        assert answer.status_code == 200

    def warning(self) -> str:
        """What the doctor says is wrong, and the value that it asks for."""
        said = self.app.test_cli_runner().invoke(args=["doctor"]).output
        found = re.search(f"({FEW}|{MANY}).*? to (\\d+) ", said)
        return f"{found[1]}: {found[2]}" if found else ""


@pytest.fixture
def shops(environment: dict[str, str]) -> Iterator[Callable[[int], Shop]]:
    yield lambda trusted: Shop(environment, trusted)
    db.db.close()
    db.close_connections()


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "", ""),
        (0, "127.0.0.1", "8.8.8.8", f"{FEW}: 1"),
        (0, "172.18.0.2", "8.8.8.8, 10.0.0.5", f"{FEW}: 2"),
        # Anybody can send a header.
        (0, "1.1.1.1", "8.8.8.8", ""),
        (1, "127.0.0.1", "8.8.8.8", ""),
        (1, "127.0.0.1", "192.168.1.20", ""),
        (1, "127.0.0.1", "8.8.8.8, 10.0.0.5", f"{FEW}: 2"),
        (1, "1.1.1.1", "", f"{MANY}: 0"),
        (2, "127.0.0.1", "8.8.8.8", f"{MANY}: 1"),
    ],
)
def test_the_doctor_says_what_to_set(
    trusted: int, peer: str, forwarded: str, expected: str, shops: Callable[[int], Shop]
) -> None:
    shop = shops(trusted)
    assert shop.warning() == ""
    shop.visit(peer, forwarded)
    assert shop.warning() == expected


def test_the_dashboard_says_so_too(shops: Callable[[int], Shop]) -> None:
    shop = shops(0)
    admin = signed_in(shop.app)
    assert FEW not in admin.get("/admin").text
    shop.visit("127.0.0.1", "8.8.8.8")
    assert FEW in admin.get("/admin").text


def test_one_direct_request_among_those_of_the_proxy_is_no_fault(shops: Callable[[int], Shop]) -> None:
    shop = shops(1)
    shop.visit("127.0.0.1", "8.8.8.8")
    shop.visit("127.0.0.1", "")
    assert shop.warning() == ""


def test_programs_that_watch_the_shop_ask_without_a_proxy(shops: Callable[[int], Shop]) -> None:
    shop = shops(1)
    shop.visit("127.0.0.1", "", "/healthz")
    assert not ProxyObservation.select().exists()


def test_the_warning_goes_with_the_setting_and_after_a_week(
    shops: Callable[[int], Shop], environment: dict[str, str]
) -> None:
    shop = shops(0)
    shop.visit("127.0.0.1", "8.8.8.8")
    shop.visit("127.0.0.1", "8.8.8.8")
    assert ProxyObservation.select().count() == 1
    assert ProxyObservation.difference(trusted=0) and not ProxyObservation.difference(trusted=1)
    with time_moved(days=8):
        assert ProxyObservation.difference(trusted=0) is None
