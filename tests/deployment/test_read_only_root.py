"""The shop writes to its folder of data alone, and needs neither root nor a home."""

import re
from pathlib import Path

import pytest
import requests

from storefront import worker
from storefront.config import Config
from tests.inside_shop import inside_shop
from tests.processes import closing_process, module, start, until
from tests.web_client import csrf_token

SCRIPT = Path(__file__).with_name("read_only_root.sh")
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-eu", str(SCRIPT)]


# PostgreSQL's server of the tests lets only its own users reach its socket.
@pytest.mark.sqlite
def test_web_and_worker_run_with_everything_else_read_only_and_not_as_root(
    shop_environment: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(shop_environment["INSTANCE_DIR"])
    folder.mkdir()
    url = f"http://127.0.0.1:{shop_environment['PORT']}"
    command = [*NAMESPACE, str(folder), *module("storefront")]
    with closing_process(start(command, tmp_path / "log", shop_environment)) as shop:
        # It starts three times in turn: to find a folder for temporary files, to make the tables, and to serve.
        for sign in ("encryption_keys", "storefront.db"):
            until(lambda sign=sign: (folder / sign).exists() or shop.popen.poll() is not None, sign)
        until(lambda: "made at" in shop.output or shop.popen.poll() is not None, "the address of the first account")
        shop.until_it_answers(f"{url}/readyz")
        first = re.search(r"made at (\S+)", shop.output)
        assert first, shop.output
        browser = requests.Session()
        token = csrf_token(browser.get(first[1], timeout=60).text)
        form = {"csrf_token": token, "email": "olena@example.com", "password": "correct horse battery"}
        answer = browser.post(first[1], form, timeout=60, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        config = Config.from_environment(shop_environment)

        def is_seen() -> bool:
            with inside_shop(config):
                return worker.last_seen() is not None

        until(is_seen, "a sign of life of the worker")
    assert " ERROR " not in shop.output and "Traceback" not in shop.output, shop.output
