"""What a wrong line shows about the mistake behind it. Only what the line itself proves; otherwise nothing."""

from __future__ import annotations

import re
import time

TOO_QUICK = "The server hung up right after QUIT, before the thread that had sent it came to its next line."
NO_NEWLINE = "Without a newline nobody can tell where the line ends."
NOT_SPLIT = "It went out as a part of the message before it, which was over at its newline."
ANOTHER_LEFT = "{} is still there. Is the variable that holds a client used for another one, in a loop perhaps?"
OUT_OF_TURN = "It had come already, out of its turn."
CLOCK = re.compile(r"\d\d:\d\d")
LINE_ENDS_ELSEWHERE = "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\N{NEXT LINE}\v\f\x1c\x1d\x1e"  # says str.splitlines
CUTS = {
    ":": "The text was cut at a colon: only the first colon of the line separates.",
    " ": "The text was cut at a blank.",
    "\\": "The text was cut at a backslash, which is a letter like any other here.",
    **{
        sign: f"The text was cut at U+{ord(sign):04X}, which is no newline: `splitlines` cuts there, too."
        for sign in LINE_ENDS_ELSEWHERE
    },
}


def of_text(text: str, line: str, said: set[str]) -> str:
    """Explain how `line` came about where `text` was to be heard; `said` is what else its speaker said."""
    other = next((other for other in said if other != text and other and other in line), "")
    heard = line.rstrip()
    if re.search(r"\bb['\"]", line):
        return "These are bytes printed as Python shows them (b'…'): decode them to get the text."
    if heard.endswith(f"MESSAGE:{text}"):
        return "The command went out together with its text."
    if text in line and other:
        return "Several messages came as one line: each is over at its newline."
    if "MESSAGE:" in line:
        return "A command became part of a text: the line before it was over at its newline."
    if text in line:
        return ""
    if any(sign in text and text.replace(sign, "") in line for sign in LINE_ENDS_ELSEWHERE):
        return "A character that cannot be printed was left out: a text arrives as it was sent."
    rest = text.encode("ascii", "ignore").decode()
    if "\N{REPLACEMENT CHARACTER}" in line or (rest != text and rest in line):
        return "A letter of several bytes was lost: decode a line only when all of it is there."
    if rest != text and text.encode("ascii", "replace").decode() in line:
        return "Letters became question marks: encode and decode in UTF-8, which knows all of them."
    if rest != text and text.encode().decode("latin-1").split()[0] in line:
        return "Each byte of a letter was taken for a letter: decode in UTF-8."
    if text.lower() in line.lower():
        return "The text came with its letters in another case."
    if " ".join(text.split()) in line:
        return "Several blanks in a row were made into one."
    return _cut(text, line)


def _cut(text: str, line: str) -> str:
    for length in range(len(text) - 1, 0, -1):
        if line.endswith(text[:length]):
            if length > 100:
                return f"The text was cut after {length} characters."
            for sign in (text[length], text[length - 1]):
                if sign in CUTS:
                    return CUTS[sign]
            return ""
    return ""


def of_beginning(before: str) -> str:
    """Explain what stands `before` something, in the same line."""
    if not before or before == "USER_" or CLOCK.search(before):
        return ""
    return f'"{before}" stands before it in the same line: a greeting or a prompt needs a newline at its end.'


def of_place(number: int, count: int) -> str:
    """Explain a missing line that was not the first one in its segment."""
    ordinal = {2: "second", 3: "third"}.get(number, f"{number}th")
    return f"It was the {ordinal} of {count} lines in one segment; those before it came." if number > 1 else ""


def of_stamp(moment: float, offset: float, stamp: str, earlier: str) -> str:
    """Explain a wrong `HH:MM:SS` when it is `moment` and local time is `offset` seconds ahead of UTC."""
    local, utc = time.gmtime(moment + offset), time.gmtime(moment)
    if stamp == earlier:
        return "The time did not move: it is that of the message before."
    if stamp[:5] == time.strftime("%H:%M", utc):
        return "This is UTC: local time is asked for."
    if stamp[:5] == time.strftime("%I:%M", local):
        return "The hour is counted to 12 instead of 24 (%I for %H)."
    if stamp[3:5] == time.strftime("%m", local):
        return "The minute is the number of the month (%m for %M)."
    if stamp == time.strftime("%H:%S:%M", local):
        return "Minutes and seconds have changed places."
    if stamp[3:] in (time.strftime("%M:%S", utc), time.strftime("%M:%S", time.gmtime(moment + 1))):
        return "This is UTC plus whole hours: ask for local time, which knows how far it is ahead."
    if stamp[3:5] != time.strftime("%M", local):
        return "This is another moment than that of the message: when was the clock looked at?"
    return ""
