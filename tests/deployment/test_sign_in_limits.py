"""The limit on failed sign-ins holds for concurrent requests across all web processes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.deployment.conftest import Command
from tests.processes import PATIENCE, running_quickly
from tests.web_client import csrf_token

EMAIL, PASSWORD = "olena@example.com", "correct horse battery"


def sign_in(url: str, password: str) -> int:
    with requests.Session() as browser:
        token = csrf_token(browser.get(f"{url}/admin/login", timeout=PATIENCE).text)
        form = {"email": EMAIL, "password": password, "csrf_token": token}
        return browser.post(f"{url}/admin/login", data=form, timeout=PATIENCE, allow_redirects=False).status_code


def test_concurrent_guesses_are_limited_to_ten(
    shop_environment: dict[str, str], tmp_path: Path, command: Command
) -> None:
    create = ("flask", "--app", "wsgi", "create-admin", "--email", EMAIL, "--password", PASSWORD)
    assert command(*create).returncode == 0
    url = f"http://127.0.0.1:{shop_environment['PORT']}"
    with running_quickly(["storefront", "web"], f"{url}/readyz", tmp_path / "shop.log", shop_environment):
        with ThreadPoolExecutor(24) as guessers:
            answers = list(guessers.map(lambda number: sign_in(url, f"guess {number}"), range(24)))
        assert (answers.count(422), answers.count(429)) == (10, 14)
        assert sign_in(url, PASSWORD) == 429


def test_a_flood_of_sign_ins_is_checked_a_few_at_a_time_and_leaves_the_pages_alone(
    shop_environment: dict[str, str], tmp_path: Path
) -> None:
    """Strangers with two hundred unknown names from one address: fifty are checked at most, the others wait outside."""
    url = f"http://127.0.0.1:{shop_environment['PORT']}"
    one_process = {**shop_environment, "WEB_CONCURRENCY": "1"}
    with (
        running_quickly(["storefront", "web"], f"{url}/readyz", tmp_path / "shop.log", one_process) as web,
        ThreadPoolExecutor(40) as strangers,
    ):
        page = requests.get(f"{url}/admin/login", timeout=PATIENCE)
        form = {"password": "a guess", "csrf_token": csrf_token(page.text)}

        def guess(number: int) -> int:
            sent = {**form, "email": f"nobody{number}@example.com"}
            answer = requests.post(f"{url}/admin/login", data=sent, cookies=page.cookies.get_dict(), timeout=PATIENCE)
            return answer.status_code

        memory = memory_of(web.popen.pid)
        answers = strangers.map(guess, range(200))
        assert requests.get(f"{url}/healthz", timeout=PATIENCE).status_code == 200
        statuses = list(answers)
        assert set(statuses) == {422, 429} and statuses.count(422) <= 50
        # Two checks at a time need 64 MB each. The rest are the threads' connections: SQLite keeps the schema, with its
        # triggers, for each of them. A third check would exceed this.
        assert memory_of(web.popen.pid) - memory < 260_000


def memory_of(pid: int) -> int:
    """The highest resident memory of a process and its children until now, in kB."""
    children = [child for one in (pid,) for child in children_of(one)]
    return sum(peak_of(one) for one in (pid, *children))


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def peak_of(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


def test_concurrent_successful_sign_ins_are_not_limited(
    shop_environment: dict[str, str], tmp_path: Path, command: Command
) -> None:
    create = ("flask", "--app", "wsgi", "create-admin", "--email", EMAIL, "--password", PASSWORD)
    assert command(*create).returncode == 0
    url = f"http://127.0.0.1:{shop_environment['PORT']}"
    with (
        running_quickly(["storefront", "web"], f"{url}/readyz", tmp_path / "shop.log", shop_environment),
        ThreadPoolExecutor(12) as devices,
    ):
        assert set(devices.map(lambda _: sign_in(url, PASSWORD), range(12))) == {303}
