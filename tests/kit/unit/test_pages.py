"""The pages of the steps: tasks in the order of the programs, words before their use, pictures and numbers of today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.course import EXERCISES, KIT, PROGRAMS, STEPS
from grading.home.pieces import in_pieces, todos
from grading.rehearsal.judging import worth
from grading.rehearsal.reading import read_talk
from grading.skeletons import original
from tests.kit.pictures import FOLDER, PICTURES, picture

TASK = re.compile(r"^\d+\. `([\w.]+)`", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ENTRY = re.compile(r"^## (.+)$", re.MULTILINE)
JARGON = {  # a word that no page uses before it explains it, or links to its entry
    "segment": "segment", "half-close": "half-close", "walrus": "walrus", "Nagle": "nagle", "backlog": "backlog",
    "backpressure": "backpressure", "schedules": "schedule", "race": "race", "deadlock": "deadlock",
    "daemon": "daemon-thread", "getattr": "getattr-dispatch",
}  # fmt: skip
NUMBERED = STEPS[:4]  # the last step has its tasks in pieces
GLOSSARY = KIT / "steps" / "GLOSSARY.md"


def page(step: str) -> str:
    return (KIT / "steps" / step / "README.md").read_text("utf-8")


def tasks_of_the_program(step: str, name: str) -> Iterator[str]:
    """Yield where the tasks of a skeleton are, once each, from top to bottom."""
    program = in_pieces(original(step, name).read_text("utf-8"), name)
    places = {}
    for name, piece in program.pieces.items():
        own = program.text_of(name)
        inside = [one for one in program.functions.values() if piece.is_class and piece.first < one.first <= piece.last]
        outside = [line for at, line in enumerate(own, piece.first) if not any(i.first <= at <= i.last for i in inside)]
        if todos(outside):
            first = next(at for at, line in enumerate(own, piece.first) if "# TODO:" in line and line in outside)
            places[first] = name
    yield from (places[at] for at in sorted(places))


@pytest.mark.parametrize("step", NUMBERED)
def test_tasks_are_numbered_as_they_stand_in_the_programs(step: str) -> None:
    written = [place for name in PROGRAMS for place in tasks_of_the_program(step, name)]
    assert TASK.findall(page(step)) == written


def test_where_tasks_come_in_pieces_the_page_names_all_of_them() -> None:
    for name in PROGRAMS:
        for place in tasks_of_the_program("advanced", name):
            assert place.rpartition(".")[2] in page("advanced"), place


@pytest.mark.parametrize("step", STEPS)
def test_each_page_predicts_shows_its_idea_and_ends_with_a_talk(step: str) -> None:
    text = page(step)
    headings = [
        "## Before you read on", f"](../pictures/{step}.svg)", "## Your task", "## Try it by hand",
        "## When something goes wrong", "## Write a talk",
    ]  # fmt: skip
    assert [text.index(heading) for heading in headings] == sorted(text.index(heading) for heading in headings)
    assert "how-to-read-a-failure" in text


@pytest.mark.parametrize("step", STEPS)
def test_a_picture_is_drawn_as_talks_are_drawn_today(step: str) -> None:
    assert (FOLDER / f"{step}.svg").read_text("utf-8") == picture(step)
    assert PICTURES[step][0] in picture(step)


@pytest.mark.parametrize("step", STEPS)
def test_the_page_says_how_much_its_talk_notices(step: str) -> None:
    lines = (KIT / "steps" / step / "talk.txt").read_text("utf-8").splitlines()
    found = worth(read_talk(lines, step != "step1"), STEPS.index(step) + 1)
    text = " ".join(page(step).split())
    if found.missed:
        assert f"notices {found.noticed} of {found.of} mistakes" in text
    else:
        assert f"notices all {['no', 'one', 'two', 'three', 'four', 'five', 'six'][found.of]} mistakes" in text


def anchors(path: Path) -> set[str]:
    """Return what a link may name behind its #, as browsers and GitHub make it of headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [GLOSSARY, *(KIT / "steps" / step / "README.md" for step in STEPS)], ids=str)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text("utf-8")):
        where, _, anchor = link.partition("#")
        target = (path.parent / where).resolve() if where else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_an_entry_of_the_glossary_uses_what_stands_above_it() -> None:
    seen: set[str] = set()
    for entry in re.split(r"^## ", GLOSSARY.read_text("utf-8").partition("\n# Write")[0], flags=re.MULTILINE)[1:]:
        name = entry.splitlines()[0]
        named = {link.removeprefix("#") for link in LINK.findall(entry) if link.startswith("#")}
        assert named - seen <= {"write-a-talk"}, name
        seen.add(re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-"))


def test_no_word_of_the_trade_comes_before_it_is_explained() -> None:
    known: set[str] = set()
    for step in STEPS:
        text = page(step)
        for word, anchor in JARGON.items():
            place = re.search(rf"\b{word}", text)
            explained = [at for at in (text.find(f"**{word}"), text.find(f"GLOSSARY.md#{anchor}")) if at >= 0]
            if place and word not in known:
                assert explained and min(explained) <= place.end() + len(f"](../GLOSSARY.md#{anchor})"), (step, word)
            known |= {word} if explained else set()


def test_what_the_programs_use_stands_in_the_glossary() -> None:
    entries = GLOSSARY.read_text("utf-8")
    for word in ("getattr", ":=", "yield", "daemon", "backlog", "disable_nagle_algorithm", "flush"):
        assert word in entries, word
    assert set(EXERCISES) >= set(STEPS)
