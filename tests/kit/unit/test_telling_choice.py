"""Of all failures, the most basic one that explains the others is told."""

from __future__ import annotations

from typing import Any

import pytest

from grading.results.causes import Cause, Place
from grading.results.values import ERROR, FAILED, PASSED, SKIPPED, TODO, CheckResult, Grade
from grading.telling.choice import by_reason, same_reason, to_tell
from tests.kit.conftest import finding

HERE, THERE = Place("chat_server.py", 9), Place("chat_server.py", 30)
UNKNOWN = Cause("unheard-of", "Something.")
COLON = Cause("cut-at-a-colon", "It was cut.")
FRAMING = Cause("several-lines-as-one", "Two came as one.")
DEADLOCK = Cause("waits-for-its-own-lock", "It waits for ever.", HERE)
UNWRITTEN = Cause(TODO, "It is still a TODO.", HERE)


def failed(id: str, cause: Cause | None = None, **more: Any) -> CheckResult:
    return finding(id, "A title.", "A hint.", 1, **{"outcome": FAILED, "cause": cause, **more})


def told(*checks: CheckResult, exercise: str = "step3") -> str:
    """Return the id of the failure that is told."""
    found = to_tell(Grade(exercise, checks))
    return found.id if found else ""


def test_where_nothing_fails_nothing_is_told() -> None:
    assert told() == ""
    assert told(finding("step1/server/a", "", "", 1, PASSED), finding("step1/server/b", "", "", 1, SKIPPED)) == ""


@pytest.mark.parametrize("cause", [None, UNKNOWN, COLON, DEADLOCK])
def test_of_failures_alike_the_lowest_is_told(cause: Cause | None) -> None:
    assert told(failed("step1/server/a", cause), failed("step1/server/b", cause), failed("step2/server/c", cause)) == (
        "step1/server/a"
    )


def test_a_failure_of_an_earlier_step_is_more_basic_than_one_of_this_step() -> None:
    assert told(failed("step1/server/framing", FRAMING), failed("step3/server/quit", COLON)) == "step1/server/framing"


def test_a_cause_that_makes_other_checks_fail_tells_more_than_none() -> None:
    assert told(failed("step1/server/silence"), failed("step1/server/framing", FRAMING)) == "step1/server/framing"
    assert told(failed("step1/server/silence"), failed("step1/server/colons", COLON)) == "step1/server/silence"


def test_what_is_still_to_be_written_explains_the_silence_of_its_own_exercise() -> None:
    assert told(failed("step1/server/silence", UNKNOWN), failed("step1/server/todo", UNWRITTEN)) == "step1/server/todo"


def test_where_tasks_come_in_pieces_a_later_piece_explains_no_earlier_one() -> None:
    postman, rooms = failed("advanced/server/postman", UNKNOWN), failed("advanced/server/rooms", UNWRITTEN)
    assert told(postman, rooms, exercise="advanced") == "advanced/server/postman"
    assert told(rooms, failed("advanced/server/history"), exercise="advanced") == "advanced/server/rooms"
    slow = failed("advanced/server/slow", UNKNOWN, stress=True)
    assert told(slow, rooms, exercise="advanced") == "advanced/server/slow"
    assert told(rooms, slow, exercise="advanced") == "advanced/server/rooms"
    busy = failed("advanced/server/busy", UNKNOWN, outcome=ERROR, undecided=True)
    assert told(busy, rooms, exercise="advanced") == "advanced/server/rooms"


def test_a_later_step_explains_an_earlier_one_only_by_what_makes_other_checks_fail() -> None:
    silence = failed("step1/server/silence")
    assert told(silence, failed("step3/server/leaving", DEADLOCK)) == "step3/server/leaving"
    assert told(silence, failed("step3/server/leaving", COLON)) == "step1/server/silence"
    assert told(silence, failed("step3/server/leaving", UNWRITTEN)) == "step1/server/silence"


def test_one_program_does_not_explain_the_other() -> None:
    assert told(failed("step1/server/silence"), failed("step1/client/framing", FRAMING)) == "step1/server/silence"
    assert told(failed("step1/client/silence"), failed("step2/server/framing", FRAMING)) == "step1/client/silence"


def test_a_simple_check_tells_more_than_one_of_stress_that_proves_nothing() -> None:
    race = Cause("race", "They met.", HERE)
    assert told(failed("step1/server/crowd", race, stress=True), failed("step3/server/quit")) == "step3/server/quit"
    assert told(failed("step1/server/crowd", race, stress=True)) == "step1/server/crowd"


def test_what_fails_always_is_told_before_what_failed_by_luck() -> None:
    lucky = Cause("unsent-at-quit", "It counts, too.")
    quit = failed("step3/server/quit", lucky)
    assert told(quit, failed("step3/server/ctrl_c")) == "step3/server/ctrl_c"
    assert told(quit, failed("step3/server/death", stress=True)) == "step3/server/quit"
    assert told(quit) == "step3/server/quit"


def test_the_program_that_a_page_has_written_first_is_told_first() -> None:
    quit, crowd = failed("step3/client/quit", COLON), failed("step3/server/crowd", stress=True)
    assert told(crowd, quit) == "step3/server/crowd"
    assert told(failed("step1/server/crowd", stress=True), quit) == "step1/server/crowd"
    assert told(failed("step3/server/outside", Cause("join-failed", "To join failed.")), quit) == "step3/server/outside"
    assert told(failed("step3/server/talks", stress=True), crowd, quit) == "step3/server/talks"
    assert told(failed("step3/server/busy", outcome=ERROR, undecided=True), quit) == "step3/client/quit"
    assert told(failed("step2/client/name"), crowd, failed("step3/server/quit")) == "step2/client/name"


def test_a_check_of_stress_that_proves_a_cause_tells_more_than_a_simple_one_that_does_not() -> None:
    crowd = failed("step3/server/crowd", DEADLOCK, stress=True)
    assert told(failed("step3/server/quit"), crowd) == "step3/server/crowd"
    assert told(failed("step2/server/names"), crowd) == "step3/server/crowd"


def test_a_check_that_did_not_come_to_what_it_is_about_tells_less_than_one_that_did() -> None:
    outside = failed("step1/server/a", Cause("join-failed", "To join failed."))
    assert told(outside, failed("step2/server/joining")) == "step2/server/joining"
    assert told(outside, failed("step2/server/crowd", stress=True)) == "step1/server/a"


def test_what_is_no_fault_of_the_program_is_told_last() -> None:
    undecided = failed("step1/server/a", outcome=ERROR, undecided=True)
    fault = failed("step1/server/b", outcome=ERROR)
    assert told(undecided, fault, failed("step3/server/c", stress=True)) == "step3/server/c"
    assert told(undecided) == "step1/server/a"


def alike(told: CheckResult, *others: CheckResult) -> list[str]:
    """Return the names of those that fail for the reason of the one that is told."""
    return [check.name for check in same_reason(Grade("step3", (told, *others)))]


def test_failures_with_one_certain_cause_have_one_reason() -> None:
    assert alike(failed("step1/server/a", FRAMING), failed("step1/server/b", FRAMING), failed("step1/server/c")) == [
        "b"
    ]


def test_failures_at_two_places_have_two_reasons() -> None:
    elsewhere = Cause(DEADLOCK.code, DEADLOCK.sentence, THERE)
    others = failed("step1/server/b", elsewhere), failed("step1/server/c", DEADLOCK)
    assert alike(failed("step1/server/a", DEADLOCK), *others) == ["c"]


def test_a_cause_that_proves_nothing_is_the_same_only_at_one_place_or_in_the_same_words() -> None:
    ended, otherwise = Cause("ended", "It ended."), Cause("ended", "It ended by a signal.")
    assert alike(
        failed("step1/server/a", ended), failed("step1/server/b", otherwise), failed("step1/server/c", ended)
    ) == ["c"]
    raised = [Cause("exception", f"ZeroDivisionError {number}", HERE) for number in range(2)]
    assert alike(failed("step1/server/a", raised[0]), failed("step1/server/b", raised[1])) == ["b"]


def test_all_that_is_still_to_be_written_is_one_reason() -> None:
    others = (
        failed("step1/server/b", Cause(TODO, "", THERE)),
        failed("step1/client/c", UNWRITTEN),
        failed("step1/server/d"),
    )
    assert alike(failed("step1/server/a", UNWRITTEN), *others) == ["b", "c"]


def test_the_same_cause_in_the_other_program_is_another_reason() -> None:
    assert alike(failed("step1/server/a", FRAMING), failed("step1/client/b", FRAMING)) == []


def test_failures_without_a_known_cause_have_no_common_reason() -> None:
    assert alike(failed("step1/server/a"), failed("step1/server/b")) == []
    assert same_reason(Grade("step1", ())) == []


def test_all_failures_are_told_by_their_reasons_the_most_basic_first() -> None:
    checks = failed("step2/server/a"), failed("step1/server/b", COLON), failed("step2/server/c", COLON)
    passed = finding("step1/server/d", "", "", 1, PASSED)
    reasons = by_reason(Grade("step2", (passed, *checks)))
    assert [[check.name for check in reason] for reason in reasons] == [["b", "c"], ["a"]]
