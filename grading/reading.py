"""How a person reads a screen: past prompts and frames, and over the ends of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grading.screen import COLUMNS

FRAME = " \t│┃║|"  # what may stand at both ends of a row
ENDS_PROMPT = ">:$#"
BEHIND_PROMPT = r"(?:.*[\s>:\]│┃║|])?"
LONG = 60  # characters; a shorter line is in one row
PROMPT = re.compile(r"[^:]{0,40}\W\s*|\s*")


def shows(line: str, text: str, prompts: Iterable[str] = ()) -> bool:
    """Tell whether `line` is `text`, whatever prompt stands before it and whatever frame around it.

    Behind it may stand one of the `prompts`, or what is left of one: who prints while another thread asks for the next
    line gets that on the screen.
    """
    known = "".join(f"|{re.escape(prompt.strip())}" for prompt in prompts if prompt.strip())
    return bool(re.fullmatch(rf"{BEHIND_PROMPT}{re.escape(text.rstrip())}(?:[{FRAME}{ENDS_PROMPT}]{known})*", line))


def shows_in_rows(lines: list[str], text: str) -> bool:
    """Tell whether a long `text` is there in several rows, broken only where the next word found no room."""
    return len(text) > LONG and any(_is_folded(lines[start:], text) for start in range(len(lines)))


def _is_folded(lines: list[str], text: str) -> bool:
    wanted = "".join(text.split())
    rows: list[str] = []
    come = ""
    for line in lines:
        row = line.strip(FRAME)
        if not rows:
            row = row[max(0, row.find(text[:LONG])) :]
        rows.append(row)
        come += "".join(row.split())
        if come == wanted:
            return _is_full_before_each_break(rows)
        if not wanted.startswith(come):
            return False
    return False


def _is_full_before_each_break(rows: list[str]) -> bool:
    width = max(map(len, rows))
    return width <= COLUMNS and all(
        len(row) + 1 + len(after.split()[0]) > width for row, after in zip(rows, rows[1:], strict=False)
    )
