"""The bench measures what it says, and draws it."""

from __future__ import annotations

import io
import sys
from xml.etree import ElementTree

import pytest
from rich.console import Console

if sys.platform != "linux":
    pytest.skip("the bench needs Linux", allow_module_level=True)

from tests.kit.bench import __main__ as bench
from tests.kit.bench import plot
from tests.kit.bench.crowd import Crowd, percentile
from tests.kit.bench.peers import Peer, peers

NOTHING = float("nan")
OURS = peers()[0]


def test_everybody_hears_what_one_member_of_the_crowd_says() -> None:
    with OURS.running() as (port, _):
        crowd = Crowd(port, OURS.dialect())
        assert crowd.come(1) == 1
        assert crowd.come(4, at_once=2) == 4
        crowd.says(crowd.members[0], b"one|")
        crowd.says(crowd.members[1], b"two|")
        crowd.serve(until=lambda: crowd.heard == 2 * 5, seconds=60.0)
        assert [member.heard for member in crowd.members] == [2] * 5
        crowd.goes()


@pytest.mark.parametrize("name", ["flood, 1 to 10", "talk, 100", "delay, p99", "stalled reader", "200 of 400 reset"])
def test_a_scene_is_measured(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SECONDS", 0.2)
    row = next(row for row in bench.ROWS if row.name == name)
    assert bench.measure(row, OURS) > 0


def test_a_server_that_fails_once_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {OURS.name: iter([1.0, 2.0, 3.0]), "other": iter([1.0, NOTHING, 3.0])}
    monkeypatch.setattr(bench, "measure", lambda row, peer: next(figures[peer.name]))
    ours, others = (values for values, _ in bench.rounds(bench.ROWS[0], [OURS, Peer("other", ())], 3))
    assert (ours, len(others)) == ([1.0, 2.0, 3.0], 2)


def test_the_table_tells_by_what_factor_ours_is_better() -> None:
    rows = [bench.Row("talk", "lines/s", 1, lambda *_: 0.0), bench.Row("wait", "ms", 1, lambda *_: 0.0, False)]
    servers = [OURS, Peer("other", ()), Peer("third", ())]
    values = [2e6, 1e6, NOTHING, 2.0, 25.0, 0.5]
    keys = [(row.name, server.name) for row in rows for server in servers]
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(bench.table(rows, servers, dict(zip(keys, values, strict=True))))
    lines = [line.split() for line in console.export_text().splitlines() if line.startswith((" talk", " wait"))]
    assert lines == [["talk", "2.00", "M", "lines/s", "2.0", "–"], ["wait", "2.0", "ms", "12", "0.2"]]


def test_the_picture_has_a_dot_for_each_figure_there_is() -> None:
    servers = [OURS, Peer("<other>", ())]
    figures = {(row.name, server.name): 1e5 for row in bench.ROWS for server in servers}
    figures["talk, 100", "<other>"] = NOTHING
    drawn = ElementTree.fromstring(plot.dots(bench.ROWS, servers, figures))
    counted = sum(row.name.startswith(("flood", "talk")) for row in bench.ROWS)
    legend = len(servers)
    assert len(drawn.findall(".//{*}circle")) == legend + counted * len(servers) - 1


def test_a_percentile_is_a_value_that_so_many_do_not_exceed() -> None:
    values = [float(value) for value in range(100)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50.0, 99.0)
