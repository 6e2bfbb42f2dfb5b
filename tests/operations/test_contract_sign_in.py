"""Limits on guessing hold for guesses at the same moment, in all processes of the web."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.conftest import csrf_token
from tests.operations.conftest import Command
from tests.processes import module, running

EMAIL, PASSWORD = "olena@example.com", "correct horse battery"


def sign_in(url: str, password: str) -> int:
    with requests.Session() as browser:
        token = csrf_token(browser.get(f"{url}/admin/login", timeout=30).text)
        form = {"email": EMAIL, "password": password, "csrf_token": token}
        return browser.post(f"{url}/admin/login", data=form, timeout=30, allow_redirects=False).status_code


def test_guesses_at_once_are_ten_all_the_same(
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


def test_the_owner_on_many_devices_at_once_is_no_guesser(
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
