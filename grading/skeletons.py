"""Render the skeletons of every exercise, and its finished programs, from `solution/`.

`solution/*.py` run as the finished programs. Three kinds of comment in them say what is there when:

    # STEP 2: Why and what.      The paragraph below exists from step 2 on, and whoever does step 2 writes
                                 it: the skeleton of step 2 has `# TODO: Why and what.` in its place.
    # STEP 2                     The paragraph below exists from step 2 on, and is given.
    code  # STEP 2               This line exists from step 2 on, and is given.
    # UNTIL 2: code              Before step 2, `code` stands here. Several such lines may hold marks in turn.

A paragraph ends at a blank line or where its indentation ends. Two reach further: one that begins with
`def` or `class` is the whole of it, and a task that opens a function, and has nothing older to stand in
for it, is the whole function: its skeleton raises NotImplementedError.

`solution/bonus/NAME/*.py` are the programs of a challenge: files of their own, which import the finished programs of
`advanced` from a folder beside them. To them, all steps have been, and `# STEP bonus` is the challenge. In the script
of a page (`*.html`), `//` stands for `#`; there a task is never a whole function.

    python -m grading.skeletons            rewrites steps/
    python -m grading.skeletons --check    says which files differ, with exit status 1
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from grading.course import BONUS, CHALLENGES, KIT, PROGRAMS, STEPS

WIDTH = 96  # columns, for the comments of a rendered file
PAGE = ".html"  # how the name of a page ends, whose script has comments with `//`

PARAGRAPH = re.compile(r"(?P<indent> *)# STEP (?P<step>\w+)(?:: (?P<task>.+))?")
LINE = re.compile(r"(?P<code>.*\S)  # STEP (?P<step>\w+)")
UNTIL = re.compile(r"(?P<indent> *)# UNTIL (?P<step>\w+): (?P<old>.+)")
DEFINITION = re.compile(r" *(@|def |class |async def )")
OPENS_FUNCTION = re.compile(r" *def .*:|.*\"\"\"")


def render(source: str, step: str, solved: bool = False) -> str:
    """Return the skeleton that `source` has at `step` or, if `solved`, the finished program of that step."""
    lines = _Renderer(number(step), solved).block(source.splitlines())
    return "\n".join(lines) + "\n"


def number(step: str) -> int:
    """Return 1 for `step1` (or `1`), and so on, `bonus` last; ValueError for a name that is none."""
    names = [*STEPS, BONUS]
    return names.index(step if step in names else f"step{step}") + 1


class _Renderer:
    def __init__(self, step: int, solved: bool) -> None:
        self.step = step
        self.solved = solved

    def block(self, lines: list[str]) -> list[str]:
        """Render `lines`, which are whole paragraphs."""
        out: list[str] = []
        i = 0
        while i < len(lines):
            if mark := PARAGRAPH.fullmatch(lines[i]):
                end = _end_of_paragraph(lines, i)
                rendered = self.paragraph(mark, lines[i + 1 : end], _is_whole_function(lines, i))
                i = end if rendered else _close_gap(lines, end, out, mark["indent"])
                out += rendered
                continue
            if mark := UNTIL.fullmatch(lines[i]):
                end = _end_of_old(lines, i, mark["step"])
                is_old = self.still_old(number(mark["step"]), given=_is_given(lines, end, mark["step"]))
                rendered = self.block(_old_lines(lines[i:end], mark["step"])) if is_old else []
                i = end if rendered else _close_gap(lines, end, out, mark["indent"])
                out += rendered
                continue
            if mark := LINE.fullmatch(lines[i]):
                if self.step >= number(mark["step"]):
                    out.append(mark["code"])
            else:
                out.append(lines[i])
            i += 1
        return out

    def paragraph(self, mark: re.Match[str], lines: list[str], whole_function: bool) -> list[str]:
        """Render what stands below the marker `mark`."""
        since = number(mark["step"])
        text, body = _split_comment(lines) if mark["task"] else ([], lines)
        if self.step < since:
            return self.block(_old_lines(body, mark["step"]))
        if not mark["task"]:
            return self.block(body)
        if self.step > since or self.solved:
            return [*_comment(mark, text, ""), *self.block(body)]
        todo = _comment(mark, text, "TODO: ")
        if whole_function:
            return [*todo, f'{mark["indent"]}raise NotImplementedError("see the TODO above")']
        return todo + self.block(_old_lines(body, mark["step"]))

    def still_old(self, until: int, given: bool) -> bool:
        """Tell whether a line marked `UNTIL` is there: also in the skeleton where replacing it is the task."""
        return self.step < until or (self.step == until and not self.solved and not given)


def _split_comment(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split the rest of a task's text, which is comment lines, from its code."""
    for i, line in enumerate(lines):
        if not line.lstrip().startswith("#") or UNTIL.fullmatch(line) or PARAGRAPH.fullmatch(line):
            return lines[:i], lines[i:]
    return lines, []


def _comment(mark: re.Match[str], more: list[str], prefix: str) -> list[str]:
    """Set the text of a task, which `more` comment lines continue, as a comment."""
    words = " ".join([prefix + mark["task"], *(line.strip().removeprefix("#").strip() for line in more)])
    start = mark["indent"] + "# "
    return textwrap.wrap(words, WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)


def _old_lines(body: list[str], step: str) -> list[str]:
    marks = (UNTIL.fullmatch(line) for line in body)
    return [mark["indent"] + mark["old"] for mark in marks if mark and mark["step"] == step]


def _is_given(lines: list[str], i: int, step: str) -> bool:
    """Tell whether what begins at line `i` is given from `step` on: then it replaces what stands before."""
    if i == len(lines):
        return False
    if mark := PARAGRAPH.fullmatch(lines[i]):
        return mark["step"] == step and not mark["task"]
    mark = LINE.fullmatch(lines[i])
    return bool(mark and mark["step"] == step)


def _end_of_old(lines: list[str], i: int, step: str) -> int:
    """Return where the lines end that stand from line `i` on until `step`."""
    while i < len(lines) and (mark := UNTIL.fullmatch(lines[i])) and mark["step"] == step:
        i += 1
    return i


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _opens_function(lines: list[str], i: int) -> bool:
    return i > 0 and bool(OPENS_FUNCTION.fullmatch(lines[i - 1]))


def _is_whole_function(lines: list[str], start: int) -> bool:
    """Tell whether the marker at `start` makes the whole function a task."""
    mark = PARAGRAPH.fullmatch(lines[start])
    if not mark or not mark["task"] or not _opens_function(lines, start):
        return False
    _, code = _split_comment(lines[start + 1 :])
    old = UNTIL.fullmatch(code[0])
    return not (old and old["step"] == mark["step"])


def _end_of_paragraph(lines: list[str], start: int) -> int:
    indent = _indent(lines[start])
    is_definition = bool(DEFINITION.match(lines[start + 1]))
    whole = is_definition or _is_whole_function(lines, start)
    least = indent + 1 if is_definition else indent
    end = start + 2 if is_definition else start + 1
    while end < len(lines):
        if not lines[end].strip():
            if not whole:
                break
        elif _indent(lines[end]) < least:
            break
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return end


def _close_gap(lines: list[str], end: int, out: list[str], indent: str) -> int:
    """Leave one gap where a paragraph vanished between two; return where to go on."""
    after = end
    while after < len(lines) and not lines[after].strip():
        after += 1
    if after == len(lines) or _indent(lines[after]) < len(indent):
        while out and not out[-1].strip():
            out.pop()
        return end
    return after


def finished(exercise: str) -> dict[str, str]:
    """Return the finished programs of an exercise, by file name."""
    if exercise in STEPS:
        return _rendered(exercise, solved=True)
    return {**_rendered(exercise, solved=True), **_built_on()}


def finished_talk(step: str) -> str:
    """Return a talk that notices all mistakes of a step."""
    return (KIT / "solution" / "talks" / f"{step}.txt").read_text("utf-8")


def handed_out(exercise: str) -> dict[str, str]:
    """Return the skeletons of an exercise, by file name."""
    return _rendered(exercise, solved=False)


def _rendered(exercise: str, solved: bool) -> dict[str, str]:
    step = exercise if exercise in STEPS else BONUS
    return {path.name: rendered_file(path, step, solved) for path in _sources(exercise)}


def rendered_file(path: Path, step: str, solved: bool) -> str:
    """Return what `render` makes of a file, which may be a page."""
    text = path.read_text("utf-8")
    if path.suffix != PAGE:
        return render(text, step, solved)
    as_python = re.sub("^( *)// ", r"\1# ", text, flags=re.MULTILINE)
    return re.sub("^( *)# ", r"\1// ", render(as_python, step, solved), flags=re.MULTILINE)


def _sources(exercise: str) -> list[Path]:
    """Return the files from which the programs of an exercise are rendered."""
    if exercise in STEPS:
        return [KIT / "solution" / name for name in PROGRAMS]
    return sorted(path for path in (KIT / "solution" / exercise).iterdir() if path.suffix in (".py", PAGE))


def _built_on() -> dict[str, str]:
    """Return the finished programs of the last step, in the folder from which those of a challenge import them."""
    return {f"{STEPS[-1]}/{name}": text for name, text in finished(STEPS[-1]).items()}


def original(exercise: str, name: str) -> Path:
    """Return where a skeleton is kept as it was handed out: students change the other one."""
    return KIT / "steps" / exercise / ".skeleton" / name


def all_files() -> dict[Path, str]:
    """Return what stands in each program below `steps/`."""
    files = {}
    for exercise in (*STEPS, *CHALLENGES):
        for name, text in handed_out(exercise).items():
            files[KIT / "steps" / exercise / name] = files[original(exercise, name)] = text
        if exercise in CHALLENGES:
            files.update({KIT / "steps" / exercise / name: text for name, text in _built_on().items()})
    return files


def main() -> int:
    """Write every skeleton, or with `--check` compare them."""
    differing = []
    for path, text in all_files().items():
        if not path.exists() or path.read_text("utf-8") != text:
            differing.append(path.relative_to(KIT).as_posix())
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8", newline="\n")
    verb = "differs from solution/" if "--check" in sys.argv else "rewritten"
    print("\n".join(f"{path}: {verb}" for path in differing) or "steps/ is what solution/ says.")
    return 1 if differing and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
