"""Screen sizes for browser tests."""

import pytest

SCREENS: dict[str, dict[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 3,
        "is_mobile": True,
        "has_touch": True,
    },
}
on_both_screens = pytest.mark.parametrize("screen", list(SCREENS))
