"""Text as a person can read it: nothing in it is an order to a terminal, and it is not too long."""

from __future__ import annotations

from collections.abc import Sequence

DRAWN = "✓✗·│─▶◀⋮…“”„‘’–—•━╸╺┌├└┐┤┘"
TYPED = 'vx.|-><:~"""\'\'--*---++++++'  # as wide, for encodings that have nothing better
LOOKALIKES = dict(zip(DRAWN, TYPED, strict=True))
JOINERS = "\N{ZERO WIDTH JOINER}"  # not printable, and yet part of what one sees
LONGEST = 300  # characters of a line that are worth keeping


def visible(text: str, encoding: str = "utf-8") -> str:
    """Return `text` on one line, with an escape for all that a terminal obeys, hides or, in `encoding`, lacks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _is_visible(c, encoding) else escaped(c) for c in text)


def shown(text: str) -> str:
    """Return `text` so that it can be read: control characters escaped, and not too long."""
    if len(text) > LONGEST:
        text = f"{text[:40]}… ({len(text)} characters)"
    return visible(text)


def escaped(c: str) -> str:
    """Return a character as Python writes it in its source."""
    return ascii(c)[1:-1]


def has(encoding: str, text: str) -> bool:
    """Tell whether an encoding has all of `text`."""
    try:
        return bool(text.encode(encoding))
    except UnicodeError:
        return False


def _is_visible(c: str, encoding: str) -> bool:
    return c in LOOKALIKES or ((c.isprintable() or c in JOINERS) and (c.isascii() or has(encoding, c)))


def together(names: Sequence[str]) -> str:
    """Return `names` as one says them: Ann, Bob and Cyd."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
