"""Conversations that nobody wrote are played against real servers: right ones are never accused, wrong ones are."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

from grading.course import EXERCISES, STEPS
from grading.people.playing import Company, Finding
from grading.people.room import Room
from grading.process.launcher import Launcher
from grading.process.patience import PATIENCE
from grading.process.production import Production
from grading.protocol import model
from grading.protocol.conversations import CLOSES, HALF_CLOSES, Act, Conversation
from grading.protocol.inventing import invent
from grading.protocol.tolerated import Tolerated
from grading.protocol.wrong import Kind
from grading.skeletons import finished, number
from grading.submission.folder import from_folder
from tests.kit.conversations import hunt
from tests.kit.killing import REFERENCE, right_program, right_programs, run, submission
from tests.kit.liberties import LIBERTIES, taking
from tests.kit.mutants import MUTANTS

SOME = range(15)  # seeds
SLOW = "slow_and_crumbly"  # takes two seconds for each
FEW_BEATS = 6  # heartbeats for what does not come anyway
ANN, BOB = Act("Ann", b"JOIN:Ann\n"), Act("Bob", b"JOIN:Bob\n")


@contextmanager
def staged(work: Path, step: int, launcher: Launcher, model: Any = None, beats: int = PATIENCE) -> Iterator[Company]:
    """Yield a company for the server in `work`."""
    exercise = EXERCISES[STEPS[step - 1]]
    production = Production(launcher, from_folder(work), exercise)
    room = Room(production, exercise)
    company = Company(room, step, beats, model)
    try:
        yield company
    finally:
        company.close()
        room.close()
        production.close()


@pytest.fixture
def folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@pytest.mark.parametrize("step", STEPS)
def test_the_reference_is_accused_at_no_step(step: str, folder: str, launcher: Launcher) -> None:
    found = hunt(REFERENCE, submission(finished(step), folder), number(step), SOME, launcher, most=1)
    assert found.stories == []


@pytest.mark.takes(1)
@pytest.mark.parametrize("name", [name for name in right_programs() if name != REFERENCE])
def test_no_fair_variant_is_accused(name: str, folder: str, launcher: Launcher) -> None:
    seeds = range(2) if name == SLOW else SOME
    assert hunt(name, right_program(name, folder), len(STEPS), seeds, launcher, most=1).stories == []


def test_a_finished_server_is_accused_at_no_earlier_step(folder: str, launcher: Launcher) -> None:
    work = submission(finished("advanced"), folder)
    for step in (1, 2, 3, 4):
        assert hunt(REFERENCE, work, step, range(5), launcher, most=1).stories == []


@pytest.mark.parametrize("name", ["private_to_all", "rooms_without_walls", "list_to_everyone"])
def test_wrong_servers_are_found_and_what_is_told_is_short(name: str, folder: str, launcher: Launcher) -> None:
    (mutant,) = [mutant for mutant in MUTANTS if mutant.name == name]
    work = submission(mutant.sources(), folder)
    found = hunt(name, work, number(mutant.step), range(40), launcher, most=1)
    assert len(found.stories) == 1
    assert len(found.stories[0]) <= 6


# Deliberately wrong models

WRONG_MODELS = {
    "the history is one message shorter": ("HISTORY = 20 ", "HISTORY = 19 "),
    "a line may be one byte longer": ("LIMIT = 4096 ", "LIMIT = 4097 "),
    "names end at 31 characters": ("NAME_LIMIT = 32 ", "NAME_LIMIT = 31 "),
    "the sender does not hear itself": (
        "if rooms and other.is_open:",
        "if rooms and other.is_open and other is not seat:",
    ),
    "QUIT is no command": ('"QUIT": LEAVING, ', ""),
    "nobody leaves the lobby": ("if was != {room}:", "if was == {room}:"),
    "a private message is sent back, too": ("        for other in known:\n", "        for other in [*known, seat]:\n"),
}


def wrong_model(old: str, new: str) -> Any:
    """Return the module of the model with one line changed."""
    source = Path(model.__file__).read_text("utf-8")
    assert source.count(old) == 1, old
    spec = spec_from_loader("wrong_model", loader=None)
    assert spec
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    exec(compile(source.replace(old, new), "wrong_model.py", "exec"), vars(module))
    return module


@pytest.mark.parametrize("change", WRONG_MODELS)
def test_a_wrong_model_accuses_the_reference(change: str, folder: str, launcher: Launcher) -> None:
    judge = wrong_model(*WRONG_MODELS[change]).Model(5)
    with staged(submission(finished("advanced"), folder), 5, launcher, judge, FEW_BEATS) as stage:
        assert any(stage.plays(invent(5, seed)) for seed in range(200)), change


# What is left open, where a right program needs it


def says(who: str, *lines: str) -> Act:
    return Act(who, "".join(f"{line}\n" for line in lines).encode())


NEEDED_BY: dict[Tolerated, tuple[str, Conversation]] = {
    Tolerated.GREETING: ("asyncio_protocol", (Act("Ann"), ANN)),
    Tolerated.FAREWELL: (
        "asyncio_protocol",
        (ANN, BOB, Act("Ann", b"QUIT\n", leaves=HALF_CLOSES), says("Bob", "MESSAGE:hi")),
    ),
    Tolerated.OWN_ARRIVAL: ("queue_writer", (ANN,)),
    Tolerated.BLANKS_AT_ENDS: ("asyncio_protocol", (Act("Ann", b"JOIN:Ann \n"),)),
    Tolerated.BLANKS_AT_COMMAND: ("asyncio_protocol", (ANN, says("Ann", " MESSAGE:hi"))),
    Tolerated.CASE_OF_COMMAND: ("asyncio_protocol", (ANN, says("Ann", "message:hi"))),
    Tolerated.MORE_THAN_ASKED: ("asyncio_protocol", (ANN, BOB, says("Ann", "QUIT:now"), says("Bob", "MESSAGE:hi"))),
    Tolerated.NOTHING_BEFORE_COLON: ("asyncio_protocol", (ANN, says("Ann", ":hi"))),
    Tolerated.LINE_OF_BLANKS: ("asyncio_protocol", (ANN, says("Ann", "  "))),
    Tolerated.EMPTY_TEXT: ("queue_writer", (ANN, says("Ann", "MESSAGE:"))),
    Tolerated.OTHER_ALPHABETS: ("dispatcher", (says("Ann", "JOIN:\xc9va"),)),
    Tolerated.HISTORY_OF_ROOMS: (
        "dispatcher",
        (ANN, BOB, says("Ann", "JOIN_ROOM:garden"), says("Ann", "MESSAGE:hi"), says("Bob", "JOIN_ROOM:garden")),
    ),
    Tolerated.NO_NEWLINE_AT_END: (REFERENCE, (ANN, BOB, Act("Ann", b"MESSAGE:hi", leaves=HALF_CLOSES))),
}
NEEDED_WITH: dict[Tolerated, Conversation] = {
    Tolerated.RETURN_IN_LINE: (ANN, says("Ann", "MESSAGE:one\rtwo")),
    Tolerated.RETURN_COUNTS: (ANN, says("Ann", f"{'MESSAGE:'.ljust(model.LIMIT, 'x')}\r")),
    Tolerated.TO_ONESELF: (ANN, says("Ann", "PRIVATE:Ann:hi")),
    Tolerated.OWN_ROOM: (ANN, says("Ann", "JOIN_ROOM:lobby")),
    Tolerated.NAME_FREE_SHORTLY: (ANN, BOB, Act("Bob", leaves=CLOSES), BOB),
    Tolerated.HEARD_SHORTLY: (ANN, BOB, Act("Bob", leaves=HALF_CLOSES), says("Ann", "MESSAGE:hi")),
}
TRIED_OTHERWISE = {Tolerated.LATER_LOOK, Tolerated.STALLED_READER}  # below, and where a reader stops reading


@pytest.mark.parametrize("point", NEEDED_BY, ids=lambda point: point.name.lower())
def test_what_is_left_open_is_needed_by_a_right_program(point: Tolerated, folder: str, launcher: Launcher) -> None:
    name, conversation = NEEDED_BY[point]
    work = right_program(name, folder)
    with staged(work, 5, launcher) as stage:
        assert stage.plays(conversation) is None
    with staged(work, 5, launcher, model.Model(5, strict={point}), FEW_BEATS) as stage:
        assert stage.plays(conversation) is not None


@pytest.mark.parametrize("point", NEEDED_WITH, ids=lambda point: point.name.lower())
def test_what_is_left_open_is_needed_by_a_program_that_takes_this_liberty(
    point: Tolerated, folder: str, launcher: Launcher
) -> None:
    conversation, work = NEEDED_WITH[point], taking(point, folder)
    with staged(work, 5, launcher) as stage:
        assert stage.plays(conversation) is None
    with staged(work, 5, launcher, model.Model(5, strict={point}), FEW_BEATS) as stage:
        assert stage.plays(conversation) is not None


def test_the_look_of_later_steps_is_needed_by_a_finished_server(folder: str, launcher: Launcher) -> None:
    work = submission(finished("advanced"), folder)
    strict = model.Model(3, strict={Tolerated.LATER_LOOK})
    for judge, is_accused in ((None, False), (strict, True)):
        with staged(work, 3, launcher, judge, FEW_BEATS) as stage:
            assert bool(stage.plays((ANN, says("Ann", "MESSAGE:hi")))) is is_accused


def test_every_point_that_is_left_open_is_needed_by_a_right_program() -> None:
    assert {*NEEDED_BY, *NEEDED_WITH, *TRIED_OTHERWISE} == set(Tolerated)


@pytest.mark.parametrize("point", LIBERTIES, ids=lambda point: point.name.lower())
def test_no_program_that_takes_a_liberty_is_accused(point: Tolerated, folder: str, launcher: Launcher) -> None:
    assert hunt(point.name, taking(point, folder), len(STEPS), SOME, launcher, most=1).stories == []


def test_a_server_may_hang_up_early_on_a_reader_that_stops(folder: str, launcher: Launcher) -> None:
    checks = ["advanced/server/a_reader_that_stops_reading", "advanced/server/a_reader_that_reads_again"]
    results = run(taking(Tolerated.STALLED_READER, folder), "advanced", launcher, checks)
    assert [result.id for result in results if not result.is_fine] == []


# The stage


def test_a_finding_says_what_was_wrong_and_when(folder: str, launcher: Launcher) -> None:
    work = submission(finished("advanced"), folder)
    source = (work / "chat_server.py").read_text("utf-8")
    (work / "chat_server.py").write_text(source.replace('f"PRIVATE:{client.username}', 'f"PRIVATE:{target}'), "utf-8")
    with staged(work, 5, launcher) as stage:
        heard = says("Bob", "MESSAGE:I am here")  # from then on, Bob is counted in for certain
        found = stage.plays((ANN, BOB, heard, says("Ann", "PRIVATE:Bob:hi"), says("Ann", "MESSAGE:never said")))
    assert isinstance(found, Finding)
    assert (found.played, found.wrong.kind, str(found.wrong.person)) == (4, Kind.NOBODY_SAID, "Bob")
    assert found.wrong.line == "PRIVATE:Bob:hi"


def test_one_server_serves_many_conversations_and_names_are_free_again(folder: str, launcher: Launcher) -> None:
    with staged(submission(finished("advanced"), folder), 5, launcher) as stage:
        for leaves in (CLOSES, HALF_CLOSES, "") * 3:
            assert stage.plays((ANN, BOB, says("Ann", "MESSAGE:hi"), Act("Bob", leaves=leaves))) is None
