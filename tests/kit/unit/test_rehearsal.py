"""A talk is read, held against the page, and tells servers with a mistake from right ones."""

from __future__ import annotations

import pytest

from grading.course import EXERCISES, STEPS
from grading.protocol.conversations import HALF_CLOSES
from grading.protocol.inventing import invent
from grading.protocol.model import Model
from grading.rehearsal.hearing import Miss, fits
from grading.rehearsal.judging import held, notices, on_the_page, worth
from grading.rehearsal.mistakes import AnyName, FailsAtColons, HangsUpOnTwins, KeepsNames, Mistaken, mistakes_of
from grading.rehearsal.reading import Talk, read_talk
from grading.rehearsal.servers import Server
from grading.wire.scene import Misunderstood

SEEDS = 60
NEEDS_A_TALK = (HangsUpOnTwins, KeepsNames)  # what no invented conversation notices without hanging up or leaving


def read(text: str, named: bool = True) -> Talk:
    return read_talk(text.strip().splitlines(), named)


def talk_of(step: str) -> Talk:
    pages = EXERCISES[step].pages
    assert pages
    return read_talk((pages / "talk.txt").read_text("utf-8").splitlines(), step != "step1")


def is_explained(server: Server, step: int, seed: int) -> bool:
    """Tell whether the page explains all that is heard in an invented conversation, and misses nothing."""
    model = Model(step, step > 1)
    for act in invent(step, seed, step > 1):
        if act.who not in model.seats or model.seats[act.who].left:
            model.comes(act.who)
        for piece in act.pieces:
            model.sends(act.who, piece)
        if act.leaves:
            model.leaves(act.who, politely=act.leaves == HALF_CLOSES)
        if any(model.hears(who, line) for who, line in server.does(act)):
            return False
        if any(seat.is_open and model.waits(who) for who, seat in model.seats.items()):
            return False
    return True


@pytest.mark.parametrize("step", range(1, 6))
def test_the_server_in_thought_does_what_the_page_says(step: int) -> None:
    assert [seed for seed in range(SEEDS) if not is_explained(Server(step), step, seed)] == []


@pytest.mark.parametrize("mistake", [one for step in range(1, 6) for one in mistakes_of(step)])
def test_a_mistake_is_one_of_its_step(mistake: type[Mistaken]) -> None:
    step = next(step for step in range(1, 6) if mistake in mistakes_of(step))
    assert mistake.kind and mistake.__doc__
    if mistake not in (*NEEDS_A_TALK, *AT_TALKS):
        assert any(not is_explained(mistake(step), step, seed) for seed in range(5 * SEEDS))


AT_TALKS = tuple(one for step in range(1, 6) for one in mistakes_of(step) if one.__name__.startswith(("Hangs", "List")))


def test_what_invented_conversations_do_not_notice_a_talk_does() -> None:
    left = read("Bob joins\nBob sends QUIT\\n\nBob leaves\nBob sends JOIN:Bob\\n\nBob hears JOINED:Bob")
    assert on_the_page(left, 3) is None
    assert notices(left, 3, KeepsNames)
    twin = read("Ann joins\nBob sends JOIN:Ann\\n\nBob hears ERROR\nBob sends JOIN:Bob\\n\nBob hears JOINED:Bob")
    assert on_the_page(twin, 2) is None
    assert notices(twin, 2, HangsUpOnTwins)


@pytest.mark.parametrize("step", STEPS)
def test_the_talk_of_each_step_holds_and_notices_something(step: str) -> None:
    number = STEPS.index(step) + 1
    assert on_the_page(talk_of(step), number) is None
    found = worth(talk_of(step), number)
    assert 0 < found.noticed <= found.of
    assert sum(count for _, count in found.missed) == found.of - found.noticed


@pytest.mark.parametrize("step", STEPS)
def test_what_is_heard_in_the_talk_of_a_step_stands_on_its_page(step: str) -> None:
    pages = EXERCISES[step].pages
    assert pages
    page = (pages / "README.md").read_text("utf-8").partition("\n## Your task")[0]
    for said in (one for one in talk_of(step) if one.hears != "nothing" and one.hears):
        line = said.hears.rpartition("]: ")[2]
        assert line in page or ("JOINED:" in line and step not in STEPS[:3]), said


def test_a_talk_says_what_is_heard_and_nothing_else_may_be() -> None:
    assert on_the_page(read("Ann joins\nAnn: hi\nAnn hears Ann: hi"), 2) is None
    more = on_the_page(read("Ann joins\nBob joins\nAnn: hi\nAnn hears Ann: hi"), 2)
    assert more == Miss(4, "Ann", "Ann: hi", "USER_JOINED:Bob")
    surplus = on_the_page(read("Ann joins\nAnn hears nothing\nBob joins"), 2)
    assert surplus == Miss(0, "Ann", "nothing", "USER_JOINED:Bob")
    assert on_the_page(read("Ann joins\nAnn hears Ann: hi"), 2) == Miss(2, "Ann", "Ann: hi", "")


def test_what_a_right_server_may_leave_out_counts_for_nothing_said_or_not() -> None:
    scene = "Ann connects\nAnn: hi\nAnn hears hi\nAnn sends dance\\n"
    said, unsaid = (read(scene + more, named=False) for more in ("\nAnn hears ERROR:unknown command", ""))
    assert (held(said, 1).miss, held(said, 1).left_open) == (None, (5,))
    assert held(said, 1).talk == held(unsaid, 1).talk
    assert worth(said, 1) == worth(unsaid, 1)
    assert worth(said, 1).noticed < worth(said, 1).of / 2
    assert held(read(scene + "\nAnn hears dance", named=False), 1).miss == Miss(5, "Ann", "dance", "")


def test_joining_has_its_answer_taken_for_granted_or_said() -> None:
    assert on_the_page(read("Ann joins\nAnn hears JOINED:Ann\nAnn hears nothing"), 2) is None
    assert on_the_page(read("Ann joins\nAnn hears nothing"), 2) is None


def test_the_words_of_an_error_and_the_time_are_left_open() -> None:
    assert fits("ERROR:no such user", "ERROR:who?") and fits("ERROR", "ERROR:who?")
    assert fits("Ann [HH:MM:SS]: hi", "Ann [14:30:15]: hi")
    assert not fits("Ann [HH:MM:SS]: hi", "Ann [14:30]: hi")
    assert not fits("ERRORS", "ERROR:x")


def test_cut_and_glue_make_segments() -> None:
    talk = read("Ann joins\ncut 4\nAnn: hi\nglue\nAnn: one\nAnn: two\nAnn hears Ann: hi\nAnn hears Ann: one")
    acts = [step.act for step in talk if step.act]
    assert acts[1].pieces == [b"MESS", b"AGE:hi\n"]
    assert acts[2].pieces == [b"MESSAGE:one\nMESSAGE:two\n"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Ann joins\nAnn hers hi", "Line 2: 'Ann hers hi' is not understood"),
        ("Ann joins\n\nAnn hears", "Line 3: what is heard?"),
        ("Ann joins\nstall Ann\nAnn hears x", "Line 2: stall goes with play"),
        ("Ann joins", "Nobody in it hears anything"),
        ("glue\nAnn: hi\nBob: hi\nBob hears x", "Line 3: after glue, two lines of Ann"),
        ("Ann hears x\nglue", "Line 2: glue joins the next two lines"),
        ("Ann hears x\nglue\nAnn: one", "Line 2: glue joins the next two lines"),
        ("cut 50\nAnn: hi\nAnn hears x", "Line 2: it is only 11 bytes long"),
        ("server joins\nAnn hears x", "Line 1: server is your program"),
        ("# nothing\n" * 501, "Line 501: A talk has at most 500 lines"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_and_what_to_write(text: str, complaint: str) -> None:
    with pytest.raises(Misunderstood) as error:
        read(text)
    assert str(error.value).startswith(complaint)


def test_a_talk_notices_what_it_speaks_of_and_not_what_it_does_not() -> None:
    colons = read("Ann joins\nAnn: at 10:30\nAnn hears at 10:30", named=False)
    assert on_the_page(colons, 1) is None
    assert notices(colons, 1, FailsAtColons)
    assert not notices(read("Ann joins\nAnn: hi\nAnn hears Ann: hi"), 2, AnyName)
