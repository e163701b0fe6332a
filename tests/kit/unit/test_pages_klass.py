"""The page of a class: who stands with whom, what figures are worth, who is hidden, and that it is one small file."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grading.cli import class_pages
from grading.cli.class_pages import file_names
from grading.cli.main import main
from grading.course import EXERCISES
from grading.grade import versions_here
from grading.klass.team import Outcome, Progress, Task, Team
from grading.pages.figures import item_rest, kuder_richardson, wilson
from grading.pages.gathering import masked
from grading.pages.grouping import failing, grouped
from grading.pages.klass import page
from grading.pages.pseudonyms import as_table, from_table, named
from grading.results.causes import Cause, Place
from grading.results.events import LINE, SEGMENT, SILENCE, Event
from grading.results.json import from_json
from grading.results.values import ERROR, FAILED, PASSED, SKIPPED, CheckResult, Circumstances, Grade
from grading.suite import collect
from tests.kit.conftest import finding
from tests.kit.seeded_class import TEN, drawn, right
from tests.kit.unit.samples import FAILING, PASSING, UNSURE
from tests.kit.unit.test_pages_report import ALLOWED, ORDERS, Page, hostile

MOST_BYTES = 2_000_000  # for a class of 1,000
FRAMING = Cause("one-recv-is-one-message", "It was the second of two lines in one segment.")
STEP4 = EXERCISES["step4"]


def failed(id: str, cause: Cause | None = None, expected: str = "it", got: str = "nothing", **more: Any) -> CheckResult:
    return finding(id, f"Title of {id}.", "A hint.", 2, FAILED, expected, got, cause, **more)


def passed(id: str) -> CheckResult:
    return finding(id, f"Title of {id}.", "A hint.", 2, PASSED)


def groups_of(*grades: Sequence[CheckResult]) -> list[list[int]]:
    """Return who stands with whom: the numbers of these grades, group by group."""
    people = [failing(f"{n:03}", Grade("step2", tuple(checks))) for n, checks in enumerate(grades)]
    return [[int(member.who) for member in group.members] for group in grouped(one for one in people if one)]


def words(text: str) -> str:
    return " ".join(Page(text).words.split())


# Who stands with whom


def test_a_cause_that_proves_something_is_one_mistake_whatever_check_shows_it() -> None:
    assert groups_of([failed("step1/server/a", FRAMING)], [failed("step1/server/b", FRAMING)]) == [[0, 1]]


def test_one_cause_in_two_programs_is_two_mistakes() -> None:
    assert sorted(groups_of([failed("step1/server/a", FRAMING)], [failed("step1/client/a", FRAMING)])) == [[0], [1]]


def test_without_a_cause_the_check_and_what_was_unmet_tell_mistakes_apart() -> None:
    grades = [[failed("step1/server/a", got=got)] for got in ("Ann: hi", "(Ann) hi", "Ann: hi")]
    assert groups_of(*grades, [failed("step1/server/b", got="Ann: hi")]) == [[0, 2], [1], [3]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann [15:33:41]: hi", "Ann [09:01:07]: hi"),
        ("ERROR:bad name", "ERROR:so not"),
        ("it came to Ann", "it came to Bob"),
    ],
)
def test_numbers_people_and_the_words_of_a_refusal_make_no_difference(one: str, other: str) -> None:
    talk = tuple(Event(LINE, "server", name, "hi") for name in ("Ann", "Bob"))
    grades = [[failed("step1/server/a", got=got, events=talk)] for got in (one, other)]
    assert groups_of(*grades) == [[0, 1]]


def test_what_two_races_show_now_and_then_is_one_mistake() -> None:
    a, b = (failed(f"step2/server/{name}", stress=True) for name in "ab")
    assert groups_of([a, b], [replace(a, outcome=PASSED), b], [b], [a, b]) == [[0, 1, 2, 3]]


def test_the_story_that_is_shown_is_a_simple_one_of_the_commonest_check() -> None:
    talk = (Event(LINE, "Ann", "server", "hi"),)
    hard, rare = (
        failed(f"step1/server/{name}", FRAMING, stress=name == "hard", events=talk) for name in ("hard", "rare")
    )
    common = [failed("step1/server/common", FRAMING, events=talk * n) for n in (3, 2)]
    people = [failing(str(n), Grade("step1", (check,))) for n, check in enumerate([hard, hard, hard, rare, *common])]
    [group] = grouped(one for one in people if one)
    assert group.example.told == common[1]


def test_the_largest_group_comes_first_and_whoever_passes_stands_in_none() -> None:
    one, many = [failed("step1/server/z", FRAMING)], [failed("step1/server/a")]
    assert groups_of(one, many, [passed("step1/server/a")], many) == [[1, 3], [0]]


def test_what_waits_for_a_program_that_does_not_start_is_lost_for_the_same_reason() -> None:
    gate, rest, other = "step1/server/the_server_starts", "step1/server/a", "step1/client/a"
    waiting = [finding(id, "Title.", "A hint.", 2, SKIPPED) for id in (rest, other)]
    found = failing("ann", Grade("step1", (failed(gate), *waiting)))
    assert found and (found.told.id, found.alike) == (gate, (rest,))


def test_of_ten_who_made_real_mistakes_each_stands_in_the_group_of_theirs() -> None:
    ten = json.loads(TEN.read_text("utf-8"))
    people = [failing(f"{number}", from_json(whole)) for number, (_, whole) in enumerate(ten)]
    mistakes = {str(number): name for number, (name, _) in enumerate(ten)}
    assert len(mistakes) == 10 > len(set(mistakes.values()))
    assert sorted(right(grouped(one for one in people if one), mistakes)) == sorted(mistakes)


def test_whoever_stands_with_others_or_apart_from_their_own_does_not_stand_right() -> None:
    own, theirs = failed("step1/server/a", FRAMING), failed("step1/server/b")
    people = [
        failing(who, Grade("step1", (check,))) for who, check in zip("abcd", (own, own, own, theirs), strict=True)
    ]
    groups = grouped(one for one in people if one)
    assert sorted(right(groups, {"a": "x", "b": "x", "c": "y", "d": "x"})) == ["a", "b"]


def test_the_class_of_known_mistakes_is_the_same_each_time() -> None:
    names = [mutant.name if mutant else "" for mutant in drawn()]
    assert names == [mutant.name if mutant else "" for mutant in drawn()]
    assert (len(names), names.count("")) == (300, 30)


# What the figures are worth


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (31, 200, 0.1114, 0.2116), (0, 0, 0, 1)],
)
def test_a_share_has_its_wilson_interval(count: int, of: int, low: float, high: float) -> None:
    share = wilson(count, of)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_how_a_check_goes_with_the_rest_is_a_correlation() -> None:
    both = [True] * 6 + [False] * 6
    assert item_rest(both, [2.0] * 6 + [1.0] * 6) == pytest.approx(1)
    assert item_rest(both, [1.0] * 6 + [2.0] * 6) == pytest.approx(-1)
    assert item_rest(both, [1.0, 2.0] * 6) == pytest.approx(0)


@pytest.mark.parametrize("passed", [[True] * 12, [True, False]], ids=["all alike", "too few"])
def test_where_nothing_can_be_told_there_is_no_correlation(passed: list[bool]) -> None:
    assert item_rest(passed, [float(n) for n in range(len(passed))]) is None


def test_how_well_checks_agree_is_told_from_thirty_people_on() -> None:
    rows = [[n < 15] * 4 for n in range(30)]
    assert kuder_richardson(rows) == pytest.approx(1)
    assert kuder_richardson(rows[:29]) is None
    assert kuder_richardson([[True] * 4] * 30) is None


# The page


def klass(count: int) -> list[tuple[str, Grade]]:
    """Return a class in which every third one fails something."""
    two = failed("step1/server/starts", FRAMING, events=(Event(SEGMENT, "Ann", "server", "a\nb\n"),))
    grades = [PASSING, FAILING, replace(PASSING, checks=(two, *PASSING.checks[1:]))]
    return [(f"student-{n:03}", grades[n % 3]) for n in range(count)]


def test_a_page_says_what_to_teach_whom_to_talk_to_and_why() -> None:
    text = words(page("step2", klass(40), [("zoe", "Nothing came: hand it in.")]))
    for told in (
        "A class of 41", "40 graded, 1 could not be", "The commonest mistake is", "13 people of 40 (32 %; 20 to 48 %)",
        "One recv is one message", "zoe Nothing came: hand it in.", "How sure each verdict is", "With the rest",
    ):  # fmt: skip
        assert told in text, told


def test_where_no_two_make_the_same_mistake_none_is_called_the_commonest() -> None:
    text = words(page("step2", [("ann", FAILING), ("bob", PASSING)]))
    assert "No two make the same mistake: 1 person of 2 stands alone with it." in text
    assert "commonest" not in text


def test_a_page_is_one_file_whose_script_alone_may_run() -> None:
    text = page("step2", klass(40))
    found = Page(text)
    assert {tag for tag, _ in found.tags} - ALLOWED <= {"nav", "h4", "script"}
    assert len(found.all("script")) == 1
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert not re.findall(r"(?:src|href)=\"(?!#)", text)
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(link["href"])[1:] for link in found.all("a")} <= set(ids)


def test_what_a_program_or_a_name_says_is_never_markup() -> None:
    text = page("step2", [(f"{ORDERS}{n}", hostile()) for n in range(3)] + klass(12), [(ORDERS, ORDERS)])
    found = Page(text)
    assert {tag for tag, _ in found.tags} - ALLOWED <= {"nav", "h4", "script"}
    assert len(found.all("script")) == 1
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
    assert not [c for c in text if not (c.isprintable() or c == "\n")]
    assert "<script>alert(1)</script>" in found.words


def test_a_page_is_a_pure_function_of_the_class() -> None:
    graded = klass(40)
    assert page("step2", graded) == page("step2", graded)


@pytest.mark.parametrize(
    "graded",
    [[], klass(1), [("ann", PASSING)], [("ann", UNSURE)] * 2, [("ann", Grade("step2", ()))]],
    ids=["nobody", "one", "all pass", "unsure", "no checks"],
)
def test_whatever_a_class_is_like_there_is_a_page(graded: list[tuple[str, Grade]]) -> None:
    text = page("step2", graded, [("zoe", "Nothing came.")])
    assert "There is no histogram" not in text
    assert "fewer than 10 people" in words(text)


@pytest.mark.parametrize(
    ("graded", "others", "told"),
    [
        ([], [("zoe", "Nothing came.")], "Nobody has a grade yet."),
        ([("ann", Grade("step2", (finding("step2/server/a", "T.", "", 2, ERROR),)))], [], "Nobody has a grade yet."),
        ([("ann", PASSING)], [("zoe", "Nothing came.")], "Nobody who has a grade fails anything."),
        ([("ann", PASSING)], [], "Nobody fails anything."),
    ],
)
def test_where_nobody_has_a_grade_nobody_is_said_to_fail_nothing(
    graded: list[tuple[str, Grade]], others: list[tuple[str, str]], told: str
) -> None:
    text = words(page("step2", graded, others))
    assert told in text
    assert ("passed everything" in text) == ("in the middle" in text) == ("has a grade yet" not in told)
    assert ("Every check" in text) == ("How sure" in text) == bool(graded)


def test_a_verdict_that_nobody_could_tell_is_no_low_score() -> None:
    text = page("step2", [*klass(12), ("unsure", UNSURE)])
    assert "unsure" not in text.partition("<h3>Fewest points</h3>")[2].partition("</section>")[0]
    assert 'it is to be graded again</th><td class="number">1</td>' in text
    assert "12 graded, 1 to be graded again" in words(text)
    assert "unsure: the grader could not tell" in words(text)


def test_checks_to_doubt_are_told_and_why() -> None:
    slow = Circumstances(seconds=30.0, repeated=True)
    checks = [passed(f"step1/server/{name}") for name in ("slow", "b", "c")]
    checks = [replace(checks[0], circumstances=slow), failed("step1/server/all"), *checks[1:]]
    text = words(page("step1", [(f"s{n}", Grade("step1", tuple(checks))) for n in range(12)]))
    why = "12 of 12 passed it in a second run only; slow: 30.0 s on average."
    assert f"Title of step1/server/slow. step1, server: {why}" in text
    assert "Title of step1/server/all. step1, server: everybody fails it." in text
    assert "3 checks that nobody fails" in text


def big_class(count: int) -> Iterator[tuple[str, Grade]]:
    """Yield a class at step 4 whose members fail whatever they like, with long stories: worse than any real one."""
    rng = random.Random(count)
    checks = [check.untried() for check in collect(STEP4)]
    talk = tuple(Event(SEGMENT, "Ann", "server", f"MESSAGE:{'x' * 90} {n}\n") for n in range(20))
    talk = (*talk, Event(SILENCE, "Bob", "", "hears nothing"))
    for n in range(count):
        share, kind = rng.random() * 0.6, rng.randrange(400)
        place = Place("chat_server.py", kind, "handle", f"line_that_is_{'quite_' * 6}long_{kind}()")
        cause = Cause("exception", f"chat_server.py:{kind}: ValueError", place)
        won = (
            replace(check, outcome=FAILED, expected=f"kind {kind}", got="x" * 200, cause=cause, events=talk)
            if rng.random() < share
            else replace(check, outcome=PASSED)
            for check in checks
        )
        yield f"student-{n:04}", Grade("step4", tuple(won))


def test_the_page_of_a_thousand_is_small() -> None:
    text = page("step4", big_class(1000))
    assert len(text.encode()) <= MOST_BYTES
    assert text.count('<svg class="h"') == 1000
    assert text.count('<svg xmlns="http://www.w3.org/2000/svg" class="talk"') >= 40


# Who is who


def test_nobody_is_named_where_pseudonyms_stand_for_people() -> None:
    place = Place("chat_server.py", 3, "f", "print('student-001 was here')")
    talk = (Event(LINE, "server", "Ann", "by STUDENT-001"),)
    own = failed(
        "step1/server/starts", Cause("exception", "Student-001 raised it", place), got="student-001", events=talk
    )
    graded = [("student-001", Grade("step1", (own,))), ("student-002", Grade("step1", (own,)))]
    names = {"student-001": "K417", "student-002": "B002", "zoe": "Z100"}
    text = page("step1", graded, [("zoe", "Nothing came.")], names)
    assert "student-001" not in text.split("B002")[0].lower()
    assert "K417 was here" in text and "Z100" in text and "zoe" not in text
    assert "student-001" in page("step1", graded)


def test_only_whole_names_are_hidden_and_none_of_two_letters() -> None:
    check = failed("step1/server/a", got="ann anna joanna Ann")
    assert masked(check, "ann", "K417").got == "K417 anna joanna K417"
    assert masked(check, "an", "K417") == check


@pytest.mark.parametrize("said", ["# Ann Doe", "by DOE, Ann", "ann_doe.log", "AnnDoe:", "u77's file"])
def test_what_somebody_is_called_is_hidden_as_well_in_any_order(said: str) -> None:
    hidden = masked(failed("step1/server/a", got=said), "u77", "K417", "Ann Doe").got
    assert "K417" in hidden and not re.search("doe|u77", hidden, re.IGNORECASE)


def test_a_first_name_alone_may_be_that_of_somebody_in_a_talk() -> None:
    check = failed("step1/server/a", got="Ann heard Doe")
    assert masked(check, "u77", "K417", "Ann") == masked(check, "u77", "K417", "Ann Doe") == check


def test_pseudonyms_are_kept_and_nobody_shares_one() -> None:
    rng = random.Random(1)
    people = [f"student-{n}" for n in range(1500)]
    names = named(people, {}, rng.randrange)
    assert len(set(names.values())) == len(people)
    again = named([*people[:5], "new"], from_table(as_table(names, {})), rng.randrange)
    assert {who: again[who] for who in people[:5]} == {who: names[who] for who in people[:5]}
    assert again["new"] not in names.values()


def test_whoever_is_not_there_today_keeps_a_pseudonym() -> None:
    known = from_table(as_table({"ann": "K417", "bob": "B002"}, {}))
    names = named(["ann"], known)
    assert from_table(as_table(names, known)) == {"ann": "K417", "bob": "B002"}


@pytest.mark.parametrize("who", ["=cmd()", "+1", 'a "b", c', "two\nlines", "\udc80x", "Ännchen", "-"])
def test_whatever_somebody_is_called_the_table_of_pseudonyms_is_safe_and_read_back(who: str) -> None:
    table = as_table({who: "K417"}, {})
    assert named([who], from_table(table)) == {who: "K417"}
    assert not re.search(rb'(?m)(?:^|,)"?[=+@-]', table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_that_a_spreadsheet_has_saved_is_read_back(separator: str, encoding: str) -> None:
    table = separator.join(("pseudonym", "identity")) + f"\r\nB150{separator}O\u2019Brien, Zo\xeb\r\n"
    quoted = table.replace("O\u2019Brien, Zo\xeb", '"O\u2019Brien, Zo\xeb"')
    assert from_table(quoted.encode(encoding)) == {"O\u2019Brien, Zo\xeb": "B150"}


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a,b\n1,2\n", b"pseudonym\n"])
def test_what_is_no_table_of_pseudonyms_names_nobody(data: bytes) -> None:
    assert from_table(data) == {}


def test_the_file_of_a_report_can_have_its_name_on_every_system() -> None:
    people = ["ann", "ANN", "a/b", "a\\b", "con", "Müller, Ä.", "x" * 300, "<b>", ""]
    names = file_names(people, "step4")
    assert len({name.casefold() for name in names.values()}) == len(people)
    assert all(re.fullmatch(r"step4-[\w.@ -]{0,110}\.html", name) for name in names.values())
    assert names["ann"] == "step4-ann.html"


# The command line


@pytest.fixture
def arrived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of three, which is graded at once: all of them fail alike."""

    def grades(self: object, tasks: Sequence[Task], progress: Progress) -> Iterator[Outcome]:
        for task in tasks:
            digest, versions = task.order.submission.digest, versions_here(EXERCISES["step2"])
            yield Outcome(task, replace(FAILING, submission=digest, versions=versions), "")

    monkeypatch.setattr(Team, "grades", grades)
    for who in ("ann", "bob", "cyd"):
        (tmp_path / "class" / who).mkdir(parents=True)
        (tmp_path / "class" / who / "chat_server.py").write_text(f"# {who}\n", "utf-8")
    return tmp_path / "class"


def test_a_batch_writes_the_page_of_the_class_and_who_is_who(arrived: Path) -> None:
    html = arrived.parent / "class.html"
    assert main(["batch", "step2", str(arrived), "--html", str(html)]) == 1
    text = html.read_text("utf-8")
    known = from_table((arrived.parent / "class-step2-results" / "pseudonyms.csv").read_bytes())
    assert known.keys() == {"ann", "bob", "cyd"}
    assert all(name in text for name in known.values())
    main(["batch", "step2", str(arrived), "--html", str(html)])
    assert html.read_text("utf-8") == text
    main(["batch", "step2", str(arrived), "--html", str(html), "--names"])
    assert ">cyd<" in html.read_text("utf-8") and ">cyd<" not in text


def test_who_has_another_name_keeps_the_pseudonym_and_that_is_told(
    arrived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["batch", "step2", str(arrived), "--html", str(arrived.parent / "class.html")]
    table = arrived.parent / "class-step2-results" / "pseudonyms.csv"
    main(words)
    before = from_table(table.read_bytes())
    (arrived / "bob").rename(arrived / "bea")
    capsys.readouterr()
    main(words)
    told = capsys.readouterr().out
    assert "bob is bea now: the same work." in told and "3 of 3 graded, 0 of them just now" in told
    assert from_table(table.read_bytes())["bea"] == before["bob"]
    (arrived / "cyd" / "chat_server.py").unlink()
    (arrived / "cyd").rmdir()
    main(words)
    assert "cyd had a grade, and is not in the class any more." in capsys.readouterr().out


def test_whose_points_are_others_than_before_is_told(arrived: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["batch", "step2", str(arrived)])
    assert "had before" not in capsys.readouterr().out
    (arrived / "bob" / "chat_server.py").unlink()
    main(["batch", "step2", str(arrived)])
    assert re.search(rf"who +had before +has now\s+bob +{FAILING.points} +none\s", capsys.readouterr().out)


def test_from_whom_nothing_came_is_counted_apart_from_what_cannot_be_graded(
    arrived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = arrived.parent / "r.csv"
    roster.write_text("id\nann\nbob\ncyd\ndora\neve\n", "utf-8")
    (arrived / "dora").mkdir()
    main(["batch", "step2", str(arrived), "--roster", str(roster)])
    told = " ".join(capsys.readouterr().out.split())
    assert "3 of 5 graded, 3 of them just now; 0 passed everything; nothing came from 1; 1 cannot be graded." in told
    empty = arrived.parent / "empty"
    empty.mkdir()
    main(["batch", "step2", str(empty), "--roster", str(roster)])
    told = " ".join(capsys.readouterr().out.split())
    assert "There is no hand-in in empty." in told
    assert "0 passed everything; nothing came from 5." in told


def test_a_batch_writes_a_report_for_each_that_can_be_sent(arrived: Path) -> None:
    main(["batch", "step2", str(arrived), "--reports", str(arrived.parent / "reports")])
    reports = sorted((arrived.parent / "reports").iterdir())
    assert [report.name for report in reports] == [f"step2-{who}.html" for who in ("ann", "bob", "cyd")]
    text = reports[0].read_text("utf-8")
    assert "ann" in Page(text).words and str(arrived.parent) not in text
    assert all(str(link["href"]).startswith("#") for link in Page(text).all("a"))


def test_a_page_with_pseudonyms_names_no_file_of_those_who_have_no_grade(arrived: Path) -> None:
    (arrived / "dora").mkdir()
    (arrived / "dora" / "dora_doe.py").write_text("x", "utf-8")
    html = arrived.parent / "class.html"
    main(["batch", "step2", str(arrived), "--html", str(html)])
    assert (
        "dora" not in html.read_text("utf-8")
        and class_pages.UNGRADED.replace("`", "") in Page(html.read_text("utf-8")).words
    )
    main(["batch", "step2", str(arrived), "--html", str(html), "--names"])
    assert "only dora_doe.py" in html.read_text("utf-8")


@pytest.mark.parametrize("option", ["--html", "--reports", "--out", "--manifest"])
def test_a_page_does_not_go_among_what_was_handed_in(
    option: str, arrived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", "step2", str(arrived), option, str(arrived / "page")]) == 2
    assert "would be taken for a hand-in" in " ".join(capsys.readouterr().out.split())


def test_without_templates_a_class_is_told_what_to_type(
    arrived: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(class_pages, "lacking", lambda: "A page needs jinja2. Type: this")
    assert main(["batch", "step2", str(arrived), "--html", str(arrived.parent / "x.html")]) == 2
    assert "A page needs jinja2. Type: this" in capsys.readouterr().out
