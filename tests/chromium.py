"""How tests start the machine's Chromium: the one CHROMIUM names, else the first on the PATH."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: tests run as root in containers. The rest keeps it from calling home and from waiting for a GPU.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
# The address bar's menus are pages: two processes more for each window, which nobody sees. The others are what
# Playwright switches off by the same flag, whose last mention wins.
SWITCHED_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"),
)


def launch_arguments() -> dict[str, object]:
    """For Playwright's `launch`; without a browser here it looks for its own."""
    named = os.environ.get("CHROMIUM")
    path = named or next((found for name in NAMES if (found := shutil.which(name))), None)
    return {"executable_path": path, "args": [*ARGUMENTS.split(), f"--disable-features={','.join(SWITCHED_OFF)}"]}
