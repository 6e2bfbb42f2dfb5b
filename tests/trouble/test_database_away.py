"""PostgreSQL is away: what can't be stored is said calmly, and all of it heals by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from storefront import runtime, worker
from tests.processes import until
from tests.simulator_process import Simulator
from tests.trouble.tcp_proxy import TcpProxy
from tests.trouble.troubled_shop import (
    TroubledShop,
    check_503,
    check_doctor,
    check_one_line,
    sign_in_form,
)

pytestmark = pytest.mark.postgres
PRESSES = 10


@pytest.fixture
def shop(distant_url: str, simulator: Simulator, tmp_path: Path) -> Iterator[TroubledShop]:
    shop = TroubledShop(simulator, tmp_path / "shop", DATABASE_URL=distant_url)
    shop.start_missing()
    yield shop
    shop.kill()


def test_a_database_that_is_away_is_told_everywhere_and_heals(
    shop: TroubledShop, proxy: TcpProxy, tmp_path: Path
) -> None:
    paid = shop.pay("marko-comes-first")
    session, token = sign_in_form(shop)
    with proxy.refusing():
        shop.check_unavailable(paid, session, token)
        check_503(shop.get("/metrics"), "text/plain")
        check_503(shop.get("/o/evening"), "text/html")
        fragment = requests.get(
            f"{shop.url}/admin/orders", headers={"HX-Request": "true"}, timeout=60, cookies=session.cookies
        )
        assert fragment.status_code in (401, 503) and "<html" not in fragment.text
        for number in range(PRESSES):
            assert shop.press(f"visit-number-{number}").status_code == 503
        check_doctor(shop.command("doctor"))
        check_one_line(shop.command("reconcile"), "DATABASE_URL: the database can't be used: ")
        check_one_line(shop.command("backup", str(tmp_path / "shop.backup")))
        # Not every minute only: a job that waits in the queue, which has a file of its own.
        runtime.start(shop.config)
        worker.wake_for_emails()
        until(lambda: "Traceback" in shop.processes["worker"].output, "the worker to miss the database")
        # A statement that was on its way when the connection was cut is told so.
        shop.check_small_logs("Connection refused", "server closed the connection unexpectedly")
    shop.until_healed(paid)
