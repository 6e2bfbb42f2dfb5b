"""Keep the shop that the present version makes: `python -m tests.upgrades`.

Run it once for each release, when its version is set and all its migrations are there. It refuses to replace a
release that was kept, because newer code would no longer make what that release left. `--again` is for a release that
nobody has installed yet.
"""

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from storefront import db
from storefront.config import VERSION
from storefront.models import Email, Offer
from storefront.operations.backups.contents import counted_tables
from tests.cards import ASKS, GOOD
from tests.factories import OWNER_EMAIL, PASSWORD, make_offer, make_owner
from tests.money.buyer import Marko
from tests.money.full_shop import fill_shop
from tests.money.in_process_mail import InProcessMailServer, running_in_process_mail_server
from tests.money.in_process_shop import InProcessShop, in_process_shop
from tests.upgrades.release import ASKED, DATA, DATABASE, EXPECTED, KEY_FILES, LEFT_OPEN, PAID_AT_STRIPE, STRIPE


def main() -> int:
    """Return the exit code."""
    folder = DATA / VERSION
    if folder.exists():
        if "--again" not in sys.argv[1:]:
            print(f"{folder} is there already: a release is kept once", file=sys.stderr)
            return 1
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    with running_in_process_mail_server() as mail, in_process_shop(mail) as shop:
        shop.reset(title="Watercolour evening")
        with db.connection():
            make_owner()
            fill_shop(shop)
            subscriber = Marko(shop, make_offer(Offer.get().merchant, kind="recurring"), "visit-before-upgrade-5")
            subscriber.subscribe()
            pending = _leave_business_open(shop, mail)
            expected = {
                "made_by": f"version {VERSION}",
                "environment": _keys(shop.config.instance_dir),
                "admin": {"email": OWNER_EMAIL, "password": PASSWORD},
                "rows": {name: _count(name) for name in sorted(counted_tables())},
                "pending": pending,
                "subscription": subscriber.subscription.subscription_id,
            }
        db.close_connections()
        _copy(shop.config.instance_dir, shop, folder)
    (folder / EXPECTED).write_text(json.dumps(expected, indent=1) + "\n")
    print(f"{folder}: {sum(expected['rows'].values())} rows, {len(pending)} open payments")
    return 0


def _leave_business_open(shop: InProcessShop, mail: InProcessMailServer) -> list[dict[str, str]]:
    """Orders that wait for a payment, one that was paid without the shop hearing of it, and emails that wait."""
    offer = make_offer(Offer.get().merchant, title="Portrait evening")
    mail.away = True
    Marko(shop, offer, "visit-before-upgrade-9").buy()
    buyers = {state: Marko(shop, offer, f"visit-before-upgrade-{number}") for number, state in enumerate(LEFT_OPEN)}
    for buyer in buyers.values():
        buyer.start_checkout(email=f"{buyer.visit}@example.com")
    buyers[ASKED].confirm_card(ASKS)
    shop.run_worker()
    assert Email.select().where(Email.state == "waiting").exists()
    # Last: the worker would hear of it.
    buyers[PAID_AT_STRIPE].confirm_card(GOOD)
    assert {buyer.order.status for buyer in buyers.values()} == {"pending"}
    return [{"order": buyer.token, "secret": buyer.secret, "state": state} for state, buyer in buyers.items()]


def _keys(instance: Path) -> dict[str, str]:
    return {variable: (instance / name).read_text().strip() for variable, name in KEY_FILES.items()}


def _count(table: str) -> int:
    (number,) = db.db.execute_sql(f'SELECT COUNT(*) FROM "{table}"').fetchone()
    return int(number)


def _copy(instance: Path, shop: InProcessShop, folder: Path) -> None:
    for source, target in ((instance / DATABASE, folder / DATABASE), (None, folder / STRIPE)):
        reading = sqlite3.connect(source) if source else shop.stripe.store.db
        with closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode = DELETE")
            # Most of the tables are nearly empty.
            writing.execute("PRAGMA page_size = 1024")
            writing.execute("VACUUM")
    shutil.copytree(instance / "uploads", folder / "uploads")


if __name__ == "__main__":
    sys.exit(main())
