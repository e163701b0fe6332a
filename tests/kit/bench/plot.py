"""The figures as a picture: a bar for each server and row, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

COLOURS = ("#1a6b54", "#c9826b", "#8d9db6", "#b7b08a", "#9b8aa5", "#777f86")
BAR, GAP, LEFT, WIDTH = 11, 16, 190, 760  # pixels


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def bars(rows: Sequence[_Named], servers: Sequence[_Named], figures: Mapping[tuple[str, str], float]) -> str:
    """Return an SVG with all rows that count lines in a second."""
    shown = [row for row in rows if "flood" in row.name or "talk" in row.name]
    most = max(figures[row.name, server.name] for row in shown for server in servers)
    low, high = 4.0, math.log10(most)
    height = len(shown) * (len(servers) * BAR + GAP) + 60
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"',
        '  font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for power in range(int(low), int(high) + 1):
        x = _x(10.0**power, low, high)
        out.append(f'<line x1="{x:.0f}" y1="28" x2="{x:.0f}" y2="{height - 30}" stroke="#e3e7eb"/>')
        out.append(f'<text x="{x:.0f}" y="{height - 14}" text-anchor="middle" fill="#56616c">{10**power:,}</text>')
    x = LEFT
    for colour, server in zip(COLOURS, servers, strict=False):
        out.append(f'<rect x="{x}" y="8" width="9" height="9" fill="{colour}"/>')
        out.append(f'<text x="{x + 13}" y="16">{escape(server.name)}</text>')
        x += 28 + 6 * len(server.name)
    y = 36
    for row in shown:
        out.append(
            f'<text x="{LEFT - 8}" y="{y + len(servers) * BAR / 2 + 4}" text-anchor="end">{escape(row.name)}</text>'
        )
        for colour, server in zip(COLOURS, servers, strict=False):
            value = figures[row.name, server.name]
            width = max(1.0, _x(value, low, high) - LEFT) if value == value and value > 0 else 1.0
            out.append(f'<rect x="{LEFT}" y="{y}" width="{width:.0f}" height="{BAR - 2}" fill="{colour}"/>')
            y += BAR
        y += GAP
    return (
        "\n".join(
            [
                *out,
                f'<text x="{WIDTH - 8}" y="{height - 2}" text-anchor="end">lines delivered in a second</text>',
                "</svg>",
            ]
        )
        + "\n"
    )


def _x(value: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - 20) * max(0.0, math.log10(max(value, 1.0)) - low) / (high - low)
