"""Connections to both databases: shared by threads, left by loops that fail, lost with the network."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from flask import Flask
from peewee import DatabaseError, OperationalError

from storefront import create_app, db, emails, runtime, worker
from storefront.config import Config
from storefront.db.database import MAX_CONNECTIONS
from storefront.db.pool import KEPT_IDLE
from storefront.db.postgresql import PostgresqlPool
from storefront.models import Email, EmailKind, EmailState, ShopSetting
from storefront.server import THREADS
from storefront.worker import heartbeat, tasks
from tests import databases
from tests.deployment.shop_processes import Shop
from tests.processes import until
from tests.trouble.tcp_proxy import TcpProxy
from tests.web_client import browser


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A shop on the database that the test names."""
    environment = {"INSTANCE_DIR": str(tmp_path), "WEB_CONCURRENCY": "2"}
    if request.param == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("empty_postgres")
    config = Config.from_environment(environment)
    app = create_app(config)
    db.migrate(config)
    yield app
    db.close_connections()


on_both = pytest.mark.parametrize("shop", databases.BOTH, indirect=True)


def in_another_thread(shop: Flask, act: Callable[[], Any]) -> Any:
    """The result of `act` in a thread of its own, with its own connection."""

    def run() -> Any:
        with runtime.activate(shop.extensions["runtime"]), db.connection():
            return act()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(60)


def store(name: str) -> None:
    ShopSetting.create(name=name, value=1)


def status(shop: Shop, path: str) -> int:
    return requests.get(f"{shop.url}{path}", timeout=60).status_code


def stored() -> set[str]:
    return {row.name for row in ShopSetting.select().where(ShopSetting.value == 1)}


def store_some() -> None:
    with db.db.atomic():
        for number in range(300):
            store(f"row {number}")


@on_both
def test_a_loop_over_a_query_writes_while_others_write(shop: Flask) -> None:
    with db.connection():
        store_some()
        for seen, row in enumerate(ShopSetting.select().order_by(ShopSetting.id), start=1):
            if seen <= 3:
                in_another_thread(shop, lambda seen=seen: store(f"other {seen}"))
            if seen in (1, 2, 3, 300):
                ShopSetting.update(value=2).where(ShopSetting.id == row.id).execute()
        assert ShopSetting.select().where(ShopSetting.value == 2).count() == 4


@on_both
def test_a_loop_that_fails_leaves_a_connection_that_can_write(shop: Flask) -> None:
    with db.connection():
        store_some()
    with pytest.raises(LookupError), db.connection():
        for _row in ShopSetting.select().order_by(ShopSetting.id):
            raise LookupError
    in_another_thread(shop, lambda: store("other"))
    with db.connection():
        store("own")
        with db.db.atomic():
            store("in a transaction")
        assert {"other", "own", "in a transaction"} <= stored()


@on_both
def test_a_transaction_that_was_left_open_is_rolled_back(shop: Flask) -> None:
    with db.connection():
        db.db.connection().execute("BEGIN")
        store("never committed")
    in_another_thread(shop, lambda: store("other"))
    with db.connection():
        assert stored() == {"other"}


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
@pytest.mark.parametrize("nested", [False, True])
def test_the_error_that_ends_a_transaction_is_reported(shop: Flask, nested: bool) -> None:
    """SQLite ends the transaction itself, as it does when the disk is full. Nothing of it may be stored then."""
    with db.connection():
        db.db.execute_sql(
            "CREATE TRIGGER no_space BEFORE INSERT ON shop_setting WHEN NEW.name = 'too much'"
            " BEGIN SELECT RAISE(ROLLBACK, 'no space left'); END"
        )
        with pytest.raises(DatabaseError, match="no space left"), db.db.atomic():
            store("before")
            if nested:
                with db.db.atomic():
                    store("too much")
            store("too much")
        with pytest.raises(OperationalError, match="the transaction has ended"), db.db.atomic():
            store("before")
            with pytest.raises(DatabaseError, match="no space left"), db.db.atomic():
                store("too much")
            store("after")
        assert stored() == set()
        store("later")
        assert stored() == {"later"}


@pytest.mark.parametrize("shop", [databases.BOTH[1]], indirect=True)
def test_more_threads_than_connections_wait_in_turn(shop: Flask) -> None:
    threads = MAX_CONNECTIONS + 8
    started = threading.Barrier(threads)

    def read() -> int:
        started.wait(60)
        with runtime.activate(shop.extensions["runtime"]), db.connection():
            db.db.execute_sql("SELECT pg_sleep(0.02)")
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            return int(db.db.execute_sql(query).fetchone()[0])

    with ThreadPoolExecutor(threads) as pool:
        counts = [future.result(60) for future in [pool.submit(read) for _ in range(threads)]]
    assert len(counts) == threads and max(counts) <= MAX_CONNECTIONS


@pytest.mark.postgres
def test_who_waits_too_long_for_a_connection_gets_an_error(empty_postgres: str) -> None:
    parameters = psycopg.conninfo.conninfo_to_dict(empty_postgres)
    pool = PostgresqlPool(str(parameters.pop("dbname")), max_connections=1, wait_seconds=0.1, **parameters)
    pool.connect()
    with ThreadPoolExecutor(1) as other:
        with pytest.raises(OperationalError, match="no connection was free"):
            other.submit(pool.connect).result(60)
        pool.close()
        assert other.submit(pool.connect).result(60)
        other.submit(pool.close).result(60)
    pool.close_all()


@pytest.mark.parametrize("shop", [databases.BOTH[1]], indirect=True)
def test_connections_that_nobody_uses_are_closed_soon(shop: Flask, empty_postgres: str) -> None:
    threads = KEPT_IDLE + 3
    started = threading.Barrier(threads)
    in_use = threading.Barrier(threads)

    def read() -> None:
        started.wait(60)
        with runtime.activate(shop.extensions["runtime"]), db.connection():
            in_use.wait(60)

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(read) for _ in range(threads)]:
            future.result(60)
    with psycopg.connect(empty_postgres, autocommit=True) as other:

        def opened() -> int:
            query = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
            return int(other.execute(query).fetchone()[0])  # type: ignore[index]

        assert opened() == threads
        until(lambda: opened() == KEPT_IDLE, "unused connections to be closed")


@pytest.mark.parametrize("shop", [databases.BOTH[1]], indirect=True)
def test_a_page_waits_while_the_server_has_no_room_for_a_connection(shop: Flask, empty_postgres: str) -> None:
    db.close_connections()
    taken: list[psycopg.Connection[Any]] = []
    with pytest.raises(psycopg.OperationalError, match="too many clients"):
        while True:
            taken.append(psycopg.connect(empty_postgres))
    with ThreadPoolExecutor(1) as visitor:
        page = visitor.submit(browser(shop).get, "/")
        with pytest.raises(TimeoutError):
            page.result(0.3)
        for connection in taken:
            connection.close()
        assert page.result(60).status_code == 200


@pytest.mark.parametrize("shop", [databases.BOTH[1]], indirect=True)
def test_the_doctor_warns_of_too_few_connections(shop: Flask) -> None:
    runner = shop.test_cli_runner()
    needed = db.needed_connections(shop.config["SHOP"])
    with db.connection():
        allowed = db.allowed_connections()
        assert allowed is not None and allowed < needed
        db.close_connections()
    words = f"amber  PostgreSQL allows {allowed} connections, but the shop on this host may need {needed}."
    assert words in runner.invoke(args=["doctor"]).output
    with db.connection():
        db.db.execute_sql("ALTER ROLE CURRENT_USER CONNECTION LIMIT 7")
    assert words.replace(str(allowed), "7") in runner.invoke(args=["doctor"]).output
    with db.connection():
        db.db.execute_sql("ALTER ROLE CURRENT_USER CONNECTION LIMIT -1")


@pytest.fixture
def distant(distant_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A shop whose database is behind the proxy."""
    config = Config.from_environment({"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": distant_url})
    app = create_app(config)
    db.migrate(config)
    yield app
    db.close_connections()


@pytest.mark.postgres
@pytest.mark.parametrize("happens", ["swallow", "cut"])
def test_pages_and_jobs_go_on_after_their_connections_are_lost(distant: Flask, proxy: TcpProxy, happens: str) -> None:
    visitor = browser(distant)
    assert visitor.get("/").status_code == 200
    getattr(proxy, happens)()
    assert visitor.get("/").status_code == 200
    with proxy.refusing():
        answer = visitor.get("/")
        assert answer.status_code == 503 and answer.headers["Retry-After"]
    with db.connection():
        until(lambda: proxy.open_connections, "the job's connection")
        getattr(proxy, happens)()
    tasks.record_heartbeat()
    with db.connection():
        assert heartbeat.last_seen() is not None


@pytest.mark.postgres
def test_a_statement_that_is_not_answered_ends_and_the_next_one_is(distant: Flask, proxy: TcpProxy) -> None:
    with db.connection():
        db.db.connection().set_limits(0, 1)
        with ThreadPoolExecutor(1) as other:
            other.submit(lambda: until(lambda: proxy.open_connections, "the connection"))
            with pytest.raises(OperationalError, match="has not answered"), db.db.atomic():
                proxy.swallow()
                store("in the middle")
        assert stored() == set()
        store("afterwards")
        assert stored() == {"afterwards"}


@pytest.mark.postgres
def test_the_check_for_a_restart_needs_no_database(distant: Flask, proxy: TcpProxy) -> None:
    db.close_connections()
    until(lambda: not proxy.open_connections, "the connections of the fixture to be closed")
    with proxy.swallowing():
        assert browser(distant).get("/healthz").status_code == 200
        assert proxy.open_connections == 0


@pytest.mark.postgres
def test_processes_go_on_after_their_connections_have_fallen_silent(
    proxy: TcpProxy, distant_url: str, tmp_path: Path
) -> None:
    shop = Shop(tmp_path, DATABASE_URL=distant_url)
    try:
        shop.start_missing()
        visitors = 2 * THREADS
        with shop.inside(), ThreadPoolExecutor(visitors) as pool:
            assert set(pool.map(lambda _: status(shop, "/"), range(visitors))) == {200}
            db.close_connections()
            proxy.swallow()
            pages = [pool.submit(status, shop, "/") for _ in range(visitors)]
            assert status(shop, "/healthz") == 200
            for page in pages:
                page.result()
            assert set(pool.map(lambda _: status(shop, "/"), range(visitors))) == {200}
            emails.write(EmailKind.OWNER_CLOCK_WRONG, None, about="a test")
            worker.wake_for_emails()
            until(lambda: Email.get().state != EmailState.WAITING, "the worker to handle the email")
    finally:
        shop.kill()
