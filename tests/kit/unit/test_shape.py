"""The shape of the house: who may know whom, read from the imports. Each broken rule is one line."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from grading.course import KIT

# The rules. A room is a package or a module right below `grading`; it may enter the rooms of the floors below.
FLOORS = (
    {"results", "course", "protocol"},
    {"system", "telling"},
    {"drawing", "submission", "start", "skeletons"},
    {"process", "exports", "home"},
    {"people", "wire", "pages"},
    {"suite", "rehearsal"},
    {"running"},
    {"grade"},
    {"showing", "klass", "packs"},
    {"cli", "under_pytest"},
)
APART = {"stage"}  # runs in the student's process: enters no room, and nobody enters it
SHARED = "grading.stage.messages"  # but for this list of what both sides say to each other
SAY_AND_EXIT = {"cli", "start", "skeletons", "stage"}  # may print, and end the process
NO_DISK = {"results", "telling", "drawing", "exports"}  # open no file, start nothing, connect to nobody
INSTALLED = {  # who needs what pip installs
    "showing": {"rich"},
    "drawing": {"rich.cells"},
    "under_pytest": {"pytest"},
    "pages": {"jinja2", "markupsafe", "markdown_it"},
    "people": {"trustme", "websockets"},  # each for one challenge alone
}
OUTSIDE_WORLD = {"os", "pathlib", "shutil", "socket", "subprocess", "tempfile", "io"}
ENDINGS = {"print", "exit", "quit", "sys.exit", "os._exit", "os.abort"}
MOST_LINES = 30  # of a function


@dataclass(frozen=True)
class Module:
    """One file: its name, and what stands in it."""

    name: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return [*self.name.split("."), ""][1]

    @property
    def imports(self) -> Iterator[str]:
        """All that it imports, wherever in the file, `from a import b` as `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    @property
    def is_for_mypy(self) -> set[str]:
        """What it imports only where its types are checked."""
        choices = [node for node in ast.walk(self.tree) if isinstance(node, ast.If)]
        checks = [node for node in choices if ast.unparse(node.test) == "TYPE_CHECKING"]
        return {name for node in checks for name in Module(self.name, ast.Module(node.body, [])).imports}

    @property
    def rooms(self) -> set[str]:
        """The other rooms that it enters."""
        ours = {
            name for name in self.imports if name.startswith("grading.") and not f"{name}.".startswith(f"{SHARED}.")
        }
        return {name.split(".")[1] for name in ours} - {self.room}

    @property
    def calls(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)


House = dict[str, Module]
Rule = Callable[[House], Iterator[str]]


def build(sources: dict[str, str]) -> House:
    return {name: Module(name, ast.parse(source)) for name, source in sources.items()}


@pytest.fixture(scope="module")
def house() -> House:
    """`grading`, read and not imported."""
    files = {path.relative_to(KIT).with_suffix(""): path for path in (KIT / "grading").rglob("*.py")}
    named = {".".join(name.parts).removesuffix(".__init__"): path.read_text("utf-8") for name, path in files.items()}
    return build(named)


def floor(room: str) -> int:
    """Return on which floor a room is; one that nobody knows is above all others."""
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), len(FLOORS))


def every_room_has_its_floor(house: House) -> Iterator[str]:
    known = set().union(*FLOORS) | APART | {""}
    for room in sorted({module.room for module in house.values()} - known):
        yield f"{room} has no floor yet: give it one in FLOORS"


def arrows_point_down(house: House) -> Iterator[str]:
    for module in house.values():
        for other in sorted(module.rooms):
            if module.room not in APART and other not in APART and floor(other) >= floor(module.room):
                yield f"{module.name} imports {other}, which is not below {module.room}"


def the_stage_is_apart(house: House) -> Iterator[str]:
    for module in house.values():
        for other in sorted(module.rooms):
            if module.room in APART or other in APART:
                yield f"{module.name} imports {other}: the stage runs in another process"


def only_some_need_what_is_installed(house: House) -> Iterator[str]:
    for module in house.values():
        allowed = INSTALLED.get(module.room, set())
        for name in sorted(set(module.imports) - module.is_for_mypy):
            is_ours = name.split(".")[0] in {"grading", "__future__"} | sys.stdlib_module_names | {"_winapi"}
            if not is_ours and not any(f"{name}.".startswith(f"{one}.") for one in allowed):
                yield f"{module.name} imports {name}, which {module.room} must do without"


def words_and_drawings_touch_no_disk(house: House) -> Iterator[str]:
    for module in house.values():
        if module.room in NO_DISK:
            for name in sorted({name.split(".")[0] for name in module.imports} & OUTSIDE_WORLD):
                yield f"{module.name} imports {name}: {module.room} knows nothing of disks and processes"
            if "open" in module.calls:
                yield f"{module.name} opens a file"


def only_the_command_line_prints_and_exits(house: House) -> Iterator[str]:
    for module in house.values():
        if module.room not in SAY_AND_EXIT:
            for call in sorted(ENDINGS.intersection(module.calls)):
                yield f"{module.name} calls {call}: leave that to the command line"


def there_are_no_circles(house: House) -> Iterator[str]:
    arrows = {name: {_module(one, house) for one in module.imports} & set(house) for name, module in house.items()}
    for one in house:
        for other in sorted(arrows[one] - {one}):
            if one in _reach(other, arrows):
                yield f"{one} imports {other}, which comes back to it"


def _module(imported: str, house: House) -> str:
    return imported if imported in house else imported.rpartition(".")[0]


def _reach(start: str, arrows: dict[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = arrows[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def functions_are_short(house: House) -> Iterator[str]:
    for module in house.values():
        for node in ast.walk(module.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > MOST_LINES:
                    yield f"{module.name}.{node.name} has {lines} lines: at most {MOST_LINES}"


RULES: tuple[Rule, ...] = (
    every_room_has_its_floor,
    arrows_point_down,
    the_stage_is_apart,
    only_some_need_what_is_installed,
    words_and_drawings_touch_no_disk,
    only_the_command_line_prints_and_exits,
    there_are_no_circles,
    functions_are_short,
)
BROKEN: dict[Rule, tuple[dict[str, str], str]] = {  # a house that breaks the rule, and the line that says so
    every_room_has_its_floor: ({"grading.attic": ""}, "attic has no floor yet: give it one in FLOORS"),
    arrows_point_down: (
        {"grading.results.json": "from grading.telling import story"},
        "grading.results.json imports telling, which is not below results",
    ),
    the_stage_is_apart: (
        {"grading.stage.keys": "import grading.results.values"},
        "grading.stage.keys imports results: the stage runs in another process",
    ),
    only_some_need_what_is_installed: (
        {"grading.drawing.text": "from rich.cells import cell_len\nfrom rich.text import Text"},
        "grading.drawing.text imports rich.text.Text, which drawing must do without",
    ),
    words_and_drawings_touch_no_disk: (
        {"grading.telling.story": "def tell():\n    import pathlib"},
        "grading.telling.story imports pathlib: telling knows nothing of disks and processes",
    ),
    only_the_command_line_prints_and_exits: (
        {"grading.grade": "import sys\nsys.exit(1)"},
        "grading.grade calls sys.exit: leave that to the command line",
    ),
    there_are_no_circles: (
        {"grading.cli.a": "from grading.cli import b", "grading.cli.b": "import grading.cli.a as a"},
        "grading.cli.a imports grading.cli.b, which comes back to it",
    ),
    functions_are_short: (
        {"grading.suite": "def f():" + "\n    pass" * 30},
        "grading.suite.f has 31 lines: at most 30",
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule, house: House) -> None:
    assert list(rule(house)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_whoever_breaks_a_rule_is_named_in_one_line(rule: Rule) -> None:
    sources, line = BROKEN[rule]
    assert list(rule(build(sources)))[:1] == [line]


def test_a_circle_is_found_however_long_it_is() -> None:
    house = build({f"grading.cli.m{n}": f"from grading.cli.m{(n + 1) % 3} import x" for n in range(3)})
    assert len(list(there_are_no_circles(house))) == 3


def test_every_room_that_has_a_floor_is_there(house: House) -> None:
    assert set().union(*FLOORS) | APART == {module.room for module in house.values()} - {""}


def test_both_sides_of_the_stage_may_know_what_they_say_to_each_other() -> None:
    house = build({"grading.process.launcher": "from grading.stage.messages import Settings"})
    assert list(the_stage_is_apart(house)) == []
    assert list(arrows_point_down(house)) == []


def test_what_only_mypy_imports_need_not_be_installed() -> None:
    house = build({"grading.suite": "if TYPE_CHECKING:\n    from typing_extensions import Unpack"})
    assert list(only_some_need_what_is_installed(house)) == []
