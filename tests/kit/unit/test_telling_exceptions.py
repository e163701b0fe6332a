"""An exception proves a mistake by its type and by Python's own words."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from typing import Any

import pytest

from grading.process import hiding
from grading.results.causes import Cause, Place, Raised
from grading.results.values import TODO
from grading.telling.exceptions import ONLY_TYPED_HAS_IT, most_telling, of_client, of_end, of_raised

HERE = Place("chat_server.py", 57, "broadcast", "self.clients.remove(client)")
SENDS = Place("chat_server.py", 60, "send", "self.sock.sendall(data)")
READS = Place("chat_server.py", 70, "lines", "data = self.sock.recv(1024)")


def grows(collection: Any, add: Callable[[Any], Any]) -> None:
    for _ in collection:
        add(collection)


def raised(action: Callable[[], Any], *places: Place) -> Raised:
    """Return what Python raises in `action`, as a stage describes it."""
    try:
        action()
    except BaseException as error:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return Raised(type(error).__name__, message, places or (HERE,))
    raise AssertionError("nothing was raised")


def unlock() -> None:
    import threading

    threading.Lock().release()


def unlock_twice() -> None:
    import threading

    threading.RLock().release()


class HalfHandler(socketserver.StreamRequestHandler):
    """Does not let its parent set itself up."""

    def __init__(self) -> None:
        pass


class HalfServer(socketserver.BaseServer):
    """Does not let its parent set itself up."""

    def __init__(self) -> None:
        pass


class HalfThread(threading.Thread):
    """Does not let its parent set itself up."""

    def __init__(self) -> None:
        pass


PROVEN = {
    "half a letter": (lambda: b"10 \xe2\x82".decode(), "letter-cut"),
    "bytes that are no text": (lambda: b"caf\xe9 ol\xe9".decode(), "undecodable"),
    "a letter in ASCII": (lambda: "€".encode("ascii"), "not-utf-8"),
    "bytes in ASCII": (lambda: "€".encode().decode("ascii"), "not-utf-8"),
    "a set that grows": (lambda: grows({1}, lambda some: some.add(2)), "changed-while-looping"),
    "a dictionary that grows": (lambda: grows({1: 1}, lambda some: some.update({2: 2})), "changed-while-looping"),
    "a second removal": (lambda: list[int]().remove(1), "removed-twice"),
    "a lock that is free": (unlock, "released-unlocked"),
    "a lock that was never taken": (unlock_twice, "released-unlocked"),
    "too many parts": (lambda: exec("a, b = 'a:b:c'.split(':')"), "unpacking"),
    "one thing for many": (lambda: exec("for one in 1: pass"), "wrong-kind"),
    "nothing for something": (lambda: exec("'a' + None"), "wrong-kind"),
    "a text with a percent sign": (lambda: exec("'%s %s' % 'a'"), "exception"),
    "too few parts": (lambda: exec("a, b = 'QUIT'.split(':')"), "unpacking"),
    "bytes and text in a sum": (lambda: eval("b'a' + 'b'"), "bytes-and-text"),
    "text and bytes in a sum": (lambda: eval("'a' + b'b'"), "bytes-and-text"),
    "bytes split at text": (lambda: eval("b'a:b'.split(':')"), "bytes-and-text"),
    "text sought in bytes": (lambda: eval("'a' in b'abc'"), "bytes-and-text"),
    "bytes sought in text": (lambda: eval("b'a' in 'abc'"), "bytes-and-text"),
    "bytes that begin with text": (lambda: eval("b'abc'.startswith('a')"), "bytes-and-text"),
    "text that is decoded": (lambda: eval("'a'.decode()"), "bytes-and-text"),
    "bytes that are encoded": (lambda: eval("b'a'.encode()"), "bytes-and-text"),
    "a method that is not called": (lambda: eval("'a:b'.strip.split(':')"), "not-called"),
    "a function in a sum": (lambda: eval("'a' + len"), "not-called"),
    "a function among texts": (lambda: ",".join([grows]), "not-called"),  # type: ignore[list-item]
    "the items of a function": (lambda: exec("for one in 'a'.split: pass"), "not-called"),
    "an argument that is missing": (lambda: exec("grows([])", {"grows": grows}), "wrong-arguments"),
    "one argument too many": (lambda: exec("grows(1, 2, 3)", {"grows": grows}), "wrong-arguments"),
    "an argument that is not known": (lambda: exec("grows(1, 2, three=3)", {"grows": grows}), "wrong-arguments"),
    "one value for a row of them": (lambda: exec("grows(*1)", {"grows": grows}), "wrong-arguments"),
    "a value that a function does not take": (lambda: exec("len(1)"), "exception"),
    "what the parent of a handler makes": (lambda: HalfHandler().finish(), "not-set-up"),
    "what the parent of a server makes": (lambda: HalfServer().serve_forever(), "not-set-up"),
    "a thread without its parent": (lambda: HalfThread().start(), "not-set-up"),
    "an attribute": (lambda: eval("object().conect"), "no-such-attribute"),
    "an attribute of nothing": (lambda: eval("None.send"), "wrong-kind"),
    "a name": (lambda: eval("cuont"), "no-such-name"),
    "an index": (lambda: eval("[][0]"), "no-such-item"),
    "a file that is no Python": (lambda: compile("def f(:", "x", "exec"), "not-python"),
    "a file with lines too far right": (lambda: compile("a = 1\n  b = 2", "x", "exec"), "not-python"),
    "a module": (lambda: exec("import no_such_module_anywhere"), "not-importable"),
    "a part of a module": (lambda: exec("from socket import sokket"), "not-importable"),
    "anything else": (lambda: eval("1 / 0"), "exception"),
    "a number that is none": (lambda: int("ten"), "exception"),
}


@pytest.mark.parametrize("what", PROVEN)
def test_an_exception_of_this_python_proves_a_mistake(what: str) -> None:
    action, code = PROVEN[what]
    assert of_raised(raised(action)).code == code


@pytest.mark.parametrize(
    ("type", "message", "place", "code"),
    [
        ("BrokenPipeError", "[Errno 32] Broken pipe", SENDS, "recipient-died"),
        ("ConnectionResetError", "[Errno 104] Connection reset by peer", SENDS, "recipient-died"),
        ("OSError", "[Errno 9] Bad file descriptor", SENDS, "recipient-died"),
        ("ValueError", "I/O operation on closed file.", SENDS, "recipient-died"),
        ("ValueError", "write to closed file", SENDS, "recipient-died"),
        ("ValueError", "I/O operation on closed file.", HERE, "exception"),
        ("ConnectionResetError", "[Errno 104] Connection reset by peer", READS, "connection-broke"),
        ("KeyError", "'Ann'", Place("chat_server.py", 9, "f", "del self.clients[name]"), "removed-twice"),
        ("Empty", "", Place("chat_server.py", 9, "f", "self.box.get(timeout=1)"), "loses-patience"),
        ("Empty", "", Place("chat_server.py", 9, "f", "self.box.get_nowait()"), "exception"),
        ("KeyError", "'Ann'", Place("chat_server.py", 9, "f", "self.clients[name]"), "no-such-item"),
        ("RuntimeError", "deque mutated during iteration", HERE, "changed-while-looping"),
        ("RuntimeError", "cannot release un-acquired lock", HERE, "released-unlocked"),
        ("RecursionError", "maximum recursion depth exceeded", HERE, "recursion"),
        ("EOFError", "EOF when reading a line", HERE, "input-ended"),
        ("KeyboardInterrupt", "", HERE, "interrupted"),
        ("OSError", "[Errno 98] Address already in use", HERE, "port-in-use"),
        ("OSError", "[Errno 48] Address already in use", HERE, "port-in-use"),
        ("OSError", "[WinError 10048] Only one usage of each socket address is permitted", HERE, "port-in-use"),
        ("OSError", "[Errno 113] No route to host", HERE, "exception"),
        ("RuntimeError", "can't start new thread", HERE, "exception"),
    ],
)
def test_an_exception_proves_a_mistake(type: str, message: str, place: Place, code: str) -> None:
    cause = of_raised(Raised(type, message, (place,)))
    assert (cause.code, cause.place) == (code, place)


def test_an_exception_is_told_with_its_place() -> None:
    error = Raised("ValueError", "list.remove(x): x not in list", (READS, HERE))
    told = "chat_server.py:57, in broadcast: ValueError: list.remove(x): x not in list\nself.clients.remove(client)"
    assert of_raised(error) == Cause("removed-twice", told, HERE)


def test_an_exception_in_code_that_is_given_is_told_of_the_line_that_calls_it() -> None:
    error = Raised("ValueError", "no such thing", (HERE, READS))
    cause = of_raised(error, own=HERE)
    first, code, source = cause.sentence.splitlines()
    assert (cause.place, first) == (HERE, "chat_server.py:57, in broadcast: ValueError: no such thing")
    assert (code, source) == ("self.clients.remove(client)", f"It comes from {READS}.")


def test_an_exception_without_words_is_told_by_its_type() -> None:
    place = Place("chat_client.py", 3)
    assert of_raised(Raised("EOFError", "", (place,))).sentence == "chat_client.py:3: EOFError"


def test_an_exception_outside_the_students_lines_has_no_place() -> None:
    assert of_raised(Raised("ValueError", "no")) == Cause("raised-elsewhere", "ValueError: no")
    assert of_raised(Raised("BrokenPipeError", "[Errno 32] Broken pipe")).place is None


def test_what_is_still_to_be_written_is_told_as_such() -> None:
    error = Raised("NotImplementedError", "see the TODO above", (HERE,))
    assert of_raised(error) == Cause(TODO, "chat_server.py:57: broadcast is still a TODO.", HERE)


def test_a_module_that_only_the_other_python_has_is_told_with_the_way_to_it() -> None:
    error = Raised("ModuleNotFoundError", "No module named 'flask'", (HERE,), "flask")
    cause = of_raised(error, "pip install flask")
    assert cause.code == "module-missing"
    assert cause.sentence.splitlines()[1:] == [ONLY_TYPED_HAS_IT, "Type: pip install flask"]


def test_what_is_still_to_be_written_tells_most_and_a_broken_connection_least() -> None:
    todo, later = (Raised("NotImplementedError", "", (Place("a.py", line),)) for line in (3, 9))
    broken, other = Raised("BrokenPipeError", "", (SENDS,)), Raised("ValueError", "no", (HERE,))
    assert most_telling([broken, other, later, todo]) == todo
    assert most_telling([broken, other]) == other
    assert most_telling([broken]) == broken
    assert most_telling([]) is None


@pytest.mark.parametrize(
    ("status", "last_words", "told"),
    [
        (1, "", "chat_client.py ended by itself, with exit status 1."),
        (1, "no such host", "chat_client.py ended by itself, with exit status 1. Its last words: no such host"),
        (-11, "", "chat_client.py was ended by signal 11."),
    ],
)
def test_an_end_is_told_with_its_status(status: int, last_words: str, told: str) -> None:
    assert of_end("chat_client.py", status, last_words) == Cause("ended", told)


def test_a_client_that_sends_where_nobody_is_any_more_is_not_asked_for_its_recipients() -> None:
    error = Raised("BrokenPipeError", "[Errno 32] Broken pipe", (SENDS,))
    cause = of_client(of_raised(error))
    assert (cause.code, cause.place) == ("server-gone", SENDS)
    assert of_client(Cause("exception", "ValueError: no")) == Cause("exception", "ValueError: no")


def test_an_end_is_told_with_its_reason_where_that_is_known() -> None:
    told = "chat_server.py was ended by signal 9. It took too much. Its last words: help"
    assert of_end("chat_server.py", -9, "help", "It took too much.") == Cause("ended", told)


@pytest.mark.parametrize(
    ("message", "is_hidden"),
    [
        ("module 'threading' has no attribute 'Lock'", True),
        ("partially initialized module 'threading' has no attribute 'Lock'", True),
        ("cannot import name 'Lock' from 'threading' (threading.py)", True),
        ("No module named 'threading.local'; 'threading' is not a package", True),
        ("'ChatServer' object has no attribute 'threading'", False),
        ("module 'socket' has no attribute 'Lock'", False),
    ],
)
@pytest.mark.parametrize("places", [(), (Place("chat_server.py", 4, "main", "main()"),)])
def test_a_file_that_hides_a_module_is_named_where_the_error_is_about_that(
    message: str, is_hidden: bool, places: tuple[Place, ...]
) -> None:
    hides = list(hiding.hidden(["chat_server.py", "threading.py", "notes"], message))
    cause = of_raised(Raised("AttributeError", message, places), hides=hides)
    assert (cause.code == "hides-a-module") == is_hidden
    assert ("threading.py beside it hides Python's own threading: give it another name." in cause.sentence) == is_hidden
