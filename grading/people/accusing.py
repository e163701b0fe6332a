"""What the model finds wrong, in the words in which a student reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from grading.people.wording import before, most_alike, times
from grading.protocol.forms import Form, Refusal, Speech
from grading.protocol.model import LIMIT
from grading.protocol.seen import Astray, Fault
from grading.protocol.wrong import Kind, Wrong
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.telling import diagnosis

NEWS_AND_MORE = re.compile(r"(USER_)?(JOINED|LEFT):[\w.-]+ ")  # a word behind the name
ASKED_BY = {"JOINED": "JOIN", "JOINED_ROOM": "JOIN_ROOM", "USERS": "LIST_USERS"}  # answers, and who gives which command


def accused(
    wrong: Wrong, owed: Sequence[Form] = (), last: str = "", asked: str = "", names: Sequence[str] = ()
) -> Unmet:
    """Return how it is told that a line is `wrong`, whose listener was still to hear what is `owed`.

    The `last` line that it heard before may be what should have been the one that is missing, or what this one went
    out together with. Where it is known, `asked` is what the listener has sent last, and `names` are those of all who
    ever came.
    """
    if diagnosis.names_somebody(wrong.line) and not any(_is_in(form, wrong.line) for form in owed):
        owed = ()  # it was to be none of these
    unmet = TOLD[wrong.kind](wrong, owed)
    if wrong.kind is Kind.NOT_FOR and asked and _answers_another(wrong, owed, asked):
        unmet = _not_for(wrong, ())
    if wrong.kind is Kind.NOBODY_SAID:
        of_line = diagnosis.of_command(wrong.line, last) or diagnosis.of_spaced_event(wrong.line, ())
        of_line = of_line or diagnosis.of_braces(wrong.line, map(str, owed)) or diagnosis.of_collection(wrong.line)
        unmet.cause = of_line or diagnosis.of_object(wrong.line) or unmet.cause
        unmet.cause = unmet.cause or diagnosis.of_nobodys_name(wrong.line, names)
    name = wrong.line.removeprefix("JOINED:")
    if wrong.kind is Kind.MISSING and last == diagnosis.NAME_TAKEN and name != wrong.line:
        unmet.got, unmet.cause = last, diagnosis.of_free_name(name)
    elif wrong.kind is Kind.MISSING and (cause := _of_answer(wrong.line, last)):
        unmet.got, unmet.cause = shown(last), cause
    return unmet


def _is_in(form: Form, line: str) -> bool:
    """Tell whether `line` may have been meant as `form`: of messages, where it holds their text."""
    return form.texts[0] in line if isinstance(form, Speech) else True


def _answers_another(wrong: Wrong, owed: Sequence[Form], asked: str) -> bool:
    """Tell whether a line answers what another one has asked: the listener is to be refused, and asked something else.

    Where it is to be refused more than once, something that it asked before may have been granted.
    """
    command = ASKED_BY.get(wrong.line.partition(":")[0])
    is_refused_once = sum(isinstance(form, Refusal) for form in owed) == 1
    return is_refused_once and command not in (None, asked.partition(":")[0]) and wrong.speaker != wrong.person


def of_copy(wrong: Wrong, owed: Sequence[Form], greetings: Sequence[str]) -> Wrong:
    """Return what is wrong where the line that should have come first did come, changed: it looked like a greeting."""
    if wrong.kind is Kind.OUT_OF_TURN:
        for form in (form for form in owed if str(form) == wrong.first):
            for line in reversed(greetings):
                if _of_copy(form, line, [form]):
                    return replace(wrong, kind=Kind.NOBODY_SAID, line=line, first="")
    return wrong


def of_absence(wrong: Wrong, owed: Sequence[Form], came: Sequence[str]) -> Wrong:
    """Return what is wrong where the line that should have come first is none of those that `came` afterwards."""
    if wrong.kind is Kind.OUT_OF_TURN:
        for form in (form for form in owed if str(form) == wrong.first):
            if not any(map(form.fits, came)):
                return replace(wrong, kind=Kind.LEFT_OUT)
    return wrong


def _nobody_said(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    """Tell of a line that nothing explains; of the one that it was to be, where one is still to come."""
    nameless = diagnosis.of_missing_name(wrong.line)
    if wrong.first:
        expected = f"{wrong.person} to hear {shown(wrong.first)}"
        return Unmet(expected, shown(wrong.line), perhaps=diagnosis.OTHER_WORDS, missing=False)
    if not owed:
        expected = f"{wrong.person} to hear nothing that nobody said"
        return Unmet(expected, shown(wrong.line), nameless, perhaps=diagnosis.NOBODY_SAID, missing=False)
    wanted = most_alike(wrong.line, [str(form) for form in owed])
    form = next(form for form in owed if str(form) == wanted)
    cause = nameless or _of_copy(form, wrong.line, owed)
    perhaps = diagnosis.OTHER_ANSWER if _is_such_an_answer(wanted, wrong.line) else diagnosis.NOBODY_SAID
    if NEWS_AND_MORE.match(wrong.line):
        perhaps = diagnosis.OTHER_WORDS
    expected = f"{wrong.person} to hear {shown(wanted)}"
    return Unmet(expected, shown(wrong.line), cause, perhaps=perhaps, missing=False)


def _is_such_an_answer(wanted: str, line: str) -> bool:
    """Tell whether `line` begins with the same word of the protocol as what is `wanted`."""
    word, colon, _ = wanted.partition(":")
    return bool(colon) and word.isupper() and line.startswith(f"{word}:")


def _of_copy(form: Form, line: str, owed: Sequence[Form]) -> Cause | None:
    """Explain how `line` came about where `form` was to be heard."""
    if isinstance(form, Speech):
        others = [other for other in owed if isinstance(other, Speech)]
        if spaced := diagnosis.of_spaced_event(line, [name for other in others for name in other.names]):
            return spaced
        said = {other.texts[0] for other in others}
        return diagnosis.of_text(form.texts[0], line, said) or diagnosis.of_stamp_format(line)
    return _of_answer(str(form), line)


def _of_answer(wanted: str, line: str) -> Cause | None:
    """Explain how `line` came about where `wanted`, which is no message, was to be heard."""
    start = before(line, wanted, any_error=wanted.startswith("ERROR:"))
    return diagnosis.of_beginning(shown(start)) or diagnosis.of_words(wanted, line)


def _after_quit(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear nothing of what was said behind QUIT"
    return Unmet(expected, shown(wrong.line), perhaps=diagnosis.OBEYED_AFTER_QUIT, missing=False)


def _too_long(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    refusal = next((form for form in owed if isinstance(form, Refusal)), None)
    is_due = refusal and wrong.person == wrong.speaker
    expected = f"{wrong.person} {f'to hear {refusal}' if is_due else 'to hear nothing of a line that is too long'}"
    cause = diagnosis.of_too_long(wrong.sent, LIMIT)
    return Unmet(expected, shown(wrong.line), cause, perhaps=cause, missing=False)


def _no_reason(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    answer = f"{shown(str(owed[0]))}, and no ERROR" if len(owed) == 1 else "no ERROR without a reason"
    expected = f"{wrong.person} to hear {answer}"
    asked = what_asks_for(owed)
    perhaps = diagnosis.of_refusal(asked) if asked else diagnosis.NO_REASON
    return Unmet(expected, shown(wrong.line), perhaps=perhaps, missing=False)


def what_asks_for(owed: Sequence[Form]) -> str:
    """Return the command that is to be answered by what is `owed`, where that is one answer and nothing else."""
    return ASKED_BY.get(str(owed[0]).partition(":")[0], "") if len(owed) == 1 else ""


def _again(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.line)} once"
    return Unmet(expected, "it came again", perhaps=diagnosis.HEARD_AGAIN, missing=False)


def _not_for(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    refusal = next((form for form in owed if isinstance(form, Refusal)), None)
    if refusal and wrong.line.partition(":")[0] in diagnosis.ANSWERS:
        expected = f"{wrong.person} to hear {refusal}"
        return Unmet(expected, shown(wrong.line), perhaps=diagnosis.GRANTED, missing=False)
    expected = f"{wrong.person} not to hear {shown(wrong.line)}"
    return Unmet(expected, "it came", perhaps=diagnosis.of_stranger(wrong.line, str(wrong.speaker)), missing=False)


def _out_of_turn(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.first)} first"
    perhaps = diagnosis.LAST_WORDS if wrong.line.startswith("USER_LEFT:") else diagnosis.TOO_EARLY
    return Unmet(expected, shown(wrong.line), perhaps=perhaps, missing=False)


def _left_out(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.first)}"
    return Unmet(expected, f"it did not come, and {shown(wrong.line)} did", perhaps=diagnosis.PASSED_OVER)


def _not_replayed(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.first)} first, as a part of the history"
    return Unmet(expected, shown(wrong.line), perhaps=diagnosis.HISTORY_GAP, missing=False)


def _too_late(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.line)} before {shown(wrong.first)}"
    perhaps = diagnosis.LEFT_TOO_EARLY if wrong.first.startswith("USER_LEFT:") else diagnosis.TOO_EARLY
    return Unmet(expected, "it came after that", perhaps=perhaps, missing=False)


def _hung_up(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"the server to keep the connection of {wrong.person}"
    return Unmet(expected, "it closed the connection", perhaps=diagnosis.HUNG_UP)


def _missing(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.line)}"
    return Unmet(expected, "it did not come", late=True, perhaps=diagnosis.NEVER_CAME)


def _not_in_history(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = f"{wrong.person} to hear {shown(wrong.line)}, as a part of the history"
    return Unmet(expected, "it did not come", late=True, perhaps=diagnosis.NOT_KEPT)


def _still_there(wrong: Wrong, owed: Sequence[Form]) -> Unmet:
    expected = "the name of somebody who has left to be free again"
    return Unmet(expected, f"{wrong.person} heard {shown(wrong.line)}", late=True, perhaps=diagnosis.STILL_THERE)


TOLD: dict[Kind, Callable[[Wrong, Sequence[Form]], Unmet]] = {
    Kind.NOBODY_SAID: _nobody_said,
    Kind.AFTER_QUIT: _after_quit,
    Kind.TOO_LONG: _too_long,
    Kind.NO_REASON: _no_reason,
    Kind.AGAIN: _again,
    Kind.NOT_FOR: _not_for,
    Kind.OUT_OF_TURN: _out_of_turn,
    Kind.LEFT_OUT: _left_out,
    Kind.NOT_REPLAYED: _not_replayed,
    Kind.TOO_LATE: _too_late,
    Kind.HUNG_UP: _hung_up,
    Kind.MISSING: _missing,
    Kind.NOT_IN_HISTORY: _not_in_history,
    Kind.STILL_THERE: _still_there,
}


def shown_astray(name: str, astray: Astray) -> Unmet:
    """Return how it is told that `name` sees a line that the server did not say, or not like that."""
    line = shown(astray.line)
    expected, got, cause = {
        Fault.NOT_SAID: (f"{name} to see no line that nobody said", line, diagnosis.NOBODY_SHOWN),
        Fault.AGAIN: (f"{name} to see {line} {times(astray.said)}", times(astray.seen), diagnosis.SHOWN_AGAIN),
        Fault.AS_IT_CAME: (f"{name} to see this in words", line, diagnosis.OTHER_WORDS),
        Fault.OUT_OF_TURN: (f"{name} to see the lines in the order in which they came", line, diagnosis.SHOWN_LATE),
    }[astray.fault]
    return Unmet(expected, got, perhaps=cause, missing=False)
