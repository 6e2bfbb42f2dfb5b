"""Makes of a demo a shop that has sold for two years, with a team and a second account for its offers."""

from benchmarks.grow import grow
from demo.settings import Demo
from storefront import db, merchants, runtime, team
from storefront.models import Admin, Merchant, Role
from stripe_simulator import accounts

ORDERS, OFFERS = 500, 4
# In the select of an offer's second account.
SECOND = "Lumen: second account"


def fill(demo: Demo) -> None:
    """Add it to the running demo's database."""
    runtime.start(demo.config())
    try:
        with db.connection():
            # Before the second account is connected: its orders would be of all accounts.
            grow(ORDERS, offers=OFFERS)
            _connect_second(demo)
            owner = Admin.select().order_by(Admin.id).get()
            Admin.set_password("taras@example.com", "brushes and a pot of tea", role=Role.MANAGER)
            with db.db.atomic():
                team.invite("iryna@example.com", Role.VIEWER, owner)
    finally:
        db.close_connections()


def _connect_second(demo: Demo) -> Merchant:
    keys = accounts.publishable_key(accounts.GRACE), accounts.secret_key(accounts.GRACE)
    return merchants.connect(SECOND, *keys, demo.config().public_url)
