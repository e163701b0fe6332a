"""Carry one's own program of a step into the next one: its functions, with the new tasks, into the new skeleton."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from grading.home.pieces import Piece, Program, code_after, in_pieces, line_end, todos, without_todos
from grading.submission.todos import TODO, without_done

CONSTANT = re.compile(r"([A-Za-z_]\w*)(?:: [^=]+)? = .*[^\\(\[{,\s]$")  # outside of all functions, in one line
MOST_BY_HAND = 6  # lines of a function, told one by one to be copied


@dataclass
class Carried:
    """The program for the next step, and what became of each function, by name."""

    text: str
    kept: list[str] = field(default_factory=list)  # one's own, as they were
    with_task: list[str] = field(default_factory=list)  # one's own, with a new task above
    joined: list[str] = field(default_factory=list)  # given anew, with the lines in it that one added to the old one
    new: list[str] = field(default_factory=list)  # to be written, and not there before
    left: list[str] = field(default_factory=list)  # one's own, which did not come along: names, and lines after them
    lacking: list[str] = field(default_factory=list)  # one's own, which lack a line that the new skeleton has there
    unwritten: list[str] = field(default_factory=list)  # tasks of the step before that are as they were handed out


def carried(mine: str, before: str, after: str, file: str) -> Carried:
    """Return what `mine`, made from the skeleton `before`, becomes in the skeleton `after`; Unreadable if it cannot."""
    mine = without_done(mine, before)
    return _Carrying(in_pieces(mine, file), in_pieces(before, file), in_pieces(after, file)).whole()


class _Carrying:
    def __init__(self, mine: Program, before: Program, after: Program) -> None:
        self._mine, self._before, self._after = mine, before, after
        self._done = Carried("")

    def whole(self) -> Carried:
        out: list[str] = []
        at = 0
        for name, piece in self._after.functions.items():
            out += self._after.lines[at : piece.first - 1]
            out += self._function(name)
            at = piece.last
            if self._is_last_of_its_class(name):
                out += self._own_methods(name.rpartition(".")[0])
        out += self._after.lines[at:]
        self._notes_what_is_left()
        for name in self._before.functions:
            is_task = bool(todos(self._before.text_of(name)))
            if is_task and name in self._mine.functions and self._mine.text_of(name) == self._before.text_of(name):
                self._done.unwritten.append(name)
        self._done.text = "".join(self._with_imports(out))
        return self._done

    def _function(self, name: str) -> list[str]:
        """Return the lines that a function gets."""
        theirs = self._after.text_of(name)
        tasks = todos(theirs)
        if name not in self._mine.functions:
            if tasks:
                self._done.new.append(name)
            return theirs
        own = self._mine.text_of(name)
        is_mine = name not in self._before.functions or own != self._before.text_of(name)
        if is_mine and (joined := self._joined(name)):
            self._done.joined.append(name)
            return joined
        if is_mine and not tasks and not self._is_given_anew(name):
            self._done.kept.append(name)
            return self._with_given(name, own, theirs)
        if tasks and name in self._before.functions:
            self._done.with_task.append(name)
            is_as_given = not is_mine or without_todos(own) == without_todos(theirs)
            own = own if is_as_given else _with_tasks(self._mine.pieces[name], own, theirs)
            return theirs if is_as_given else self._with_given(name, own, theirs)
        if is_mine:
            self._done.left += [name, *self._by_hand(name)]
        return theirs

    def _joined(self, name: str) -> list[str]:
        """Return a function that the new skeleton gives otherwise, with the lines that one added; empty if unclear."""
        old = self._before.text_of(name) if name in self._before.functions else []
        theirs = self._after.text_of(name)
        return [] if not old or todos(old) or old == theirs else _with_lines(self._mine.text_of(name), old, theirs)

    def _by_hand(self, name: str) -> list[str]:
        """Return the lines of a function of one's own that stay behind, where they are few enough to be copied."""
        given = {line.strip() for one in (self._before, self._after) for line in one.lines}
        first = self._mine.pieces[name].first
        own = [(at, line.strip()) for at, line in enumerate(self._mine.text_of(name), first)]
        lines = [f"line {at}: {line}" for at, line in own if line and line not in given and not line.startswith("#")]
        return lines if len(lines) <= MOST_BY_HAND else []

    def _with_given(self, name: str, own: list[str], theirs: list[str]) -> list[str]:
        """Return a function of one's own with a task more where the new skeleton calls there what it gives."""
        given = {one.rpartition(".")[2] for one in self._after.functions if one not in self._before.functions}
        given -= {one.rpartition(".")[2] for one in self._after.functions if todos(self._after.text_of(one))}
        calls = [line.strip() for line in theirs if any(f"{one}(" in line for one in given) and "#" not in line]
        missing = [call for call in calls if call not in {line.strip() for line in own}]
        if not missing:
            return own
        self._done.lacking.append(name)
        top = self._mine.pieces[name].body - self._mine.pieces[name].first
        for call in missing:
            at, neighbour = _beside(call, theirs, own, top)
            task = [f"{TODO} In the skeleton of this step, there is here as well: `{call}`."]
            lines = _indented(task, neighbour)
            own = [*own[:at], *_before_gap(lines, own, at), *own[at:]]
        return own

    def _is_given_anew(self, name: str) -> bool:
        """Tell whether the new skeleton gives a function that the old one gave otherwise, or did not know."""
        if name not in self._before.functions:
            return True
        old = self._before.text_of(name)
        return not todos(old) and old != self._after.text_of(name)

    # What is only in one's own program

    def _own(self) -> list[str]:
        known = {*self._after.functions, *self._before.functions}
        return [name for name in self._mine.functions if name not in known]

    def _is_last_of_its_class(self, name: str) -> bool:
        above = name.rpartition(".")[0]
        fellows = [one for one in self._after.functions if one.rpartition(".")[0] == above]
        return bool(above) and fellows[-1] == name

    def _own_methods(self, above: str) -> list[str]:
        lines = []
        for name in self._own():
            if name.rpartition(".")[0] == above:
                self._done.kept.append(name)
                lines += ["\n", *self._mine.text_of(name)]
        return lines

    def _with_imports(self, out: list[str]) -> list[str]:
        """Return the program with one's own imports, constants and functions, before its first class or function."""
        imports = [line for _, line in self._mine.outside() if line.startswith(("import ", "from "))]
        missing = [line for line in imports if line not in out]
        own = [*self._constants().values()]
        own += ["\n", "\n"] if own else []
        for name in self._own():
            if "." not in name:
                self._done.kept.append(name)
                own += [*self._mine.text_of(name), "\n", "\n"]
        first = next((i for i, line in enumerate(out) if line.startswith(("class ", "def ", "@"))), len(out))
        last = max((i + 1 for i, line in enumerate(out[:first]) if line.startswith(("import ", "from "))), default=0)
        return [*out[:last], *missing, *out[last:first], *own, *out[first:]]

    def _constants(self) -> dict[int, str]:
        """Return the lines outside of functions that give a new name a value, by their numbers."""
        known = {found[1] for line in self._after.lines if (found := CONSTANT.match(line.rstrip()))}
        mine = ((number, line, CONSTANT.match(line.rstrip())) for number, line in self._mine.outside())
        return {number: line for number, line, constant in mine if constant and constant[1] not in known}

    def _notes_what_is_left(self) -> None:
        """Note the lines of one's own outside of functions that do not come along."""
        come = self._constants()
        known = {line.strip() for program in (self._before, self._after) for line in program.lines}
        for number, line in self._mine.outside():
            is_import = line.startswith(("import ", "from "))
            if line.strip() not in known and not is_import and number not in come and not line.strip().startswith("#"):
                self._done.left.append(f"line {number}: {line.strip()}")
        classes = {name for name, piece in self._after.pieces.items() if piece.is_class}
        strays = [name for name in self._own() if "." in name and name.rpartition(".")[0] not in classes]
        self._done.left += strays


def _with_lines(own: list[str], before: list[str], theirs: list[str]) -> list[str]:
    """Return their lines with those that `own` has more than `before`, each below the line that stands above it there.

    Nothing where a line of `before` was changed otherwise than there, or where it is not clear where a line belongs.
    """
    out = list(theirs)
    known = {_code(line) for line in theirs}
    for kind, at, _, first, end in reversed(SequenceMatcher(None, before, own, autojunk=False).get_opcodes()):
        if kind == "equal" or (kind == "replace" and all(_code(line) in known for line in own[first:end])):
            continue
        above, below = before[at - 1 : at], before[at : at + 1]
        if kind == "insert" and above and out.count(above[0]) == 1:
            place = out.index(above[0]) + 1
        elif kind == "insert" and below and out.count(below[0]) == 1:
            place = out.index(below[0])
        else:
            return []
        out[place:place] = own[first:end]
    return out


def _code(line: str) -> str:
    """Return a line without a comment behind it."""
    return line.partition("  #")[0].strip()


def _with_tasks(piece: Piece, own: list[str], theirs: list[str]) -> list[str]:
    """Return a function with the tasks of another one: each where it stands there, as far as that can be found."""
    top = min(piece.body - piece.first, len(own) - 1)
    code = [line.strip() for line in own]
    starts = [at for at, line in enumerate(theirs) if line.strip().startswith(TODO)]
    above: dict[int, list[str]] = {}
    for start, task, after in zip(starts, todos(theirs), code_after(theirs), strict=True):
        if at := _end_of_block(start, theirs, code, top):
            lines = _indented(task, min(own[at - 1], theirs[start], key=_indent))
            at = _end_of_deeper(own, at, _indent(lines[0]))
            above.setdefault(at, []).extend(_before_gap(lines, own, at))
            continue
        is_there = after and code[top:].count(after) == 1
        at = code.index(after, top) if is_there else _first_code(own, top)
        at = _start_of_rewritten(at, start, theirs, own, top) if is_there and after.endswith(":") else at
        above.setdefault(at, []).extend(_indented(task, own[at]))
    return [line for at, one in enumerate([*own, ""]) for line in (*above.get(at, ()), one) if line]


def _start_of_rewritten(at: int, start: int, theirs: list[str], own: list[str], top: int) -> int:
    """Return where a task belongs that stands above the question `at`: above all that one wrote oneself before that.

    What one wrote otherwise there may do already what the task is to come before, and any code may ask the same. It
    begins below the nearest line that stands above the task in theirs, or where the block begins.
    """
    code = [line.strip() for line in own]
    known = {line.strip() for line in filter(_is_code, theirs[:start]) if code[top:at].count(line.strip()) == 1}
    place = at
    for line in range(at - 1, top - 1, -1):
        if code[line] in known or (_is_code(own[line]) and _indent(own[line]) < _indent(own[at])):
            break
        place = line if _is_code(own[line]) and _indent(own[line]) == _indent(own[at]) else place
    return place


def _end_of_deeper(own: list[str], at: int, indent: int) -> int:
    """Return the first line from `at` on that is no part of a block deeper than `indent`."""
    end = at
    for line in range(at, len(own)):
        if _is_code(own[line]):
            if _indent(own[line]) <= indent:
                break
            end = line + 1
    return end


def _first_code(own: list[str], top: int) -> int:
    """Return the first line at `top` or below it that holds code; `top` itself where none does."""
    return next((at for at in range(top, len(own)) if _is_code(own[at])), top)


def _end_of_block(start: int, theirs: list[str], code: list[str], top: int) -> int:
    """Return where a task belongs that ends a block of theirs: below the line above it; 0 if that is not found."""
    following = next((line for line in theirs[start:] if _is_code(line)), "")
    if _indent(following) >= _indent(theirs[start]):
        return 0
    for line in filter(_is_code, reversed(theirs[:start])):
        if _indent(line) < _indent(theirs[start]):
            return 0
        if code[top:].count(line.strip()) == 1 and not line.strip().endswith(":"):
            return code.index(line.strip(), top) + 1
    return 0


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _beside(call: str, theirs: list[str], own: list[str], top: int) -> tuple[int, str]:
    """Return where in one's own lines a call of theirs belongs, and a line beside that; at the top if nobody knows.

    It belongs below the line that stands above it there, or above the one below it there in the same block.
    """
    code = list(filter(_is_code, theirs))
    here = [line.strip() for line in code].index(call)
    mine = [line.strip() for line in own]
    before, after = code[here - 1].strip(), code[here + 1] if here + 1 < len(code) else ""
    if mine[top:].count(before) == 1:
        at = mine.index(before, top) + 1
        return at, own[_first_code(own, at)] if before.endswith(":") and at < len(own) else own[at - 1]
    if after and _indent(after) == _indent(code[here]) and mine[top:].count(after.strip()) == 1:
        at = mine.index(after.strip(), top)
        return at, own[at]
    top = _first_code(own, min(top, len(own) - 1))
    return top, own[top]


def _before_gap(task: list[str], own: list[str], at: int) -> list[str]:
    """Return a task without the empty line at its end where one follows in any case."""
    return task if at < len(own) and own[at].strip() else task[:-1]


def _indented(task: list[str], line: str) -> list[str]:
    """Return a task as it stands above a line, and an empty line."""
    indent, end = line[: _indent(line)], line_end(line)
    return [*(f"{indent}{part}{end}" for part in task), end]
