"""One's own program becomes the start of the next step; nothing of it is lost without a word."""

from __future__ import annotations

import pytest

from grading.course import PROGRAMS, STEPS
from grading.home.carrying import Carried, carried
from grading.home.pieces import Unreadable, in_pieces, todos
from grading.skeletons import finished, original

BEFORE = """import os


def parse(line):
    # TODO: Split it.
    raise NotImplementedError


class Server:
    size = 5

    def say(self, text):
        '''Say it.'''
        print(text)

    def leave(self):
        print("left")
"""
AFTER = BEFORE.replace("    # TODO: Split it.\n    raise NotImplementedError", "    return line.split()").replace(
    "        print(text)", "        # TODO: Say it loudly,\n        # please.\n        print(text)"
)
MINE = BEFORE.replace("    # TODO: Split it.\n    raise NotImplementedError", "    return mine(line)")


def carry(mine: str, after: str = AFTER) -> Carried:
    return carried(mine, BEFORE, after, "chat_server.py")


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize(("step", "after"), list(zip(STEPS, STEPS[1:], strict=False)))
def test_who_wrote_what_the_reference_has_gets_the_next_skeleton(step: str, after: str, name: str) -> None:
    before, following = (original(one, name).read_text("utf-8") for one in (step, after))
    found = carried(finished(step)[name], before, following, name)
    assert found.text == following
    assert (found.left, found.unwritten) == ([], [])


def test_what_one_wrote_comes_along_and_new_tasks_stand_in_it() -> None:
    mine = MINE.replace("        print(text)", "        for sign in text:\n            print(sign)")
    found = carry(mine)
    assert "    return mine(line)" in found.text
    lines = [*AFTER.splitlines()[12:14], "", "        for sign in text:"]
    assert "\n".join(lines) in found.text
    assert (found.kept, found.with_task, found.left) == (["parse"], ["Server.say"], [])


def test_functions_imports_and_methods_of_ones_own_come_along() -> None:
    mine = MINE.replace("import os\n", "import os\nimport json\n\n\ndef mine(line):\n    return line\n")
    mine += "\n    def more(self):\n        return 1  # more\n        # than that\n"
    found = carry(mine)
    compile(found.text, "x", "exec")
    assert "import os\nimport json\n" in found.text
    assert "def mine(line):\n    return line\n\n\ndef parse" in found.text
    assert found.text.endswith("    def more(self):\n        return 1  # more\n        # than that\n")
    assert found.kept == ["parse", "Server.more", "mine"]


def test_what_stays_behind_is_named() -> None:
    mine = MINE.replace("size = 5", "size = 7").replace("left", "gone")
    after = AFTER.replace('print("left")', 'print("has left")')
    found = carry(mine, after)
    assert found.left == ["Server.leave", 'line 16: print("gone")', "line 9: size = 7"]
    assert "size = 5" in found.text and "has left" in found.text


def test_the_lines_that_one_added_to_a_function_are_in_it_where_it_is_given_otherwise() -> None:
    after = AFTER.replace('        print("left")', '        self.name = ""\n        print("left")')
    for own, there in (
        ('print("left")\n        print("bye")', 'self.name = ""\n        print("left")\n        print("bye")'),
        (
            'self.buffer = b""\n        print("left")',
            'self.buffer = b""\n        self.name = ""\n        print("left")',
        ),
    ):
        found = carry(MINE.replace('print("left")', own), after)
        assert there in found.text
        assert (found.joined, found.left) == (["Server.leave"], [])


def test_a_line_that_one_changed_just_as_it_is_given_now_holds_nothing_up() -> None:
    after = AFTER.replace('        print("left")', '        self.name = ""\n        print("gone")  # said aloud')
    found = carry(MINE.replace('print("left")', 'print("gone")'), after)
    assert 'self.name = ""\n        print("gone")  # said aloud\n' in found.text
    assert (found.joined, found.left) == (["Server.leave"], [])


def test_a_line_that_one_changed_is_named_where_the_function_is_given_otherwise() -> None:
    after = AFTER.replace('        print("left")', '        self.name = ""\n        print("left")')
    found = carry(MINE.replace('print("left")', 'print("gone")'), after)
    assert 'print("left")' in found.text
    assert (found.joined, found.left) == ([], ["Server.leave", 'line 16: print("gone")'])


def test_a_constant_of_ones_own_comes_along_before_the_functions() -> None:
    found = carry(MINE.replace("def parse", "LIMIT = 5\nLISTS = [\n    1]\n\n\ndef parse"))
    assert "import os\n\n\nLIMIT = 5\n\n\ndef parse" in found.text
    assert found.left == ["line 5: LISTS = [", "line 6: 1]"]


def test_a_new_function_is_told() -> None:
    found = carry(MINE, AFTER + "\n    def fresh(self):\n        # TODO: Write it.\n        pass\n")
    assert found.new == ["Server.fresh"]


def test_what_is_not_written_yet_is_named() -> None:
    assert carry(BEFORE).unwritten == ["parse"]
    assert carry(MINE).unwritten == []


@pytest.mark.parametrize("text", ["def f(:\n", "x = (1,\n", '"""', "if x:\n  y\n z\n"])
def test_no_python_is_told_or_comes_along_as_it_is(text: str) -> None:
    try:
        in_pieces(text, "chat_server.py")
    except Unreadable as complaint:
        assert str(complaint).startswith("chat_server.py is no whole Python: ")


def test_pieces_are_found_by_words_and_not_by_what_stands_in_texts() -> None:
    text = '"""\ndef no(): pass\n"""\n@one\n@two(\n  3)\n'
    text += 'async def f(a,\n  b):\n    "doc"\n    def g(): pass\n    return 1\nx = 1\n'
    [piece] = in_pieces(text, "x.py").pieces.values()
    assert (piece.name, piece.first, piece.body, piece.last) == ("f", 4, 10, 11)


def test_a_task_is_a_comment_of_several_lines() -> None:
    text = "    # TODO: One,\n    # two.\n    x = 1\n    # no task\n    # TODO: Three.\n    # TODO: Four.\n"
    assert todos(text.splitlines()) == [["# TODO: One,", "# two."], ["# TODO: Three."], ["# TODO: Four."]]


def test_a_task_stands_above_the_line_that_follows_it_in_the_skeleton_where_that_is_there_once() -> None:
    mine = MINE.replace("        print(text)", "        text = text.upper()\n        if text:\n            print(text)")
    found = carry(mine)
    assert (
        "        if text:\n            # TODO: Say it loudly,\n            # please.\n\n            print(text)\n"
        in found.text
    )


def test_a_line_that_is_given_in_the_new_skeleton_is_asked_for() -> None:
    after = AFTER.replace("    return line.split()", "    note(line)\n    return line.split()")
    after += "\n\ndef note(line):\n    print(line)\n"
    found = carry(MINE, after)
    task = "    # TODO: In the skeleton of this step, there is here as well: `note(line)`.\n\n"
    assert f"def parse(line):\n{task}" in found.text
    assert found.lacking == ["parse"]


@pytest.mark.parametrize(
    ("given", "own", "asked"),
    {
        "below the line above it": (
            "a()\n    note(line)\n    b()",
            "x = 1\n    a()\n    y = 2",
            "x = 1\n    a()\n    TASK",
        ),
        "in a block": (
            "with a:\n        note(line)",
            "x = 1\n    with a:\n        y = 2",
            "x = 1\n    with a:\n        TASK",
        ),
        "above the line below it": ("a()\n    note(line)\n    b()", "x = 1\n    b()", "x = 1\n    TASK"),
        "not in another block": ("with a:\n        note(line)\n    b()", "x = 1\n    b()", "TASK"),
        "not where nobody knows which": ("a()\n    note(line)", "a()\n    x = 1\n    a()", "TASK"),
    }.values(),
)
def test_a_line_that_is_given_is_asked_for_where_it_belongs(given: str, own: str, asked: str) -> None:
    after = AFTER.replace("return line.split()", given) + "\n\ndef note(line):\n    print(line)\n"
    found = carry(MINE.replace("return mine(line)", own), after)
    task = asked.replace("TASK", "# TODO: In the skeleton of this step, there is here as well: `note(line)`.\n\n")
    assert f"def parse(line):\n    {task}" in found.text


def test_what_ends_a_block_in_the_new_skeleton_ends_it_in_ones_own_function() -> None:
    before, after = (original(one, "chat_server.py").read_text("utf-8") for one in STEPS[-2:])
    mine = finished(STEPS[-2])["chat_server.py"].replace('raise Refused("bad name")', "raise Refused('bad name')")
    found = carried(mine, before, after, "chat_server.py").text
    lines = [line for line in found.splitlines() if line.strip()]
    at = lines.index("            client.username = username")
    assert lines[at + 1].startswith(
        "            # TODO: In the skeleton of this step, there is here as well: `self.empty"
    )
    assert lines[at + 2].startswith("            # TODO: A newcomer reads what was said in the lobby")
    assert in_pieces(found, "chat_server.py").pieces


def test_what_stands_in_one_line_ends_there() -> None:
    program = in_pieces("class Gone(Exception): pass\n\n\ndef act():\n    return 1\n", "chat_server.py")
    assert {name: (piece.first, piece.last) for name, piece in program.pieces.items()} == {
        "Gone": (1, 1),
        "act": (4, 5),
    }


READING = '''class Client:
    def lines(self):
        """Yield them."""
        while data := self.read():
            line = data.strip()

            if line:
                yield line.decode()

    def leave(self):
        """Leave."""
        with self.lock:
            self.all.remove(self)
'''
READING_ON = READING.replace(
    "            if line:\n", "            # TODO: Refuse what is no text.\n\n            if line:\n"
) + ("\n        # TODO: Tell the others.\n")


def read_on(*changes: tuple[str, str]) -> str:
    """Return what becomes of a program with these changes, which is still Python."""
    mine = READING
    for old, new in changes:
        assert old in mine
        mine = mine.replace(old, new)
    text = carried(mine, READING, READING_ON, "chat_server.py").text
    compile(text, "x", "exec")
    return text


def test_a_task_before_a_question_stands_above_what_one_wrote_before_that() -> None:
    text = read_on(("line = data.strip()", "line = data.decode()\n            line = line.strip()"))
    assert "self.read():\n            # TODO: Refuse what is no text.\n\n            line = data.decode()\n" in text
    text = read_on(("            if line", "            print(line)\n            if line"))
    assert "line = data.strip()\n\n            # TODO: Refuse what is no text.\n\n            print(line)\n" in text


def test_a_task_stands_as_far_to_the_right_as_the_code_that_follows() -> None:
    body = '"""Yield them."""\n'
    text = read_on((body, f"{body}\n        # one by one\n\n"), ("            if line", "            if  line"))
    assert "\n        # TODO: Refuse what is no text.\n\n        while data" in text


def test_a_task_at_the_end_of_a_block_stands_below_all_of_it() -> None:
    text = read_on(
        ("with self.lock", "if self in self.all"), ("remove(self)\n", "remove(self)\n            print('bye')\n")
    )
    assert text.endswith("            print('bye')\n        # TODO: Tell the others.\n")
