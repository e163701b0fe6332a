"""A fork server that the system lets nobody start ends all the same, and says nothing wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.process import cell
from grading.process.forking import ForkServer
from grading.process.jail import Jail
from grading.submission.scratch import Place


@pytest.mark.skipif(sys.platform == "win32", reason="there is none")
@pytest.mark.parametrize("command", [None, ["/nowhere/python"]])
def test_one_that_cannot_be_started_is_closed_without_a_fault(
    command: list[str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ForkServer, "_first", 0)
    monkeypatch.setattr(cell.Way, "command", lambda *_: command)
    usual = cell.ways

    def ways(rules: Jail, place: Place) -> Iterator[cell.Way]:
        yield from usual(rules, place) if command else ()

    monkeypatch.setattr(cell, "ways", ways)
    place = Place()
    try:
        server = ForkServer(Jail.here(), place, {})
        assert server.close()
        assert not server.alive
    finally:
        place.remove()
