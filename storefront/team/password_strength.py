"""Whether a password is easy to guess, as zxcvbn estimates it (Wheeler, "zxcvbn", USENIX Security 2016)."""

import re
from collections.abc import Callable, Iterable
from threading import Lock

from storefront.errors import FieldErrors
from storefront.models import Admin, Role

# The score of a password that needs at least 10^6 guesses. Sign-in allows an account ten in 15 minutes.
LEAST_SCORE = 2
# zxcvbn takes no longer ones. What comes after can only make a password harder to guess.
MAX_EXAMINED = 72
MIN_WORD = 3
# zxcvbn keeps the words of a password in a global variable: two threads would estimate with each other's.
_estimating = Lock()
# zxcvbn's lists are of English-speaking users. These are common among Ukrainian and Russian ones.
CYRILLIC_WORDS = (
    "пароль йцукен йцукенг фывапролдж ячсмить привет привіт любовь любов кохання солнышко сонечко максим наташа марина "
    "андрей андрій сергей сергій александр олександр дмитро киев київ украина україна москва магазин крамниця секрет "
    "админ адмін админка"
).split()


def require_strong(password: str, email: str, shop_words: Iterable[str]) -> None:
    """Raise FieldErrors for `password`: password_is_email or password_weak.

    `shop_words` are names that an attacker knows: the shop's, its host's, its merchants'.
    """
    email = email.strip().lower()
    name, _at, domain = email.partition("@")
    if password.strip().lower() in (email, name):
        raise FieldErrors({"password": ["password_is_email"]})
    words = _words([email, name, domain, "storefront", *CYRILLIC_WORDS, *shop_words])
    # A password made of such words only has nothing that must be guessed.
    rest = password.lower()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(re.sub(r"[\W\d_]", "", rest)) < MIN_WORD and len(rest) < len(password) and len(rest) < 8:
        raise FieldErrors({"password": ["password_weak"]})
    # Imported here: it takes a fortieth of the shop's start, and only new passwords need it.
    from zxcvbn import zxcvbn

    with _estimating:
        score = zxcvbn(password[:MAX_EXAMINED], user_inputs=sorted(words))["score"]
    if score < LEAST_SCORE:
        raise FieldErrors({"password": ["password_weak"]})


def set_password(
    email: str,
    password: str,
    shop_words: Iterable[str],
    changed: Callable[[Admin], None] = lambda admin: None,
    role: Role | None = None,
) -> Admin:
    """Create the admin, or change the password of an existing one, which ends all sessions.

    `changed` is called after a change, in the same transaction. With `role` the admin has that role afterwards. Raises
    FieldErrors as `require_strong`, and PasswordCheckBusy.
    """
    require_strong(password, email, shop_words)
    return Admin.set_password(email, password, changed, role)


def replace_password(
    admin: Admin, password: str, shop_words: Iterable[str], changed: Callable[[Admin], None]
) -> Admin | None:
    """Change the password with a link from an email, once. None if it was changed since the link was made.

    Otherwise as `set_password`.
    """
    require_strong(password, admin.email, shop_words)
    return Admin.replace_password(admin.id, admin.session_version, password, changed)


def _words(texts: Iterable[str]) -> set[str]:
    """The texts and their words, in lower case, together and apart: `olena's studio` also as `olenasstudio`."""
    found = set()
    for text in texts:
        parts = re.findall(r"\w+", text.lower())
        found |= {text.lower(), "".join(parts), *parts}
    return {word for word in found if len(word) >= MIN_WORD}
