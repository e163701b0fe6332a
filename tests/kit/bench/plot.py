"""The figures as a picture: a dot for each server in each row, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

COLOURS = ("#1a6b54", "#c9603b", "#4a6fa5", "#b59b3a", "#8a5aa0", "#6b747c")
LEFT, RIGHT, TOP, ROW, WIDTH = 140, 44, 44, 26, 760  # pixels
LOWEST = 1e4  # lines in a second


class Named(Protocol):
    """A row or a server."""

    @property
    def name(self) -> str: ...


def dots(rows: Sequence[Named], servers: Sequence[Named], figures: Mapping[tuple[str, str], float]) -> str:
    """Return an SVG with all rows that count lines in a second."""
    shown = [row for row in rows if row.name.startswith(("flood", "talk"))]
    most = max((figures[row.name, server.name] for row in shown for server in servers), default=LOWEST)
    high = max(LOWEST * 10, 10 ** math.ceil(math.log10(most)) if most == most else 0)
    bottom = TOP + len(shown) * ROW

    def x(value: float) -> float:
        part = math.log10(max(value, LOWEST) / LOWEST) / math.log10(high / LOWEST)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 52}"',
        '  font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{bottom + 52}" fill="#ffffff"/>',
    ]
    for power in range(round(math.log10(LOWEST)), round(math.log10(high)) + 1):
        at = f"{x(10**power):.0f}"
        out.append(f'<line x1="{at}" y1="{TOP - 8}" x2="{at}" y2="{bottom}" stroke="#c8d0d6"/>')
        out.append(f'<text x="{at}" y="{bottom + 18}" text-anchor="middle" fill="#56616c">{10**power:,}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{bottom + 40}" text-anchor="middle">')
    out.append("lines delivered in a second; from one line to the next, ten times as many</text>")
    left = float(LEFT)
    for colour, server in zip(COLOURS, servers, strict=False):
        out.append(f'<circle cx="{left + 5:.0f}" cy="16" r="5" fill="{colour}"/>')
        out.append(f'<text x="{left + 15:.0f}" y="20">{escape(server.name)}</text>')
        left += 34 + 6.5 * len(server.name)
    for number, row in enumerate(shown):
        y = TOP + number * ROW + ROW // 2
        out.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(row.name)}</text>')
        out.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#e9edf0"/>')
        for colour, server in reversed([*zip(COLOURS, servers, strict=False)]):
            value = figures[row.name, server.name]
            if value == value:
                out.append(f'<circle cx="{x(value):.1f}" cy="{y}" r="5.5" fill="{colour}" fill-opacity="0.9"/>')
    return "\n".join([*out, "</svg>"]) + "\n"
