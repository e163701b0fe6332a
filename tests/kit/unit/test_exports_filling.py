"""A gradebook's own file is filled in: the right cells change, and not one other byte."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grading.exports.canvas import gradebook
from grading.exports.delivery import Class
from grading.exports.filling import Filled, decimal_mark, pairs
from grading.exports.moodle import worksheet
from grading.exports.sheet import Unusable, opened
from grading.exports.titles import ENGLISH, LANGUAGES, Titles
from tests.kit.unit.samples import FAILING, HIDING, PASSING, UNSURE

BOM = b"\xef\xbb\xbf"

# Moodle


MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 11","Adams, Zoe",zoe@x.org,"Submitted for grading - ",,100.00,Yes,"Sunday, 1 June 2026","-",\n'
    '"Participant 12","O""Neil\nBob",bob@x.org,=1+1,50.00,100.00,Yes,-,-,"Well done, ""Bob"""\n'
    "Participant 13,Cléo,cleo@x.org, x ,,100.00,No,-,-,\n"
    "Participant 14,Dan,dan@x.org,,-,100.00,Yes,-,-,\n"
).encode()


def php_rows(data: bytes, escape: str = "\\") -> list[list[str]]:
    """Return rows as PHP's fgetcsv reads them: after a backslash, a quotation mark inside a cell does not end it."""
    rows, row, cell, inside, position = list[list[str]](), list[str](), "", False, 0
    text = re.sub("\r\n?", "\n", data.decode("utf-8-sig")).strip()
    while position < len(text):
        c = text[position]
        if inside and c == escape and position + 1 < len(text):
            cell, position = cell + c + text[position + 1], position + 1
        elif inside and text[position : position + 2] == '""':
            cell, position = cell + '"', position + 1
        elif c == '"' and (inside or not cell):
            inside = not inside
        elif not inside and c in ",\n":
            row, cell = [*row, cell], ""
            if c == "\n":
                rows, row = [*rows, row], []
        else:
            cell += c
        position += 1
    return [*rows, [*row, cell]]


def moodle_imports(data: bytes) -> dict[str, tuple[float | None, str]]:
    """Return what the offline importer takes, by participant: a grade, or None for a row that it skips, and feedback.

    After importgradeslib.php, locallib.php and csvlib.class.php.
    """
    header, *rows = php_rows(data)
    if any(len(row) != len(header) for row in rows):
        raise ValueError("the importer refuses the whole file")
    at = {title: header.index(title) for title in ("Identifier", "Grade", "Maximum grade", "Last modified (grade)")}
    feedback = header.index("Feedback comments") if "Feedback comments" in header else 0
    taken = {}
    for row in rows:
        participant = row[at["Identifier"]][len("Participant ") :]
        text = row[at["Grade"]].replace(",", ".")
        grade = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None
        highest = float(row[at["Maximum grade"]].replace(",", "."))
        comment = row[feedback] if feedback else ""
        taken[participant] = (grade if grade is not None and grade <= highest else None, comment)
    return taken


def cells_that_differ(old: bytes, new: bytes, delimiter: str = ",") -> set[tuple[int, int]]:
    """Return row and column of each cell that says something else, as Python's own reader sees both files."""
    before, after = (
        list(csv.reader(io.StringIO(d.decode("latin-1"), newline=""), delimiter=delimiter)) for d in (old, new)
    )
    assert [len(row) for row in before] == [len(row) for row in after]
    return {(y, x) for y, row in enumerate(before) for x, cell in enumerate(row) if cell != after[y][x]}


def test_a_worksheet_is_filled_in_and_shown(golden: Callable[[str, str], None]) -> None:
    filled = worksheet(
        MOODLE, [("zoe@x.org", FAILING), ("12", PASSING), ("cleo@x.org", PASSING), ("14", UNSURE), ("15", PASSING)]
    )
    golden("exports/moodle", filled.data.decode() + "\n" + filled.diff)


def test_moodle_takes_what_was_filled_in() -> None:
    filled = worksheet(MOODLE, [("zoe@x.org", FAILING), ("12", PASSING)])
    taken = moodle_imports(filled.data)
    assert taken["11"][0] == 54.55 and taken["12"][0] == 100.0
    assert taken["11"][1].startswith(
        "<div class='chat-kit-4f453554f799'><pre>6 of 11 points\n\n✗ A message that contains colons"
    )
    assert taken["12"][1] == 'Well done, "Bob"'
    assert taken["14"] == (None, "")


def test_only_a_grade_and_an_empty_comment_change() -> None:
    filled = worksheet(MOODLE, [("Participant 11", FAILING), ("Participant 12", PASSING)])
    assert cells_that_differ(MOODLE, filled.data) == {(1, 4), (1, 9), (2, 4)}


@pytest.mark.parametrize("bom", [b"", BOM], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"], ids=ascii)
@pytest.mark.parametrize("separator", [b",", b";", b"\t"], ids=ascii)
def test_all_other_bytes_stay_whatever_the_form_of_the_file(bom: bytes, ending: bytes, separator: bytes) -> None:
    plain = MOODLE.replace(b"Adams, Zoe", b"Adams Zoe").replace(b"Sunday, 1", b"Sunday 1").replace(b"done, ", b"done ")
    data = bom + plain.replace(b",", separator).replace(b"\n", ending)
    filled = worksheet(data, [("12", PASSING)])
    assert filled.data == data.replace(b"50.00", b"100", 1)


def test_nothing_changes_where_the_grade_is_there_already() -> None:
    data = MOODLE.replace(b"50.00", b"100.0")
    assert worksheet(data, [("12", PASSING)]).data == data


def test_what_is_filled_in_is_filled_in_once() -> None:
    once = worksheet(MOODLE, [("11", FAILING)])
    twice = worksheet(once.data, [("11", FAILING)])
    assert twice == Filled(once.data, "Nothing changes.\n")


def test_a_decimal_comma_is_kept() -> None:
    data = MOODLE.replace(b",100.00,", b',"100,00",').replace(b"50.00", b'"50,00"')
    filled = worksheet(data, [("11", FAILING), ("12", FAILING)])
    assert b'"54,55"' in filled.data and filled.data.count(b'"54,55"') == 2
    assert moodle_imports(filled.data)["11"][0] == 54.55


def test_a_comment_with_backslashes_and_quotation_marks_does_not_break_a_row_of_php() -> None:
    said = replace(FAILING.checks[1], got='\\",\n"\\', events=())
    filled = worksheet(MOODLE, [("11", replace(FAILING, checks=(said,)))])
    assert moodle_imports(filled.data)["12"][1] == 'Well done, "Bob"'
    assert "&quot;" in moodle_imports(filled.data)["11"][1]


def test_a_file_that_is_not_in_utf_8_stays_as_it_is_and_gets_plain_ascii() -> None:
    data = MOODLE.decode().encode("latin-1")
    filled = worksheet(data, [("11", FAILING)])
    assert b"Cl\xe9o" in filled.data and b"&#10007; A message" in filled.data


def test_a_locked_grade_and_one_that_nobody_could_tell_stay() -> None:
    filled = worksheet(MOODLE, [("13", PASSING), ("14", UNSURE)])
    assert filled.data == MOODLE
    assert "13: the grade is locked" in filled.diff and "14: no grade" in filled.diff


def test_a_hidden_check_is_not_told_in_a_comment() -> None:
    filled = worksheet(MOODLE, [("11", FAILING)], hidden=HIDING.hidden)
    assert b"colons" not in filled.data and b"6 of 11 points" in filled.data


def in_language(titles: Titles, form: str = "{} {}") -> bytes:
    """Return a worksheet as a site in some language gives it, with a locked grade; `form` is that of an identifier."""
    head = (
        titles.identifier, titles.full_name, titles.email, "?", titles.grade[-1], titles.maximum[-1],
        titles.may_change[-1], "? (?)", titles.modified, titles.feedback[-1],
    )  # fmt: skip
    people = [(form.format(titles.participant, n), f"Zoë {n}", f"{n}@x", no) for n, no in ((7, "?"), (8, titles.no))]
    rows = [(who, name, mail, "", "", "100,00", no, "-", "-", "") for who, name, mail, no in people]
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in (head, *rows)).encode()


@pytest.mark.parametrize("titles", LANGUAGES, ids=lambda titles: titles.language)
def test_a_worksheet_in_any_of_these_languages_is_filled_in(titles: Titles) -> None:
    data = in_language(titles)
    filled = worksheet(data, [("7", FAILING), ("8@x", FAILING)])
    assert cells_that_differ(data, filled.data) == {(1, 4), (1, 9)}
    assert b'"54,55","100,00"' in filled.data
    assert f"7, {titles.grade[-1]}: nothing → 54,55 (6 of 11 points)\n" in filled.diff
    assert "8@x: the grade is locked" in filled.diff


def test_what_a_language_lacks_is_said_in_english() -> None:
    titles = next(one for one in LANGUAGES if one.language == "German")
    data = in_language(replace(titles, maximum=ENGLISH.maximum, feedback=ENGLISH.feedback))
    assert cells_that_differ(data, worksheet(data, [("7", FAILING)]).data) == {(1, 4), (1, 9)}


def test_a_language_that_is_not_known_is_told_and_which_are() -> None:
    with pytest.raises(Unusable, match=r"no column Identifier, Grade.* The first row has: Tunniste.* German.* menu"):
        worksheet(b"Tunniste,Arvosana\nOsallistuja 7,\n", [("7", FAILING)])


def test_a_worksheet_in_the_letters_of_a_country_whose_titles_cannot_be_read_is_asked_for_in_utf_8() -> None:
    czech = next(titles for titles in LANGUAGES if titles.language == "Czech")
    data = f"{czech.identifier};{czech.grade[0]};{czech.maximum[0]};{czech.modified}\n".encode("cp1250")
    with pytest.raises(Unusable, match="This is no text in UTF-8: save it as CSV UTF-8"):
        worksheet(data, [])


def test_a_comment_is_replaced_only_when_asked_for() -> None:
    filled = worksheet(MOODLE, [("12", PASSING)], replaces=True)
    assert cells_that_differ(MOODLE, filled.data) == {(2, 4), (2, 9)}
    assert "<pre>6 of 6 points. Everything passed.</pre>" in moodle_imports(filled.data)["12"][1]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_comment_of_an_earlier_grade_goes_with_it_unless_somebody_has_changed_it(encoding: str) -> None:
    data = MOODLE.decode().encode(encoding)
    first = worksheet(data, [("11", FAILING)]).data
    again = worksheet(first, [("11", PASSING)])
    assert cells_that_differ(first, again.data) == {(1, 4), (1, 9)}
    assert "Everything passed." in moodle_imports(again.data.decode(encoding).encode())["11"][1]
    by_hand = first.replace(b"6 of 11 points", b"6 of 11 points, but well written")
    kept = worksheet(by_hand, [("11", PASSING)])
    assert cells_that_differ(by_hand, kept.data) == {(1, 4)}
    assert "11: there is a comment already; it stays as it is." in kept.diff


@pytest.mark.parametrize("maximum", [b"1,000.00", b"", b"0.00", b"Scale"])
def test_a_maximum_that_is_no_number_is_told(maximum: bytes) -> None:
    data = MOODLE.replace(b"50.00,100.00", b'50.00,"%s"' % maximum)
    filled = worksheet(data, [("12", PASSING)])
    assert filled.data == data and "its maximum is no number" in filled.diff


@pytest.mark.parametrize("maximum", [b"100", b"100.0", b"100.0000", b"100.00000"])
def test_a_maximum_has_as_many_decimals_as_a_course_shows(maximum: bytes) -> None:
    data = MOODLE.replace(b"50.00,100.00", b"50.00," + maximum)
    assert worksheet(data, [("12", PASSING)]).data == data.replace(b"50.00", b"100", 1)


def test_a_row_that_is_cut_short_is_told() -> None:
    data = MOODLE + b"Participant 15,Eve\n"
    filled = worksheet(data, [("15", PASSING)])
    assert filled.data == data and "15: it has 2 cells, and the first row 10; the row stays as it is." in filled.diff


def test_a_scale_of_words_is_refused() -> None:
    with pytest.raises(Unusable, match="scale of words"):
        worksheet(MOODLE.replace(b"Maximum grade", b"Scale"), [])


# Who is who


@pytest.mark.parametrize("name", ["15", "Zoe", "zoe@x.org ", ""])
def test_somebody_unknown_is_told_and_not_guessed(name: str) -> None:
    filled = worksheet(MOODLE, [(name, FAILING)])
    assert filled == Filled(MOODLE, f"{name}: not in the file; nothing is filled in.\n")


def test_whoever_is_there_twice_is_told_and_not_guessed() -> None:
    keys = [{"1", "Ann"}, {"2", "Ann"}, {"3", "c@x"}, {"4"}]
    certain, told = pairs(keys, ["Ann", "3", "c@x", "4", "4", "2"])
    assert certain == {1: 5}
    assert told == [
        "Ann: 2 rows fit; nothing is filled in.",
        "3: another grade belongs to the same row; nothing is filled in.",
        "c@x: another grade belongs to the same row; nothing is filled in.",
        "4: 2 grades have this name; nothing is filled in.",
    ]


def test_what_else_is_known_of_somebody_has_to_speak_of_one_row() -> None:
    keys = [{"1", "Ann", "a@x"}, {"2", "Ann", "b@x"}, {"3", "Cy", "c@x"}]
    also = {"u1": ["Ann", "B@x", "unheard-of"], "u2": ["Ann"], "u3": ["Cy", "a@x"], "2": ["Cy"]}
    certain, told = pairs(keys, ["u1", "u2", "u3"], also)
    assert certain == {1: 0}
    assert told == ["u2: 2 rows fit; nothing is filled in.", "u3: 2 rows fit; nothing is filled in."]
    assert pairs(keys, ["2"], also) == ({1: 0}, [])


def test_a_login_is_the_same_in_capitals_unless_there_are_two_such() -> None:
    keys = [{"zoe@x.org"}, {"Zo\u00eb"}, {"adam"}, {"Adam"}, {"b", "B"}]
    names = ["Zoe@X.org", "ZOE\u0308", "Adam", "ADAM", "b"]
    certain, told = pairs(keys, names)
    assert certain == {0: 0, 1: 1, 3: 2, 4: 4}
    assert told == ["ADAM: 2 rows fit; nothing is filled in."]


@pytest.mark.parametrize(
    ("texts", "mark"),
    [(["100,00"], ","), (["100.00"], "."), (["100", ""], "."), (["1,5", "2.5"], "."), (["1,000"], "."), ([], ".")],
)
def test_the_decimal_mark_is_that_of_the_file(texts: list[str], mark: str) -> None:
    assert decimal_mark(texts) == mark


# Canvas

CANVAS = (
    b"Student,ID,SIS User ID,SIS Login ID,Section,Essay (10),Chat (4711),Current Score,Final Score\r\n"
    b",,,,,,Manual Posting,,\r\n"
    b"    Points Possible,,,,,5.00,52.00,(read only),(read only)\r\n"
    b'"Adams, Zoe",1,s1,zoe,CS,4.5,,90.0,90.0\r\n'
    b'"=cmd, Bob",2,s2,bob,"CS, and ""Math""",,26.00,,\r\n'
    b"Cleo,3,s3,cleo,CS,,EX,,\r\n"
    b"Dan,4,s4,dan,CS,,-,,\r\n"
    b"Dan,5,s5,dan2,CS,,,,\r\n"
)


def canvas_imports(data: bytes, assignment: str) -> dict[str, str]:
    """Return the score that the importer takes for each student's ID: what stands in that column, as it reads numbers.

    After gradebook_importer.rb: separator, header, rows that are not of students, and decimal commas.
    """
    lines = data.decode().splitlines()[:3]
    counts = {c: {len(next(csv.reader([line], delimiter=c))) for line in lines} for c in ";,"}
    sizes = {c: next(iter(found)) if len(found) == 1 else 0 for c, found in counts.items()}
    delimiter = ";" if sizes[";"] > sizes[","] else ","
    kept = "".join(line for line in data.decode().splitlines(True) if not re.fullmatch(r"[;, ]+", line.strip("\r\n")))
    header, *rows = csv.reader(io.StringIO(kept, newline=""), delimiter=delimiter)
    if not ("Student" in header[0] and "ID" in header[1] and "Section" in header[2:6]):
        raise ValueError("Invalid header row")
    column, taken = header.index(assignment), {}
    for row in rows:
        is_of_points = "Points Possible" in row[0]
        if not is_of_points and not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", c, re.I) for c in row):
            taken[row[1]] = canvas_number(row[column])
    return taken


def canvas_number(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell.strip()
    *front, last = re.split("[,.]", cell)
    return f"{''.join(front)}.{last}" if front else last


def test_a_gradebook_is_filled_in_and_shown(golden: Callable[[str, str], None]) -> None:
    graded: Class = [
        ("1", FAILING),
        ("bob", PASSING),
        ("3", PASSING),
        ("Dan", PASSING),
        ("4", UNSURE),
        ("nobody", PASSING),
    ]
    filled = gradebook(CANVAS, graded, "4711")
    golden("exports/canvas", filled.data.decode().replace("\r\n", "\n") + "\n" + filled.diff)


def test_canvas_takes_what_was_filled_in() -> None:
    filled = gradebook(CANVAS, [("1", FAILING), ("s2", PASSING), ("3", PASSING), ("4", UNSURE)], "Chat (4711)")
    assert canvas_imports(filled.data, "Chat (4711)") == {"1": "28.36", "2": "52", "3": "EX", "4": "-", "5": ""}
    assert filled.data == CANVAS.replace(b"4.5,,", b"4.5,28.36,").replace(b"26.00", b"52")


def test_a_gradebook_with_semicolons_and_decimal_commas_keeps_them() -> None:
    text = (
        CANVAS.decode().replace('"Adams, Zoe"', "Zoe").replace('"=cmd, Bob"', "Bob").replace('"CS, and ""Math"""', "CS")
    )
    data = BOM + text.replace(",", ";").replace(".", ",").encode()
    filled = gradebook(data, [("1", FAILING)], "4711")
    assert filled.data == data.replace(b"4,5;;", b"4,5;28,36;")
    assert canvas_imports(filled.data, "Chat (4711)")["1"] == "28.36"


def test_a_decimal_comma_among_commas_is_quoted() -> None:
    data = CANVAS.replace(b"52.00", b'"52,00"').replace(b"26.00", b'"26,00"')
    filled = gradebook(data, [("1", FAILING)], "4711")
    assert filled.data == data.replace(b"4.5,,", b'4.5,"28,36",')


def test_a_gradebook_with_two_columns_for_a_name_is_filled_in_as_well() -> None:
    data = b"LastName,FirstName,ID,Section,Chat (4711)\nPoints Possible,,,,11\nAdams,Zoe,1,CS,\n"
    assert gradebook(data, [("1", FAILING)], "4711").data == data.replace(b"1,CS,", b"1,CS,6")


@pytest.mark.parametrize("name", ["chat (4711)", "Current Score", "Section", "Student", "11", "Cha"])
def test_an_assignment_that_canvas_would_create_is_refused(name: str) -> None:
    with pytest.raises(Unusable, match=r"No assignment is called .* There are: Essay \(10\), Chat \(4711\)\."):
        gradebook(CANVAS, [], name)


def test_an_assignment_may_be_called_without_the_number_that_canvas_puts_behind_it() -> None:
    assert gradebook(CANVAS, [("4", PASSING)], "Chat") == gradebook(CANVAS, [("4", PASSING)], "4711")
    twice = CANVAS.replace(b"Essay (10)", b"Chat (10)")
    assert gradebook(twice, [("4", PASSING)], "10").data != gradebook(twice, [("4", PASSING)], "4711").data
    with pytest.raises(Unusable, match="More than one assignment is called 'Chat'"):
        gradebook(twice, [], "Chat")


def test_who_names_no_assignment_is_asked_for_one() -> None:
    told = r"Which assignment\? Say it with --assignment. There are: Essay \(10\), Chat \(4711\)\."
    with pytest.raises(Unusable, match=told):
        gradebook(CANVAS, [], "")


def test_two_columns_for_an_assignment_are_refused() -> None:
    with pytest.raises(Unusable, match="More than one assignment"):
        gradebook(CANVAS.replace(b"Essay (10)", b"Chat (4711)"), [], "4711")


def test_a_column_that_canvas_does_not_take_is_refused() -> None:
    with pytest.raises(Unusable, match="read only"):
        gradebook(CANVAS.replace(b"52.00", b"(read only)"), [], "4711")


def test_points_possible_that_are_no_number_are_refused() -> None:
    with pytest.raises(Unusable, match="are no number: 1,000.00"):
        gradebook(CANVAS.replace(b"52.00", b'"1,000.00"'), [], "4711")


def test_without_maxima_the_points_are_filled_in_as_they_are() -> None:
    data = CANVAS.replace(b"52.00", b"")
    assert gradebook(data, [("1", FAILING)], "4711").data == data.replace(b"4.5,,", b"4.5,6,")


@pytest.mark.parametrize("of_nobody", ["    Points Possible", "Manual Posting"])
def test_a_row_of_nobody_is_nobody(of_nobody: str) -> None:
    assert "not in the file" in gradebook(CANVAS, [(of_nobody.strip(), PASSING)], "4711").diff


# Files that are none


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "There is no column Grade"),
        (b"\xff\xfeG\0r\0", "UTF-8"),
        (b"PK\x03\x04\0\0", "the file of a spreadsheet, and no CSV"),
        (b'Grade,x\n1,"open', "line 2 is not closed"),
        (b'Grade,x\n1,"a"b', "line 2 is not closed, or text follows"),
        (b"grade,x\n", "The first row has: grade, x"),
    ],
    ids=ascii,
)
def test_a_file_that_is_none_is_named(data: bytes, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        opened(data, ["Grade"])


def test_two_columns_with_one_title_are_told() -> None:
    with pytest.raises(Unusable, match="2 columns are called 'Grade'"):
        opened(b"Grade,Grade\n", ["Grade"]).column("Grade")


@pytest.mark.parametrize("data", [b"a", b"a\n", b"a,b\n\n\nc", b'"a""b",\r\n,"c\r\nd"\r', b"a;b\n1\n", BOM + b"a,\n"])
def test_a_sheet_without_changes_is_the_same_bytes(data: bytes) -> None:
    sheet = opened(data, [])
    assert sheet.changed({}) == data
    reader: Any = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert [sheet.header, *[[cell.text for cell in row] for row in sheet.rows]] == [row or [""] for row in reader]
