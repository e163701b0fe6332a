"""A class as a table: a spreadsheet shows it, and runs nothing of it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from grading.exports.spreadsheet import BOM, HEADER, table, text_cell
from grading.exports.whole_json import lines
from grading.results.json import as_json
from tests.kit.unit.samples import FAILING, PASSING, UNSURE

RUNS = re.compile(r"\s*[=+\-@＝＋－＠]")  # how a cell begins that a spreadsheet runs; it skips white space before it
NAMES = (
    '=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "x;=1", "x\n=1",
    "x\x00y", "\x1b[31m", "lone \ud800", 'O"Neil', "Adams, Zoe", "Zoe\nAdams", "1,5", "Zoë", "",
)  # fmt: skip


def read(text: str, delimiter: str = ",") -> list[list[str]]:
    """Return the cells of a text as a spreadsheet finds them."""
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_no_name_becomes_a_formula_in_any_country(name: str, delimiter: str) -> None:
    text = table([(name, FAILING)])
    text.encode()
    assert not [cell for row in read(text, delimiter) for cell in row if RUNS.match(cell) and not cell.isdigit()]


@pytest.mark.parametrize("name", ['O"Neil', "Adams, Zoe", "Zoe\nAdams", "1,5", "Zoë", "x-y", "a = b", ""])
def test_a_harmless_name_comes_back_as_it_was(name: str) -> None:
    assert read(table([(name, PASSING)]))[1][0] == name


@pytest.mark.parametrize("name", ["x\x00y", "\x1b[31m", "\ud800", "\r"], ids=ascii)
def test_what_no_cell_can_show_is_spelled_out(name: str) -> None:
    assert text_cell(name) == '"' + name.encode("ascii", "backslashreplace").decode().translate(SPELLED) + '"'


SPELLED = {0: "\\x00", 27: "\\x1b", 13: "\\r"}


def test_numbers_are_numbers_and_what_nobody_could_tell_is_empty() -> None:
    header, failing, unsure = read(table([("ann", FAILING), ("bob", UNSURE)]))
    assert header[: len(HEADER)] == list(HEADER)
    assert dict(zip(header, failing, strict=True))["points"] == "6"
    row = dict(zip(header, unsure, strict=True))
    assert (row["state"], row["points"], row["step2/server/twice"]) == ("grade again", "", "")
    assert row["step2/client/names"] == ""  # it was not made at all
    assert row["step1/server/starts"] == "2"


def test_each_row_has_a_cell_for_each_column_though_grades_differ() -> None:
    rows = read(table([("ann", PASSING), ("bob", FAILING), ("cleo", UNSURE)]))
    assert len({len(row) for row in rows}) == 1


def test_a_table_is_golden(golden: Callable[[str, str], None]) -> None:
    text = table([(name, PASSING) for name in NAMES])
    assert text.count("\r\n") == len(NAMES) + 1 and text.startswith(BOM)
    golden("exports/table", text.replace("\r\n", "\n"))


def test_a_class_is_one_json_line_for_each_submission() -> None:
    written = lines([("Zoe\nAdams \ud800", FAILING), ("bob", PASSING)])
    written.encode("ascii")
    first, second = written.splitlines()
    assert json.loads(first) == {"identity": "Zoe\nAdams \ud800", **json.loads(json.dumps(as_json(FAILING)))}
    assert json.loads(second)["identity"] == "bob"
