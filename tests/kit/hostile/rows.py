"""What becomes of the cases when they are graded: a row for each."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from grading.course import KIT
from grading.results.values import TOO_BUSY
from tests.kit.hostile.cases import Case, cases
from tests.kit.hostile.neighbour import neighbour

SIDE_BY_SIDE = 8  # they mostly wait
LONGEST = (  # to wait for: whoever starts last ends last
    "holds_the_interpreter", "answers_late", "is_nested", "never_answers", "starts_itself_anew", "answers_wrongly",
    "prints_without_end", "sends_a_line_without_end", "stops_itself", "patches_everything",
)  # fmt: skip

LOADING = (  # they take much of what there is: what runs beside them is starved
    "asks_for_uncounted_memory", "ends_everybody", "fills_folders_of_the_system", "fills_sockets", "fills_the_disk",
    "floods_the_line", "has_an_endless_log", "has_hidden_children", "has_many_children", "holds_the_interpreter",
    "is_nested", "is_sparse", "listens_where_others_do", "makes_deep_folders", "makes_many_files", "opens_many_sockets",
    "prints_no_newline", "prints_without_end", "raises_a_long_text", "recurses", "sends_a_line_without_end",
    "starts_many_threads", "takes_all_terminals", "takes_descriptors", "takes_memory", "takes_the_processor",
    "talks_without_end", "writes_a_big_file",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What became of a case."""

    case: Case
    wrong: tuple[str, ...]
    seconds: float

    @property
    def is_survived(self) -> bool:
        return not self.wrong

    @property
    def is_undecided(self) -> bool:
        """Whether only the machine was too busy to tell, again and again."""
        return self.wrong == (TOO_BUSY,)


def rows(names: list[str], side_by_side: int = SIDE_BY_SIDE) -> list[Row]:
    """Grade the cases with these names, or all of them."""
    in_turn = sorted(chosen(names), key=lambda case: case.name not in LONGEST)
    with neighbour() as port, ThreadPoolExecutor(side_by_side) as pool:
        return sorted(pool.map(lambda case: _grade(case, port), in_turn), key=lambda row: row.case.name)


def chosen(names: list[str]) -> list[Case]:
    """Return the cases with these names, or all of them."""
    return [case for case in cases() if not names or case.name in names]


def _grade(case: Case, port: int) -> Row:
    """Grade one case in a process that adopts what it leaves behind."""
    command = [sys.executable, "-m", "tests.kit.hostile.one", case.name, str(port)]
    done = subprocess.run(command, cwd=KIT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return read(case, done.stdout)


def read(case: Case, said: str) -> Row:
    """Return what the judge of a case said in its last line."""
    try:
        found = json.loads(said.splitlines()[-1])
        return Row(case, tuple(found["wrong"]), found["seconds"])
    except (ValueError, TypeError, KeyError, IndexError):
        return Row(case, (f"ours failed: {said[-200:]}",), 0.0)
