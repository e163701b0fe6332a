"""The report for a student: what stands in it, and that nothing that a program says is markup there."""

from __future__ import annotations

import re
import subprocess
import sys
import webbrowser
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grading.cli import grading as command
from grading.cli import pages
from grading.cli.main import main
from grading.course import STEPS
from grading.pages.excerpt import excerpt
from grading.pages.reading import example_for, idea_of, section_for
from grading.pages.report import About, report
from grading.results.causes import Cause, Place
from grading.results.events import KINDS, Event
from grading.results.values import FAILED, TODO, Grade
from grading.skeletons import finished
from grading.start import venvs
from grading.telling.hints import KINDS as KINDS_OF_CAUSES
from tests.kit.conftest import finding
from tests.kit.killing import submission
from tests.kit.unit.samples import FAILING, NASTY, PASSING, PLACE, UNSURE, crowded

VOID = {"meta", "br", "hr", "img", "input", "link"}
ORDERS = (
    f"{NASTY}</svg></title></style></pre><script>alert(1)</script><img src=x onerror=y>\x1b]0;\x07\u202e'\"`{{{{7*7}}}}"
)
ALLOWED = {  # all that a page of ours is made of
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "footer", "h1", "h2",
    "h3", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "strong", "em", "a", "code", "pre", "mark", "figure",
    "figcaption", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "svg", "desc", "rect", "path", "text", "tspan", "circle",
}  # fmt: skip


class Page(HTMLParser):
    """A page as a browser takes it apart; it must close what it opens."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def hostile() -> Grade:
    """Return a grade in which a program says the worst at each place where it can."""
    talk = tuple(Event(kind, f"A{ORDERS}", target, ORDERS) for kind in KINDS for target in ("server", ""))
    place = Place(f"{ORDERS}.py", 2, ORDERS, ORDERS)
    told = f"expected {ORDERS}", ORDERS, Cause("exception", ORDERS, place), talk
    check = finding("step1/server/x", "A title with `code` in it.", "A `hint`.", 3, FAILED, *told)
    return replace(FAILING, checks=(check,), notes=(ORDERS,))


def test_a_report_says_what_is_true_and_what_is_not_yet() -> None:
    page = Page(report(FAILING, About("Ada", next_steps=("Run it again.",))))
    for words in (
        "Ada", "6 of 11 points", "A message that contains colons arrives whole.", "Bob to hear at 10:30",
        "Think of a hint.", "Run it again.", "The server starts.", "1 check of chat_client.py waits until it starts.",
        "This system has no Ctrl+C.",
    ):  # fmt: skip
        assert words in " ".join(page.words.split()), words


def test_a_report_is_one_file_in_one_language_with_headings_in_order() -> None:
    page = Page(report(FAILING))
    assert page.all("html") == [{"lang": "en"}]
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {str(link["href"])[1:] for link in page.all("a") if str(link["href"]).startswith("#")}
    assert targets <= set(ids)


def test_each_drawing_can_be_heard() -> None:
    page = Page(report(FAILING))
    ids = {attributes.get("id") for _, attributes in page.tags}
    [drawing] = page.all("svg")
    assert drawing["role"] == "img"
    assert set(str(drawing["aria-labelledby"]).split()) <= ids


@pytest.mark.parametrize(
    "grade", [FAILING, PASSING, UNSURE, crowded()], ids=["failing", "passing", "unsure", "crowded"]
)
def test_every_grade_has_a_report_that_is_whole(grade: Grade) -> None:
    page = Page(report(grade))
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert report(grade) == report(grade)


def test_what_a_program_says_is_never_markup() -> None:
    sources = {f"{ORDERS}.py": f"\n{ORDERS}\n</code></pre><script>".encode("utf-8", "backslashreplace")}
    text = report(hostile(), About(ORDERS, sources, (ORDERS,)))
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert {name for _, attributes in page.tags for name in attributes if name in ("src", "href")} <= {"href"}
    assert all(str(link["href"]).startswith("#") for link in page.all("a"))
    assert not [c for c in text if not (c.isprintable() or c == "\n")]
    assert "{{7*7}}" in text and "<script>alert(1)</script>" in page.words
    text.encode()


def test_a_page_is_light_and_dark() -> None:
    assert "prefers-color-scheme:dark" in report(PASSING)


def test_what_nobody_could_tell_is_no_score() -> None:
    words = Page(report(UNSURE)).words
    assert "No grade yet." in words and "not your fault" in words
    assert f"{UNSURE.points} of {UNSURE.max_points} points" not in words


def test_all_that_fails_for_one_reason_is_told_once() -> None:
    cause = Cause("one-recv-is-one-message", "It was the second of two lines in one segment.")
    checks = [finding(f"step1/server/c{n}", f"Title {n}.", "", 3, FAILED, "x", "y", cause) for n in range(3)]
    words = " ".join(Page(report(Grade("step1", tuple(checks)))).words.split())
    assert "2 more fail for the same reason" in words
    assert words.count("It was the second of two lines in one segment.") == 1


def test_what_is_still_to_be_written_has_no_hint() -> None:
    cause = Cause(TODO, "chat_server.py:3: obey is still a TODO.", Place("chat_server.py", 3, "obey"))
    check = finding("step1/server/x", "A title.", "A hint.", 3, FAILED, "x", "y", cause)
    words = Page(report(Grade("step1", (check,)))).words
    assert "A hint" not in words and "still to be written" in words


# A line of a program


SOURCE = b"one\ntwo\nthree\n    four(x)\nfive\nsix\nseven\neight\n"


def test_a_line_has_a_few_around_it() -> None:
    found = excerpt(Place("a.py", 4, "f", "four(x)"), {"a.py": SOURCE})
    assert found
    assert [(line.number, line.is_it) for line in found.lines] == [(n, n == 4) for n in range(1, 8)]
    assert found.lines[3].text == "    four(x)"


@pytest.mark.parametrize(
    "place", [Place("a.py", 4, "f", "other"), Place("b.py", 4, "f", "other"), Place("a.py", 99, "", "other")]
)
def test_where_something_else_stands_there_by_now_the_line_is_as_it_was(place: Place) -> None:
    found = excerpt(place, {"a.py": SOURCE})
    assert found and [(line.number, line.text) for line in found.lines] == [(place.line, "other")]


def test_no_place_no_line() -> None:
    assert excerpt(None, {}) is None


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"x" * 100_000, b"\r\n" * 9], ids=["empty", "bytes", "long", "blank"]
)
def test_whatever_is_in_a_file_there_is_an_excerpt(data: bytes) -> None:
    found = excerpt(Place("a.py", 1), {"a.py": data})
    assert found and all(len(line.text) <= 300 for line in found.lines)


# What the pages of the course say


@pytest.mark.parametrize("name", STEPS)
def test_every_step_has_an_idea(name: str) -> None:
    idea = idea_of(name)
    assert idea and idea.is_idea and idea.html and not idea.title.lower().startswith("one idea")


@pytest.mark.parametrize("code", KINDS_OF_CAUSES)
def test_each_cause_is_treated_somewhere_and_has_a_problem_next_door(code: str) -> None:
    for step in STEPS:
        check = finding(f"{step}/server/x", "A title.", "", 3, FAILED, "x", "y", Cause(code, "It is so.", PLACE))
        section = section_for(check)
        assert section and section.html
        assert {tag for tag, _ in Page(section.html).tags} <= ALLOWED - {"a"}
        assert example_for(check)


def test_the_drawing_of_an_idea_comes_along() -> None:
    idea = idea_of("step1")
    assert idea and [drawing["role"] for drawing in Page(idea.html).all("svg")] == ["img"]
    assert "<style" not in idea.html


def test_where_the_kit_has_no_pages_there_is_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    check = finding("step9/server/x", "A title.", "", 3, FAILED, "x", "y")
    assert section_for(check) is None
    assert idea_of("step9") is None


# The command line


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "grade", lambda *_: FAILING)
    (tmp_path / "ann").mkdir()
    return submission(finished("step1"), str(tmp_path / "ann"))


def test_a_report_is_written_and_shown(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not opened.append(url))
    page = work.parent / "re port.html"
    assert main(["step2", "--work", str(work), "--html", str(page), "--open"]) == 1
    assert "A message that contains colons" in page.read_text("utf-8")
    assert opened == [page.resolve().as_uri()]


def test_a_report_leads_to_the_pages_of_the_course(work: Path) -> None:
    page = work.parent / "report.html"
    main(["step2", "--work", str(work), "--html", str(page)])
    [link] = [str(link["href"]) for link in Page(page.read_text("utf-8")).all("a") if "README" in str(link["href"])]
    assert (page.parent / link).is_file()


def test_without_a_browser_the_file_is_named(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    assert main(["step2", "--work", str(work), "--html", str(work.parent / "r.html"), "--open"]) == 1
    assert "There is no browser here to show" in capsys.readouterr().out


def test_without_templates_there_is_one_line_on_what_to_type_and_nothing_is_graded(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pages, "missing", lambda _: ["jinja2>=3.1,<4"])
    monkeypatch.setattr(venvs, "installing", lambda name, _: f"python -m pip install {name}")
    monkeypatch.setattr(command, "grade", lambda *_: pytest.fail("it was graded"))
    assert main(["step2", "--work", str(work), "--html", str(work.parent / "r.html")]) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("A page needs jinja2. Type: ") and told.endswith(" install jinja2")


@pytest.mark.parametrize("words", [["step1", "--open"], ["step1", "--watch", "--html", "x"]])
def test_words_that_do_not_go_together_are_told(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(words)
    assert ending.value.code == 2


def test_who_wants_no_page_needs_no_templates(work: Path) -> None:
    asked = "import sys; import grading.cli.main, grading.cli.batch; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
