"""`make run`: the demo starts, keeps its data, and leaves no process."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests
import stripe

from stripe_simulator.accounts import KENJI, OLENA, secret_key
from tests.processes import PATIENCE, ROOT, Process, free_port, processes_with, start, until


@pytest.fixture
def demo_environment(tmp_path: Path, installed: None) -> dict[str, str]:
    return {
        "DEMO_DIR": str(tmp_path / "demo"),
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
        # The environment of a real shop on this machine must not affect the demo.
        "DATABASE_URL": "postgresql://127.0.0.1:9/real-shop",
        "PUBLIC_URL": "https://real-shop.example.com",
    }


@pytest.fixture(scope="module")
def installed() -> None:
    """What the shop needs is installed, as `make run` does at its first start, however long that takes."""
    subprocess.run(["make", "--silent", ".venv/requirements.stamp"], cwd=ROOT, check=True)


def started(environment: dict[str, str], tmp_path: Path) -> Process:
    # Through `make`, as a person runs it.
    process = start(["make", "--silent", "run"], tmp_path / "demo.log", environment)
    process.until_it_answers(f"http://127.0.0.1:{environment['PORT']}/readyz")
    until(lambda: "Ctrl-C stops the demo" in process.output, "the welcome message")
    return process


def press_ctrl_c(process: Process) -> None:
    """A terminal sends SIGINT to the whole foreground process group."""
    os.killpg(process.popen.pid, signal.SIGINT)
    process.wait()


def is_gone(environment: dict[str, str]) -> None:
    until(lambda: not processes_with("DEMO_DIR", environment["DEMO_DIR"]), "every process of the demo to end")


def test_the_demo_starts_a_shop_and_keeps_its_data(demo_environment: dict[str, str], tmp_path: Path) -> None:
    shop = f"http://127.0.0.1:{demo_environment['PORT']}"
    demo = started(demo_environment, tmp_path)
    first = demo.output
    assert f"{shop}/\n" in first and f"{shop}/admin\n" in first
    assert f"http://127.0.0.1:{demo_environment['SIMULATOR_PORT']}/simulator" in first
    assert "4242 4242 4242 4242" in first
    password = re.search(r"Password +(\S+)", first)
    assert password and "demo@example.com" in first
    page = requests.get(f"{shop}/", timeout=60).text
    assert "Watercolour evening" in page and "Morning walk in the moss garden" in page
    assert "Гончарство" not in page
    (logo,) = re.findall(r'src="(/logo/[^"]+)"', page)
    assert "Studio Lumen" in page and requests.get(f"{shop}{logo}", timeout=60).headers["Content-Type"] == "image/png"
    for price in ("€24.90 / month", "€9.00 / month after a 14-day free trial", "3 monthly payments of €80.00"):
        assert price in page
    (subscribing,) = re.findall(rf"{shop}/o/\S+", first)
    box = requests.get(subscribing, timeout=60).text
    assert "Subscribe for €24.90 / month" in box and "€249.00 / year" in box and "Have a promo code?" in box
    assert "Promo code   WELCOME10" in first
    evening = requests.get(f"{shop}/o/watercolour-evening", timeout=60).text
    assert "Includes VAT 19%" in evening and "Three brushes to take home" in evening
    press_ctrl_c(demo)
    assert "The demo has stopped." in demo.output
    is_gone(demo_environment)

    moved = {**demo_environment, "PORT": str(free_port())}
    demo = started(moved, tmp_path)
    assert f"Password   {password[1]}" in demo.output
    assert requests.get(f"http://127.0.0.1:{moved['PORT']}/", timeout=60).text.count(
        "Watercolour evening"
    ) == page.count("Watercolour evening")
    for account in (OLENA, KENJI):
        endpoints = stripe.StripeClient(
            secret_key(account), base_addresses={"api": f"http://127.0.0.1:{moved['SIMULATOR_PORT']}"}
        ).v1.webhook_endpoints.list()
        assert [endpoint.url.partition("/webhooks/")[0] for endpoint in endpoints] == [
            f"http://127.0.0.1:{moved['PORT']}"
        ]
    # To the demo alone, not to its children.
    end(demo, moved, signal.SIGINT)


def test_no_process_is_left_when_the_demo_ends(demo_environment: dict[str, str], tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        end(started(demo_environment, tmp_path), demo_environment, number)


def end(demo: Process, environment: dict[str, str], number: signal.Signals) -> None:
    """End the demo by a signal; none of its processes is left."""
    os.kill(demo_process(environment), number)
    demo.wait()
    is_gone(environment)


def demo_process(environment: dict[str, str]) -> int:
    found = processes_with("DEMO_DIR", environment["DEMO_DIR"])
    return next(pid for pid in found if b"-m\0demo\0" in Path(f"/proc/{pid}/cmdline").read_bytes())


@pytest.mark.parametrize("name", ["PORT", "SIMULATOR_PORT"])
def test_a_port_in_use_is_reported_in_one_line(name: str, demo_environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(demo_environment[name])))
        other.listen()
        answer = subprocess.run(
            ["make", "--silent", "run"],
            cwd=ROOT,
            env={**os.environ, **demo_environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert answer.returncode != 0
    assert f"{name}: can't listen at 127.0.0.1:{demo_environment[name]}: Address already in use" in answer.stderr
