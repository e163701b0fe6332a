"""How our SVG pictures look: the only colours of drawing, in a light and a dark set."""

from __future__ import annotations

LIGHT = {
    "paper": "#ffffff", "ink": "#1c2733", "dim": "#5b6670", "life": "#aab5be", "head": "#eef2f4", "mine": "#1a6b54",
    "onmine": "#ffffff", "wire": "#1a6b54", "packet": "#e8f3ee", "bad": "#b3261e", "quiet": "#8a5a00",
}  # fmt: skip
DARK = {
    "paper": "#14191e", "ink": "#e6ebef", "dim": "#a3afb9", "life": "#56636e", "head": "#252d35", "mine": "#57c3a0",
    "onmine": "#0d1512", "wire": "#57c3a0", "packet": "#1b3029", "bad": "#ff8a80", "quiet": "#e3b341",
}  # fmt: skip
SHAPES = """\
.talk text{font:13px ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.talk .name,.talk .words{font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}
.talk .name{font-size:14px;font-weight:600}
.talk .mid{text-anchor:middle}
.talk .end{text-anchor:end}
.talk path{fill:none;stroke-width:1.8;stroke-linejoin:round}
.talk .life,.talk .packet{stroke-width:1.4}
.talk .cross{stroke-width:2.6;stroke-linecap:round}
.talk .dots{stroke-width:2.4;stroke-linecap:round;stroke-dasharray:0 6}
.talk .gap{stroke-width:6}
.talk text{stroke-width:5px;stroke-linejoin:round;paint-order:stroke}
.talk .name,.talk .inside{stroke:none}
"""
COLOURS = """\
.talk .paper{{fill:{paper}}}
.talk text{{fill:{ink};stroke:{paper}}}
.talk .name,.talk .inside{{stroke:none}}
.talk .dim{{fill:{dim}}}
.talk .head,.talk .note{{fill:{head};stroke:{life}}}
.talk .mine{{fill:{mine}}}
.talk .onmine{{fill:{onmine}}}
.talk .life{{stroke:{life}}}
.talk .gap{{stroke:{paper}}}
.talk .wire{{stroke:{wire}}}
.talk .wiretip{{fill:{wire}}}
.talk .screen{{stroke:{dim}}}
.talk .screentip{{fill:{dim}}}
.talk .packet{{fill:{packet};stroke:{wire}}}
.talk .plain{{stroke:{ink}}}
.talk .bad{{stroke:{bad}}}
.talk .plaintip{{fill:{ink}}}
.talk .badtip{{fill:{bad}}}
.talk .badtext{{fill:{bad}}}
.talk .quiet{{stroke:{quiet}}}
.talk .quiettext{{fill:{quiet}}}
.talk .open{{fill:{paper};stroke:{ink};stroke-width:1.8}}
.talk .half{{fill:{ink}}}
"""


def style() -> str:
    """Return the style sheet of a picture: its shapes, and the colours that the page around it has."""
    return f"{SHAPES}{COLOURS.format(**LIGHT)}@media (prefers-color-scheme:dark){{\n{COLOURS.format(**DARK)}}}\n"
