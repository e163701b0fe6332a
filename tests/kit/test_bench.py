"""The bench measures what it says, and draws it."""

from __future__ import annotations

import io
import itertools
import sys
from xml.etree import ElementTree

import pytest
from rich.console import Console

if sys.platform != "linux":
    pytest.skip("the bench needs Linux", allow_module_level=True)

from tests.kit.bench import __main__ as bench
from tests.kit.bench import plot, scenes
from tests.kit.bench.crowd import Crowd, percentile
from tests.kit.bench.peers import Peer, peers
from tests.kit.bench.scenes import SCENES, Row, Scene

NOTHING = float("nan")
OURS = peers()[0]
TRIES = 5  # of a scene that is this short: a busy machine may get nothing done in one


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


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.clients <= 400], ids=lambda scene: scene.rows[0].name
)
def test_a_scene_is_measured(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "SECONDS", 0.2)
    assert any(all(figure > 0 for figure in bench.measure(scene, OURS)) for _ in range(TRIES))


def test_a_server_that_fails_once_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {OURS.name: iter([1.0, 9.0, 3.0]), "other": iter([1.0, NOTHING])}
    monkeypatch.setattr(bench, "measure", lambda scene, peer: [next(values[peer.name])])
    figures = bench.figures_of(SCENES[0], [OURS, Peer("other", ())], 3)
    row = SCENES[0].rows[0].name
    assert figures[row, OURS.name] == 3.0
    assert figures[row, "other"] != figures[row, "other"]


def test_what_was_measured_while_other_machines_took_the_time_is_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, taken, values = iter(range(0, 1000, 2)), iter([0.0, 2.0, 2.0, 2.0]), iter([[1.0], [5.0]])
    monkeypatch.setattr(bench.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(bench, "stolen", lambda: next(taken))
    monkeypatch.setattr(bench, "measure", lambda scene, peer: next(values))
    assert bench.measure_in_a_calm_moment(SCENES[0], OURS) == [5.0]


def test_where_no_moment_is_calm_the_last_measurement_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = itertools.count()
    monkeypatch.setattr(bench, "CALM_SECONDS", 0.0)
    monkeypatch.setattr(bench, "stolen", lambda: float(next(taken)))
    monkeypatch.setattr(bench, "measure", lambda scene, peer: [5.0])
    assert bench.measure_in_a_calm_moment(SCENES[0], OURS) == [5.0]


def test_the_table_tells_by_what_factor_ours_is_better() -> None:
    rows = [Row("talk", "lines/s", lambda *_: 0.0, True), Row("wait", "ms", lambda *_: 0.0)]
    servers = [OURS, Peer("other", ()), Peer("third", ())]
    values = [2e6, 1e6, NOTHING, 2.0, 25.0, 0.5]
    keys = [(row.name, server.name) for row in rows for server in servers]
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(bench.table(rows, servers, dict(zip(keys, values, strict=True))))
    lines = [line.split() for line in console.export_text().splitlines() if line.startswith((" talk", " wait"))]
    assert lines == [["talk", "2.00", "M", "lines/s", "2.0", "–"], ["wait", "2.0", "ms", "12", "0.2"]]


def test_the_picture_has_a_dot_for_each_figure_there_is() -> None:
    rows = [row for scene in SCENES for row in scene.rows]
    servers = [OURS, Peer("<other>", ())]
    figures = {(row.name, server.name): 1e5 for row in rows for server in servers}
    figures["talk, 100", "<other>"] = NOTHING
    drawn = ElementTree.fromstring(plot.dots(rows, servers, figures))
    counted = sum(row.name.startswith(("flood", "talk")) for row in rows)
    legend = len(servers)
    assert len(drawn.findall(".//{*}circle")) == legend + counted * len(servers) - 1


def test_a_percentile_is_a_value_that_so_many_do_not_exceed() -> None:
    values = [float(value) for value in range(100)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50.0, 99.0)
