"""One function is put back on the text alone: nothing else of a program changes, and nothing of it runs."""

from __future__ import annotations

import pytest

from grading.home.resetting import CannotPutBack, with_function

ORIGINAL = '''"""First."""

class Server:
    @property
    def name(self):
        # TODO: which name?
        return ""

    def send(self):
        raise NotImplementedError("see the TODO above")


def send():
    pass
'''
CHANGED = '''"""Mine."""
raise SystemExit  # nothing here is run
FEED = "\x0c"

class Server:
    @property
    def name(self):
        return "a" \\
            "b"

    def more(self): ...

    def send(self): return 1

def send(): return "mine"'''


def test_one_method_is_put_back_with_its_decorators_and_the_rest_stays() -> None:
    put = with_function(CHANGED, ORIGINAL, "name", "x.py")
    mine = '        return "a" \\\n            "b"\n'
    assert put == CHANGED.replace(mine, '        # TODO: which name?\n        return ""\n')


def test_a_name_alone_is_the_function_and_with_its_class_the_method() -> None:
    assert with_function(CHANGED, ORIGINAL, "send", "x.py").endswith("return 1\n\ndef send():\n    pass\n")
    assert "raise NotImplementedError" in with_function(CHANGED, ORIGINAL, "Server.send", "x.py")


def test_the_ends_of_the_lines_stay_as_they_are() -> None:
    put = with_function(CHANGED.replace("\n", "\r\n"), ORIGINAL, "name", "x.py")
    assert put.replace("\r\n", "").count("\n") == 0
    assert "        # TODO: which name?\r\n" in put


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        (CHANGED, "nobody", "There is no nobody in the first version of x.py"),
        ("def f(:\n", "send", "x.py ends in the middle of something: put back the whole file"),
        ("x = 1\n", "Server.send", "There is no Server.send in x.py any more: put back the whole file"),
        ("\0", "send", "put back the whole file"),
        ("(" * 9999, "send", "put back the whole file"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_back_is_told(text: str, name: str, told: str) -> None:
    with pytest.raises(CannotPutBack, match=told):
        with_function(text, ORIGINAL, name, "x.py")


def test_a_method_that_several_classes_have_needs_its_class() -> None:
    two = "class A:\n    def f(self): ...\nclass B:\n    def f(self): ...\n"
    with pytest.raises(CannotPutBack, match="There are several: say A.f or B.f"):
        with_function(two, two, "f", "x.py")
