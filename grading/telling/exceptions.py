"""Tell of exceptions, and of programs that ended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grading.results.causes import GOODBYE, Cause, Place, Raised
from grading.results.values import TODO

SENDING = re.compile(r"\b(send\w*|write|writelines|flush)\(")  # a line that sends
CLOSED = re.compile(r"\b(I/O operation on|write to) closed file")
REMOVING = re.compile(r"\b(remove|pop|popitem)\(|\bdel\b")  # a line that removes
WHATEVER = re.compile("")
WRONG_ARGUMENTS = "wrong-arguments"  # the code of a cause: proven also where Python itself calls, as for a thread
FUNCTION = re.compile(  # among the kinds of values that Python names
    r"\bbuiltin_function_or_method\b|['\"](method|function)['\"]|(\bnot|\bconcat|: expected .*,) (method|function)\b"
)
ARGUMENTS = re.compile(
    r"missing \d+ required |takes (from )?(\d+|no|exactly|at most|at least)\b.* arguments?\b"
    r"|argument after \*+ must be |got an unexpected keyword |got multiple values for "
)
PROOFS = (  # types of exceptions, what Python says in them, and what that proves
    (("UnicodeDecodeError",), re.compile(r"'utf-8' codec .* unexpected end of data"), "letter-cut"),
    (("UnicodeDecodeError",), re.compile(r"'utf-8' codec"), "undecodable"),
    (("UnicodeDecodeError", "UnicodeEncodeError"), WHATEVER, "not-utf-8"),
    (
        ("RuntimeError",),
        re.compile(r"changed (size )?during iteration|mutated during iteration"),
        "changed-while-looping",
    ),
    (("RuntimeError",), re.compile(r"release un(locked|-acquired) lock"), "released-unlocked"),
    (("ValueError",), re.compile(r"\bremove\(x\): x not in "), "removed-twice"),
    (("ValueError",), re.compile(r"values to unpack"), "unpacking"),
    (("TypeError",), ARGUMENTS, WRONG_ARGUMENTS),
    (("TypeError",), FUNCTION, "not-called"),
    (("TypeError",), re.compile(r"\bbytes\b.*\bstr(ing)?\b|\bstr(ing)?\b.*\bbytes\b"), "bytes-and-text"),
    (("AttributeError",), re.compile(r"'(bytes|str)' object has no attribute '(en|de)code'"), "bytes-and-text"),
    (
        ("TypeError",),
        re.compile(r"is not (iterable|callable|subscriptable)|unsupported operand|can only concatenate|NoneType"),
        "wrong-kind",
    ),
    (("AttributeError",), re.compile(r"'NoneType' object"), "wrong-kind"),
    (("AttributeError",), FUNCTION, "not-called"),
    (("AttributeError",), re.compile(r"has no attribute '([rw]file|_BaseServer__\w+)'"), "not-set-up"),
    (("RuntimeError",), re.compile(r"[Tt]hread\.__init__\(\) not called"), "not-set-up"),
    (("AttributeError",), WHATEVER, "no-such-attribute"),
    (("NameError", "UnboundLocalError"), WHATEVER, "no-such-name"),
    (("IndexError", "KeyError"), WHATEVER, "no-such-item"),
    (("SyntaxError", "IndentationError", "TabError"), WHATEVER, "not-python"),
    (("ImportError", "ModuleNotFoundError"), WHATEVER, "not-importable"),
    (("RecursionError",), WHATEVER, "recursion"),
    (("Empty",), WHATEVER, "loses-patience"),  # of a queue
    (("EOFError",), WHATEVER, "input-ended"),
    (("KeyboardInterrupt",), WHATEVER, "interrupted"),
    (("OSError",), re.compile(r"\[(Errno (48|98)|WinError 10048)\]"), "port-in-use"),  # EADDRINUSE
)
ONLY_TYPED_HAS_IT = "The Python that you typed has it; the one that grades has not."


def of_raised(error: Raised, way_to_get_module: str = "", own: Place | None = None, hides: Sequence[str] = ()) -> Cause:
    """Tell an exception as `chat_server.py:57, in broadcast: ValueError: list.remove(x): x not in list`.

    It is told of the student's `own` line from which code that is given was called, where it came up in such code; and
    with sentences on what `hides` the module that it is about.
    """
    if hides:
        last = error.places[-1] if error.places else None
        told = _told(error, last) if last else f"{error.type}: {error.message}"
        return Cause("hides-a-module", "\n".join([told, *hides]), last)
    if not error.places:
        is_called_wrongly = error.type == "TypeError" and ARGUMENTS.search(error.message)
        return Cause(WRONG_ARGUMENTS if is_called_wrongly else "raised-elsewhere", f"{error.type}: {error.message}")
    place = own or error.places[-1]
    where = f"{place.file}:{place.line}"
    if error.is_todo:
        return Cause(TODO, f"{where}: {place.function} is still a TODO.", place)
    if way_to_get_module:
        told = f"{where}: {error.type}: {error.message}"
        return Cause("module-missing", f"{told}\n{ONLY_TYPED_HAS_IT}\nType: {way_to_get_module}", place)
    source = f"\nIt comes from {error.places[-1]}." if place != error.places[-1] else ""
    return Cause(_code(error), _told(error, place) + source, place)


def of_client(cause: Cause) -> Cause:
    """Return what an exception proves in a program that serves nobody: it sends to one other side only."""
    return Cause("server-gone", cause.sentence, cause.place) if cause.code == "recipient-died" else cause


def _code(error: Raised) -> str:
    """Return the mistake that an exception proves, as far as its type and Python's own message tell."""
    if error.is_broken_connection:
        return "recipient-died" if SENDING.search(error.places[-1].code) else "connection-broke"
    if error.type == "ValueError" and CLOSED.search(error.message) and SENDING.search(error.places[-1].code):
        return "recipient-died"  # whose own thread has closed the file through which others send
    if error.type == "KeyError" and REMOVING.search(error.places[-1].code):
        return "removed-twice"
    if error.type == "Empty" and "nowait" in error.places[-1].code:
        return "exception"  # without any patience to lose
    return next(
        (code for types, message, code in PROOFS if error.type in types and message.search(error.message)), "exception"
    )


def _told(error: Raised, place: Place) -> str:
    where = f"{place.file}:{place.line}" + (f", in {place.function}" if place.function else "")
    message = f": {error.message}" if error.message else ""
    return f"{where}: {error.type}{message}" + (f"\n{place.code}" if place.code else "")


def most_telling(errors: Sequence[Raised]) -> Raised | None:
    """Return the exception that explains most: what is still to be written first, connections that ended last."""
    return min(errors, key=_importance, default=None)


def _importance(error: Raised) -> tuple[int, int]:
    if error.is_todo:
        return 0, error.places[-1].line
    return (3 if error.type.startswith(GOODBYE) else 2 if error.is_broken_connection else 1), 0


def of_end(program: str, status: int, last_words: str, reason: str = "") -> Cause:
    """Tell that a program ended, with an exit status or (negative) by a signal; and, if that is known, the reason."""
    how = f"was ended by signal {-status}" if status < 0 else f"ended by itself, with exit status {status}"
    told = f"{program} {how}. {reason}" if reason else f"{program} {how}."
    return Cause("ended", f"{told} Its last words: {last_words}" if last_words else told)
