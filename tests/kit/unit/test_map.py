"""What the pages for maintainers name is there: each file, each function, each command."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from grading.cli.kit import TOOLS
from grading.cli.verbs import VERBS
from grading.course import BONUS, EXERCISES, KIT

PAGES = ["grading/README.md", ".github/CONTRIBUTING.md", ".github/CHANGELOG.md"]
IN_TICKS = re.compile(r"`([^`\n]+)`")
MAP_LINE = re.compile(r"^    ([\w/.]+)  ", re.MULTILINE)  # what a line of the map begins with
BESIDE = re.compile(r"  ([\w.]+(?:/|\.py)) {2,}")  # and what stands beside it
PLACEHOLDERS = {"STEP": "step1", "TOPIC": "framing", "NAME": "step1"}
LONGEST_MAP = 24  # lines
WIDEST = 120


def read(page: str) -> str:
    return (KIT / page).read_text("utf-8")


def names(page: str) -> list[str]:
    """Return what stands in ticks, with examples for what stands in capitals."""
    return [
        re.sub("STEP|TOPIC|NAME", lambda found: PLACEHOLDERS[found[0]], name) for name in IN_TICKS.findall(read(page))
    ]


def is_file(name: str) -> bool:
    """Tell whether a name looks like that of a file or a folder."""
    return re.fullmatch(r"[\w/.*-]+(/|\.\w+)|\w+(/\w+)+", name) is not None and not name.startswith("--")


def is_there(name: str) -> bool:
    """Tell whether something is there, seen from the kit, from `grading` or from a suite."""
    folders = [KIT, KIT / "grading", KIT / "tests" / "step1"]
    return any(any(folder.glob(name.rstrip("/"))) for folder in folders)


def defined() -> set[str]:
    """Return the names of all functions and classes of the kit."""
    found = set()
    for path in [*(KIT / "grading").rglob("*.py"), KIT / "tests" / "kit" / "killing.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    assert [name for name in names(page) if is_file(name) and not is_there(name)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_function_and_class_that_is_named_is_there(page: str) -> None:
    called = {name.removesuffix("()") for name in names(page) if re.fullmatch(r"\w+\(\)|[A-Z][a-z]\w+", name)}
    assert called - defined() == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_can_be_typed(page: str) -> None:
    for command in (name for name in names(page) if name.startswith(("python ", "pytest "))):
        words = command.split()
        if words[1] == "grader.py":
            assert words[2] in {*EXERCISES, *VERBS, BONUS}, command
            assert set(words[3:]) <= {*TOOLS, "--debug", "--solution"}, command
        elif words[1] == "-m":
            assert words[2] == "pytest" or (KIT / f"{words[2].replace('.', '/')}.py").is_file(), command


def test_every_room_of_the_house_is_on_the_map() -> None:
    text = read("grading/README.md").partition("## ")[0]
    shown = {name.rstrip("/") for name in [*MAP_LINE.findall(text), *BESIDE.findall(text)]}
    rooms = {
        path.name for path in (KIT / "grading").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert shown == rooms - {"__init__.py"}


def test_the_map_fits_on_a_screen() -> None:
    text = read("grading/README.md").partition("\n## ")[0]
    assert len(text.splitlines()) <= LONGEST_MAP


@pytest.mark.parametrize("page", PAGES)
def test_no_line_is_too_long_to_be_read(page: str) -> None:
    assert [line for line in read(page).splitlines() if len(line) > WIDEST] == []


@pytest.mark.parametrize("page", [*PAGES, "README.md"])
def test_every_link_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", read(page))
    assert [link for link in links if not Path((KIT / page).parent, link).exists()] == []
