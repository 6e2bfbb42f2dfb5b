"""Small line charts inside tiles, made on the server as SVG: no script, and any color scheme."""

from collections.abc import Sequence

# In the units of the drawing. The style sheet decides how large it is shown.
WIDTH, HEIGHT, EDGE = 120, 32, 2


def sparkline(values: Sequence[int]) -> str:
    """The `points` of an SVG polyline for these values, which are not negative; "" if there is nothing to draw."""
    largest = max(values, default=0)
    if largest <= 0 or len(values) < 2:
        return ""
    step, room = (WIDTH - 2 * EDGE) / (len(values) - 1), HEIGHT - 2 * EDGE
    points = ((EDGE + index * step, HEIGHT - EDGE - room * value / largest) for index, value in enumerate(values))
    return " ".join(f"{x:.4g},{y:.4g}" for x, y in points)
