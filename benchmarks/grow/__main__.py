"""The command: `python -m benchmarks.grow --orders N`."""

import argparse
import sys
import time

from peewee import DatabaseError

from benchmarks.grow import LiveMerchantError, grow
from storefront import db, runtime
from storefront.config import Config, ConfigError

ABOUT = """\
Add realistic sample orders to the configured database (DATABASE_URL or INSTANCE_DIR), which is migrated first: with
payments, timeline, emails, refunds, disputes, a customer for three orders, and one subscription in twenty orders.
It is refused where a merchant in live mode is connected. Stop the shop first: the database is locked meanwhile.
An interrupted run adds nothing. A second run adds further orders.
"""

OFFERS = "at least so many sample offers, every fourth one a subscription (12)"


def main() -> int:
    """Run the command. Return its exit code."""
    parser = argparse.ArgumentParser("python -m benchmarks.grow", description=ABOUT)
    parser.add_argument("--orders", type=_count, required=True, metavar="N", help="how many orders to add")
    parser.add_argument("--merchants", type=_count, default=1, metavar="M", help="at least so many test merchants (1)")
    parser.add_argument(
        "--offers",
        type=_count,
        default=12,
        metavar="K",
        help="at least so many sample offers (12); every fourth one is a subscription",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same orders (1)")
    chosen = parser.parse_args()
    began = time.monotonic()
    try:
        config = Config.from_environment()
        runtime.start(config)
        with db.connection():
            db.migrate(config)
            grow(chosen.orders, chosen.merchants, chosen.offers, chosen.seed)
    except LiveMerchantError as error:
        print(f"{error} is connected in live mode: sample orders would be mixed with real ones", file=sys.stderr)
        return 2
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except DatabaseError as error:
        print(f"DATABASE_URL: the database can't be used: {error}", file=sys.stderr)
        return 1
    seconds = time.monotonic() - began
    print(f"added {chosen.orders} orders in {seconds:.1f} s, {chosen.orders / max(seconds, 0.001):.0f} a second")
    return 0


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
