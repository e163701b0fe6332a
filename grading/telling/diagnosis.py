"""What a wrong line shows about the mistake behind it. Only what the line itself proves; otherwise None."""

from __future__ import annotations

import difflib
import itertools
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from grading.results.causes import Cause
from grading.results.visible import shown, together

TOO_QUICK = Cause(
    "hung-up-in-haste", "The server hung up right after QUIT, before the thread that had sent it came to its next line."
)
TOO_QUICK_FOR_MAIN = Cause(
    "hung-up-in-haste",
    "The server hung up right after QUIT. Another thread had sent it, before the main thread came to its next line.",
)
QUIT_REFUSED = Cause("refused", "`QUIT` is a command that everybody may say: whoever says it goes, and is not refused.")
JOIN_FIRST = "ERROR:join first"  # what the page has a server say to those who have not joined
JOIN_FORGOTTEN = "join-forgotten"  # the code of a cause: that was said to somebody who had
ALREADY_JOINED = "ERROR:already joined"  # what the page has a server say to those who join once more
NAME_TAKEN = "ERROR:name taken"  # what the page has a server say where a name is in use
BAD_NAME = "ERROR:bad name"  # what the page has a server say where a name is against its rule
MESSAGE_REFUSED = "message-refused"  # the code of a cause: a message that may be said is answered with an ERROR
QUIT_UNKNOWN = "quit-refused"  # the code of a cause: QUIT was answered with an ERROR
NOT_LET_IN = Cause("not-let-in", "Nobody accepts connections at the server's port any more.")
ONE_LEFT_OUT = "one-left-out"  # the code of a cause: a line for everyone went to others, and not to the listener
LEFT_UNTOLD = "left-untold"  # the code of a cause: that somebody has left was noticed, and nobody is told
OTHER_WORDS = Cause("other-words", "It is said, but not in the words on which all programs have agreed.")
TOO_OFTEN = Cause("too-often", "More than one of your lines tells this, or one of them more than once.")
LOST_PATIENCE = Cause("loses-patience", "All that happened was that nobody said anything for some time.")
NOT_JOINED = Cause("join-failed", "To join comes before all that this check is about, and it failed.")
NO_NEWLINE = Cause("no-newline", "Without a newline nobody can tell where the line ends.")
NOT_SPLIT = Cause(
    "several-lines-as-one", "It went out as a part of the message before it, which was over at its newline."
)
OUT_OF_TURN = Cause("out-of-turn", "It had come already, out of its turn.")
BYTES = Cause("bytes-as-text", "These are bytes printed as Python shows them (b'…'): decode them to get the text.")
ESCAPED = Cause("escapes-as-text", "This is how `repr` and `ascii` show a text, with escapes: print the text itself.")
OBJECT = Cause("object-as-text", "This is how Python shows an object: what it holds, or yields, is what counts.")
COLLECTION = Cause(
    "collection-as-text", "This is how Python shows a list or the like as a whole, with brackets: what it holds counts."
)
BRACES = "braces-as-text"  # the code of a cause: a name in curly brackets came, and not its value
NEWLINE_KEPT = Cause("newline-kept", "It is there, over two lines: what comes first still had its newline at its end.")
JOIN_REFUSED = Cause("join-refused", "JOIN itself is answered as if it were something else.")
REST_STAYS = Cause("rest-never-sent", "Its beginning came, and the rest of it never did.")
ANOTHERS_REST_STAYS = Cause("rest-never-sent", "Another line came before it, and the rest of that one never did.")
UNSENT = Cause("unsent-at-quit", "What was said before QUIT counts, and the sender hears it, too.")
WITH_COMMAND = Cause("command-as-text", "The command went out together with its text.")
OTHER_ANSWER = Cause("other-answer", "It is the answer to what was asked, and says something else.")
SENDER_LEFT_OUT = Cause("sender-left-out", "The server sent it to others, and not to whoever said it.")
OWN_HIDDEN = Cause(
    "own-lines-hidden", "What others say is shown. This line came, too, and is of whoever sits at this client."
)
TAKEN_AWAY = Cause("command-taken-away", "Its beginning is gone, as if that were a command, or letters of one.")
NO_QUIT = Cause(
    "ends-at-a-text", "The client ended as if it had been told to: a line that is `quit` does that, and no other."
)
NAME_LIKE_A_COMMAND = Cause("name-like-a-command", "That is a name: it begins with this word, and goes on after it.")
WORD_IN_TEXT = Cause("command-in-a-text", "Somebody said this word. It is no command, for it does not begin the line.")
GLUED = Cause("several-lines-as-one", "Several messages came as one line: each is over at its newline.")
SENT_AS_ONE = Cause("no-newline", "Several messages came as one line: each is over at its newline.")
TEXT_TWICE = Cause("text-twice", "The text stands there twice.")
NAME_TWICE = Cause("name-twice", "The name of whoever speaks stands before the text twice.")
COMMAND_IN_TEXT = Cause(
    "several-lines-as-one", "A command became part of a text: the line before it was over at its newline."
)
LEFT_OUT = Cause(
    "character-left-out", "A character that cannot be printed was left out: a text arrives as it was sent."
)
LETTER_CUT = Cause("letter-cut", "A letter of several bytes was lost: decode a line only when all of it is there.")
LETTER_LOST = Cause(
    "letter-cut", "A letter of several bytes was left out: it was decoded in parts, or in an encoding that lacks it."
)
MARK_LOST = Cause(
    "text-changed", "A mark upon a letter was left out. It is a character of its own, and can be printed."
)
ASCII = Cause("not-utf-8", "Letters became question marks: encode and decode in UTF-8, which knows all of them.")
NO_UTF8 = Cause("not-utf-8", "These bytes are no UTF-8, in which both sides write their letters.")
END_ALONE = Cause("one-recv-is-one-message", "Its end is shown alone: what had come of the line before was not kept.")
SIDE_BY_SIDE = Cause("side-by-side", "It is there, but not on a line of its own.")
LATIN = Cause("not-utf-8", "Each byte of a letter was taken for a letter: decode in UTF-8.")
ANOTHER_CASE = Cause("case-changed", "The text came with its letters in another case.")
BLANKS = Cause("blanks-changed", "Several blanks in a row were made into one.")
AT_THE_ENDS = Cause("blanks-changed", "The blanks at its beginning or its end are gone.")
STANDS_STILL = Cause("time-stands-still", "The time did not move: it is that of the message before.")
NOT_PADDED = Cause("time-format", "A number below ten has no zero before it.")
OUT_OF_PLACE = Cause(
    "time-out-of-place", "There is a time in it, but not as step 4 has it: `username [HH:MM:SS]: text`."
)
PUT_FORWARD = 3600  # seconds by which clocks are ahead in summer
UTC = Cause("time-of-utc", "This is UTC: local time is asked for.")
WHOLE_HOURS = Cause("time-of-utc", "This is UTC plus whole hours: ask for local time, which knows how far it is ahead.")
WINTER = Cause("time-of-utc", "This is an hour behind: it is summer time there, which only local time knows.")
SUMMER = Cause("time-of-utc", "This is an hour ahead: summer time is over there, which only local time knows.")
TWELVE_HOURS = Cause("time-format", "The hour is counted to 12 instead of 24 (%I for %H).")
MONTH = Cause("time-format", "The minute is the number of the month (%m for %M).")
HOURS_AND_MONTH = Cause(
    "time-format", "The hour is counted to 12 (%I for %H), and the minute is the number of the month (%m for %M)."
)
FORMS = {"%I:%M": TWELVE_HOURS, "%H:%m": MONTH, "%I:%m": HOURS_AND_MONTH}  # of an hour and a minute, none asked for
NO_SUCH_TIME = Cause("time-format", "There is no hour 24 and no second 60: behind 23:59:59 comes 00:00:00.")
ROUNDED_UP = Cause("time-format", "This second is still to come: a fraction of a second is cut off, not rounded.")
CHANGED_PLACES = Cause("time-format", "Minutes and seconds have changed places.")
ANOTHER_MOMENT = Cause(
    "time-of-another-moment", "This is another moment than that of the message: when was the clock looked at?"
)
NOBODY_SAID = Cause("nobody-said", "Nothing that anybody has done up to here makes a server say this.")
TOLD_TOO_SOON = Cause("told-too-soon", "It is told as if it had happened, and it did not.")
OBEYED_AFTER_QUIT = Cause("after-quit", "What stands behind QUIT does not count any more.")
GRANTED = Cause("granted", "This is to be refused, and it was granted.")
NO_REASON = Cause("error-without-reason", "Nothing was asked that a server refuses.")
HEARD_AGAIN = Cause("heard-again", "It had come already, and it happened once.")
LEFT_TOO_EARLY = Cause("left-too-early", "They are said to have left while what they said last is still being sent.")
LAST_WORDS = Cause("left-too-early", "They are said to have left, and what they said last has not been heard yet.")
HISTORY_GAP = Cause(
    "history-gap", "The last 20 messages of the lobby are to be heard, oldest first: this one is later."
)
NOT_KEPT = Cause("history-gap", "It is among the last 20 messages that were said in the lobby.")
TOO_EARLY = Cause("out-of-turn", "What one person causes comes in the order in which it was caused.")
PASSED_OVER = Cause("left-out", "What the same person caused after it did come: this one alone was lost, or kept back.")
HUNG_UP = Cause("hung-up-without-reason", "Nothing was done that ends a connection.")
NEVER_CAME = Cause("never-came", "All that comes before it did come.")
KEEPS_GUESTS = Cause(
    "keeps-guests", "Whoever comes costs it something that it never gives back: one day there is none left."
)
SENT_AGAIN = Cause("sent-again", "It was typed once, and sent more often.")
NOBODY_TYPED = Cause("nobody-typed", "Nobody typed that.")
NOBODY_SHOWN = Cause("nobody-shown", "It looks as if somebody had said it.")
SHOWN_AGAIN = Cause("shown-again", "It came less often than it is shown.")
EQUAL_LINES = Cause("equal-lines", "It came twice, and is shown once: two equal lines are two lines.")
PRINTED_OVER = Cause(
    "printed-over", "What was shown before is gone: each new line is printed over it, or clears it away."
)
SHOWN_LATE = Cause("out-of-turn", "What comes first is shown first.")
NO_NAME_YET = Cause("no-name-yet", "Somebody is connected who has not joined: what name is kept of them until then?")
STARTS_ELSEWHERE = Cause("still-there", "Whoever has left and comes back starts in the lobby, like everyone.")
STILL_THERE = Cause("still-there", "Who has left is still kept in mind somewhere.")
LEFT_OVER = Cause(
    "still-there",
    "Others joined with the same command: perhaps half a line of somebody who has gone was kept, and stands before it.",
)
EVENT = re.compile(r"[A-Z_]+:.")  # a line of the protocol, with something in it
EVENT_INSIDE = re.compile(r"(USER_JOINED|USER_LEFT|JOINED|JOINED_ROOM|USERS):\S+")
SPACED_EVENT = re.compile(r"(USER_JOINED|USER_LEFT|JOINED|JOINED_ROOM|USERS|PRIVATE): ")
PRINTED_OBJECT = re.compile(r"[\w>] at 0x[0-9a-fA-F]+>|<(generator object \w|socket\.socket )")  # these, cut off or not
PRINTED_ITEMS = r"\[(['\"(].*)?\]|\{['\"].*\}|\(['\"].*\)"  # of texts, or of tuples; or none
PRINTED_NAME = re.compile(
    r"(?:[A-Z_]+:)?(?:\(['\"][^'\"]*['\"],\)|\[['\"][^'\"]*['\"]\]|\{['\"][^'\"]*['\"]\})"
)  # alone
PRINTED_COLLECTION = re.compile(rf"(USERS:)?\s*((dict_\w+|deque|set|frozenset)\(.*\)|{PRINTED_ITEMS})\s*")
SEVERAL = re.compile(r"\),\s*\(")  # side by side
PRINTED_BYTES = re.compile(r"\bb['\"]")
PLACEHOLDER = re.compile(  # at the beginning of a line, of an argument or of a text, and of what stands in brackets
    r"(?:^|: |[:\[(<])(\{[A-Za-z_]\w*(?:\.\w+|\[[^\[\]{}]*\]|\([^(){}]*\))*(?:![rsa])?(?::[^{}]*)?\})"
)
CLOCK = re.compile(r"\d\d:\d\d")
STAMP = re.compile(r" \[\d+:\d+:\d+\]")
SEPARATING = re.compile(r"[\s:;,.>|=~-]*")  # what may stand between a name and a text, and is part of neither
SPEAKER = re.compile(r"(?<![^\s:])([^\s:]{1,64})( \[\d+:\d+:\d+\])?: ")  # before what one says; lines may be huge
ANY_CLOCK = re.compile(r"\d\d?:\d\d?:\d\d?")
STAMPED = re.compile(r".*[^\s:] \[\d+:\d+:\d+\]: \s*")  # as it stands before a text
IN_BRACKETS = re.compile(r"\s*\[.{0,40}\]\s*")
SHORT_CLOCK = re.compile(r"\[(?!\d\d:\d\d:\d\d\])\d\d?:\d\d?:\d\d?\]")  # not padded
LINE_OF_A_SCREEN = 70  # characters, or a few more
LEAST_OF_A_LINE = 5  # characters, to know it again without one of them
MOST_SPELLED = 8  # characters
GO_ON = (4, 2, 1)  # so many characters that are the same again, better more
ALIKE = 0.6  # of the characters of a text, to tell it in another one
IN_ORDER = 0.5  # of the characters of both texts, one after the other
MESSAGE = "MESSAGE:"
COMMANDS = set("MESSAGE:USER_JOINED:USER_LEFT:")  # their letters
NEWS = "(ERROR|JOINED|USER_JOINED|USER_LEFT)"
LIKE_A_COMMAND = re.compile(rf"{NEWS}[^:\s]+: ")  # and a name all the same
WORD = re.compile(rf"\b{NEWS}\b")  # of what a client says in other words
IN_WORDS = re.compile(r"^(> )?(Error|Joined as):|\b(joined|left)$")  # said so
NO_NAMES = ("", "None")  # where nobody is called like that
ANSWERS = ("JOINED", "JOINED_ROOM", "USERS", "ERROR")  # to one person
BEFORE_WORDS = re.compile(r"\S\s+(?=\S)")
COMMANDS_SHOWN = ("JOINED:", "USER_JOINED:", "USER_LEFT:", "ERROR:")  # in words
NAMING = ("JOINED", "USER_JOINED", "USER_LEFT")  # behind these stands a name
TWO_SIGNS = "/n"  # that are written for a newline by mistake
LINE_ENDS_ELSEWHERE = "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\N{NEXT LINE}\v\f\x1c\x1d\x1e"  # says str.splitlines
CUTS = {
    ":": Cause("cut-at-a-colon", "The text was cut at a colon: only the first colon of the line separates."),
    " ": Cause("cut-at-a-blank", "The text was cut at a blank."),
    "\\": Cause("cut-elsewhere", "The text was cut at a backslash, which is a letter like any other here."),
    "\0": Cause("cut-elsewhere", "The text was cut at U+0000, which ends a text in C, and nothing here."),
    **{
        sign: Cause(
            "cut-by-splitlines",
            f"The text was cut at U+{ord(sign):04X}, which is no newline: `splitlines` cuts there, too.",
        )
        for sign in LINE_ENDS_ELSEWHERE
    },
}


def of_knock(said: str) -> Cause:
    """Explain what stands in a line without end, where it is what a newcomer `said`."""
    return Cause(NO_NEWLINE.code, f"`{said}` is what a newcomer says first. {NO_NEWLINE.sentence}")


def of_text(text: str, line: str, said: set[str]) -> Cause | None:
    """Explain how `line` came about where `text` was to be heard; `said` is what else its speaker said."""
    heard = line.rstrip()
    if cause := _as_python_shows_it(text, line) or of_braces(line, {text, *said}) or _of_event(text, heard):
        return cause
    if _is_named_twice(text, heard):
        return NAME_TWICE
    if _stands_twice(text, heard, said):
        return TEXT_TWICE
    if heard.endswith(f"MESSAGE:{text}"):
        return WITH_COMMAND
    if _stand_side_by_side(text, said, line):
        return GLUED
    if "MESSAGE:" in line:
        return COMMAND_IN_TEXT
    if text in line:
        return _of_place(text, line)
    if _is_taken_away(text, line):
        return TAKEN_AWAY
    return _of_letters(text, line) or _cut(text, line) or _of_change(text, line, said)


def of_open_line(unfinished: str, said: Iterable[str]) -> Cause:
    """Explain what is `unfinished`: it has no newline, or two signs for one that are in nothing that was `said`."""
    if TWO_SIGNS in unfinished and not any(TWO_SIGNS in text for text in said):
        sentence = f"`{TWO_SIGNS}` is a slash and a letter: no newline, and nobody can tell where the line ends."
        return Cause(NO_NEWLINE.code, sentence)
    return NO_NEWLINE


def of_blanks(wanted: str, line: str) -> Cause | None:
    """Explain that `line` is what is `wanted`, but for blanks that stand in it besides."""
    rest = list(wanted)
    for sign in line:
        if rest and sign == rest[0]:
            del rest[0]
        elif sign != " ":
            return None
    if rest or line.rstrip() == wanted.rstrip():
        return None
    before = line[: next(place for place, sign in enumerate(line) if sign != wanted[place : place + 1])]
    if not before.strip():
        return Cause("blank-added", "There is a blank before it, and none belongs there.")
    word = before.split()[-1]
    return (
        _blank_behind(word) if before.endswith(word) else Cause("blank-added", f"A blank too many is behind `{word}`.")
    )


def of_spaced_event(line: str, names: Iterable[str]) -> Cause | None:
    """Explain a `line` of the protocol with a blank behind its word, if none of those who speak is called like that."""
    event = SPACED_EVENT.match(line)
    return _blank_behind(event[0].strip()) if event and event[1] not in names else None


def _blank_behind(word: str) -> Cause:
    return Cause("blank-added", f"There is a blank behind `{word}`, and none belongs there.")


def of_command(line: str, before: str) -> Cause | None:
    """Explain a command in `line`, where the line `before` it, of the same person, came without one."""
    is_message = line.startswith("MESSAGE:") and before and not before.startswith("MESSAGE:")
    return NOT_SPLIT if is_message else None


def _as_python_shows_it(text: str, line: str) -> Cause | None:
    """Explain what stands in `line` as Python prints it, and not because that stands in the text."""
    if (escaped := text.encode("unicode_escape").decode()) != text and escaped in line:
        return ESCAPED
    if PRINTED_NAME.match(line) and not PRINTED_NAME.match(text):
        return COLLECTION
    printed = ((PRINTED_BYTES, BYTES), (PRINTED_OBJECT, OBJECT))
    return next((cause for form, cause in printed if form.search(line) and not form.search(text)), None)


def of_collection(line: str, said: Iterable[str] = ()) -> Cause | None:
    """Explain a `line` that is a whole collection as Python shows it, and nothing that was `said`."""
    is_whole = PRINTED_COLLECTION.fullmatch(line) or (names_somebody(line) and PRINTED_NAME.fullmatch(line.strip()))
    is_several = line.removeprefix("USERS:").lstrip().startswith("(") and SEVERAL.search(line)
    return COLLECTION if is_whole and not is_several and line.strip() not in said else None


def of_object(line: str) -> Cause | None:
    """Explain a `line` that nobody said, and in which an object stands as Python shows it."""
    return OBJECT if PRINTED_OBJECT.search(line) else None


def of_braces(line: str, said: Iterable[str]) -> Cause | None:
    """Explain a name in curly brackets that stands in `line` where a value belongs, and in nothing that was `said`."""
    found = PLACEHOLDER.search(line)
    if not found or any(found[1] in text for text in said):
        return None
    return Cause(BRACES, f"`{found[1]}` stands there as it does in your program: no value was put in its place.")


def _of_event(text: str, line: str) -> Cause | None:
    """Explain a `line` of the protocol that does not begin with its word, and so is none."""
    event = EVENT_INSIDE.search(line)
    if not event or not event.start() or event[0] in text or SPEAKER.match(line):
        return None
    before = shown(line[: event.start()])
    sentence = f'"{before}" stands before {event[0]}: a line of the protocol begins with its word.'
    return of_beginning(before) or Cause(OTHER_WORDS.code, sentence)


def _of_change(text: str, line: str, said: set[str]) -> Cause | None:
    """Explain where `line` begins to differ from `text`, if it holds most of it."""
    speaker = SPEAKER.match(line)
    text, spoken = text.strip(), line[speaker.end() if speaker else 0 :].strip()
    is_torn = text.startswith(spoken) or text.endswith(spoken)  # by whatever reads
    if is_torn or spoken in said or not _is_made_of(text, spoken):
        return None
    was, came = map(_spelled, _first_change(text, spoken))
    change = f"{was} became {came}" if was and came else f"{was} was left out" if was else f"{came} was put in"
    return Cause("text-changed", f"The text was changed on its way: {change}.") if was or came else None


def _is_made_of(text: str, other: str) -> bool:
    """Tell whether `other` seems to be `text`, with some of its characters changed."""
    if any(unicodedata.normalize(form, text) == unicodedata.normalize(form, other) for form in ("NFC", "NFKC")):
        return True
    ends_alike = text[:1] == other[:1] or text[-1:] == other[-1:]
    return ends_alike and (Counter(text) & Counter(other)).total() >= ALIKE * len(text) and _is_in_order(text, other)


def _is_in_order(text: str, other: str) -> bool:
    """Tell whether the beginnings of both are much alike, one character after the other."""
    pair = (text[:LINE_OF_A_SCREEN], other[:LINE_OF_A_SCREEN])
    return difflib.SequenceMatcher(None, *pair, autojunk=False).ratio() >= IN_ORDER


def _first_change(text: str, spoken: str) -> tuple[str, str]:
    """Return what stands in one and in the other where they first differ, up to where they go on alike."""
    start = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(text, spoken, strict=False)))
    was, came = text[start:], spoken[start:]
    lengths = sorted(itertools.product(range(MOST_SPELLED + 1), repeat=2), key=sum)[1:]
    go_on = GO_ON if start else GO_ON[:-1]  # where they begin unlike, one character in both may be chance
    for alike, (here, there) in itertools.product(go_on, lengths):
        if was[here : here + alike] == came[there : there + alike]:
            return was[:here], came[:there]
    return "", ""


def _spelled(text: str) -> str:
    """Return the first characters of `text` so that those can be told apart that look alike."""
    first = text[:MOST_SPELLED]
    if first.isascii() and first.isprintable():
        return f"`{first}`" if first else ""
    return " ".join(sign if "!" <= sign <= "~" else f"U+{ord(sign):04X}" for sign in first)


def _is_named_twice(text: str, line: str) -> bool:
    """Tell whether one name stands twice before `text` in `line`, with a time or without."""
    first = SPEAKER.match(line)
    second = SPEAKER.match(line, first.end()) if first else None
    return bool(first and second and first[1] == second[1] and line[second.end() :] == text.strip())


def _stands_twice(text: str, line: str, said: Iterable[str]) -> bool:
    """Tell whether `line` has `text` behind `text`, with something between them that nobody says."""
    spoken, text = line[start.end() :] if (start := SPEAKER.match(line)) else line, text.strip()
    between = spoken.removeprefix(text).removesuffix(text)
    others = {"", text, *said} & {between.strip(), f"{text}{between}".strip(), f"{between}{text}".strip()}
    return bool(text) and spoken == f"{text}{between}{text}" and not others and not SPEAKER.search(between)


def _of_place(text: str, line: str) -> Cause | None:
    """Explain a time that stands beside `text` in `line`, but elsewhere than where it is asked for."""
    before, _, behind = line.rpartition(text)
    is_beside = ANY_CLOCK.search(before) or ANY_CLOCK.search(behind)
    return (
        OUT_OF_PLACE if text and is_beside and not STAMPED.fullmatch(before) and not SHORT_CLOCK.search(line) else None
    )


def of_separator(name: str, text: str, line: str) -> Cause | None:
    """Explain what stands in `line` between a name and what is said under it, where that is anything but `: `."""
    between = _between(name, text, line.strip())
    if between is None or between == ": " or not SEPARATING.fullmatch(between):
        return None
    return Cause("separator", f"Between the name and the text stands `{between}`, and `: ` belongs there.")


def of_brackets(name: str, text: str, line: str) -> Cause | None:
    """Explain brackets with anything but a time that stand in `line` between a name and what is said under it."""
    between = (_between(name, text, line) or "").removesuffix(": ")
    if not IN_BRACKETS.fullmatch(between) or ANY_CLOCK.search(between):
        return None
    sentence = f"Between the name and the text stands `{between}`; where a time stands there, it is ` [HH:MM:SS]`."
    return Cause(OUT_OF_PLACE.code, sentence)


def _between(name: str, text: str, line: str) -> str | None:
    """Return what stands between a name and a text in `line`; None if it has not both, at its ends."""
    is_there = text and line.startswith(name) and line.endswith(text)
    return line[len(name) : -len(text)] if is_there else None


def _stand_side_by_side(text: str, said: Iterable[str], line: str) -> bool:
    """Tell whether `line` holds `text` and one more that was `said`, neither as a part of what stands elsewhere."""
    spoken = STAMP.sub("\n", SPEAKER.sub("\n", line, count=1))
    if not text or text not in spoken:
        return False
    pairs = (sorted((text, other), key=len, reverse=True) for other in said if other and other != text)
    return any(longer in spoken and shorter in spoken.replace(longer, "\n", 1) for longer, shorter in pairs)


def _without_marks(text: str) -> str:
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def _of_letters(text: str, line: str) -> Cause | None:
    """Explain what became of the letters of `text` in `line`."""
    if any(sign in text and text.replace(sign, "") in line for sign in LINE_ENDS_ELSEWHERE):
        return LEFT_OUT
    rest = text.encode("ascii", "ignore").decode()
    if "\N{REPLACEMENT CHARACTER}" in line:
        return LETTER_CUT
    if rest != text and text.encode("ascii", "replace").decode() in line:
        return ASCII
    if any(word in line for word in text.encode().decode("latin-1").split() if not word.isascii()):
        return LATIN
    if any(map(unicodedata.combining, text)) and _without_marks(text) in line:
        return MARK_LOST
    if rest != text and rest in line:
        return LETTER_LOST
    if text.lower() in line.lower():
        return ANOTHER_CASE
    return _of_blanks(text) if " ".join(text.split()) in line else None


def _of_blanks(text: str) -> Cause:
    """Explain what became of the blanks in `text`, if it came with fewer or with other ones."""
    other = next((sign for sign in text.strip() if sign.isspace() and sign != " "), "")
    if "  " in text or not other:
        return BLANKS
    return Cause(BLANKS.code, f"{_spelled(other)} became a plain blank.")


def _is_taken_away(text: str, line: str) -> bool:
    """Tell whether `line` ends with `text`, but for a beginning that might be a command, or a part of one."""
    start = next((start for start, sign in enumerate(text) if sign not in COMMANDS), len(text))
    ends = (text[place:] for place in range(1, start + 1))
    return any(end and (line == end or line.endswith(f": {end}")) for end in ends)


def _cut(text: str, line: str) -> Cause | None:
    for length in range(len(text) - 1, 0, -1):
        if line.endswith(text[:length]):
            cut = CUTS.get(text[length]) or CUTS.get(text[length - 1])
            if length > 100 or (length > LINE_OF_A_SCREEN and not cut):
                return Cause("cut-at-a-length", f"The text was cut after {length} characters.")
            return cut
    return None


def of_shown(wanted: str, lines: Sequence[str]) -> Cause | None:
    """Explain how one of `lines`, which a screen shows, came about where `wanted` was to be seen."""
    if any(_is_over_two(wanted, *pair) for pair in itertools.pairwise(lines)):
        return next((CUTS[sign] for sign in LINE_ENDS_ELSEWHERE if sign in wanted), NEWLINE_KEPT)
    if cause := next(filter(None, (of_braces(line, [wanted]) for line in lines)), None):
        return cause
    is_of_somebody = SPEAKER.match(wanted) and WORD.search(wanted) and not IN_WORDS.search(wanted)
    if lines and LIKE_A_COMMAND.match(wanted) and not any(wanted.partition(":")[0] in line for line in lines):
        return NAME_LIKE_A_COMMAND
    for line in lines:
        if cause := _as_python_shows_it(wanted, line):
            return cause
        if is_of_somebody and IN_WORDS.search(line):
            return WORD_IN_TEXT
        if wanted in line:
            return SIDE_BY_SIDE
        if left := _of_left_command(wanted, line):
            return left
        if _is_torn_off(wanted, line):
            return END_ALONE
        if _is_taken_away(wanted, line):
            return TAKEN_AWAY
        if cause := _of_lost_character(wanted, line) or _of_copy(wanted, line):
            return cause
    return None


def _of_left_command(wanted: str, line: str) -> Cause | None:
    """Explain that the end of a command stands in `line`, which is what is `wanted` besides, before a later word."""
    for word in BEFORE_WORDS.finditer(wanted):
        before, behind = wanted[: word.end()], wanted[word.end() :]
        if before not in line:
            break  # nor is more of it
        for command in COMMANDS_SHOWN:
            for end in (command[start:] for start in range(1, len(command))):
                if f"{before}{end}{behind}" in line:
                    sentence = f"`{end}` is the end of `{command}`: not all of that was taken away."
                    return Cause(WITH_COMMAND.code, sentence)
    return None


def _of_lost_character(wanted: str, line: str) -> Cause | None:
    """Explain that one letter of what is `wanted` is missing in `line`, where a cut by a number loses one.

    That is the first one of all or of what stands behind a colon, and at an edge where a part of a line will do.
    Anywhere else, `line` may be another one that came.
    """
    part, line = wanted.strip("\N{HORIZONTAL ELLIPSIS} "), line.strip()
    if len(part) < LEAST_OF_A_LINE or part in line:
        return None
    ends = (0, len(part) - 1) if part != wanted else (0, part.find(": ") + len(": "))
    for place in ends:
        rest = part[:place] + part[place + 1 :]
        if part[place : place + 1].isalpha() and (line == rest or (part != wanted and line.endswith(rest))):
            return Cause("character-lost", f"All of it is there but for one character: `{part[place]}`.")
    return None


def _is_over_two(wanted: str, one: str, two: str) -> bool:
    """Tell whether two lines in a row make up what is `wanted`, whatever blanks were lost, with a prompt at most."""
    whole, first, last = ("".join(text.split()) for text in (wanted, one, two))
    return bool(first) and len(last) < len(whole) and f"{first}{last}".endswith(whole)


def of_hidden(wanted: str, name: str, others: Sequence[str]) -> Cause | None:
    """Explain why a client shows lines of `others`, and not the one that its own person, `name`, has said."""
    mark = f"{name}: "
    return OWN_HIDDEN if wanted.startswith(mark) and any(not line.startswith(mark) for line in others) else None


def _is_torn_off(whole: str, end: str) -> bool:
    """Tell whether `end` is the end of a line that was torn in the middle of a word, and not of its first one."""
    start = len(whole) - len(end)
    in_a_word = 0 < start < len(whole) and whole[start - 1 : start + 1].isalpha()
    return in_a_word and whole.endswith(end) and " " in whole[:start]


def of_sent(wanted: str, line: str) -> Cause | None:
    """Explain how a client came to send `line` instead of what was `wanted`."""
    if cause := of_braces(line, [wanted]) or _as_python_shows_it(wanted, line):
        return cause
    return NO_UTF8 if "\N{REPLACEMENT CHARACTER}" in line else _of_copy(wanted, line)


def of_one_for_all(line: str) -> Cause:
    """Explain a message that a client sends whatever is typed."""
    sentence = f"This is sent whatever is typed: nobody has typed `{shown(line.removeprefix('MESSAGE:'))}`."
    return Cause("one-for-all", sentence)


def _of_copy(wanted: str, line: str) -> Cause | None:
    """Explain what became of a whole line that should have come unchanged."""
    if wanted in line:
        return None
    if added := of_blanks(wanted, line):
        return added
    if " ".join(wanted.split()) == " ".join(line.split()):
        return AT_THE_ENDS if line == wanted.strip() else _of_blanks(wanted)
    return _cut(wanted, line) if line and wanted.startswith(line) else _of_letters(wanted, line)


def of_beginning(before: str) -> Cause | None:
    """Explain what stands `before` something, in the same line."""
    if not before or before == "USER_" or CLOCK.search(before):
        return None
    if MESSAGE.endswith(before):
        return Cause(WITH_COMMAND.code, f"`{before}` is the end of `{MESSAGE}`: not all of that was taken away.")
    sentence = f'"{before}" stands before it in the same line. A greeting or a prompt needs a newline at its end.'
    return Cause("stands-before", sentence)


def of_first_join(name: str) -> Cause:
    """Explain that the first one of all who wants to join is refused, with a `name` that is in order."""
    sentence = f"{name} is the first to join here, and the name is in order: this JOIN is to be accepted."
    return Cause(JOIN_REFUSED.code, sentence)


def of_free_name(name: str) -> Cause:
    """Explain that a `name` that nobody has is refused as one that is in use."""
    return Cause(JOIN_REFUSED.code, f"Nobody who is there is called {name}: this name is free, and is to be accepted.")


def of_good_name(name: str) -> Cause:
    """Explain that a `name` that follows the rule is refused as one that does not."""
    sentence = f"{name} has {len(name)} characters, and each of them may be in a name: it is none that is bad."
    return Cause("good-name-refused", sentence)


def of_missing_name(line: str) -> Cause | None:
    """Explain that a `line` of the protocol has nothing where a name belongs."""
    command, colon, rest = line.strip().partition(":")
    if not colon or rest.strip() not in NO_NAMES or command not in NAMING:
        return None
    was = rest.strip() or "empty"
    sentence = f"No name stands behind `{command}:`. It was {was} when this line was made: not known yet, or forgotten."
    return Cause("no-name", sentence)


def names_somebody(line: str) -> bool:
    """Tell whether `line` is one of those of the protocol that are about one person."""
    command, colon, name = line.strip().partition(":")
    return bool(colon and name.strip()) and command in NAMING


def of_nobodys_name(line: str, names: Iterable[str]) -> Cause | None:
    """Explain that a `line` of the protocol names somebody who is none of those `names` that are known."""
    name = line.strip().partition(":")[2].strip()
    known = [one.lower() for one in names]
    if not names_somebody(line) or not known or any(one in name.lower() or name.lower() in one for one in known):
        return None
    return Cause("nobodys-name", f"`{shown(name)}` stands where a name belongs, and nobody was ever called like that.")


def of_words(wanted: str, line: str) -> Cause | None:
    """Explain that `line` says in other words, or without a name, what should have been said as `wanted`."""
    command, colon, name = wanted.partition(":")
    if command == "JOINED" and line == JOIN_FIRST:
        return JOIN_REFUSED
    if not colon or not command.isupper() or command == "ERROR" or line == wanted:
        return None
    if braces := of_braces(line, [wanted]):
        return braces
    if name and line.startswith(f"{command}:") and (nameless := of_missing_name(line)):
        return nameless
    if blanks := of_blanks(wanted, line):
        return blanks
    if name and name.lower() in line.lower() and name not in line:
        return ANOTHER_CASE
    is_bare = line.strip().rstrip(":") == command
    is_in_words = name in line and not SPEAKER.match(line) and not EVENT.match(line)  # what one says is no news
    return OTHER_WORDS if is_bare or (name and is_in_words) else None


def of_deafness(name: str, is_read: bool | None = None) -> Cause:
    """Tell that somebody does not even hear what they say themselves, and whether that is read, if that is known."""
    sentence = f"Not even {name}'s own words came back to {name}."
    read = " They have been read, and did not go out." if is_read else " They wait to be read, and nobody reads them."
    return Cause("nobody-hears", sentence if is_read is None else sentence + read)


def of_copies(name: str, times: str) -> Cause:
    """Explain that a message that others miss came to one of them that often."""
    return Cause("copies-for-one", f"{name} heard it {times}, as if that were everybody.")


def of_endless_copies(name: str, times: str) -> Cause:
    """Explain that a message that others miss came to one of them more often than there are people."""
    return Cause("sent-on-and-on", f"{name} heard it {times}: what has gone out goes out again.")


def of_room(wanted: str, line: str) -> Cause | None:
    """Explain that `line` answers in other words than `wanted` that somebody is in a room."""
    command, _, room = wanted.partition(":")
    return OTHER_WORDS if command == "JOINED_ROOM" and line.endswith(f":{room}") and line != wanted else None


def of_private(wanted: str, line: str) -> Cause | None:
    """Explain how `line` came about where a private message was `wanted`."""
    command, _, rest = wanted.partition(":")
    if command != "PRIVATE":
        return None
    sender, _, text = rest.partition(":")
    if line.endswith(text) and not line.startswith("PRIVATE:"):
        return OTHER_WORDS
    if line.endswith(text) and not line.startswith(f"PRIVATE:{sender}:"):
        sentence = f"{sender} whispers this: whoever hears it can answer only if that name stands there."
        return Cause("another-ones-name", sentence)
    return _of_copy(wanted, line)


def of_too_long(sent: str, limit: int) -> Cause:
    """Explain that a line that was `sent`, of more bytes than the `limit`, was said all the same."""
    count, size = len(sent), len(sent.encode())
    counted = f"The line has {count} characters, but {size} bytes" if count <= limit else f"The line has {size} bytes"
    return Cause("too-long-let-through", f"{counted}, more than {limit}: it is refused, and nobody hears of it.")


def of_line_allowed(name: str, line: str, limit: int) -> Cause:
    """Explain that a `line` of no more bytes than the `limit` was refused as too long."""
    sentence = f"{name} was told that the line is too long: it has {len(line.encode())} bytes before its newline, and "
    return Cause(MESSAGE_REFUSED, f"{sentence}{limit} are allowed.")


def of_refusal(command: str) -> Cause:
    """Explain that a `command` that nobody refuses is answered by an ERROR."""
    return Cause(NO_REASON.code, f"{command} is answered as if it were unknown, or not allowed.")


def of_name(speaker: str, other: str) -> Cause:
    """Explain that a message of `speaker` came under the name of an `other` one."""
    return Cause("another-ones-name", f"{speaker} said this, and it came under the name of {other}.")


def of_mixture(listener: str) -> Cause:
    """Explain that somebody is refused who asked nothing wrong, while another one speaks."""
    sentence = (
        f"{listener} has sent nothing that a server refuses: what was sent before, or by others, came into that line."
    )
    return Cause("lines-mixed", sentence)


def of_rest(listener: str) -> Cause:
    """Explain that somebody is refused right after a line of their own that was accepted, while nobody else speaks."""
    sentence = (
        f"Before that, {listener}'s own line was accepted, and an ERROR came right after: not for what others said."
    )
    return Cause("rest-as-a-line", sentence)


def of_open_end(name: str) -> Cause:
    """Explain that the connection of somebody who has gone is still open at the server."""
    return Cause("end-unnoticed", f"The server still has the connection that {name} closed: it has not closed its end.")


def of_count(line: str, count: int, times: int) -> Cause | None:
    """Explain that `line` came `count` times that was to come so many `times`, or not at all."""
    if not times and count:
        return of_stranger(line) if line.partition(":")[0] in ANSWERS else TOLD_TOO_SOON
    return TOO_OFTEN if count > times else None


def of_place(number: int, count: int) -> Cause | None:
    """Explain a missing line that was not the first one in its segment."""
    ordinal = {2: "second", 3: "third"}.get(number, f"{number}th")
    sentence = f"It was the {ordinal} of {count} lines in one segment; those before it came."
    return Cause("one-recv-is-one-message", sentence) if number > 1 else None


def of_answer(line: str) -> Cause | None:
    """Explain that a `line` was heard by another one than whom it answers, if it answers anybody."""
    command = line.partition(":")[0]
    return of_stranger(line) if command in (*ANSWERS, "PRIVATE") else None


def of_stranger(line: str, speaker: str = "whoever asked") -> Cause:
    """Explain that a `line` of which `speaker` is the reason came to somebody for whom it was not."""
    command = line.partition(":")[0]
    if command == "PRIVATE":
        sentence = "A private message is for the one whom it names, and for nobody else."
    elif command in ANSWERS:
        sentence = f"It answers {speaker}, and nobody else."
    else:
        sentence = f"When {speaker} caused this, it was for others: for another room, or for those who had joined."
    return Cause("not-for-them", sentence)


def of_history(came: int, said: int) -> Cause:
    """Explain that the history ends behind the first messages that `came`, of all that were `said` in the lobby."""
    if not came:
        return NOT_KEPT
    rest = "the last one did" if came == said - 1 else f"the last {said - came} did"
    return Cause(NOT_KEPT.code, f"{said} messages were said in the lobby: the first {came} came, and {rest} not.")


def of_users(names: Sequence[str], listed: Sequence[str]) -> Cause | None:
    """Explain a list of users by the names that are missing in it, or that are there and should not be."""
    missing = [name for name in names if name not in listed]
    more = [name for name in dict.fromkeys(listed) if name not in names]
    if not missing and not more:
        return None
    lacks = f"In this list, {', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing." if missing else ""
    called = next((name for name in more if name), "")
    has = (
        f"Nobody who is there is called `{shown(called)}`." if called else "There is a comma too many." if more else ""
    )
    return Cause("other-names", " ".join(filter(None, (lacks, has))))


def of_anothers_join(name: str, other: str) -> Cause:
    """Explain that somebody who has not joined is told that they have, where an `other` one has."""
    return Cause("anothers-join", f"{name} has not joined yet: {other} has, and was let in before.")


def of_forgotten_join(name: str) -> Cause:
    """Explain that somebody who was let in is refused as if they were not."""
    return Cause(JOIN_FORGOTTEN, f"{name} was answered JOINED:{name}, and now {JOIN_FIRST}.")


def of_refused_quit(name: str, error: str) -> Cause:
    """Explain that somebody who said QUIT was answered with an `error`."""
    return Cause(QUIT_UNKNOWN, f"{name} said QUIT, and was answered {error}.")


def of_untold_leaving(name: str) -> Cause:
    """Explain that the server is done with somebody who has left, and has told nobody."""
    sentence = f"The thread that looked after {name} has ended: that was noticed. USER_LEFT:{name} went to nobody."
    return Cause(LEFT_UNTOLD, sentence)


def of_the_one_left_out(other: str, listener: str) -> Cause:
    """Explain that a line went to an `other` one, and not to the `listener`."""
    sentence = f"{other} heard it, so the server has read it and sent it. {listener} was left out."
    return Cause(ONE_LEFT_OUT, sentence)


def of_sender_alone(speaker: str, others: Sequence[str]) -> Cause:
    """Explain that a line came back to the `speaker`, and to none of the `others`, who are all that can hear it."""
    return Cause("back-to-the-sender", f"It came back to {speaker}, who said it. {together(others)} were left out.")


def of_last_alone(last: str, others: Sequence[str]) -> Cause:
    """Explain that a line went to the `last` one who came, and to none of the `others`, who were there before."""
    sentence = f"It went to {last} alone, who came last. {together(others)} were left out."
    return Cause("last-one-alone", sentence)


def of_passing_over(meanwhile: str, seen: Cause | None) -> Cause:
    """Explain a line that was lost by what happened `meanwhile`, and by who heard it all the same, if that was seen."""
    if seen and seen.code == ONE_LEFT_OUT:
        return Cause("passed-over", f"{meanwhile} {seen.sentence}")
    return Cause("meanwhile", meanwhile)


def of_leaving(other: str) -> Cause:
    """Explain that it was told of somebody else that they left, who is still there."""
    sentence = f"{other} is still there. Is the variable that holds a client used for another one, in a loop perhaps?"
    return Cause("another-one-left", sentence)


def of_stamp_format(line: str) -> Cause | None:
    """Explain a time in `line` that is none in the form in which times are written."""
    return NOT_PADDED if SHORT_CLOCK.search(line) else None


def of_stamp(moment: float, offset: float, stamp: str, earlier: str) -> Cause | None:
    """Explain a wrong `HH:MM:SS` when it is `moment` and local time is `offset` seconds ahead of UTC."""
    local, utc = time.gmtime(moment + offset), time.gmtime(moment)
    if stamp == earlier:
        return STANDS_STILL
    if stamp[:5] == time.strftime("%H:%M", utc):
        return UTC
    if form := _form_of(stamp, local):
        return form
    if form := _form_of(stamp, utc):
        return Cause(UTC.code, f"{UTC.sentence} {form.sentence}")
    if stamp[:2] == "24" or stamp[6:] == "60":
        return NO_SUCH_TIME
    if stamp == time.strftime("%H:%M:%S", time.gmtime(moment + offset + 1)):
        return ROUNDED_UP
    if stamp == time.strftime("%H:%S:%M", local):
        return CHANGED_PLACES
    if stamp[:5] == time.strftime("%H:%M", time.gmtime(moment + offset - PUT_FORWARD)):
        return WINTER
    if stamp[:5] == time.strftime("%H:%M", time.gmtime(moment + offset + PUT_FORWARD)):
        return SUMMER
    if stamp[3:] in (time.strftime("%M:%S", utc), time.strftime("%M:%S", time.gmtime(moment + 1))):
        return WHOLE_HOURS
    return ANOTHER_MOMENT if stamp[3:5] != time.strftime("%M", local) else None


def _form_of(stamp: str, moment: time.struct_time) -> Cause | None:
    """Explain the hour and the minute of a `stamp` that has them of this `moment`, and in another form."""
    return next((cause for form, cause in FORMS.items() if stamp[:5] == time.strftime(form, moment)), None)
