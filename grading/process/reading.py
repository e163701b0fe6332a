"""How a person reads a screen: past prompts and frames, and over the ends of rows."""

from __future__ import annotations

import os
import re
import sysconfig
from collections.abc import Iterable

from grading.course import KIT
from grading.process.screen import COLUMNS, ROWS

FRAME = " \t│┃║|"  # what may stand at both ends of a row
ENDS_PROMPT = ">:$#"
NO_PROMPT = r"\w!.,;'\"`\\/&@(\[{<\N{REPLACEMENT CHARACTER}"  # after these, more of the same line would follow
ENDS_ANY_PROMPT = f"[^{NO_PROMPT}]"  # whatever else it is: » or ：, for example
LONG = 60  # characters; a shorter line is in one row
FILLING = 1200  # characters, which find room between frames and beside what is typed
TRACEBACK = re.compile(r"Traceback \(most recent call last\):|Exception in thread |Exception ignored ")
# Of a traceback; the lines that belong to it are further in.
STEP = re.compile(r'  File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?')
LIBRARY = tuple(os.path.join(sysconfig.get_path(name), "") for name in ("stdlib", "platstdlib", "purelib", "platlib"))
STAGE = os.path.join(KIT, "grading", "stage", "")  # ours, around the program
IGNORED = "Exception ignored "  # what Python says of those that come while it tidies up at the end


def shows(line: str, text: str, prompts: Iterable[str] = ()) -> bool:
    """Tell whether `line` is `text`, whatever prompt stands before it and whatever frame around it.

    Before it, one of the `prompts` may end with any sign. Behind it may stand one of them, or what is left of one: who
    prints while another thread asks for the next line gets that on the screen.
    """
    if (bare := text.rstrip()) not in line:
        return False
    plain = {prompt.strip() for prompt in tuple(prompts) if prompt.isprintable()}  # others may add to them meanwhile
    known = "".join(f"|{re.escape(prompt)}" for prompt in plain if prompt)
    before, behind = rf"(?:.*(?:{ENDS_ANY_PROMPT}{known}))?", rf"(?:[{FRAME}{ENDS_PROMPT}]{known})*"
    return bool(re.fullmatch(before + re.escape(bare) + behind, line))


def without_prompts(line: str, prompts: Iterable[str] = ()) -> str:
    """Return `line` without the prompts and the frame around it."""
    before, rest = line, line.strip(FRAME + ENDS_PROMPT)
    while rest != before:
        before = rest
        for prompt in tuple(prompts):
            bare = prompt.strip(FRAME + ENDS_PROMPT)
            rest = rest.removeprefix(bare).removesuffix(bare)
        rest = rest.strip(FRAME + ENDS_PROMPT)
    return rest


def without_blanks(text: str) -> str:
    """Return `text` without any blanks: a prompt may end with one."""
    return "".join(text.split())


def shows_a_crash(lines: list[str]) -> bool:
    """Tell whether there is a traceback among `lines`, of an exception that mattered."""
    pairs = zip(["", *lines], lines, strict=False)
    return any("Traceback (most recent call last)" in line and IGNORED not in before for before, line in pairs)


def without_tracebacks(lines: list[str]) -> list[str]:
    """Return `lines` without those that Python prints when it ends a thread or the program."""
    rest = []
    inside = False
    for line in lines:
        if TRACEBACK.search(line):
            inside = True
        elif not inside:
            rest.append(line)
        else:
            inside = line.startswith(" ")  # the first line that does not is that of the exception
    return rest


def with_short_tracebacks(lines: list[str]) -> list[str]:
    """Return `lines` with the last line only of each traceback: that of the exception."""
    rest = []
    inside = False
    for line in lines:
        inside = bool(TRACEBACK.search(line)) or (inside and line.startswith(" "))
        if not inside:
            rest.append(line)
    return rest


def where_it_broke(lines: Iterable[str]) -> str:
    """Return the student's line in the traceback with which `lines` end; empty where they end otherwise.

    Another process tells of its exceptions in this way alone, and so does whoever prints a traceback.
    """
    place, is_inside = "", False
    for line in filter(str.strip, lines):
        if TRACEBACK.search(line):
            place, is_inside = "", True
        elif not is_inside:
            place = ""
        elif (step := STEP.match(line)) and not step["path"].startswith((*LIBRARY, STAGE, "<")):
            function = f", in {step['function']}" if step["function"] else ""
            place = f"{os.path.basename(step['path'])}:{step['line']}{function}"
        else:
            is_inside = line.startswith(" ")
    return place


def with_own_steps(lines: Iterable[str]) -> list[str]:
    """Return `lines` with one line in a traceback for all the steps in a row that are in Python's library."""
    rest: list[str] = []
    steps: list[str] = []  # the files of those that were left out last
    is_inside = False
    for line in [*lines, ""]:
        step = STEP.match(line)
        is_inside = step["path"].startswith((*LIBRARY, STAGE)) if step else is_inside and line.startswith("    ")
        if step and is_inside:
            steps += [] if step["path"].startswith(STAGE) else [os.path.basename(step["path"])]
        elif not is_inside:
            if steps:
                rest.append(f"  … {len(steps)} step{'s' * (len(steps) > 1)} in {', '.join(dict.fromkeys(steps))}")
            steps = []
            rest.append(line)
    return rest[:-1]


def shows_in_rows(lines: list[str], text: str) -> bool:
    """Tell whether a long `text` is there in several rows, broken only where the next word found no room."""
    return len(text) > LONG and any(_is_folded(lines[start:], text) for start in range(len(lines)))


def fills(rows: list[str], text: str) -> bool:
    """Tell whether `rows`, which are all that a screen has, show the end of a `text` that is too long for it."""
    end = without_blanks(text[-FILLING:])
    return len(text) > ROWS * COLUMNS and end in without_blanks("".join(row.strip(FRAME) for row in rows))


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
