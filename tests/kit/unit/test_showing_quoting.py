"""A page on the terminal: a line for each paragraph, each point of a list and each row of a table."""

from __future__ import annotations

from grading.showing.quoting import quoted


def test_the_lines_of_a_paragraph_are_joined() -> None:
    page = ["Take the lock,", "and give it back.", "", "Then send."]
    assert quoted(page) == ["Take the lock, and give it back.", "", "Then send."]


def test_a_point_of_a_list_is_joined_and_the_next_one_begins_a_line() -> None:
    page = ["Tasks:", "1. `send`: whole", "   lines", "2. `close`"]
    assert quoted(page) == ["Tasks:", "1. `send`: whole lines", "2. `close`"]


def test_code_stays_as_it_is() -> None:
    page = ["Like this:", "", "    with lock:  # [a](b)", "        send()", "So:"]
    assert quoted(page) == page


def test_what_follows_a_heading_is_no_part_of_it() -> None:
    assert quoted(["### A rest", "Sleep over it."]) == ["### A rest", "Sleep over it."]


def test_each_row_of_a_table_is_a_point_that_can_be_read_whole() -> None:
    page = ["| you see | what it is |", "|---|---|", "| nothing | a lock |", "| `a \\| b` | a pipe |"]
    assert quoted(page) == ["- nothing: a lock", "- `a \\| b`: a pipe"]


def test_a_table_can_follow_another() -> None:
    table = ["| you see | what it is |", "|---|---|", "| nothing | a lock |", ""]
    assert quoted(table * 2) == ["- nothing: a lock", ""] * 2


def test_only_the_words_of_links_pictures_and_folded_parts_are_shown() -> None:
    page = ["![a drawing](a.svg)", "<details><summary>A [hint](../hints.md)</summary>", "", "Wait.", "</details>"]
    assert quoted(page) == ["A hint", "", "Wait.", ""]
