"""However the kit's own tests end, the exit status is one that the README names."""

from __future__ import annotations

import subprocess

import pytest

from grading.cli.kit import ALONE
from grading.cli.main import main
from grading.course import KIT
from grading.start.ending import FAILED, INTERRUPTED, OWN_FAULT, PASSED, UNUSABLE


@pytest.mark.parametrize(
    ("of_pytest", "ours"),
    [(0, PASSED), (1, FAILED), (2, INTERRUPTED), (3, OWN_FAULT), (4, UNUSABLE), (5, UNUSABLE)],
)
def test_the_status_of_pytest_is_told_as_ours(of_pytest: int, ours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: of_pytest)
    assert main(["kit", "-k", "nothing"]) == ours


def test_the_tests_that_need_the_machine_for_themselves_are_there() -> None:
    assert (KIT / ALONE).is_file()
