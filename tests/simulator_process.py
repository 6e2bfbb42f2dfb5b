"""A simulator process with the controls that tests use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from tests.processes import free_port, module, running


@dataclass(frozen=True)
class Simulator:
    """`url` is its address; all controls are called over HTTP."""

    url: str

    @property
    def js_url(self) -> str:
        return f"{self.url}/endive/stripe.js"

    def add_fault(self, path: str, kind: str, method: str = "POST", times: int = 1, **details: object) -> None:
        """Make the next `times` calls of `path` (a glob) fail: delay, error_before, error_after, drop_after…"""
        order = {"method": method, "path": path, "kind": kind, "times": times, **details}
        requests.post(f"{self.url}/simulator/faults", json=order, timeout=60).raise_for_status()

    def clear_faults(self) -> None:
        requests.delete(f"{self.url}/simulator/faults", timeout=60).raise_for_status()

    def logged_requests(self, path: str = "", method: str = "") -> list[dict]:
        """Return the logged requests, oldest first, filtered by path prefix and method."""
        rows = requests.get(f"{self.url}/simulator/requests", timeout=60).json()
        rows = rows["data"] if isinstance(rows, dict) else rows
        return [r for r in rows if r["path"].startswith(path) and method in ("", r["method"])]

    def reset(self) -> None:
        requests.post(f"{self.url}/simulator/reset", timeout=60).raise_for_status()

    def keep(self) -> None:
        """Keep a copy of everything as it is now."""
        requests.post(f"{self.url}/simulator/keep", timeout=60).raise_for_status()

    def restore(self) -> bool:
        """Bring back what was kept, after a reset. False if nothing was, or if something has happened since."""
        return requests.post(f"{self.url}/simulator/restore", timeout=60).ok

    def confirm(
        self, publishable_key: str, client_secret: str, number: str, method_type: str = "card"
    ) -> requests.Response:
        """Confirm an intent with card data, as Stripe.js does after the buyer pressed Pay or Start trial.

        `method_type`: "link" for a card in the wallet of that name.
        """
        intent = client_secret.split("_secret_")[0]
        form = {
            "client_secret": client_secret,
            "use_stripe_sdk": "true",
            "payment_method_data[type]": method_type,
            "payment_method_data[card][number]": number,
            "payment_method_data[card][exp_month]": "12",
            "payment_method_data[card][exp_year]": "2034",
            "payment_method_data[card][cvc]": "123",
        }
        if method_type != "card":
            form["payment_method_data[billing_details][email]"] = "wallet@example.com"
        return self._confirm(publishable_key, intent, form)

    def confirm_saved(self, publishable_key: str, client_secret: str, payment_method: str) -> requests.Response:
        """Confirm an intent with a saved payment method."""
        form = {"client_secret": client_secret, "use_stripe_sdk": "true", "payment_method": payment_method}
        return self._confirm(publishable_key, client_secret.split("_secret_")[0], form)

    def _confirm(self, publishable_key: str, intent: str, form: dict[str, str]) -> requests.Response:
        kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
        return requests.post(
            f"{self.url}/v1/{kind}/{intent}/confirm",
            data=form | {"return_url": "https://shop.example.com/"},
            headers={"Authorization": f"Bearer {publishable_key}"},
            timeout=60,
        )

    def renew(self, subscription_id: str, card: str = "") -> dict:
        """Renew now. The saved card `succeeds`, `declines` or `asks` for authentication from now on."""
        return self._post_control(f"subscriptions/{subscription_id}/renew", **({"card": card} if card else {}))

    def advance(self, seconds: float) -> dict:
        """Move the simulated clock by `seconds`."""
        return self._post_control("clock", advance=seconds)

    def change_account(self, account: str, **settings: object) -> None:
        """Change an account's settings: see `stripe_simulator/account_settings.py`."""
        self._post_control(f"accounts/{account}", **settings)

    def pay_out(self, account: str) -> dict:
        """Pay out the whole balance of an account now; return the payout."""
        return self._post_control("payouts", account=account)

    def billing(self, **chosen: object) -> dict:
        """Change the accounts' Billing settings: `retry_days`, `afterwards`, `draft_seconds`."""
        return self._post_control("billing", **chosen)

    def _post_control(self, path: str, **wanted: object) -> dict:
        answer = requests.post(f"{self.url}/simulator/{path}", json=wanted, timeout=20)
        assert answer.ok, answer.text
        found: dict = answer.json()
        return found

    def answer_challenge(self, client_secret: str, outcome: str) -> None:
        """Answer a 3-D Secure check as the buyer: authorize, fail or close."""
        intent = client_secret.split("_secret_")[0]
        answer = {"client_secret": client_secret, "outcome": outcome}
        requests.post(f"{self.url}/simulator/challenge/{intent}", json=answer, timeout=60).raise_for_status()


@contextmanager
def running_simulator() -> Iterator[Simulator]:
    simulator = Simulator(f"http://127.0.0.1:{free_port()}")
    command = module("stripe_simulator", "--port", simulator.url.rpartition(":")[2], "--quiet")
    with (
        TemporaryDirectory() as folder,
        running(command, f"{simulator.url}/simulator/health", Path(folder) / "simulator.log"),
    ):
        yield simulator
