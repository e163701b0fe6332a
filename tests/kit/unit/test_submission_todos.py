"""A task is left as long as its program stands there as it was handed out, whatever became of its comment."""

from __future__ import annotations

import pytest

from grading.course import STEPS
from grading.skeletons import original
from grading.submission.todos import lines_left, openings, without_done

SKELETON = '''
def one():
    """One."""
    # TODO: Write it.
    # All of it.
    raise NotImplementedError("see the TODO above")


def two():
    x = 1

    # TODO: Add to it.

    return x
'''


def left(program: str) -> tuple[int, ...]:
    return lines_left(program, [SKELETON])


def test_what_is_as_it_was_handed_out_is_left() -> None:
    assert left(SKELETON) == (4, 12)


@pytest.mark.parametrize("written", ["return 1", "# so:\n    return 1", "if x:\n        return 1"])
def test_what_is_written_in_place_of_the_raise_is_done_though_its_comment_stays(written: str) -> None:
    assert left(SKELETON.replace('raise NotImplementedError("see the TODO above")', written)) == (
        11 + len(written.split("\n")),
    )


def test_code_above_the_raise_leaves_the_task_as_it_is() -> None:
    assert left(SKELETON.replace("    raise Not", "    x = 1\n    raise Not"))[:1] == (4,)


def test_a_raise_that_is_gone_with_nothing_in_its_place_leaves_the_task_as_it_is() -> None:
    assert left(SKELETON.replace('    raise NotImplementedError("see the TODO above")\n', "")) == (4, 11)


def test_code_above_the_comment_counts_where_the_raise_is_gone() -> None:
    done = SKELETON.replace('    raise NotImplementedError("see the TODO above")\n', "")
    assert left(done.replace("    # TODO: Write", "    return 1\n    # TODO: Write")) == (12,)


def test_what_is_added_below_a_comment_does_its_task() -> None:
    assert left(SKELETON.replace("Add to it.\n", "Add to it.\n    x += 1\n")) == (4,)


def test_what_is_changed_anywhere_below_a_comment_does_its_task_up_to_the_next_one() -> None:
    assert left(SKELETON.replace("    return x", "    return x + 1")) == (4,)
    two = SKELETON.replace("    return x", "    y = 2\n    # TODO: And return it.\n    return x")
    assert lines_left(two.replace("    return x", "    return x + 1"), [two]) == (4, 12)


def test_a_task_that_no_skeleton_knows_is_left_until_its_comment_is_gone() -> None:
    assert left("x = 1\n# TODO: something\ny = 2\n") == (2,)


def test_a_task_that_was_handed_out_in_two_ways_is_left_as_long_as_it_stands_in_one_of_them() -> None:
    carried = SKELETON.replace("    return x", "    y = x\n    return y")
    for program in (SKELETON, carried):
        assert lines_left(program, [SKELETON, carried])[1:] == (12,)
    assert lines_left(carried.replace("    y = x", "    z = x"), [SKELETON, carried])[1:] == ()


def test_a_task_that_is_done_is_a_plain_comment_and_one_that_is_left_stays() -> None:
    done = SKELETON.replace('raise NotImplementedError("see the TODO above")', "return 1")
    assert without_done(done, SKELETON) == done.replace("# TODO: Write it.", "# Write it.")
    assert without_done(SKELETON, SKELETON) == SKELETON
    assert without_done("# TODO: mine\nx = 1\n", SKELETON) == "# TODO: mine\nx = 1\n"


def test_another_line_end_changes_nothing() -> None:
    assert left(SKELETON.replace("\n", "\r\n")) == (4, 12)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["chat_server.py", "chat_client.py"])
def test_in_a_skeleton_every_task_is_left(step: str, name: str) -> None:
    text = original(step, name).read_text("utf-8")
    assert len(lines_left(text, [text])) == text.count("# TODO:")


PAGE = """
function connect() {
  // TODO: Open it.
  // All of it.
}

function lost() {
  say();

  // TODO: Again.
}
"""


def test_in_the_script_of_a_page_a_task_is_left_until_there_is_code_below_it() -> None:
    assert lines_left(PAGE, [PAGE]) == (3, 10)
    assert lines_left(PAGE.replace("  // All of it.\n", "  // All of it.\n  open();\n"), [PAGE]) == (11,)


def test_where_functions_begin_is_known() -> None:
    assert openings(SKELETON) == (2, 9)


def test_many_tasks_take_no_longer_than_their_lines() -> None:
    many = 30_000  # each with all that stands below it: a billion lines
    assert len(left("# TODO: x\n" * many + "x = 1\n" * many)) == many
