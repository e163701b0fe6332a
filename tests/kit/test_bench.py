"""The bench measures what it says, and draws it."""

from __future__ import annotations

import contextlib
import io
import itertools
import select
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

if sys.platform != "linux":
    pytest.skip("the bench needs Linux", allow_module_level=True)

from grading.people.certificates import certificates_in
from tests.kit.bench import __main__ as bench
from tests.kit.bench import encryption, measuring, plot, scenes
from tests.kit.bench.crowd import Crowd, Dialect, percentile
from tests.kit.bench.peers import Peer, peers
from tests.kit.bench.scenes import SCENES, Row, Scene
from tests.kit.bench.secured import Secured

NOTHING = float("nan")
OURS = peers()[0]
PIECE = bytes(range(256)) * 100  # more than a record of TLS
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


@pytest.mark.parametrize("number", range(4))
def test_a_crowd_hears_all_that_is_said_over_tls_or_in_clear_and_that_the_server_ends(number: int) -> None:
    rest = Dialect().say(b"|" + b"." * 1000) * 100  # more than a record of TLS
    with encryption.servers() as servers, servers[number].running() as (port, process):
        crowd = Crowd(port, Dialect(), servers[number].context)
        assert crowd.come(3) == 3
        while rest:
            with contextlib.suppress(BlockingIOError):
                rest = rest[crowd.members[0].sock.send(rest) :]
            crowd.serve(seconds=0.001)
        crowd.serve(until=lambda: crowd.heard == 3 * 100, seconds=60.0)
        assert [member.heard for member in crowd.members] == [100] * 3
        process.kill()
        crowd.serve(until=lambda: all(member.gone for member in crowd.members), seconds=60.0)
        assert all(member.gone for member in crowd.members)
        crowd.goes()


def read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size)):
        data += more
    return data


def test_what_a_full_connection_does_not_take_over_tls_is_told_and_nothing_else_is_lost(tmp_path: Path) -> None:
    certificates, said = certificates_in(tmp_path), b""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        with socket.create_connection(listening.getsockname()) as ours, listening.accept()[0] as plain:
            agreed = pool.submit(certificates.right.context().wrap_socket, plain, server_side=True)
            secured = Secured(ours, certificates.context())
            ours.setblocking(False)
            with agreed.result() as theirs:
                with pytest.raises(BlockingIOError):
                    while True:
                        said += PIECE[: secured.send(PIECE)]
                heard = pool.submit(read, theirs, len(said) + 1)
                while not said.endswith(b"!"):
                    select.select([], [secured], [])
                    with contextlib.suppress(BlockingIOError):
                        said += b"!"[: secured.send(b"!")]
                assert heard.result() == said


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.clients <= 400], ids=lambda scene: scene.rows[0].name
)
def test_a_scene_is_measured(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "SECONDS", 0.2)
    assert any(all(figure > 0 for figure in measuring.measure(scene, OURS)) for _ in range(TRIES))


def test_a_server_that_fails_once_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {OURS.name: iter([1.0, 9.0, 3.0]), "other": iter([1.0, NOTHING])}
    monkeypatch.setattr(measuring, "measure", lambda scene, peer: [next(values[peer.name])])
    figures = measuring.figures_of(SCENES[0], [OURS, Peer("other", ())], 3)
    row = SCENES[0].rows[0].name
    assert figures[row, OURS.name] == 3.0
    assert figures[row, "other"] != figures[row, "other"]


def test_a_server_that_fails_has_as_many_tries_as_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    values = iter([NOTHING, 5.0, NOTHING, NOTHING])
    monkeypatch.setattr(measuring, "measure", lambda scene, peer: [next(values)])
    row = SCENES[0].rows[0].name
    assert measuring.figures_of(SCENES[0], [OURS], 1, tries=2) == {(row, OURS.name): 5.0}
    assert measuring.figures_of(SCENES[0], [OURS], 1, tries=2)[row, OURS.name] != 5.0


def test_what_was_measured_while_other_machines_took_the_time_is_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, taken, values = iter(range(0, 1000, 2)), iter([0.0, 2.0, 2.0, 2.0]), iter([[1.0], [5.0]])
    monkeypatch.setattr(measuring.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(measuring, "stolen", lambda: next(taken))
    monkeypatch.setattr(measuring, "measure", lambda scene, peer: next(values))
    assert measuring.measure_in_a_calm_moment(SCENES[0], OURS) == [5.0]


def test_where_no_moment_is_calm_the_last_measurement_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = itertools.count()
    monkeypatch.setattr(measuring, "CALM_SECONDS", 0.0)
    monkeypatch.setattr(measuring, "stolen", lambda: float(next(taken)))
    monkeypatch.setattr(measuring, "measure", lambda scene, peer: [5.0])
    assert measuring.measure_in_a_calm_moment(SCENES[0], OURS) == [5.0]


def test_the_table_tells_by_what_factor_ours_is_better() -> None:
    rows = [Row("talk", "lines/s", lambda *_: 0.0, True), Row("wait", "ms", lambda *_: 0.0)]
    servers = [OURS, Peer("other", ()), Peer("third", ())]
    values = [2e6, 1e6, NOTHING, 2.0, 25.0, 0.5]
    keys = [(row.name, server.name) for row in rows for server in servers]
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(bench.table(rows, servers, dict(zip(keys, values, strict=True))))
    lines = [line.split() for line in console.export_text().splitlines() if line.startswith((" talk", " wait"))]
    assert lines == [["talk", "2.00", "M", "lines/s", "2.0", "–"], ["wait", "2.0", "ms", "12", "0.2"]]


def test_the_table_of_encryption_tells_how_many_times_as_much_it_takes() -> None:
    figures = {}
    for scene in encryption.SCENES:
        for row, (clear, tls) in zip(scene.rows, ((2e6, 1e6), (0.5, 1.5), (0.25, 0.75)), strict=True):
            for server in (encryption.REFERENCE, encryption.ASYNCIO):
                figures[row.name, f"{server}, {encryption.CLEAR}"] = clear
                figures[row.name, f"{server}, {encryption.TLS}"] = tls
    for row in encryption.SCENES[-1].rows:
        figures[row.name, f"{encryption.ASYNCIO}, {encryption.TLS}"] = NOTHING
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(encryption.table(figures))
    talk = [line.split() for line in console.export_text().splitlines() if line.startswith("talk")]
    told = ["2.00", "M", "1.00", "M", "0.50", "0.50", "1.50", "3.0", "25%", "75%"]
    assert talk == [
        ["talk,", "100", "reference", *told],
        ["talk,", "100", "asyncio", "2.00", "M", *"––", "0.50", *"––", "25%", "–"],
    ]


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
