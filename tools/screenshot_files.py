"""The files of screenshots: docs/pictures/<page>-<language>.png."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tools.temporary_demo import ROOT

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1100, 760
# The room around what a picture of a part of a page shows.
MARGIN = 12


def take(page: Page, name: str, language: str, width: int = WIDTH, most: int = 10_000) -> None:
    """Take a picture of the whole page, or of its first `most` pixels."""
    # The window gets the page's height, so that sticky elements are at their place.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(HEIGHT, height), most)})
    page.screenshot(path=path_of(name, language))
    page.set_viewport_size({"width": width, "height": HEIGHT})
    shrink(path_of(name, language))


def take_part(page: Page, name: str, language: str, *selectors: str) -> None:
    """Take a picture of the part of the page from the first to the last of these elements."""
    page.evaluate("document.activeElement.blur()")
    height = page.evaluate("document.documentElement.scrollHeight")
    size = page.viewport_size or {"width": WIDTH, "height": HEIGHT}
    page.set_viewport_size({**size, "height": height})
    boxes = [box for one in selectors if (box := page.locator(one).last.bounding_box())]
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right, bottom = (max(box[at] + box[long] for box in boxes) for at, long in (("x", "width"), ("y", "height")))
    clip = {"x": left - MARGIN, "y": top - MARGIN, "width": right - left, "height": bottom - top}
    clip |= {long: clip[long] + 2 * MARGIN for long in ("width", "height")}
    page.screenshot(path=path_of(name, language), clip=clip)  # type: ignore[arg-type]
    page.set_viewport_size(size)
    shrink(path_of(name, language))


def path_of(name: str, language: str) -> Path:
    return PICTURES / f"{name}-{language}.png"


def shrink(path: Path) -> None:
    """Make the file small."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128).save(path, optimize=True)
