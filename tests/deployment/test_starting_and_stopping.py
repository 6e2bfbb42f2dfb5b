"""`python -m storefront`: one process tree that starts, answers, and stops completely."""

import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests import databases
from tests.deployment.conftest import Command
from tests.processes import Process, module, processes_with, running, start, start_quickly, until


def url_of(environment: dict[str, str], path: str = "/readyz") -> str:
    return f"http://127.0.0.1:{environment['PORT']}{path}"


def is_gone(environment: dict[str, str]) -> None:
    instance = environment["INSTANCE_DIR"]
    until(lambda: not processes_with("INSTANCE_DIR", instance), "every process of the shop to end")


def started(environment: dict[str, str], tmp_path: Path, *half: str) -> Process:
    process = start(module("storefront", *half), tmp_path / "shop.log", environment)
    process.until_it_answers(url_of(environment))
    return process


def started_web(environment: dict[str, str], tmp_path: Path) -> Process:
    """The web server alone, for what is not about starting and stopping."""
    process = start_quickly(["storefront", "web"], tmp_path / "shop.log", environment)
    process.until_it_answers(url_of(environment))
    return process


def child_named(environment: dict[str, str], half: str) -> int:
    """The process ID of `web` or `worker`: the one that the main process started."""
    wanted = f"storefront\0{half}\0".encode()
    found = processes_with("INSTANCE_DIR", environment["INSTANCE_DIR"])
    return min(pid for pid in found if wanted in Path(f"/proc/{pid}/cmdline").read_bytes())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_shop_exits_with_0_and_leaves_no_process(
    number: signal.Signals, shop_environment: dict[str, str], tmp_path: Path
) -> None:
    shop = started(shop_environment, tmp_path)
    assert shop.stop(number) == 0, shop.output
    assert "Traceback" not in shop.output
    is_gone(shop_environment)


def test_a_killed_shop_leaves_no_process(shop_environment: dict[str, str], tmp_path: Path) -> None:
    abandoned = Path(shop_environment["INSTANCE_DIR"]) / ".restore-abandoned"
    abandoned.mkdir(parents=True)
    shop = started(shop_environment, tmp_path)
    assert not abandoned.exists(), "the start removes what a killed restore has left"
    shop.stop(signal.SIGKILL)
    is_gone(shop_environment)


@pytest.mark.parametrize("half", ["web", "worker"])
def test_when_web_or_worker_dies_the_shop_ends_and_says_so(
    half: str, shop_environment: dict[str, str], tmp_path: Path
) -> None:
    shop = started(shop_environment, tmp_path)
    os.kill(child_named(shop_environment, half), signal.SIGKILL)
    assert shop.wait() == 1
    assert f"{half} ended by itself (SIGKILL)" in shop.output
    is_gone(shop_environment)


def test_web_and_worker_can_run_alone(shop_environment: dict[str, str], tmp_path: Path) -> None:
    worker = start(module("storefront", "worker"), tmp_path / "worker.log", shop_environment)
    with running(module("storefront", "web"), url_of(shop_environment), tmp_path / "web.log", shop_environment) as web:
        assert requests.get(url_of(shop_environment, "/healthz"), timeout=60).text == "ok\n"
        assert web.stop(signal.SIGTERM) == 0, web.output
    queue = Path(shop_environment["INSTANCE_DIR"]) / "queue.db"
    until(lambda: "STRIPE_API_BASE" in worker.output, "the worker to start")
    until(lambda: databases.IS_POSTGRESQL or queue.exists(), "the worker to open its queue")
    assert worker.stop(signal.SIGINT) in (0, -signal.SIGINT), worker.output
    for half in (web, worker):
        assert "STRIPE_API_BASE is http://127.0.0.1:9, not Stripe's own address" in half.output
        assert "STRIPE_JS_URL" not in half.output
    is_gone(shop_environment)


def test_created_files_are_readable_by_their_owner_only(shop_environment: dict[str, str], tmp_path: Path) -> None:
    shop = started_web(shop_environment, tmp_path)
    for name in ("secret_key", "encryption_keys"):
        mode = (Path(shop_environment["INSTANCE_DIR"]) / name).stat().st_mode
        assert mode & 0o777 == 0o600, name
    shop.stop()


def test_proxy_headers_are_ignored_unless_configured(shop_environment: dict[str, str], tmp_path: Path) -> None:
    shop = started_web(shop_environment, tmp_path)
    claim = {"X-Forwarded-Proto": "https"}
    answer = requests.get(url_of(shop_environment), headers=claim, timeout=60)
    assert "Strict-Transport-Security" not in answer.headers
    shop.stop()

    environment = {**shop_environment, "TRUSTED_PROXIES": "1"}
    shop = started_web(environment, tmp_path)
    assert "Strict-Transport-Security" in requests.get(url_of(environment), headers=claim, timeout=60).headers
    shop.stop()


def test_private_addresses_of_orders_are_not_logged(shop_environment: dict[str, str], tmp_path: Path) -> None:
    shop = started_web(shop_environment, tmp_path)
    requests.get(url_of(shop_environment, "/orders/a-very-secret-token/pay?key=another-secret"), timeout=60)
    shop.stop()
    assert "a-very-secret-token" not in shop.output
    assert "another-secret" not in shop.output


def test_a_port_in_use_is_reported_in_one_line(shop_environment: dict[str, str], command: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(shop_environment["PORT"])))
        other.listen()
        answer = command("storefront")
    assert answer.returncode == 2
    assert (
        answer.stderr.strip() == f"PORT: can't listen at 127.0.0.1:{shop_environment['PORT']}: Address already in use"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("WEB_CONCURRENCY", "0"),
        ("TRUSTED_PROXIES", "-1"),
        ("ENCRYPTION_KEYS", "not-a-key"),
        ("DATABASE_URL", "mysql://localhost/shop"),
        ("DATABASE_URL", "sqlite:////etc/hostname"),
        ("DATABASE_URL", "postgresql://shop:hunter2@127.0.0.1:9/shop"),
        ("REDIS_URL", "localhost:6379"),
        ("PUBLIC_URL", "shop.example.com"),
        ("STRIPE_API_BASE", "ftp://example.com"),
        ("STRIPE_API_BASE", "http://stripe.example.com"),
        ("STRIPE_JS_URL", "http://127.0.0.1.example.com/stripe.js"),
        ("STRIPE_JS_URL", "stripe.js"),
        ("INSTANCE_DIR", "/proc/nowhere"),
    ],
)
def test_an_invalid_variable_stops_the_start_and_is_named(name: str, value: str, command: Command) -> None:
    answer = command("storefront", env={name: value})
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"{name}: ")
    assert answer.stderr.count("\n") == 1
    assert "hunter2" not in answer.stderr and "not-a-key" not in answer.stderr


def test_threads_share_database_connections_without_errors(shop_environment: dict[str, str], tmp_path: Path) -> None:
    shop = started_web(shop_environment, tmp_path)
    with ThreadPoolExecutor(16) as visitors:
        answers = list(visitors.map(lambda _: requests.get(url_of(shop_environment), timeout=60).text, range(200)))
    assert set(answers) == {"ok\n"}
    shop.stop()
    assert "Traceback" not in shop.output


def test_the_first_start_prints_the_setup_address_once(
    shop_environment: dict[str, str], tmp_path: Path, command: Command
) -> None:
    shop = started_web(shop_environment, tmp_path)
    addresses = re.findall(r"made at (\S+)", shop.output)
    assert len(addresses) == 1
    assert requests.get(addresses[0], timeout=60).status_code == 200
    shop.stop()

    create = ("flask", "--app", "wsgi", "create-admin", "--email", "olena@example.com", "--password", "long enough")
    assert command(*create).returncode == 0
    shop = started_web(shop_environment, tmp_path)
    assert "made at" not in shop.output
    assert requests.get(addresses[0], timeout=60).status_code == 404
    shop.stop()
