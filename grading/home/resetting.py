"""Put back one function of a program: on its text, by the lines where it stands. Nothing is run."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
MOST_CHARACTERS = 1_000_000  # of a program that is looked through
BLANK = {tokenize.NL, tokenize.COMMENT}


class CannotPutBack(Exception):
    """It cannot be put back; the message is a sentence that says why."""


def with_function(text: str, original: str, name: str, file: str) -> str:
    """Return `text`, a program, with a function as it stands in the original one; CannotPutBack if it has none."""
    here, there = functions(text, file), functions(original, file)
    wanted = _found(name, there, f"the first version of {file}")
    if wanted not in here:
        raise CannotPutBack(f"There is no {wanted} in {file} any more: put back the whole file")
    old, new = here[wanted], there[wanted]
    lines, originals = _lines(text), _lines(original)
    end = _ending(lines[old[0] - 1])
    put = [line.rstrip("\r\n") + end for line in originals[new[0] - 1 : new[1]]]
    return "".join([*lines[: old[0] - 1], *put, *lines[old[1] :]])


def functions(text: str, file: str) -> dict[str, tuple[int, int]]:
    """Return the functions of a program, `Class.name` those of a class, with their first and last lines."""
    if len(text) > MOST_CHARACTERS:
        raise CannotPutBack(f"{file} is too long to look through: put back the whole file")
    source = "".join(line.rstrip("\r\n") + "\n" for line in _lines(text))
    try:
        return dict(_Scan(tokenize.generate_tokens(io.StringIO(source).readline)).functions())
    except SyntaxError as error:
        raise CannotPutBack(f"{file} is no Python in line {error.lineno}: put back the whole file") from None
    except tokenize.TokenError:
        raise CannotPutBack(f"{file} ends in the middle of something: put back the whole file") from None


class _Scan:
    """Reads a program's tokens, and never goes deeper than they are written."""

    def __init__(self, tokens: Iterator[tokenize.TokenInfo]) -> None:
        self._tokens = tokens
        self._depth = 0
        self._open: list[tuple[int, str, int, bool]] = []  # what we are in: depth, name, first line, whether a function
        self._last = 0  # the line on which the latest token ends that says something
        self._decorated = 0  # the line of the first decorator

    def functions(self) -> Iterator[tuple[str, tuple[int, int]]]:
        line: list[tokenize.TokenInfo] = []
        for token in self._tokens:
            if token.type == tokenize.INDENT:
                self._depth += 1
            elif token.type == tokenize.DEDENT:
                self._depth -= 1
            elif token.type not in BLANK:
                if not line or token.type == tokenize.ENDMARKER:
                    yield from self._closed()
                line.append(token)
                if token.type == tokenize.NEWLINE:
                    self._last = token.start[0]
                    self._opens(line)
                    line = []

    def _closed(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the functions that are over where a line begins at this depth."""
        while self._open and self._open[-1][0] >= self._depth:
            _, name, first, is_function = self._open.pop()
            if is_function:
                yield name, (first, self._last)

    def _opens(self, line: list[tokenize.TokenInfo]) -> None:
        words = [token.string for token in line[:3]]
        first = self._decorated or line[0].start[0]
        if words[0] == "@":
            self._decorated = first
            return
        self._decorated = 0
        keyword, name = (words[1:3] if words[:1] == ["async"] else words[:2]) if len(words) > 2 else ("", "")
        if keyword in ("def", "class") and self._is_reached():
            above = f"{self._open[-1][1]}." if self._open else ""
            self._open.append((self._depth, above + name, first, keyword == "def"))

    def _is_reached(self) -> bool:
        """Tell whether what is defined here belongs to the program or a class, and not to a function or a branch."""
        return self._depth == len(self._open) and not any(is_function for *_, is_function in self._open)


def _found(name: str, known: dict[str, tuple[int, int]], where: str) -> str:
    fitting = [one for one in known if one == name or one.endswith(f".{name}")]
    if len(fitting) == 1 or name in fitting:
        return name if name in fitting else fitting[0]
    if fitting:
        raise CannotPutBack(f"There are several: say {' or '.join(fitting)}")
    raise CannotPutBack(f"There is no {name} in {where}")


def _lines(text: str) -> list[str]:
    """Return the lines of a program as Python counts them, each with its end."""
    return LINE.findall(text)


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :] or "\n"
