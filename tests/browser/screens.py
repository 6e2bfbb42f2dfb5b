"""Screen sizes for browser tests."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 3,
        "is_mobile": True,
        "has_touch": True,
    },
}
# Stories that depend on touch or on little room; the others are told on a desktop. `fits_all_screens` looks at both.
on_a_phone = pytest.mark.parametrize("screen", ["phone"])


def fits_all_screens(page: Page) -> bool:
    """Whether the page, in the state it is in, scrolls sideways on no screen. Its size is the same afterwards."""
    before = page.viewport_size
    assert before is not None
    fitting = [_fits(page, ViewportSize(**screen["viewport"])) for screen in SCREENS.values()]
    page.set_viewport_size(before)
    return all(fitting)


def _fits(page: Page, size: ViewportSize) -> bool:
    page.set_viewport_size(size)
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
