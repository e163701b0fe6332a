"""What stands in a line of the student's: the whole of a statement, where that takes a few lines."""

from __future__ import annotations

import linecache
import re
import tokenize

MOST_LINES = 6  # of a statement that is told whole
GAPS = re.compile(r"(?<=[(\[{]) | (?=[)\]},.])|,(?= ?[)\]}])")  # which the ends of lines leave
SKIPPED = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)

_known: dict[str, dict[int, str]] = {}  # by file: what is told of the lines that are a part of a longer statement


def at(file: str, line: int) -> str:
    """Return what stands there, without the indentation."""
    if file not in _known:
        _known[file] = dict(_parts(linecache.getlines(file)))
    return _known[file].get(line) or linecache.getline(file, line).strip()


def _parts(lines: list[str]) -> list[tuple[int, str]]:
    """Return the lines, by their numbers, of each statement of a few lines, with the whole of it."""
    found: list[tuple[int, str]] = []
    first, last, ends = 0, 0, {}
    try:
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type == tokenize.COMMENT:
                ends[token.start[0]] = token.start[1]
            elif token.type == tokenize.NEWLINE:
                numbers = range(first, last + 1)
                if first and 1 < len(numbers) <= MOST_LINES:
                    text = " ".join(lines[number - 1][: ends.get(number)].strip() for number in numbers)
                    found += [(number, _tidy(text)) for number in numbers]
                first = 0
            elif token.type not in SKIPPED:
                first, last = first or token.start[0], token.end[0]
    except (tokenize.TokenError, SyntaxError, IndexError):  # it is no whole Python: what came before is
        pass
    return found


def _tidy(text: str) -> str:
    """Return a statement that was in several lines as one line."""
    return GAPS.sub("", " ".join(text.replace(" \\ ", " ").split()))
