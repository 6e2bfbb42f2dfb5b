"""A simulator as a real process, and the switches a test turns on it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests


@dataclass(frozen=True)
class Simulator:
    """`url` is its address; faults and recordings go over HTTP as everything else does."""

    url: str

    @property
    def js_url(self) -> str:
        return f"{self.url}/endive/stripe.js"

    def fault(self, path: str, kind: str, method: str = "POST", times: int = 1, **details: object) -> None:
        """Let the next `times` calls of `path` (a glob) go wrong: delay, error_before, error_after, drop_after…"""
        order = {"method": method, "path": path, "kind": kind, "times": times, **details}
        requests.post(f"{self.url}/simulator/faults", json=order, timeout=5).raise_for_status()

    def no_faults(self) -> None:
        requests.delete(f"{self.url}/simulator/faults", timeout=5).raise_for_status()

    def asked(self, path: str = "", method: str = "") -> list[dict]:
        """What was asked, oldest first; of one path (prefix) and method."""
        rows = requests.get(f"{self.url}/simulator/requests", timeout=5).json()
        rows = rows["data"] if isinstance(rows, dict) else rows
        return [r for r in rows if r["path"].startswith(path) and method in ("", r["method"])]

    def reset(self) -> None:
        requests.post(f"{self.url}/simulator/reset", timeout=5).raise_for_status()

    def confirm(self, publishable_key: str, client_secret: str, number: str) -> requests.Response:
        """What Stripe.js does after the buyer typed a card and pressed Pay."""
        intent = client_secret.split("_secret_")[0]
        form = {
            "client_secret": client_secret,
            "use_stripe_sdk": "true",
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": number,
            "payment_method_data[card][exp_month]": "12",
            "payment_method_data[card][exp_year]": "2034",
            "payment_method_data[card][cvc]": "123",
        }
        return requests.post(
            f"{self.url}/v1/payment_intents/{intent}/confirm",
            data=form,
            headers={"Authorization": f"Bearer {publishable_key}"},
            timeout=10,
        )

    def answer_challenge(self, client_secret: str, outcome: str) -> None:
        """What the buyer does on the bank's page: authorize, fail or close."""
        intent = client_secret.split("_secret_")[0]
        answer = {"client_secret": client_secret, "outcome": outcome}
        requests.post(f"{self.url}/simulator/challenge/{intent}", json=answer, timeout=10).raise_for_status()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_simulator() -> Iterator[Simulator]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "stripe_simulator", "--port", str(port), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    simulator = Simulator(f"http://127.0.0.1:{port}")
    try:
        _wait_until_it_answers(simulator.url, process)
        yield simulator
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the simulator ended: {process.stdout.read().decode() if process.stdout else ''}")
        try:
            if requests.get(f"{url}/simulator/health", timeout=1).ok:
                return
        except requests.ConnectionError:
            continue
    raise RuntimeError("the simulator did not answer within 30 seconds")
