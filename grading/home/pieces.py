"""A program in pieces: its functions, by the lines where they stand. Found by its words alone: nothing is compiled."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

from grading.submission.todos import TODO

BLANK = (tokenize.NL, tokenize.COMMENT)


class Unreadable(Exception):
    """A text is no whole Python program; the message is a sentence that says where."""


@dataclass
class Piece:
    """A function or a class: its lines, counted from 1."""

    name: str  # `Class.name` for what is in a class
    first: int  # with its decorators
    body: int = 0  # the first line below its head and its docstring
    last: int = 0
    is_class: bool = False
    is_in_branch: bool = False  # it stands in an `if` or the like


@dataclass(frozen=True)
class Program:
    """The lines of a program, each with its end, and its pieces by their names."""

    lines: list[str] = field(default_factory=list)
    pieces: dict[str, Piece] = field(default_factory=dict)

    @property
    def functions(self) -> dict[str, Piece]:
        """All but the classes."""
        return {name: piece for name, piece in self.pieces.items() if not piece.is_class}

    def text_of(self, name: str) -> list[str]:
        """Return the lines of a piece."""
        piece = self.pieces[name]
        return self.lines[piece.first - 1 : piece.last]

    def outside(self) -> Iterator[tuple[int, str]]:
        """Yield each line that is in no function, with its number."""
        inside = {line for one in self.functions.values() for line in range(one.first, one.last + 1)}
        yield from ((number, line) for number, line in enumerate(self.lines, 1) if number not in inside)


def line_end(line: str) -> str:
    """Return how a line ends; the last one of a file may end without, and gets a newline."""
    return line[len(line.rstrip("\r\n")) :] or "\n"


def pieces(text: str) -> list[Piece]:
    """Return the functions and classes of a program, from top to bottom, each up to its last line of code.

    Raises tokenize.TokenError where it ends too early, and SyntaxError where it is indented as no Python is.
    """
    scan = _Scan()
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        scan.takes(token)
    return scan.pieces


def in_pieces(text: str, file: str) -> Program:
    """Return a program in pieces; Unreadable if it is none."""
    try:
        found = pieces(text)
    except tokenize.TokenError as error:
        raise Unreadable(f"{file} is no whole Python: {error.args[0]}, line {error.args[1][0]}") from None
    except SyntaxError as error:  # of indentation
        raise Unreadable(f"{file} is no whole Python: line {error.lineno}") from None
    program = Program(io.StringIO(text, newline="").readlines())
    for piece in found:
        program.pieces.setdefault(piece.name, piece)
        piece.last = _with_comments(program.lines, piece)
    return program


def _with_comments(lines: list[str], piece: Piece) -> int:
    """Return the last line of a piece, together with the comments at its end."""
    last = at = piece.last
    outer = _indentation(lines[piece.first - 1])
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
        at += 1
        if lines[at - 1].strip() and _indentation(lines[at - 1]) <= outer:
            break
        last = at if lines[at - 1].strip() else last
    return last


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


class _Scan:
    """Reads the words of a program, and notes its functions and classes; it never goes deeper than they are written."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._open: list[tuple[int, Piece]] = []  # what we are in, and how deep its head stands
        self._depth = 0
        self._line: list[tokenize.TokenInfo] = []  # the words of this logical line
        self._decorated = 0  # where the decorators begin of what comes
        self._head: Piece | None = None  # whose first statement is still to come
        self._end = 0  # the last line that held a word

    def takes(self, token: tokenize.TokenInfo) -> None:
        """Take in one word."""
        if token.type == tokenize.INDENT:
            self._depth += 1
        elif token.type == tokenize.DEDENT:
            self._depth -= 1
        elif token.type not in BLANK:
            if not self._line or token.type == tokenize.ENDMARKER:
                self._closes()
            if token.type == tokenize.NEWLINE:
                self._statement()
                self._line = []
            else:
                self._line.append(token)

    def _closes(self) -> None:
        """Note what is over where a line begins at this depth."""
        while self._open and self._open[-1][0] >= self._depth:
            self._open.pop()[1].last = self._end

    def _statement(self) -> None:
        first, self._end = self._line[0], self._line[-1].end[0]
        if self._head:
            is_docstring = first.type == tokenize.STRING and len(self._line) == 1
            self._head.body = self._end + 1 if is_docstring else first.start[0]
            self._head = None
        if first.string == "@":
            self._decorated = self._decorated or first.start[0]
            return
        start, self._decorated = self._decorated or first.start[0], 0
        words = [token.string for token in self._line[:3]]
        keyword, name = (words[1:3] if words[0] == "async" else words[:2]) if len(words) > 2 else ("", "")
        if keyword in ("def", "class") and all(piece.is_class for _, piece in self._open):
            self._opens(name, start, keyword == "class")  # one in a function is a part of that

    def _opens(self, name: str, start: int, is_class: bool) -> None:
        whole = ".".join([*(piece.name for _, piece in self._open[-1:]), name])
        piece = self._head = Piece(whole, start, self._end + 1, self._end, is_class, self._depth != len(self._open))
        self.pieces.append(piece)
        self._open.append((self._depth, piece))


def without_todos(lines: list[str]) -> list[str]:
    """Return what is left of some lines without their tasks, empty lines and line ends."""
    tasks = {line for task in todos(lines) for line in task}
    return [line.rstrip() for line in lines if line.strip() and line.strip() not in tasks]


def code_after(lines: list[str]) -> list[str]:
    """Return, for each task in some lines, the line of code that comes next; empty if none does."""
    code = [line.strip() for line in lines]
    starts = [at for at, line in enumerate(code) if line.startswith(TODO)]
    return [next((line for line in code[at:] if line and not line.startswith("#")), "") for at in starts]


def todos(lines: list[str]) -> list[list[str]]:
    """Return the tasks in some lines: each a list of the lines of its comment, without indentation."""
    found: list[list[str]] = []
    goes_on = False
    for line in (line.strip() for line in lines):
        if line.startswith(TODO):
            found.append([])
        goes_on = line.startswith("#") and (goes_on or line.startswith(TODO))
        if goes_on:
            found[-1].append(line)
    return found
