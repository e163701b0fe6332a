"""Charts as inline SVG: a histogram, an interval, a row of a heat map."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from grading.pages.figures import Share

# Lengths are in pixels.
WIDTH, HEIGHT, FOOT, HEAD, SIDE = 640, 150, 22, 18, 12  # of a histogram
BINS = 20
INTERVAL = 100  # width of an interval
CELL = 9  # of a heat map
NAMES = 190  # height of the names above a heat map
TURNED = Markup('<text class="{}" transform="translate({} {}) rotate(-90)">{}</text>')


def histogram(points: Sequence[int], most: int) -> Markup:
    """Return how many have how many points; each bar says its number."""
    width = max(1, -(-(most + 1) // BINS))  # points in a bar
    bars = [sum(start <= one < start + width for one in points) for start in range(0, most + 1, width)]
    highest, step = max(bars, default=0) or 1, (WIDTH - 2 * SIDE) / len(bars)
    parts = [Markup('<path class="axis" d="M{} {}H{}"/>').format(SIDE, HEAD + HEIGHT, WIDTH - SIDE)]
    for number, count in enumerate(bars):
        parts.append(_bar(SIDE + number * step, step, HEIGHT * count / highest, count))
        if number % 4 == 0 or number == len(bars) - 1:
            x, y = SIDE + (number + 0.5) * step, HEAD + HEIGHT + 16
            parts.append(Markup('<text class="mid dim" x="{:.0f}" y="{:.0f}">{}</text>').format(x, y, number * width))
    told = "; ".join(f"{n * width} to {min(most, (n + 1) * width - 1)} points: {count}" for n, count in enumerate(bars))
    return _svg(WIDTH, HEAD + HEIGHT + FOOT, "How many have how many points", told, Markup("").join(parts))


def _bar(x: float, width: float, height: float, count: int) -> Markup:
    if not count:
        return Markup("")
    top = HEAD + HEIGHT - height
    bar = Markup('<rect class="bar1" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>')
    text = Markup('<text class="mid" x="{:.1f}" y="{:.1f}">{}</text>')
    return bar.format(x + 1.5, top, width - 3, height) + text.format(x + width / 2, top - 5, count)


def _svg(width: float, height: float, title: str, told: str, inside: Markup) -> Markup:
    head = '<svg class="chart" role="img" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}">'
    return Markup(head + "<title>{2}</title><desc>{3}</desc>{4}</svg>").format(width, height, title, told, inside)


def interval(share: Share) -> Markup:
    """Return a share and its interval on a line from 0 to 100 %. The numbers stand beside it."""
    low, high, middle = (round(INTERVAL * part, 1) for part in (share.low, share.high, share.value))
    return Markup(
        '<svg class="chart" aria-hidden="true" width="{}" height="12"><path class="axis" d="M0 6h{}"/>'
        '<path class="span" d="M{} 6H{}"/><circle class="dot" cx="{}" cy="6" r="3.2"/></svg>'
    ).format(INTERVAL, INTERVAL, low, max(high, low + 1), middle)


def cells(outcomes: str, classes: Sequence[tuple[str, str]]) -> Markup:
    """Return a row of a heat map: for each kind of outcome that is drawn, its cells in one path."""
    paths = [
        Markup('<path class="{}" d="{}"/>').format(name, "".join(_runs(outcomes, letter)))
        for letter, name in classes
        if letter in outcomes
    ]
    return Markup("").join(paths)


def _runs(outcomes: str, letter: str) -> Iterator[str]:
    position = 0
    for found, run in itertools.groupby(outcomes):
        length = len(list(run))
        if found == letter:
            yield f"M{position} 1h{length}"
        position += length


def heads(names: Sequence[str], firsts: set[int]) -> Markup:
    """Return the names of checks above the columns of a heat map, turned; those in `firsts` begin an exercise."""
    width = CELL * len(names)
    lines = [Markup('<path class="axis" d="M{0} 0V{1}"/>').format(CELL * n, NAMES) for n in sorted(firsts)]
    texts = [TURNED.format("tiny", CELL * n + CELL - 2, NAMES - 3, name) for n, name in enumerate(names)]
    head = '<svg class="chart" aria-hidden="true" width="{}" height="{}">{}</svg>'
    return Markup(head).format(width, NAMES, Markup("").join([*lines, *texts]))
