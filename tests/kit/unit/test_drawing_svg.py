"""Diagrams as SVG pictures: what stands in them, not how they look."""

from __future__ import annotations

import re
from xml.dom import minidom

import pytest

from grading.drawing.layout import Diagram, layout
from grading.drawing.style import COLOURS, DARK, LIGHT
from grading.drawing.svg import svg
from grading.results.events import CLOSE, KINDS, LINE, REMARK, RESET, SEGMENT, SILENCE, TYPED, Event

ORDERS = "\x1b[2J\x00\x07\ud800\u202e]]>&amp;<script>\"'"
CONTRAST = 4.5  # of text on what is behind it, as WCAG wants it


def picture(*events: Event, centre: str = "server") -> minidom.Document:
    return minidom.parseString(svg(layout(events, centre)).encode())


def said(document: minidom.Document) -> list[str]:
    """Return the texts of a picture as one reads them."""
    texts = document.getElementsByTagName("text")
    return ["".join(_words(node) for node in text.childNodes if node.nodeName != "title") for text in texts]


def _words(node: minidom.Node) -> str:
    return node.nodeValue or "" if node.nodeType == node.TEXT_NODE else "".join(map(_words, node.childNodes))


def of_class(document: minidom.Document, name: str) -> list[minidom.Element]:
    return [
        element
        for tag in ("path", "rect", "circle")
        for element in document.getElementsByTagName(tag)
        if name in element.getAttribute("class").split()
    ]


def lanes(document: minidom.Document) -> list[float]:
    """Return where the names stand."""
    texts = document.getElementsByTagName("text")
    return [float(text.getAttribute("x")) for text in texts if "name" in text.getAttribute("class").split()]


def test_names_and_words_stand_in_the_picture() -> None:
    drawn = picture(Event(LINE, "Ann", "server", "MESSAGE:hi"), Event(REMARK, "the server", "", "ends"))
    assert said(drawn) == ["Ann", "server", "MESSAGE:hi", "the server ends"]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_was_said_the_picture_is_xml_and_gives_no_orders(kind: str) -> None:
    happened = Event(kind, "Ann", "server", ORDERS), Event(kind, f"B{ORDERS}", "server", ORDERS * 30)
    text = svg(layout([*happened, Event(kind, "Ann", "", ORDERS)], "server"), ORDERS)
    drawn = minidom.parseString(text.encode())
    assert not [c for c in text if not (c.isprintable() or c == "\n")]
    assert not drawn.getElementsByTagName("script")
    assert any("<script>" in words for words in said(drawn))


def test_whoever_hears_the_picture_gets_its_title_and_all_that_happened() -> None:
    talk = [Event(SEGMENT, "Ann", "server", "one\ntw"), Event(SEGMENT, "Ann", "server", "o\n")]
    talk += [Event(LINE, "server", "Ann", "hi")] * 3 + [Event(RESET, "Ann", "", "resets")]
    root = minidom.parseString(svg(layout(talk, "server"), "A title").encode()).documentElement
    assert root
    title, told = root.getElementsByTagName("title")[0], root.getElementsByTagName("desc")[0]
    assert root.getAttribute("role") == "img"
    assert root.getAttribute("aria-labelledby").split() == [title.getAttribute("id"), told.getAttribute("id")]
    assert _words(title) == "A title"
    assert _words(told) == (
        "Ann to server, 2 lines in one segment, the last line without its end: one / tw. "
        "Ann to server, going on with a line: o. server to Ann, 3 times: hi. Ann resets."
    )


def test_the_same_diagram_is_the_same_picture_and_two_on_a_page_have_names_of_their_own() -> None:
    one, other = (layout([Event(LINE, "Ann", "server", text)], "server") for text in ("a", "b"))
    assert svg(one) == svg(one)
    assert not set(re.findall(r' id="([^"]+)"', svg(one))) & set(re.findall(r' id="([^"]+)"', svg(other)))


def test_an_empty_diagram_is_a_picture() -> None:
    assert said(minidom.parseString(svg(Diagram((), ())).encode())) == []


def test_a_segment_is_one_box_with_its_lines_and_torn_where_a_line_is_not_whole() -> None:
    drawn = picture(Event(SEGMENT, "Ann", "server", "one\ntw"), Event(SEGMENT, "Ann", "server", "o\n"))
    assert said(drawn)[2:] == ["one ⏎", r"tw   no ⏎ yet", "…o ⏎"]
    first, second = (box.getAttribute("d") for box in of_class(drawn, "packet"))
    right, left = r"l5 [\d.]+l-5", r"l-5 -[\d.]+l5 -"
    assert (bool(re.search(right, first)), bool(re.search(left, first))) == (True, False)
    assert (bool(re.search(right, second)), bool(re.search(left, second))) == (False, True)


def test_a_segment_of_one_line_is_an_arrow() -> None:
    drawn = picture(Event(SEGMENT, "Ann", "server", "one\n"))
    assert (said(drawn)[2:], of_class(drawn, "packet")) == (["one"], [])


def test_a_long_segment_says_how_much_is_left_out() -> None:
    assert "… 95 more lines" in said(picture(Event(SEGMENT, "Ann", "server", "x\n" * 100)))


def test_what_was_typed_says_so_and_what_came_often_how_often() -> None:
    drawn = picture(Event(TYPED, "Ann", "client", "hi"), *[Event(LINE, "client", "server", "x")] * 3, centre="client")
    assert said(drawn)[3:] == ["types hi", "x  3 times"]


def test_what_does_not_arrive_has_no_tip() -> None:
    drawn = picture(Event(SILENCE, "server", "Ann", "hi"))
    assert len(of_class(drawn, "cross")) == 1
    assert not [name for name in ("wiretip", "quiettip") if of_class(drawn, name)]


def test_the_lifeline_of_whoever_has_gone_ends_there() -> None:
    talk = Event(LINE, "Ann", "server", "hi"), Event(CLOSE, "server", "Ann", ""), Event(REMARK, "server", "", "waits")
    ends = {
        line.getAttribute("d").partition(" ")[0]: line.getAttribute("d") for line in of_class(picture(*talk), "life")
    }
    bottoms = [float(path.partition("V")[2]) for path in ends.values()]
    assert len(bottoms) == 2
    assert min(bottoms) < max(bottoms) - 40


def test_lanes_are_as_far_from_each_other_as_names_and_words_need() -> None:
    def gap(name: str, words: str) -> float:
        ann, server = lanes(picture(Event(LINE, name, "server", words)))
        return server - ann

    assert gap("Ann", "x" * 30) > gap("Ann", "x")
    assert gap("Ann", "你" * 30) > gap("Ann", "x" * 30)
    assert gap("Maximiliane-Friederike", "x") > gap("Ann", "x")
    assert gap("Ann", "x" * 999) < 500


def test_what_is_cut_is_whole_in_a_tooltip() -> None:
    drawn = picture(Event(LINE, "A" * 99, "server", "x" * 999))
    whole = [
        _words(title) for text in drawn.getElementsByTagName("text") for title in text.getElementsByTagName("title")
    ]
    assert whole == ["A" * 99, "x" * 999]
    assert max(map(len, said(drawn))) < 60


def test_nothing_stands_outside_of_the_picture() -> None:
    talk = [Event(LINE, f"P{i}", "server", "MESSAGE:" + "x" * i) for i in range(40)]
    talk += [Event(RESET, "P39", "", "resets " * 9), Event(REMARK, "the server", "", "says " * 40)]
    drawn = picture(*talk)
    assert drawn.documentElement
    width = float(drawn.documentElement.getAttribute("width"))
    assert len(lanes(drawn)) == 41
    assert all(0 < x < width for x in lanes(drawn))
    notes = of_class(drawn, "note")
    assert all(float(note.getAttribute("x")) > 0 for note in notes)
    assert all(float(note.getAttribute("x")) + float(note.getAttribute("width")) < width for note in notes)


def test_light_and_dark_have_the_same_colours_by_name() -> None:
    assert LIGHT.keys() == DARK.keys() == set(re.findall(r":{(\w+)}", COLOURS))
    assert "@media (prefers-color-scheme:dark)" in svg(Diagram((), ()))


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_all_words_can_be_read(colours: dict[str, str]) -> None:
    for words in ("ink", "dim", "bad", "quiet"):
        for behind in ("paper", "head", "packet"):
            assert _contrast(colours[words], colours[behind]) >= CONTRAST, f"{words} on {behind}"
    assert _contrast(colours["onmine"], colours["mine"]) >= CONTRAST


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_picture_in_a_page_has_the_style_of_the_page() -> None:
    diagram = layout([Event(LINE, "Ann", "server", "hi")], "server")
    alone, within = svg(diagram), svg(diagram, is_alone=False)
    assert ("<style>" in alone, "<style>" in within) == (True, False)
    assert within == re.sub("<style>.*?</style>\n", "", alone, flags=re.DOTALL)
