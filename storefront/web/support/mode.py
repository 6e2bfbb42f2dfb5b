"""The mode of a Stripe account as text."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

MODES: Mapping[str, Any] = {"test": _l("Test"), "live": _l("Live")}


def mode_name(mode: str) -> str:
    """Name of a mode: `test` or `live`."""
    return str(MODES[mode])
