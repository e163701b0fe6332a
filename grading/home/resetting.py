"""Put back one function of a program: on its text, by the lines where it stands. Nothing is run."""

from __future__ import annotations

import re
import tokenize

from grading.home.pieces import line_end, pieces
from grading.home.slips import meant

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
MOST_CHARACTERS = 1_000_000  # of a program that is looked through


class CannotPutBack(Exception):
    """It cannot be put back; the message is a sentence that says why, and perhaps what was `meant`."""

    def __init__(self, sentence: str, meant: str = "") -> None:
        super().__init__(f"{sentence}. Did you mean {meant}?" if meant else sentence)
        self.meant = meant


def with_function(text: str, original: str, name: str, file: str) -> str:
    """Return `text`, a program, with a function as it stands in the original one; CannotPutBack if it has none."""
    here, there = functions(text, file), functions(original, file)
    wanted = _found(name, there, f"the first version of {file}")
    if wanted not in here:
        raise CannotPutBack(f"There is no {wanted} in {file} any more: put back the whole file")
    old, new = here[wanted], there[wanted]
    lines, originals = _lines(text), _lines(original)
    end = line_end(lines[old[0] - 1])
    put = [line.rstrip("\r\n") + end for line in originals[new[0] - 1 : new[1]]]
    return "".join([*lines[: old[0] - 1], *put, *lines[old[1] :]])


def functions(text: str, file: str) -> dict[str, tuple[int, int]]:
    """Return the functions of a program, `Class.name` those of a class, with their first and last lines."""
    if len(text) > MOST_CHARACTERS:
        raise CannotPutBack(f"{file} is too long to look through: put back the whole file")
    source = "".join(line.rstrip("\r\n") + "\n" for line in _lines(text))
    try:
        found = pieces(source)
    except SyntaxError as error:
        raise CannotPutBack(f"{file} is no Python in line {error.lineno}: put back the whole file") from None
    except tokenize.TokenError:
        raise CannotPutBack(f"{file} ends in the middle of something: put back the whole file") from None
    return {one.name: (one.first, one.last) for one in found if not (one.is_class or one.is_in_branch)}


def _found(name: str, known: dict[str, tuple[int, int]], where: str) -> str:
    fitting = [one for one in known if one == name or one.endswith(f".{name}")]
    if len(fitting) == 1 or name in fitting:
        return name if name in fitting else fitting[0]
    if fitting:
        raise CannotPutBack(f"There are several: say {' or '.join(fitting)}")
    last_names = {one.rpartition(".")[2] for one in known}
    raise CannotPutBack(f"There is no {name} in {where}", meant(name, sorted({*known, *last_names})))


def _lines(text: str) -> list[str]:
    """Return the lines of a program as Python counts them, each with its end."""
    return LINE.findall(text)
