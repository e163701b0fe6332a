"""Which lines of a program stand in functions that its skeleton gives, and that nobody has changed."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from grading.submission.todos import TODO

HEAD = re.compile(r"( *)(?:async +)?def ")


def given_lines(program: str, skeleton: str) -> frozenset[int]:
    """Return the numbers of those lines, counted from 1; a function with a task in it is not given."""
    given = {text for _, text in _functions(skeleton) if TODO not in text}
    heads = {text.partition("\n")[0] for text in given}
    return frozenset(
        line
        for first, text in _functions(program, heads)
        if text in given
        for line in range(first, first + text.count("\n"))
    )


def _functions(program: str, heads: Container[str] | None = None) -> Iterator[tuple[int, str]]:
    """Yield where each function begins, and its lines: those up to the last one that stands farther right.

    Where `heads` are given, only functions that begin so: each may be as long as all that stand in one another.
    """
    lines = [line.rstrip() for line in program.split("\n")]
    for at, line in enumerate(lines):
        if (heads is None or line in heads) and (head := HEAD.match(line)):
            end = last = at + 1
            while end < len(lines) and (not lines[end] or lines[end].startswith(f"{head[1]} ")):
                end += 1
                last = end if lines[end - 1] else last
            yield at + 1, "".join(f"{one}\n" for one in lines[at:last])
