"""What surrounds every page of the admin: how many renewals wait, and the mode that its lists are limited to."""

from flask import current_app, g, request
from werkzeug.wrappers import Response

from storefront.models import CounterKind, Counts, counts
from storefront.web.support import YEAR_SECONDS, cookie_name

MODES = ("test", "live")
MODE_COOKIE = "admin_mode"
# What the frame shows. A page that counts more reads these with its own, in one query.
FRAME_KINDS = (CounterKind.OPEN_RENEWALS, CounterKind.ORDERS)


def keep_frame_counts(counted: Counts) -> Counts:
    """Let the layout use the counts that a page has read: FRAME_KINDS and others."""
    g.frame_counts = counted
    return counted


def frame_counts() -> Counts:
    """The counts of FRAME_KINDS. One small query, unless the page has read them."""
    if "frame_counts" not in g:
        keep_frame_counts(counts(*FRAME_KINDS))
    kept: Counts = g.frame_counts
    return kept


def count_open_renewals() -> int:
    """Number of subscriptions with an open renewal."""
    return frame_counts().number(CounterKind.OPEN_RENEWALS)


def chosen_mode() -> str:
    """The mode that was chosen at the top of the admin; "" for both."""
    mode = request.cookies.get(cookie_name(MODE_COOKIE), "")
    return mode if mode in MODES else ""


def offers_modes() -> bool:
    """Whether there is a mode to choose: the shop has orders in both, or one was chosen before."""
    found = {one.mode for one in frame_counts().of(CounterKind.ORDERS) if one.number}
    return bool(chosen_mode()) or len(found) > 1


def choose_mode(response: Response, mode: str) -> None:
    """Remember the mode in this browser; "" forgets it."""
    response.set_cookie(
        cookie_name(MODE_COOKIE),
        mode,
        max_age=YEAR_SECONDS if mode else 0,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
