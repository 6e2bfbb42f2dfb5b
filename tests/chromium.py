"""How tests start Chromium: the program in CHROMIUM, otherwise the first one on the PATH."""

import os
import shutil

from playwright.sync_api import expect

# How long a page may take to show what a test expects; only a guard against hanging, since machines differ in speed.
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)

# Headless shell first, as in tools/browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: tests run as root in containers. The other switches stop background requests and GPU detection.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
# The address bar's menus would start two more processes per window. The other features are those that
# Playwright disables with the same flag; its last occurrence wins.
SWITCHED_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"),
)


def launch_arguments() -> dict[str, object]:
    """Arguments for Playwright's `launch`; without an installed browser Playwright uses its own."""
    named = os.environ.get("CHROMIUM")
    path = named or next((found for name in NAMES if (found := shutil.which(name))), None)
    return {"executable_path": path, "args": [*ARGUMENTS.split(), f"--disable-features={','.join(SWITCHED_OFF)}"]}
