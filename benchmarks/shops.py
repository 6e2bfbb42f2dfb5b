"""Shops to measure: made once, and kept in a cache folder until the schema or the sample rows change."""

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.http_client import Connection, Request
from storefront import db, merchants, settings
from storefront.config import DEFAULTS, Config
from storefront.i18n import fold
from storefront.models import AuditEntry, Merchant, Order, PaymentRequest, now
from stripe_simulator import accounts
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.inside_shop import inside_shop
from tests.processes import ROOT, free_port
from tests.web_client import csrf_token

CACHE = Path(os.environ.get("BENCH_DIR") or ROOT / ".bench")
# What the rows of a kept shop depend on. Reading them, in a module of `_READING`, changes none.
_SOURCES = ("storefront/db/migrations", "storefront/models", "storefront/db/derived.py", "benchmarks/grow")
_READING = "storefront/models/search"
# The only order of this customer is in the middle of every shop.
RARE_EMAIL, RARE_NAME = "kvitka.rarename@example.com", "Квітка Єдинак"
Headers = tuple[tuple[str, str], ...]
SAME_ORIGIN = ("Sec-Fetch-Site", "same-origin")


@dataclass(frozen=True)
class Size:
    """How many rows a shop has."""

    orders: int = 100
    merchants: int = 1
    offers: int = 12


class Shop:
    """A shop in a folder. `environment` are all variables of its processes, `headers` those of its owner's browser."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """The folder has a migrated database, or `environment` names one."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **dict.fromkeys(DEFAULTS, ""),
            "INSTANCE_DIR": str(folder / "instance"),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "WEB_CONCURRENCY": "1",
            # Nothing listens there: a page that would ask Stripe fails at once.
            "STRIPE_API_BASE": "http://127.0.0.1:9",
            **environment,
        }
        self.config = Config.from_environment(self.environment)
        self.headers: Headers = (SAME_ORIGIN, ("Accept-Language", "en"), ("Accept-Encoding", "gzip"))

    def inside(self) -> AbstractContextManager[None]:
        """Use the shop's database and operations in this process."""
        return inside_shop(self.config)

    def started_at(self, port: int) -> dict[str, str]:
        """The environment of a process of this shop at another port."""
        return {**self.environment, "PORT": str(port), "PUBLIC_URL": ""}

    def sign_in(self) -> Headers:
        """The headers of the owner's browser. The web server must be running."""
        connection = Connection(self.port)
        page = connection.send(Request("/admin/login", self.headers))
        form = {"csrf_token": csrf_token(page.text), "email": OWNER_EMAIL, "password": PASSWORD}
        cookie = page.headers["set-cookie"].split(";")[0]
        answer = connection.send(Request("/admin/login", (*self.headers, ("Cookie", cookie)), form))
        connection.close()
        if answer.status not in (302, 303):
            raise RuntimeError(f"the owner can't sign in: {answer.status}")
        return (*self.headers, ("Cookie", answer.headers["set-cookie"].split(";")[0]))


def kept_shop(size: Size) -> Path:
    """The folder of a shop of this size, from the cache or made now. It is not to be changed: see `copy_of`."""
    version = _version()
    folder = CACHE / f"{version}-{size.orders}-{size.merchants}-{size.offers}"
    if not (folder / "complete").exists():
        for outdated in CACHE.glob("*-*-*-*"):
            if not outdated.name.startswith(version):
                shutil.rmtree(outdated)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fill(Shop(folder), size)
        (folder / "complete").touch()
    return folder


def fill(shop: Shop, size: Size) -> None:
    """Add the owner, orders, merchants and offers to an empty shop, and remove its limits on unpaid orders."""
    sample = (
        *("-m", "benchmarks.grow", "--orders", str(size.orders)),
        *("--merchants", str(size.merchants), "--offers", str(size.offers)),
    )
    # In a process of its own: it takes memory, and this process is to stay small.
    environment = {**os.environ, **shop.environment}
    with shop.inside():
        db.migrate(shop.config)
        # The sessions of its admins are sample rows, too.
        make_owner()
    subprocess.run([sys.executable, *sample], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    with shop.inside():
        limits = ("checkouts_per_address_hour", "checkouts_per_email_hour", "checkouts_per_shop_hour")
        settings.save(dict.fromkeys(limits, 0))
        # Otherwise the pages would warn that the worker does not run, and that keys were not checked.
        Merchant.update(checked_at=now()).execute()
        middle = Order.select().order_by(Order.id).offset(size.orders // 2).first()
        if middle is not None:
            Order.update(email=RARE_EMAIL, name=RARE_NAME).where(Order.id == middle.id).execute()
        entry = AuditEntry.select().order_by(AuditEntry.id).offset(AuditEntry.select().count() // 2).first()
        if entry is not None:
            changes = [["", "name", "", RARE_NAME]]
            entry.change(changes)
        asked = PaymentRequest.select().order_by(PaymentRequest.id).offset(PaymentRequest.select().count() // 2).first()
        if asked is not None:
            changed = {
                "name": RARE_NAME,
                "name_folded": fold(RARE_NAME),
                "email": RARE_EMAIL,
                "email_folded": RARE_EMAIL,
            }
            PaymentRequest.update(**changed).where(PaymentRequest.id == asked.id).execute()


def copy_of(kept: Path, folder: Path, **environment: str) -> Shop:
    """A copy of a kept shop, which may be changed."""
    shutil.copytree(kept, folder)
    return Shop(folder, **environment)


def connect_simulator(shop: Shop) -> Merchant:
    """Connect the simulator's account of Olena; the shop's STRIPE_API_BASE is the simulator."""
    with shop.inside():
        account = accounts.OLENA
        keys = accounts.publishable_key(account), accounts.secret_key(account)
        return merchants.connect("Olena's studio", *keys, shop.url)


def _version() -> str:
    """A hash of everything that the rows of a kept shop depend on, and of the week: the newest orders are new."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.is_relative_to(ROOT / _READING):
                continue
            digest.update(file.read_bytes())
    digest.update(datetime.now(UTC).strftime("%G-%V").encode())
    return digest.hexdigest()[:12]
