"""Hostile and broken submissions: what each tries, and what must be true, stands in its docstring in `programs/`.

Below that stands a line of words: the role of the program or a kind of work, what follows it (a right program, a wrong
one or none), the verdict, and the layers of the jail without which it cannot be survived. What is not about step 1 says
so: `server@bonus/log:torn` is a server of that challenge, at the checks that speak of that word.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grading.course import KIT
from grading.skeletons import finished

PROGRAMS = Path(__file__).parent / "programs"
STEP = "step1"  # at which they are graded, as a rule
WORDS = {"server": "the sender hears it too", "client": "what comes is shown"}  # of the check by which, as a rule
SERVER, CLIENT, GATEWAY = "chat_server.py", "chat_client.py", "chat_web.py"
HIDDEN = "secret.txt"  # a file in the home of the instructor
FUTURE = "from __future__ import annotations\n"
VERDICTS = {"passes": (0,), "fails": (1, 2), "any": (0, 1, 2)}  # the exit statuses of the grader
SHADOWS = {  # files that are called like those of a grader, of its tools and of Python's start
    "sitecustomize.py": "raise SystemExit(7)\n",
    "usercustomize.py": "raise SystemExit(7)\n",
    "conftest.py": "raise SystemExit(7)\n",
    "pytest.ini": "[pytest]\naddopts = --version\n",
    "grading/__init__.py": "raise SystemExit(7)\n",
    "grading/stage/__main__.py": "raise SystemExit(7)\n",
    "tests/__init__.py": "raise SystemExit(7)\n",
}
WRONG = """
import socketserver

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            pass

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

Server(("localhost", 8080), Handler).serve_forever()
"""


@dataclass(frozen=True)
class Case:
    """One hostile or broken submission."""

    name: str
    tries: str  # what it tries, and what must be true
    kind: str  # server or client, or a kind of work in MADE
    base: str  # what follows its own text: a right program, a wrong one, or none
    verdict: str
    needs: frozenset[str]  # layers of the jail
    text: str
    step: str = STEP
    words: str = ""  # of the checks by which it is graded

    @property
    def program(self) -> str:
        """The file that it is about."""
        return {"client": CLIENT, "gateway": GATEWAY}.get(self.kind, SERVER)

    @property
    def is_for_any_step(self) -> bool:
        """Whether it is a chat program, and may be graded at another step as well."""
        return self.kind in WORDS and self.step == STEP


def cases() -> list[Case]:
    """Return all that there are."""
    return [_case(path) for path in sorted(PROGRAMS.glob("*.py"))]


def _case(path: Path) -> Case:
    text = path.read_text("utf-8")
    told, _, words = text.split('"""')[1].partition("\n\n")
    about, base, verdict, *needs = words.split()
    kind, _, where = about.partition("@")
    step, _, which = where.partition(":")
    chosen = which or WORDS.get(kind, WORDS["server"])
    return Case(path.stem, told, kind, base, verdict, frozenset(needs), text, step or STEP, chosen)


def make(case: Case, work: Path, places: dict[str, str], step: str = "") -> None:
    """Make the submission in the empty folder `work`; `places` stand where its text names them."""
    text = case.text
    for name, place in places.items():
        text = text.replace(f"{{{{{name}}}}}", place)
    right = finished(step or case.step)
    for name, program in right.items():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(program, "utf-8")
    if case.base == "right":
        text = right[case.program].replace(FUTURE, FUTURE + text, 1)
    elif case.base == "wrong":
        text += WRONG
    if case.kind in ("server", "client") or case.base == "right":
        (work / case.program).write_text(text, "utf-8")
    if make := MADE.get(case.kind):
        make(work, places)


def _link_to_answer(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).unlink()
    (work / SERVER).symlink_to(Path(places["NEIGHBOUR"], SERVER))


def _pipe(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).unlink()
    os.mkfifo(work / SERVER)


def _device(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).unlink()
    (work / SERVER).symlink_to("/dev/zero")


def _sparse(work: Path, places: dict[str, str]) -> None:
    os.truncate(work / SERVER, 2_000_000_000)


def _nested(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).write_text(
        "x = [" + "[-1, {0: (1,)}, lambda: [1]], " * 250_000 + "]\n" + "y = " + "-" * 90_000 + "1\n"
    )


def _labyrinth(work: Path, places: dict[str, str]) -> None:
    deep = "".join(f"{' ' * depth}def f():\n" for depth in range(1_000))
    (work / SERVER).write_text("\n" * 300_000 + "# TODO: x\n" * 20_000 + "x = 1\n" * 20_000 + deep + WRONG)


def _long(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).write_text("\n" * 25_000_000 + WRONG)


def _no_text(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).write_bytes(bytes(range(128, 256)) * 20)


def _folder(work: Path, places: dict[str, str]) -> None:
    (work / SERVER).unlink()
    (work / SERVER).mkdir()


def _folder_beside(work: Path, places: dict[str, str]) -> None:
    (work / "beside").mkdir()
    (work / "beside" / HIDDEN).touch()


def _link_loop(work: Path, places: dict[str, str]) -> None:
    (work / "a").symlink_to("b")
    (work / "b").symlink_to("a")


def _odd_names(work: Path, places: dict[str, str]) -> None:
    with open(os.fsencode(work) + b"/\xff\xfe.txt", "wb"):
        pass


def _escape_name(work: Path, places: dict[str, str]) -> None:
    (work / "\x1b[2J\x07.txt").touch()
    (work / "\x1b]0;owned\x07.py").symlink_to("/etc/passwd")


def _many_files(work: Path, places: dict[str, str]) -> None:
    (work / "data").mkdir()
    for number in range(3_000):
        (work / "data" / f"{number}.txt").touch()


def _shadows(work: Path, places: dict[str, str]) -> None:
    for name, text in SHADOWS.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)


MADE: dict[str, Callable[[Path, dict[str, str]], None]] = {
    "link-to-answer": _link_to_answer, "pipe": _pipe, "device": _device, "sparse": _sparse, "nested": _nested,
    "labyrinth": _labyrinth, "long": _long,
    "no-text": _no_text, "folder": _folder, "folder-beside": _folder_beside, "link-loop": _link_loop,
    "odd-names": _odd_names, "escape-name": _escape_name, "many-files": _many_files,
    "shadows": _shadows,
}  # fmt: skip


def places(folder: Path, port: int, secret: str) -> dict[str, str]:
    """Make what a case may try to reach, in `folder`; return where each thing is."""
    found = {name: str(folder / name.lower()) for name in ("HOME", "TMP", "NEIGHBOUR")}
    for place in found.values():
        os.mkdir(place)
    Path(found["HOME"], HIDDEN).write_text(f"{secret}\n")
    Path(found["HOME"], f"{secret}.txt").touch()
    for name, text in finished(STEP).items():
        Path(found["NEIGHBOUR"], name).write_text(text, "utf-8")
    return {**found, "KIT": str(KIT), "PORT": str(port), "SECRET": secret}
