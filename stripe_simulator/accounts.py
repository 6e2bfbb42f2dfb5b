"""The people one can rehearse with: their Stripe accounts and fixed keys.

Keys are put together from pieces so that no scanner mistakes this file for a leak. Every account
has `pk_test_`/`sk_test_` and `pk_live_`/`sk_live_`; see `GET /simulator` for all of them in full.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """One Stripe account. `lacks` names restricted keys by what they may not do."""

    name: str
    id: str
    country: str
    currency: str
    stem: str
    charges_enabled: bool = True
    not_chargeable: frozenset[str] = frozenset()
    lacks: dict[str, frozenset[str]] = field(default_factory=dict)
    created: int = 1_735_689_600

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.com"


OLENA = Account(
    name="Olena",
    id="acct_1QmOlenaIEkR7vTd",
    country="IE",
    currency="eur",
    stem="OlenaIEkR7vTd",
    lacks={
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
    stem="KenjiJPw4ZsXe",
    # So that rehearsal meets an account that can't charge everything the others can.
    not_chargeable=frozenset("bhd jod kwd omr tnd".split()),
)
TARAS = Account(name="Taras", id="acct_1QmTarasUSh2QyLb", country="US", currency="usd", stem="TarasUSh2QyLb")
SOFIA = Account(
    name="Sofia",
    id="acct_1QmSofiaDEn9PuGc",
    country="DE",
    currency="eur",
    stem="SofiaDEn9PuGc",
    charges_enabled=False,
)

ACCOUNTS = (OLENA, KENJI, TARAS, SOFIA)
MODES = ("test", "live")


def publishable_key(account: Account, mode: str = "test") -> str:
    """`pk_test_…` or `pk_live_…`."""
    return spelled("pk", mode, account, "")


def secret_key(account: Account, mode: str = "test") -> str:
    """`sk_test_…` or `sk_live_…`."""
    return spelled("sk", mode, account, "")


def restricted_key(account: Account, lack: str, mode: str = "test") -> str:
    """`rk_test_…`: a key that may do everything except what `account.lacks[lack]` names."""
    return spelled("rk", mode, account, lack)


def expired_key(account: Account, mode: str = "test") -> str:
    """A secret key that was good once and has been rolled."""
    return spelled("sk", mode, account, "Expired")


def spelled(kind: str, mode: str, account: Account, word: str) -> str:
    """Key kind, mode, and a tail that is stable, so that a restarted demo still knows its merchants."""
    return f"{kind}_{mode}_51Qm{account.stem}{word}Rehearsal{account.stem[::-1]}00{mode.capitalize()}"
