"""The simulator process: addresses, stored state, shutdown, pages."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from stripe_simulator import accounts
from stripe_simulator.cards import test_cards
from tests.processes import free_port
from tests.simulator.process import running
from tests.simulator.shop import Shop
from tests.simulator.webhook_receiver import Receiver

ROOT = Path(__file__).parents[3]


def test_a_restart_keeps_all_data(tmp_path: Path, receiver: Receiver) -> None:
    state = str(tmp_path / "stripe.db")
    with running("--state", state, "--retry-scale", "0.02") as url:
        olena = Shop(url, accounts.OLENA)
        endpoint = olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
        payment = olena.payment()
        olena.confirm_with_card(payment, "4000000000003220")
        receiver.wait_for_type("payment_intent.requires_action")
        keyed = olena.raw("POST", "/v1/customers", {"name": "Ivan"}, Idempotency_Key="ivan")
    with running("--state", state, "--retry-scale", "0.02") as url:
        olena = Shop(url, accounts.OLENA)
        again = olena.raw("POST", "/v1/customers", {"name": "Ivan"}, Idempotency_Key="ivan")
        assert again.json() == keyed.json()
        assert olena.answer_challenge(payment, "authorize")["intent"]["status"] == "succeeded"
        receiver.wait_for_type("payment_intent.succeeded")
        receiver.verified_events(endpoint.secret)
        assert len(olena.v1.events.list().data) == 5


def test_a_pending_delivery_is_sent_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    state = str(tmp_path / "stripe.db")
    receiver.answers.append(500)
    with running("--state", state, "--retry-scale", "1000") as url:
        olena = Shop(url, accounts.OLENA)
        olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
        olena.payment()
        receiver.wait_for_type("payment_intent.created")
    with running("--state", state):
        receiver.wait_for_type("payment_intent.created", times=2)


def test_ctrl_c_stops_the_simulator_while_a_shop_does_not_respond(receiver: Receiver) -> None:
    with receiver.changed, running("--retry-scale", "0.02", ended_by=signal.SIGINT) as url:
        olena = Shop(url, accounts.OLENA)
        olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
        olena.payment()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "example.com"])
def test_the_simulator_serves_only_loopback_addresses(host: str) -> None:
    command = [sys.executable, "-m", "stripe_simulator", "--host", host, "--port", str(free_port())]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "loopback only" in ended.stderr


def test_the_simulators_page_shows_keys_cards_and_payments(olena: Shop) -> None:
    payment = olena.pay("pm_card_visa")
    page = requests.get(f"{olena.url}/simulator", timeout=20).text
    for account in accounts.ACCOUNTS:
        assert accounts.secret_key(account) in page
    for card in test_cards.TEST_CARDS:
        assert card.number in page
    assert payment.id in page
    assert "€19.90 eur" in page


def test_accounts_are_listed_as_json(olena: Shop) -> None:
    rows = requests.get(f"{olena.url}/simulator/accounts", timeout=20).json()["data"]
    assert [row["name"] for row in rows] == ["Olena", "Kenji", "Taras", "Sofia", "Grace"]
    assert rows[0]["keys"]["test"]["secret"] == olena.secret_key


def test_the_browser_files_are_served(olena: Shop) -> None:
    response = requests.get(f"{olena.url}/endive/stripe.js", timeout=20)
    assert response.status_code == 200
    assert "javascript" in response.headers["Content-Type"]
    assert requests.get(f"{olena.url}/js/../accounts.py", timeout=20).status_code == 404
    assert requests.get(f"{olena.url}/js/%2e%2e/accounts.py", timeout=20).status_code == 404


def test_a_frame_loads_one_script_and_one_style_that_browsers_keep(olena: Shop) -> None:
    frame = requests.get(f"{olena.url}/js/frame.html", timeout=20)
    assert frame.headers["Cache-Control"] == "no-cache"
    loaded = re.findall(r'(?:src|href)="(/js/[^"]+)"', frame.text)
    assert [address.partition("?")[0] for address in loaded] == ["/js/frame.css", "/js/frame.js"]
    files = [requests.get(f"{olena.url}{address}", timeout=20) for address in loaded]
    assert all("immutable" in file.headers["Cache-Control"] for file in files)
    assert "import " not in files[1].text
    assert "export " not in files[1].text


def test_the_simulator_shares_no_code_with_the_shop() -> None:
    sources = list((ROOT / "stripe_simulator").rglob("*.py"))
    assert sources
    assert [str(path) for path in sources if "storefront" in path.read_text(encoding="utf-8")] == []
