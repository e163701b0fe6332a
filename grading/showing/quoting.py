"""Pages are written for a wide editor and a browser: here they become lines that a terminal of any width can break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

STARTS = re.compile(r"[-*#]|\d+\. |\s{4}")  # of a line that goes on with nothing: a list, a heading, code
ENDS = re.compile(r"#|\s{4}")  # of one that nothing goes on with
RULE = re.compile(r"\|[-|: ]+\|")  # below the heads of a table
CELLS = re.compile(r"(?<!\\)\|")
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
TAG = re.compile(r"</?(details|summary)>")


def quoted(lines: Iterable[str]) -> list[str]:
    """Return a part of a page: a line for each paragraph, each point of a list, and each row of a table."""
    joined: list[str] = []
    for line in _bare(lines):
        before = joined[-1] if joined else ""
        if not line.strip() or not before.strip() or STARTS.match(line) or ENDS.match(before):
            joined.append(line)
        else:
            joined[-1] += f" {line.strip()}"
    return joined


def _bare(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines without what only a browser shows; the rows of a table become points of a list."""
    is_head = True  # of a table
    for line in lines:
        if line.startswith("    "):
            yield line
        elif RULE.fullmatch(line):
            is_head = False
        elif line.startswith("|"):
            if not is_head:
                yield "- " + _words(": ".join(cell.strip() for cell in CELLS.split(line.strip("|"))))
        elif not PICTURE.fullmatch(line):
            is_head = True
            yield _words(line)


def _words(line: str) -> str:
    """Return a line without the addresses of its links, and without tags."""
    return TAG.sub("", LINK.sub(r"\1", line))
