"""A talk that was handed in gets the points that it is worth, whoever grades it and however busy the machine is."""

from __future__ import annotations

import pytest

from grading.course import EXERCISES, GRADED, KIT, STEPS, TALK, with_talk
from grading.grade import How, grade
from grading.rehearsal.judging import on_the_page, worth
from grading.rehearsal.marking import digest
from grading.rehearsal.reading import MOST_BYTES, MOST_PEOPLE, MOST_SAID, lines_of, read_talk
from grading.rehearsal.servers import Guest, Server
from grading.results.values import FAILED, PASSED, SKIPPED, CheckResult
from grading.skeletons import finished_talk
from grading.submission.values import Submission
from grading.suite import collect
from grading.wire.scene import Misunderstood
from tests.kit.talks import TABLE, in_thought, talks_of
from tests.talk.test_talk import HANDED_OUT

POINTS = 9
READ, HOLDS, HALF, MOST = (
    "it_can_be_read",
    "every_right_server_passes_it",
    "it_notices_half",
    "it_notices_three_quarters",
)
FALSE = b"Ann joins\nAnn: hi\nAnn hears Bob: hi\n"
SMALL = b"Ann joins\nAnn: hi\nAnn hears Ann: hi\n"
MOST_HEARD = 400_000  # lines, of all servers together: a second's work


def given(step: str) -> bytes:
    return (KIT / "steps" / step / "talk.txt").read_bytes()


def judged(talk: bytes | None, step: str = "step2") -> dict[str, CheckResult]:
    """Return what the checks of a talk find out, by their names."""
    exercise = with_talk(EXERCISES[step])
    own = frozenset(check.id for check in collect(exercise) if check.role == TALK)
    found = grade(Submission({} if talk is None else {TALK.program: talk}), exercise, How(only=own))
    return {check.name: check for check in found.checks}


def outcomes(found: dict[str, CheckResult]) -> list[str]:
    return [found[name].outcome for name in (READ, HOLDS, HALF, MOST)]


@pytest.mark.parametrize("step", STEPS)
def test_with_its_talk_a_step_gives_nine_points_more_and_else_none(step: str) -> None:
    with_it, without = (sum(check.terms.points for check in collect(GRADED[key])) for key in (f"{step}+talk", step))
    assert with_it == without + POINTS
    assert [check.id for check in collect(GRADED[step])] == [
        check.id for check in collect(GRADED[f"{step}+talk"]) if check.role != TALK
    ]


@pytest.mark.parametrize("step", STEPS)
def test_the_finished_talk_of_each_step_notices_all_that_one_can(step: str) -> None:
    talk = read_talk(finished_talk(step).splitlines(), step != "step1")
    number = STEPS.index(step) + 1
    assert on_the_page(talk, number) is None
    assert worth(talk, number).missed == ()


def test_what_was_handed_out_is_known_whatever_comments_stand_in_it() -> None:
    assert set(HANDED_OUT) == {digest(lines_of(given(step))) for step in STEPS}
    lines = lines_of(given("step1"))
    assert digest([" # another comment", *(f" {line} " for line in lines)]) in HANDED_OUT
    assert digest([*lines, "Cyd joins"]) not in HANDED_OUT


def test_a_talk_that_notices_all_gets_all_points() -> None:
    assert outcomes(judged(finished_talk("step2").encode())) == [PASSED] * 4


def test_what_is_missing_unreadable_or_handed_out_is_told_once_and_the_rest_waits() -> None:
    for talk, got in (
        (None, "there is no such file"),
        (given("step4"), "talk.txt, as it was handed out"),
        (b"Ann joins\nAnn hers hi", "Line 2: 'Ann hers hi' is not understood."),
        (b"Ann joins", "Nobody in it hears anything"),
        (bytes(100), "It holds NUL bytes"),
    ):
        found = judged(talk, "step4")
        assert outcomes(found) == [FAILED, SKIPPED, SKIPPED, SKIPPED]
        assert found[READ].got.startswith(got)


def test_the_line_that_does_not_hold_is_named_and_such_a_talk_notices_nothing() -> None:
    found = judged(FALSE)
    assert outcomes(found) == [PASSED, FAILED, FAILED, FAILED]
    assert {check.got for check in found.values() if check.outcome == FAILED} == {
        "line 3: Ann hears Ann: hi, not Bob: hi."
    }
    cause = found[MOST].cause
    assert cause and cause.place and (cause.place.line, cause.place.code) == (3, "Ann hears Bob: hi")


def test_of_a_long_line_no_more_is_told_than_one_can_read() -> None:
    found = judged(b"Ann joins\nAnn: hi\nAnn hears " + b"x" * 10_000)
    assert len(found[HOLDS].got) < 100
    assert len(found[HOLDS].because) < 100


def test_no_check_of_a_talk_waits_for_those_of_programs() -> None:
    assert all(
        check.terms.gate or check.is_first for check in collect(with_talk(EXERCISES["step2"])) if check.role == TALK
    )


def test_what_is_not_noticed_is_told_by_its_kinds_and_never_by_a_mistake() -> None:
    found = judged(SMALL)
    assert outcomes(found) == [PASSED, PASSED, FAILED, FAILED]
    assert found[HALF].expected == "at least 12 of 24 mistakes to be noticed"
    assert found[MOST].expected == "at least 18 of 24 mistakes to be noticed"
    assert "names (10)" in found[HALF].because
    assert outcomes(judged(given("step2") + b"Alice: more\nAlice hears Alice: more\nBob hears Alice: more\n")) == [
        PASSED, PASSED, PASSED, FAILED,
    ]  # fmt: skip


def test_the_same_talk_is_worth_the_same_each_time() -> None:
    first, *others = (judged(SMALL) for _ in range(3))
    assert all(other == first for other in others)


PEOPLE = "".join(f"P{number} joins\n" for number in range(MOST_PEOPLE - 2))
CUTS = " ".join(map(str, range(1, 8000)))
SLOW = {
    "everybody hears everything": f"Z connects\n{PEOPLE}" + "P0: a\n" * (MOST_SAID - MOST_PEOPLE) + "Z hears nothing",
    "newcomers hear what was said": f"Z connects\n{PEOPLE}"
    + "P0: a\n" * 60
    + "A joins\nA leaves\n" * (MOST_SAID - MOST_PEOPLE - 60)
    + "Z hears nothing",
    "a line in pieces": f"Z connects\n{PEOPLE}cut {CUTS}\nP0: {'a' * 20_000}\nZ hears nothing",
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_a_talk_that_is_as_long_as_it_may_be_costs_little(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = 0
    tells = Server.tells

    def counts(server: Server, guest: Guest, line: str) -> None:
        nonlocal lines
        lines += 1
        tells(server, guest, line)

    monkeypatch.setattr(Server, "tells", counts)
    talk = read_talk(lines_of(text.encode()))
    assert on_the_page(talk, 5) is None
    worth(talk, 5)
    assert lines < MOST_HEARD


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"A" * (MOST_BYTES + 1), "A talk has at most 64,000 bytes"),
        (b"\x7fELF\0\0", "It holds NUL bytes"),
        (b"#\n" * 501, "Line 501: A talk has at most 500 lines"),
        (b"Ann: hi\n" * 201, "Line 201: At most 200 lines go over the wire"),
        (b"Ann sends " + b"QUIT\\n" * 201, "Line 1: At most 200 lines go over the wire"),
        ("".join(f"P{n} joins\n" for n in range(13)).encode(), "Line 13: At most 12 people talk in it: P12 is one too"),
    ],
)
def test_what_would_take_long_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(Misunderstood) as error:
        read_talk(lines_of(data))
    assert str(error.value).startswith(complaint)


def test_a_talk_with_the_mark_of_utf_8_is_read() -> None:
    assert lines_of(b"\xef\xbb\xbfAnn joins") == ["Ann joins"]


@pytest.mark.parametrize("step", STEPS)
def test_the_table_on_file_says_what_the_talks_notice_today(step: str) -> None:
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.read_text("utf-8").splitlines()]
    [(_, _, given, _, whole, _, _)] = [row for row in rows if row[1] == step]
    assert [given, whole] == [in_thought(talk, step) for talk in talks_of(step)]
