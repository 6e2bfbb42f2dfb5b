"""The query string of a public page: a link from a campaign (`?utm_source=…`) shows the same page as one without.

The page's script reads the campaign from the browser's address when the customer pays. So the page itself depends on
few parameters, and all others are left out before it is looked for in memory.
"""

from collections.abc import Collection, Sequence
from urllib.parse import unquote_plus

# Flask answers an address that has one: it remembers the language, and redirects the return from a bank's page.
OF_FLASK = frozenset({"lang"})


def sent_parameters(query: str) -> tuple[tuple[str, str], ...] | None:
    """(name, as it was sent) of each parameter; None if Flask must answer."""
    sent = tuple((_name_of(part), part) for part in query.split("&"))
    return None if any(name in OF_FLASK for name, _part in sent) else sent


def address_with(path: str, sent: Sequence[tuple[str, str]], names: Collection[str]) -> str:
    """Path and query string with those parameters only that have one of the names."""
    kept = [part for name, part in sent if name in names]
    return f"{path}?{'&'.join(kept)}" if kept else path


def _name_of(part: str) -> str:
    name = part.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name
