"""The limit on failed sign-ins holds for concurrent requests across all web processes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.deployment.conftest import Command
from tests.processes import module, running
from tests.web_client import csrf_token

EMAIL, PASSWORD = "olena@example.com", "correct horse battery"


def sign_in(url: str, password: str) -> int:
    with requests.Session() as browser:
        token = csrf_token(browser.get(f"{url}/admin/login", timeout=30).text)
        form = {"email": EMAIL, "password": password, "csrf_token": token}
        return browser.post(f"{url}/admin/login", data=form, timeout=30, allow_redirects=False).status_code


def test_concurrent_guesses_are_limited_to_ten(
    shop_environment: dict[str, str], tmp_path: Path, command: Command
) -> None:
    create = ("flask", "--app", "wsgi", "create-admin", "--email", EMAIL, "--password", PASSWORD)
    assert command(*create).returncode == 0
    url = f"http://127.0.0.1:{shop_environment['PORT']}"
    with running(module("storefront", "web"), f"{url}/readyz", tmp_path / "shop.log", shop_environment):
        with ThreadPoolExecutor(24) as guessers:
            answers = list(guessers.map(lambda number: sign_in(url, f"guess {number}"), range(24)))
        assert (answers.count(422), answers.count(429)) == (10, 14)
        assert sign_in(url, PASSWORD) == 429


def test_concurrent_successful_sign_ins_are_not_limited(
    shop_environment: dict[str, str], tmp_path: Path, command: Command
) -> None:
    create = ("flask", "--app", "wsgi", "create-admin", "--email", EMAIL, "--password", PASSWORD)
    assert command(*create).returncode == 0
    url = f"http://127.0.0.1:{shop_environment['PORT']}"
    with (
        running(module("storefront", "web"), f"{url}/readyz", tmp_path / "shop.log", shop_environment),
        ThreadPoolExecutor(12) as devices,
    ):
        assert set(devices.map(lambda _: sign_in(url, PASSWORD), range(12))) == {303}
