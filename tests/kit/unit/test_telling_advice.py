"""What to do next: where the cause is, or at what is still to be written, and never at something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grading.course import ADVANCED, STEP1
from grading.results.causes import Cause, Place
from grading.results.values import ERROR, FAILED, PASSED, TODO, CheckResult, Grade
from grading.telling.advice import BELOW, MOST_TOGETHER, NEAR, Typing, advice
from tests.kit.conftest import finding

TYPING = Typing("grade again", lambda name: f"grade {name}", lambda file: f"work/{file}", lambda one: f"{one.name}.md")
AT_HOME = Typing("python grader.py advanced", str, lambda file: f"steps/advanced/{file}", lambda one: f"{one.name}.md")
AGAIN = "Then run again: grade again"


def next_steps(cause: Cause | None, *todos: int, outcome: str = FAILED, **more: bool) -> list[str]:
    """Return the advice where one check failed and these lines have a TODO."""
    check: CheckResult = finding("step1/server/x", "A title.", "A hint.", 3, outcome, "this", "that", cause, **more)
    return advice(Grade("step1", (check,), todos={"chat_server.py": todos} if todos else {}), STEP1, TYPING)


def test_after_an_exercise_comes_the_next_one() -> None:
    assert next_steps(None, outcome=PASSED) == ["Read step2.md, then: grade step2"]


def test_after_the_last_exercise_one_compares() -> None:
    assert advice(Grade("advanced", ()), ADVANCED, TYPING) == [
        "All steps are done. Read solution/, if you have it, and compare.",
        "There are challenges, too: grade bonus",
    ]


def test_where_the_machine_was_too_busy_one_tries_again_later() -> None:
    told = next_steps(None, outcome=ERROR, undecided=True)
    assert told == ["Run it again when this machine has less to do: grade again"]


def test_where_the_grader_went_wrong_one_asks_it_for_more() -> None:
    assert next_steps(None, outcome=ERROR) == ["Run it again: grade again --debug"]


def test_the_first_todo_is_named_as_on_the_page_then_the_others_and_the_one_that_is_told_of() -> None:
    cause = Cause(TODO, "x is still a TODO.", Place("chat_server.py", 4))
    assert next_steps(cause, 1, 3)[1] == "After that, line 3."
    assert next_steps(cause, 3, 5)[1] == "After that, line 5."
    assert next_steps(cause, 3) == ["Fill in the TODO in work/chat_server.py, line 3.", AGAIN]
    assert next_steps(cause, 1, 3, 5) == [
        "Fill in the TODO in work/chat_server.py, line 1.",
        "After that, lines 3, 5. It stopped at the one in line 3.",
        AGAIN,
    ]


def test_where_tasks_come_in_pieces_the_todo_that_stopped_the_program_is_named() -> None:
    check = finding("advanced/server/x", "", "", 3, FAILED, cause=Cause(TODO, "", Place("chat_server.py", 4)))
    told = advice(Grade("advanced", (check,), todos={"chat_server.py": (1, 3, 5)}), ADVANCED, TYPING)
    assert told[0] == "Fill in the TODO in work/chat_server.py, line 3."


def test_a_todo_below_its_place_is_found_as_well() -> None:
    assert next_steps(Cause(TODO, "", Place("chat_server.py", 4)), 9)[0].endswith("line 9.")


def test_a_todo_whose_comment_is_gone_is_named_by_its_file() -> None:
    assert next_steps(Cause(TODO, "", Place("chat_server.py", 4))) == [
        "Fill in the TODO in work/chat_server.py.",
        AGAIN,
    ]


def test_a_todo_in_another_file_is_named_there() -> None:
    assert next_steps(Cause(TODO, "", Place("rooms.py", 4)), 1)[0] == "Fill in the TODO in work/rooms.py."


@pytest.mark.parametrize("cause", [None, Cause("ended", "It ended."), Cause("race", "They met.")])
def test_where_the_cause_is_not_known_what_is_still_to_be_written_is_named(cause: Cause | None) -> None:
    assert next_steps(cause, 1, 3, 5) == ["Change work/chat_server.py; TODO is left in lines 1, 3, 5.", AGAIN]
    assert next_steps(cause, 7) == ["Change work/chat_server.py; TODO is left in line 7.", AGAIN]
    assert next_steps(cause, *range(1, 11))[:2] == [
        "Change work/chat_server.py.",
        "TODO is there, too: lines 1, 2, 3, 4, 5, 6, 7, 8 and 2 more.",
    ]


@pytest.mark.parametrize("cause", [None, Cause("ended", "It ended.")])
def test_where_nothing_is_known_at_all_the_file_is_named(cause: Cause | None) -> None:
    assert next_steps(cause) == ["Change work/chat_server.py, then run again: grade again"]


def test_where_the_tasks_come_in_pieces_a_mistake_in_one_is_no_todo_of_another() -> None:
    check = finding("advanced/server/x", "A title.", "A hint.", 3, FAILED, "this", "that")
    told = advice(Grade("advanced", (check,), todos={"chat_server.py": (3, 9)}), ADVANCED, TYPING)
    assert told == ["Change work/chat_server.py; TODO is left in lines 3, 9.", AGAIN]


def test_where_the_cause_lies_in_finished_code_nobody_is_sent_to_a_todo() -> None:
    place = Place("chat_server.py", 50)
    for todos in ((), (50 + NEAR + 1,), (50 + BELOW + 1,), (50 - NEAR - 1,)):
        told = next_steps(Cause("undecodable", "", place), *todos)
        assert told == ["Change work/chat_server.py, line 50, then run again: grade again"]
    assert next_steps(Cause("cut-at-a-colon", ""), 3) == ["Change work/chat_server.py, then run again: grade again"]


def test_a_place_that_proves_nothing_is_not_what_is_to_be_changed() -> None:
    cause = Cause("stands-there", "", Place("chat_server.py", 50))
    assert next_steps(cause) == ["Change work/chat_server.py, then run again: grade again"]
    assert next_steps(cause, 3) == ["Change work/chat_server.py; TODO is left in line 3.", AGAIN]


@pytest.mark.parametrize("code", ["no-such-item", "wrong-kind", "no-such-attribute", "bytes-and-text", "exception"])
def test_where_a_mistake_only_came_to_light_what_leads_there_may_be_it(code: str) -> None:
    told = next_steps(Cause(code, "", Place("chat_server.py", 50)))
    assert told == ["Change work/chat_server.py, line 50, or what leads there.", AGAIN]


def test_where_a_todo_is_close_to_the_cause_both_are_named() -> None:
    told = next_steps(Cause("undecodable", "", Place("chat_server.py", 50)), 3, 44, 48, 90)
    assert told == ["Look at work/chat_server.py, line 50, and at the TODO close to it, line 48.", AGAIN]


def test_a_todo_of_another_function_is_not_close_to_the_cause() -> None:
    check = finding("step1/server/x", "", "", 3, FAILED, cause=Cause("undecodable", "", Place("chat_server.py", 50)))
    for openings, is_told in (((40, 47, 55), True), ((40, 49, 55), False), ((50,), False)):
        grade = Grade("step1", (check,), todos={"chat_server.py": (48,)}, openings={"chat_server.py": openings})
        assert ("TODO" in advice(grade, STEP1, TYPING)[0]) == is_told


def test_no_line_of_what_is_to_be_done_is_broken_on_a_usual_screen() -> None:
    check = finding(
        "advanced/server/x", "", "", 3, FAILED, cause=Cause("undecodable", "", Place("chat_server.py", 150))
    )
    open_ones = {"chat_server.py": tuple(range(140, 150))}
    certain = advice(Grade("step1", (check,), todos=open_ones), STEP1, AT_HOME)
    check = replace(check, cause=None)
    in_pieces = advice(Grade("advanced", (check,), todos=open_ones), ADVANCED, AT_HOME)
    assert certain[:2] == ["Look at steps/advanced/chat_server.py, line 150,", "and at the TODO close to it, line 149."]
    assert max(map(len, [*certain, *in_pieces])) <= MOST_TOGETHER + 2


@pytest.mark.parametrize(
    "because", ["x is still a TODO", "chat_server.py:1: x is still a TODO.", "a:b: is still a TODO"]
)
def test_no_sentence_of_a_submission_is_taken_for_ours(because: str) -> None:
    assert next_steps(Cause("ended", because), 1)[0].endswith("; TODO is left in line 1.")
