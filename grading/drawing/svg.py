"""Paint a diagram as an SVG picture, for light and dark pages alike. What it says can be read aloud, too."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from html import escape

from rich.cells import cell_len, set_cell_size

from grading.drawing.layout import Diagram, Row
from grading.drawing.style import style
from grading.results.events import CLOSE, HALF_CLOSE, RESET, SHOWN, SILENCE, TYPED
from grading.results.visible import visible

# All lengths are in pixels.
CELL = 7.9  # a column of what was said
LETTER = 8.2  # of a name
SIDE = 20  # beside the outermost names
TOP = 14
HEAD = 32  # height of the box of a name
AIR = 18  # below the names, and above the end of the lifelines
NARROWEST, WIDEST = 130, 440  # from one lifeline to the next
APART = 16  # the boxes of two names
BESIDE = 15  # from a lifeline to what is said about it
STUB = 26  # from a lifeline to a segment's box
PAD = 11  # around what is in a box
LINE = 20  # height of a line in a segment
GAP = 9  # above and below a box
ARROW, MARK, NOTE = 40, 36, 38  # heights of rows
TIP = 9  # of an arrow
CROSS = 6.5  # from its middle to its ends
TOOTH = 5  # of a torn edge
TEETH = 4  # for each line
LONGEST_NAME = 24  # columns
ENDINGS = (CLOSE, RESET)
NOT_ARRIVING = (*ENDINGS, SILENCE)
ACTS = {TYPED: "types ", SHOWN: "sees "}
COLOURS = {RESET: "bad", SILENCE: "quiet", CLOSE: "plain", TYPED: "screen", SHOWN: "screen"}  # otherwise: wire


def svg(diagram: Diagram, title: str = "Who said what to whom", is_alone: bool = True) -> str:
    """Return a diagram as an SVG picture with a `title`; where it is not alone, the page around it has its style."""
    return _Picture(diagram).whole(title, f"<style>\n{style()}</style>\n" if is_alone else "")


class _Picture:
    """A picture in the making: where the lanes are, how far down it is drawn, and what is drawn so far."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.names = [_cut(visible(name), LONGEST_NAME) for name in diagram.lanes]
        self.boxes = [LETTER * cell_len(name) + 2 * PAD for name in self.names]
        self.x = self._lanes()
        self.y = float(TOP + HEAD + AIR)
        self.parts: list[str] = []
        self._since: dict[int, float] = {}  # where the lifelines begin that are not drawn yet

    def whole(self, title: str, looks: str) -> str:
        """Return the picture."""
        if self.diagram.earlier:
            self._note(f"{self.diagram.earlier} earlier")
        behind = [line for row in self.diagram.rows for line in self._with_lifelines(row)]
        behind += self._ended(set(self._since) - self.diagram.gone, self.y + AIR)
        width, height = self.x[-1] + self.boxes[-1] / 2 + SIDE if self.x else 2 * SIDE, self.y + AIR + TOP
        parts = "\n".join([*behind, *self._heads(), *self.parts])
        mark = hashlib.sha256((title + parts).encode("utf-8", "replace")).hexdigest()[:8]
        size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="talk" role="img" xml:space="preserve" {size}'
            f' aria-labelledby="title-{mark} told-{mark}" style="max-width:100%;height:auto">\n'
            f'<title id="title-{mark}">{_plain(title)}</title>\n'
            f'<desc id="told-{mark}">{_plain(told(self.diagram))}</desc>\n'
            f"{looks}"
            f'<rect class="paper" width="{width:.0f}" height="{height:.0f}" rx="8"/>\n{parts}\n</svg>\n'
        )

    # Lanes

    def _lanes(self) -> list[float]:
        """Return where the lifelines are: as far from each other as what is between them needs."""
        gaps = [
            max(NARROWEST, (left + right) / 2 + APART) for left, right in zip(self.boxes, self.boxes[1:], strict=False)
        ]
        for row in sorted(self.diagram.rows, key=_span):
            lanes = _between(row, len(gaps))
            missing = _needed(row) - sum(gaps[lane] for lane in lanes)
            for lane in lanes:
                gaps[lane] = min(WIDEST, gaps[lane] + max(0.0, missing / len(lanes)))
        x = [SIDE + self.boxes[0] / 2] if self.boxes else []
        for gap in gaps:
            x.append(x[-1] + gap)
        return x

    def _heads(self) -> list[str]:
        """Return the names above their lanes."""
        parts = []
        for lane, (name, box, x) in enumerate(zip(self.names, self.boxes, self.x, strict=True)):
            mine = lane == self.diagram.centre
            parts.append(_rect("mine" if mine else "head", x - box / 2, TOP, box, HEAD, 6))
            whole = self.diagram.lanes[lane] if name != visible(self.diagram.lanes[lane]) else ""
            kind = "name mid onmine" if mine else "name mid"
            parts.append(_text(kind, x, TOP + HEAD / 2 + 5, _plain(name), whole))
        return parts

    def _with_lifelines(self, row: Row) -> list[str]:
        """Draw a row; return the lifelines that end in it."""
        top = self.y
        lines = self._ended(set(self._since) & row.gone, top)
        for lane in set(range(len(self.x))) - row.gone:
            self._since.setdefault(lane, TOP + HEAD if row is self.diagram.rows[0] else top)
        self._row(row)
        return lines + (self._ended({row.leaving}, (top + self.y) / 2) if row.leaving is not None else [])

    def _ended(self, lanes: set[int], y: float) -> list[str]:
        ended = sorted(lane for lane in lanes if lane in self._since)
        return [f'<path class="life" d="M{self.x[lane]:.0f} {self._since.pop(lane):.0f}V{y:.0f}"/>' for lane in ended]

    # Rows

    def _row(self, row: Row) -> None:
        if row.start is None:
            self._note(_joined(row))
        elif row.end is None:
            self._mark(row)
        elif row.is_piece:
            self._segment(row)
        else:
            self._arrow(row)

    def _note(self, text: str) -> None:
        text = visible(text)
        middle = (self.x[0] + self.x[-1]) / 2
        room = max(NARROWEST, self.x[-1] - self.x[0] + min(self.boxes[0], self.boxes[-1]))
        short = _cut(text, int((room - 2 * PAD) / CELL))
        width = CELL * cell_len(short) + 2 * PAD
        self.parts.append(_rect("note", middle - width / 2, self.y + 6, width, NOTE - 12, 13))
        whole = text if short != text else ""
        self.parts.append(_text("words mid inside", middle, self.y + NOTE / 2 + 4, _plain(short), whole))
        self.y += NOTE

    def _mark(self, row: Row) -> None:
        """Draw what happens to somebody: a sign on the lifeline, and words beside it."""
        assert row.start is not None
        x, y = self.x[row.start], self.y + MARK / 2
        is_last = row.start == len(self.x) - 1 and row.start > 0
        room = (x - self.x[0] if is_last else self.x[-1] - x) - 2 * BESIDE
        text = _joined(row)
        short = _cut(text, max(12, int(room / CELL)))
        self.parts += _sign(row.kind, x, y)
        words = f"words {COLOURS.get(row.kind, 'plain')}text" + (" end" if is_last else "")
        whole = text if short != text else ""
        self.parts.append(_text(words, x - BESIDE if is_last else x + BESIDE, y + 4, _plain(short), whole))
        self.y += MARK

    def _arrow(self, row: Row) -> None:
        """Draw an arrow with what was said above it."""
        assert row.start is not None and row.end is not None
        start, end = self.x[row.start], self.x[row.end]
        colour = COLOURS.get(row.kind, "wire")
        text, act = visible(row.lines[0]), ACTS.get(row.kind, "")
        often = f"  {row.times} times" if row.times > 1 else ""
        short = _cut(text, int((abs(end - start) - 2 * BESIDE) / CELL) - len(act + often))
        kind = "mid words" if row.kind in (*ENDINGS, HALF_CLOSE) else "mid"
        kind += f" {colour}text" if row.kind in NOT_ARRIVING else ""
        said = f"{_dim(act)}{_plain(short)}{_dim(often)}"
        self.parts.append(_text(kind, (start + end) / 2, self.y + 17, said, text if short != text else ""))
        y = self.y + 27
        if row.kind == SILENCE:
            self._fades(start, end, y)
        else:
            self._line(colour, start, end, y, tip=row.leaving != row.end)
        if row.leaving is not None:
            self.parts.append(_cross(colour, self.x[row.leaving], y))
        self.y += ARROW

    def _line(self, colour: str, start: float, end: float, y: float, tip: bool = True) -> None:
        way = 1 if start < end else -1
        stop = end - way * (TIP if tip else CROSS)
        self.parts.append(f'<path class="{colour}" d="M{start:.1f} {y:.1f}H{stop:.1f}"/>')
        if tip:
            back = end - way * (TIP + 1)
            self.parts.append(f'<path class="{colour}tip" d="M{end - way:.1f} {y:.1f}L{back:.1f} {y - 5:.1f}v10z"/>')

    def _fades(self, start: float, end: float, y: float) -> None:
        """Draw an arrow that does not arrive."""
        stop = end - (3 if start < end else -3) * CROSS
        self.parts += [f'<path class="quiet dots" d="M{start:.1f} {y:.1f}H{stop:.1f}"/>', _cross("quiet", stop, y)]

    def _segment(self, row: Row) -> None:
        """Draw what went in one piece as a box on its way; it is torn where a line is not whole."""
        assert row.start is not None and row.end is not None
        start, end = self.x[row.start], self.x[row.end]
        room = int((abs(end - start) - 2 * STUB - 2 * PAD) / CELL)
        lines = _lines(row)
        width = min(CELL * max(_cells(line) for line in lines), CELL * room) + 2 * PAD
        height = LINE * len(lines) + 8
        left, top, middle = (start + end - width) / 2, self.y + GAP, self.y + GAP + height / 2
        near, far = (left, left + width) if start < end else (left + width, left)
        self._line("wire", start, near + (CROSS if start < end else -CROSS), middle, tip=False)
        self._line("wire", far, end, middle)
        self.parts.append(_box(left, top, width, height, row.continues, row.is_open))
        for number, (before, text, after) in enumerate(lines):
            short = _cut(text, max(4, room - cell_len(before + after)))
            said = f"{_dim(before)}{_plain(short)}{_dim(after)}"
            y = top + 4 + LINE * number + 15
            self.parts.append(_text("inside", left + PAD, y, said, text if short != text else ""))
        self.y += height + 2 * GAP


def told(diagram: Diagram) -> str:
    """Return what a diagram shows as sentences, for whoever hears it instead."""
    return " ".join(sentences(diagram))


def sentences(diagram: Diagram) -> list[str]:
    """Return what a diagram shows, a sentence for each row."""
    return [_sentence(row, diagram.lanes) for row in diagram.rows]


def _sentence(row: Row, lanes: Sequence[str]) -> str:
    often = f", {row.times} times" if row.times > 1 else ""
    said = " / ".join(row.lines)
    if row.start is None:
        return f"{said}{often}."
    if row.end is None:
        return f"{lanes[row.start]} {said}{often}."
    parts = f", {row.height} lines and {row.left_out} more in one segment" if row.left_out else ""
    parts = parts or (f", {len(row.lines)} lines in one segment" if len(row.lines) > 1 else "")
    parts += ", going on with a line" * row.continues + ", the last line without its end" * row.is_open
    return f"{lanes[row.start]} to {lanes[row.end]}{parts}{often}: {said}."


def _lines(row: Row) -> list[tuple[str, str, str]]:
    """Return the lines of a segment, each with what stands before and behind it."""
    lines = [("", visible(line), " ⏎") for line in row.lines]
    if row.is_open:
        lines[-1] = ("", lines[-1][1], r"   no ⏎ yet")
    if row.continues:
        lines[0] = ("…", *lines[0][1:])
    if row.times > 1:
        lines[-1] = (*lines[-1][:2], f"{lines[-1][2]}  {row.times} times")
    if row.left_out:
        lines.insert(-1, (f"… {row.left_out} more lines", "", ""))
    return lines


def _span(row: Row) -> int:
    return 0 if row.start is None or row.end is None else abs(row.start - row.end)


def _between(row: Row, gaps: int) -> Sequence[int]:
    """Return the gaps between lanes that must hold what a row says."""
    if row.start is None:
        return range(gaps)
    if row.end is None:
        return [min(row.start, gaps - 1)] if gaps else []
    return range(min(row.start, row.end), max(row.start, row.end))


def _needed(row: Row) -> float:
    """Return how much room there should be for what a row says."""
    if row.start is None:
        return CELL * cell_len(_joined(row))
    if row.end is None:
        return CELL * cell_len(_joined(row)) + 2 * BESIDE + 1
    if row.is_piece:
        return CELL * max(_cells(line) for line in _lines(row)) + 2 * (PAD + STUB) + 1
    return CELL * cell_len(ACTS.get(row.kind, "") + _joined(row)) + 2 * BESIDE + 1


def _cells(line: tuple[str, str, str]) -> int:
    return cell_len("".join(line))


def _joined(row: Row) -> str:
    return visible(row.lines[0]) + (f"  {row.times} times" if row.times > 1 else "")


def _sign(kind: str, x: float, y: float) -> list[str]:
    """Return the sign of what happened on a lifeline."""
    if kind == SILENCE:
        return [
            f'<path class="gap" d="M{x:.0f} {y - 13:.0f}v26"/>',
            f'<path class="quiet dots" d="M{x:.0f} {y - 11:.0f}v24"/>',
        ]
    if kind == HALF_CLOSE:
        half = f"M{x:.1f} {y - CROSS:.1f}a{CROSS} {CROSS} 0 0 1 0 {2 * CROSS}z"
        return [f'<circle class="open" cx="{x:.1f}" cy="{y:.1f}" r="{CROSS}"/>', f'<path class="half" d="{half}"/>']
    if kind in ENDINGS:
        return [_cross(COLOURS[kind], x, y)]
    return [f'<circle class="half" cx="{x:.1f}" cy="{y:.1f}" r="4"/>']


def _cross(colour: str, x: float, y: float) -> str:
    size = 2 * CROSS
    return f'<path class="{colour} cross" d="M{x - CROSS:.1f} {y - CROSS:.1f}l{size} {size}m0 -{size}l-{size} {size}"/>'


def _box(left: float, top: float, width: float, height: float, torn_left: bool, torn_right: bool) -> str:
    """Return a box, torn at the left of its first line, at the right of its last one, or nowhere."""
    tear = LINE + 4
    step = tear / TEETH / 2
    down = f"l{TOOTH} {step:.1f}l-{TOOTH} {step:.1f}" * TEETH
    up = f"l-{TOOTH} -{step:.1f}l{TOOTH} -{step:.1f}" * TEETH
    right = f"v{height - tear:.1f}{down}" if torn_right else f"v{height:.1f}"
    back = f"v-{height - tear:.1f}{up}" if torn_left else f"v-{height:.1f}"
    return f'<path class="packet" d="M{left:.1f} {top:.1f}h{width:.1f}{right}h-{width:.1f}{back}z"/>'


def _rect(kind: str, x: float, y: float, width: float, height: float, round: int) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}" rx="{round}"'
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size}/>'


def _text(kind: str, x: float, y: float, inside: str, whole: str) -> str:
    """Return a text; `whole` is what it says in full, where that is more than is shown."""
    more = f"<title>{_plain(whole)}</title>" if whole else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{more}{inside}</text>'


def _dim(text: str) -> str:
    return f'<tspan class="dim">{_plain(text)}</tspan>' if text else ""


def _plain(text: str) -> str:
    """Return a text as it may stand in XML."""
    return escape(visible(text))


def _cut(text: str, room: int) -> str:
    return text if cell_len(text) <= room else set_cell_size(text, max(0, room - 1)) + "…"
