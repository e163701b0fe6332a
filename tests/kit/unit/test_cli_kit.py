"""However the kit's own tests end, the exit status is one that the README names."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grading.cli.kit import ALONE
from grading.cli.main import main
from grading.course import KIT
from grading.start.ending import FAILED, INTERRUPTED, OWN_FAULT, PASSED, UNUSABLE
from tests.kit.conftest import pytest_collection_modifyitems


@pytest.mark.parametrize(
    ("of_pytest", "ours"),
    [(0, PASSED), (1, FAILED), (2, INTERRUPTED), (3, OWN_FAULT), (4, UNUSABLE), (5, UNUSABLE)],
)
def test_the_status_of_pytest_is_told_as_ours(of_pytest: int, ours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: of_pytest)
    assert main(["kit", "-k", "nothing"]) == ours


def test_most_tests_run_side_by_side_and_then_those_that_need_the_machine_for_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda words, **_: commands.append(words) or len(commands))
    assert main(["kit"]) == FAILED
    most, alone = commands
    assert (KIT / ALONE).is_file()
    assert most[-1] == f"--ignore={ALONE}"
    assert alone[-1] == ALONE


class Item:
    """As much of a collected test as decides its turn."""

    def __init__(self, file: str, name: str, takes: float, is_together: bool = False) -> None:
        self.nodeid, self.takes, self.is_together, self.group = f"{file}::{name}", takes, is_together, ""

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        if name == "takes":
            return pytest.Mark(name, (self.takes,), {})
        return pytest.Mark(name, (), {}) if self.is_together else None

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.group = mark.args[0]


def test_what_takes_longest_comes_first_and_what_belongs_together_goes_to_one_process() -> None:
    items: list[Any] = [Item("x", "a", 1), Item("y", "b", 2, True), Item("x", "c", 4), Item("y", "d", 3, True)]
    order = list(items)
    pytest_collection_modifyitems(cast(pytest.Config, SimpleNamespace()), order)
    assert order == items
    pytest_collection_modifyitems(cast(pytest.Config, SimpleNamespace(workerinput={})), order)
    assert [(item.nodeid, item.group) for item in order] == [
        ("y::b", "y"), ("y::d", "y"), ("x::c", "x::c"), ("x::a", "x::a")
    ]  # fmt: skip
