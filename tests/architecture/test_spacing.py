"""Distances between and inside the parts of pages come from one scale, the `--space-…` of tokens.css."""

import re
from pathlib import Path

STYLES = Path("static/css")
DISTANCE = re.compile(r"(?<![\w-])((?:margin|padding|(?:row-|column-)?gap)(?:-[a-z-]+)?)\s*:\s*([^;}]+)")
# The widest a page's content gets, in the calculation of its margins.
CONTENT_WIDTH = "66rem"


def test_distances_are_steps_of_the_one_scale() -> None:
    wrong = [
        f"{file}: {name}: {value}"
        for file in sorted(STYLES.glob("*.css"))
        for name, value in DISTANCE.findall(file.read_text())
        if re.search(r"\d(rem|px|em|pt)\b", value.replace(CONTENT_WIDTH, ""))
    ]
    assert not wrong
