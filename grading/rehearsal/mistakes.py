"""Servers in thought, each with one mistake that people make: a talk is worth as much as it notices of them.

The docstring of each says what it does wrong, for whoever keeps this list. Students read no more than its kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from grading.protocol.conversations import CLOSES, HALF_CLOSES, RESETS
from grading.protocol.model import HISTORY, LIMIT, LOBBY
from grading.rehearsal.servers import Guest, Server

LINES, TEXTS, HEARERS, ERRORS = "lines on the wire", "texts", "who hears it", "errors"
NAMES, STRANGERS, LEAVING = "names", "those who have not joined", "ways to leave"
TIME, WHISPERS, ROOMS, ONLINE, PAST = "the time", "whispers", "rooms", "who is online", "what was said earlier"
SMALL = 512  # bytes that a hasty server takes in at once


class Mistaken(Server):
    """A server with a mistake."""

    kind = ""


# Step 1


class OneSegmentIsOneLine(Mistaken):
    """Takes what comes in one piece for one line."""

    kind = LINES

    def takes(self, guest: Guest, segment: bytes) -> None:
        self.reads(guest, segment.rstrip(b"\r\n"))


class SplitsEachSegment(Mistaken):
    """Cuts each piece into lines by itself."""

    kind = LINES

    def takes(self, guest: Guest, segment: bytes) -> None:
        for line in segment.split(b"\n"):
            self.reads(guest, line)


class FirstLineOnly(Mistaken):
    """Of several lines in one piece, reads the first."""

    kind = LINES

    def takes(self, guest: Guest, segment: bytes) -> None:
        first, newline, _ = (guest.rest + segment).partition(b"\n")
        guest.rest = b"" if newline else first
        if newline:
            self.reads(guest, first)


class LosesTheRest(Mistaken):
    """Reads whole lines, and forgets what stands behind the last newline of a piece, if one came."""

    kind = LINES

    def takes(self, guest: Guest, segment: bytes) -> None:
        super().takes(guest, segment)
        if b"\n" in segment:
            guest.rest = b""


class LettersInPieces(Mistaken):
    """Decodes each piece by itself: a letter that is cut is lost."""

    kind = LINES

    def takes(self, guest: Guest, segment: bytes) -> None:
        super().takes(guest, segment.decode("utf-8", "replace").encode())


class LastLineFirst(Mistaken):
    """Of several lines in one piece, reads the last one first."""

    kind = LINES

    def takes(self, guest: Guest, segment: bytes) -> None:
        *lines, guest.rest = (guest.rest + segment).split(b"\n")
        for line in reversed(lines):
            self.reads(guest, line)


class EmptyLineEnds(Mistaken):
    """Takes an empty line for the end."""

    kind = LINES

    def reads(self, guest: Guest, line: bytes) -> None:
        if not line.strip():
            self.hangs_up(guest)
        super().reads(guest, line)


class CutAtTheSecondColon(Mistaken):
    """Cuts a text at its first colon."""

    kind = TEXTS

    def parses(self, text: str) -> tuple[str, str]:
        command, *parts = text.split(":")
        return command, parts[0] if parts else ""


class FailsAtColons(Mistaken):
    """Ends the connection of whoever says a colon."""

    kind = TEXTS

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        if ":" in text:
            self.hangs_up(guest)
        else:
            super().do_MESSAGE(guest, text)


class FirstWordOnly(Mistaken):
    """Hands on the first word of a text."""

    kind = TEXTS

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        super().do_MESSAGE(guest, (text.split() or [""])[0])


class OneBlankIsEnough(Mistaken):
    """Makes one blank of several."""

    kind = TEXTS

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        super().do_MESSAGE(guest, " ".join(text.split()))


class SmallLetters(Mistaken):
    """Changes a text to small letters."""

    kind = TEXTS

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        super().do_MESSAGE(guest, text.lower())


class AsciiOnly(Mistaken):
    """Puts a question mark for each letter that English has not."""

    kind = TEXTS

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        super().do_MESSAGE(guest, text.encode("ascii", "replace").decode())


class ShortTexts(Mistaken):
    """Cuts long texts."""

    kind = TEXTS

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        super().do_MESSAGE(guest, text[:SMALL])


class WithTheCommand(Mistaken):
    """Hands on the command with its text."""

    kind = TEXTS

    def looks(self, guest: Guest, text: str) -> str:
        return super().looks(guest, f"MESSAGE:{text}")


class NotToTheSender(Mistaken):
    """Sends a message to everybody but its sender."""

    kind = HEARERS

    def audience(self, guest: Guest) -> list[Guest]:
        return [other for other in super().audience(guest) if other is not guest]


class OnlyToTheSender(Mistaken):
    """Sends a message back, and to nobody else."""

    kind = HEARERS

    def audience(self, guest: Guest) -> list[Guest]:
        return [other for other in super().audience(guest) if other is guest]


class TwoAtMost(Mistaken):
    """Sends a message to two people."""

    kind = HEARERS

    def audience(self, guest: Guest) -> list[Guest]:
        return super().audience(guest)[:2]


class TwiceToEverybody(Mistaken):
    """Sends each message twice."""

    kind = HEARERS

    def audience(self, guest: Guest) -> list[Guest]:
        return super().audience(guest) * 2


class OneAtATime(Mistaken):
    """Listens to who came first, and to the next one once that one has gone."""

    kind = HEARERS

    def reads(self, guest: Guest, line: bytes) -> None:
        if self.guests and guest is self.guests[0]:
            super().reads(guest, line)


# Step 2


class StrangersHear(Mistaken):
    """Sends messages also to those who have not joined."""

    kind = STRANGERS

    def audience(self, guest: Guest) -> list[Guest]:
        return self.guests


class StrangersHearNews(Mistaken):
    """Tells those who have not joined who joins."""

    kind = STRANGERS

    def announces(self, about: Guest, line: str) -> None:
        for other in self.guests:
            if other is not about:
                self.tells(other, line)


class StrangersSpeak(Mistaken):
    """Hands on what those say who have not joined."""

    kind = STRANGERS

    def is_told_to_join(self, guest: Guest, text: str) -> None:
        command, argument = self.parses(text)
        if command == "MESSAGE":
            self.do_MESSAGE(guest, argument)
        else:
            super().is_told_to_join(guest, text)


class SilentToStrangers(Mistaken):
    """Does not answer those who have not joined."""

    kind = STRANGERS

    def is_told_to_join(self, guest: Guest, text: str) -> None:
        return


class HangsUpOnStrangers(Mistaken):
    """Hangs up on who speaks before joining."""

    kind = STRANGERS

    def is_told_to_join(self, guest: Guest, text: str) -> None:
        super().is_told_to_join(guest, text)
        self.hangs_up(guest)


class AnyName(Mistaken):
    """Lets everybody in, whatever the name is made of."""

    kind = NAMES

    def is_good(self, name: str) -> bool:
        return True


class StartOfTheName(Mistaken):
    """Looks only at how a name begins."""

    kind = NAMES

    def is_good(self, name: str) -> bool:
        return super().is_good(name[:1])


class NoDigits(Mistaken):
    """Lets nobody in whose name is more than letters."""

    kind = NAMES

    def is_good(self, name: str) -> bool:
        return super().is_good(name) and name.isalpha()


class LongNames(Mistaken):
    """Lets people in whose names are too long."""

    kind = NAMES

    def is_good(self, name: str) -> bool:
        return bool(name) and all(super(LongNames, self).is_good(sign) for sign in name)


class TakenNames(Mistaken):
    """Lets two people have one name."""

    kind = NAMES

    def is_taken(self, name: str) -> bool:
        return False


class AnyCaseIsTaken(Mistaken):
    """Takes ann for Ann."""

    kind = NAMES

    def is_taken(self, name: str) -> bool:
        return any(other.name.lower() == name.lower() for other in self.members())


class PushesOut(Mistaken):
    """Who asks for a name in use gets it, and the other one hears nothing any more."""

    kind = NAMES

    def has_it_already(self, guest: Guest, name: str) -> None:
        for other in self.members():
            if other.name == name:
                self.guests.remove(other)
        self.welcomes(guest, name)


class HangsUpOnTwins(Mistaken):
    """Refuses a name in use, and hangs up."""

    kind = NAMES

    def has_it_already(self, guest: Guest, name: str) -> None:
        super().has_it_already(guest, name)
        self.hangs_up(guest)


class JoinsThoughRefused(Mistaken):
    """Refuses a name in use, and counts its sender in."""

    kind = NAMES

    def has_it_already(self, guest: Guest, name: str) -> None:
        super().has_it_already(guest, name)
        guest.name = name


class NewNames(Mistaken):
    """Lets people change their names by a second JOIN."""

    kind = NAMES

    def joins_again(self, guest: Guest, name: str) -> None:
        guest.name = ""
        self.do_JOIN(guest, name)


class Unannounced(Mistaken):
    """Tells nobody who has joined."""

    kind = HEARERS

    def welcomes(self, guest: Guest, name: str) -> None:
        guest.name = name
        self.tells(guest, f"JOINED:{name}")


class AnnouncedTwice(Mistaken):
    """Tells twice who has joined."""

    kind = HEARERS

    def welcomes(self, guest: Guest, name: str) -> None:
        super().welcomes(guest, name)
        self.announces(guest, f"USER_JOINED:{name}")


class AnswersAll(Mistaken):
    """Lets all others hear JOINED, too."""

    kind = HEARERS

    def announces(self, about: Guest, line: str) -> None:
        super().announces(about, line)
        if line.startswith("USER_JOINED"):
            super().announces(about, f"JOINED:{about.name}")


class Nameless(Mistaken):
    """Does not say who speaks."""

    kind = TEXTS

    def looks(self, guest: Guest, text: str) -> str:
        return text


class NameOfTheLatest(Mistaken):
    """Says of each message that it is from who joined last."""

    kind = TEXTS

    def looks(self, guest: Guest, text: str) -> str:
        return super().looks(self.members()[-1], text)


class ErrorsForAll(Mistaken):
    """Lets everybody hear an error."""

    kind = ERRORS

    def refuses(self, guest: Guest, reason: str) -> None:
        for other in {id(one): one for one in [guest, *self.members()]}.values():
            self.tells(other, f"ERROR:{reason}")


class SilentOnErrors(Mistaken):
    """Does not answer an unknown command."""

    kind = ERRORS

    def knows_not(self, guest: Guest, text: str) -> None:
        return


class ErrorsEnd(Mistaken):
    """Hangs up after an unknown command."""

    kind = ERRORS

    def knows_not(self, guest: Guest, text: str) -> None:
        super().knows_not(guest, text)
        self.hangs_up(guest)


class UnknownIsSaid(Mistaken):
    """Takes an unknown command for a message."""

    kind = ERRORS

    def knows_not(self, guest: Guest, text: str) -> None:
        self.do_MESSAGE(guest, text)


# Step 3


class SilentWay(Mistaken):
    """Tells nobody who has left in one of the ways."""

    kind = LEAVING
    way = ""

    def is_left_by(self, guest: Guest, how: str) -> None:
        if how == self.way:
            self.forgets(guest)
        else:
            super().is_left_by(guest, how)


class SilentClose(SilentWay):
    """Tells nobody of a connection that ends."""

    way = CLOSES


class SilentReset(SilentWay):
    """Tells nobody of a connection that breaks."""

    way = RESETS


class SilentHalf(SilentWay):
    """Waits for more from who has closed one half."""

    way = HALF_CLOSES


class SilentQuit(Mistaken):
    """Tells nobody of a QUIT."""

    kind = LEAVING

    def do_QUIT(self, guest: Guest, argument: str) -> None:
        self.forgets(guest)


class DeafToQuit(Mistaken):
    """Does not know QUIT."""

    kind = LEAVING

    def do_QUIT(self, guest: Guest, argument: str) -> None:
        self.refuses(guest, "unknown command")


class QuitTwice(Mistaken):
    """Tells twice of a QUIT."""

    kind = LEAVING

    def do_QUIT(self, guest: Guest, argument: str) -> None:
        super().do_QUIT(guest, argument)
        self.announces(guest, f"USER_LEFT:{guest.name}")


class GoesOnAfterQuit(Mistaken):
    """Obeys what stands behind QUIT, and tells of it at the end of the piece."""

    kind = LEAVING

    def do_QUIT(self, guest: Guest, argument: str) -> None:
        if guest.rest:
            super().do_QUIT(guest, argument)

    def takes(self, guest: Guest, segment: bytes) -> None:
        super().takes(guest, segment)
        if b"QUIT\n" in segment and not guest.gone:
            self.goes(guest)


class KeepsNames(Mistaken):
    """Keeps the names of those who have left."""

    kind = LEAVING

    def is_taken(self, name: str) -> bool:
        return name in self.left or super().is_taken(name)


class AnotherOneLeft(Mistaken):
    """Tells of somebody else that they left."""

    kind = LEAVING

    def goes(self, guest: Guest) -> None:
        self.forgets(guest)
        others = [*self.members(), guest]
        if guest.name:
            self.announces(guest, f"USER_LEFT:{others[0].name}")


class StrangersLeave(Mistaken):
    """Tells of those who leave and never joined."""

    kind = STRANGERS

    def goes(self, guest: Guest) -> None:
        super().goes(guest)
        if not guest.name:
            self.announces(guest, "USER_LEFT:")


class CutLines(Mistaken):
    """Cuts a line that is too long, and says nothing of it."""

    kind = LINES

    def reads(self, guest: Guest, line: bytes) -> None:
        super().reads(guest, line[:LIMIT])


class LongLinesEnd(Mistaken):
    """Hangs up on who says a line that is too long."""

    kind = LINES

    def reads(self, guest: Guest, line: bytes) -> None:
        super().reads(guest, line)
        if len(line) > LIMIT and not guest.gone:
            self.hangs_up(guest)


class LongLinesAreTwo(Mistaken):
    """Takes the rest of a line that is too long for the next one."""

    kind = LINES

    def reads(self, guest: Guest, line: bytes) -> None:
        super().reads(guest, line)
        if len(line) > LIMIT:
            super().reads(guest, line[LIMIT:])


class NoTextEnds(Mistaken):
    """Hangs up on who sends bytes that are no text."""

    kind = LINES

    def refuses(self, guest: Guest, reason: str) -> None:
        super().refuses(guest, reason)
        if reason == "not UTF-8":
            self.hangs_up(guest)


class NoTextIsText(Mistaken):
    """Puts question marks where bytes are no text."""

    kind = LINES

    def decodes(self, line: bytes) -> str | None:
        return line.decode("utf-8", "replace")


# Step 4


class Timeless(Mistaken):
    """Says no time."""

    kind = TIME

    def stamp(self) -> str:
        return ""


class NoSeconds(Mistaken):
    """Says hours and minutes."""

    kind = TIME

    def stamp(self) -> str:
        return f"{super().stamp()[:7]}]"


class WithoutABlank(Mistaken):
    """Puts no blank before the time."""

    kind = TIME

    def stamp(self) -> str:
        return super().stamp().strip()


class TimeBehind(Mistaken):
    """Puts the time behind the text."""

    kind = TIME

    def looks(self, guest: Guest, text: str) -> str:
        return f"{guest.name}: {text}{self.stamp()}"


class TimeWithoutBrackets(Mistaken):
    """Puts no brackets around the time."""

    kind = TIME

    def stamp(self) -> str:
        return super().stamp().replace("[", "").replace("]", "")


class NewsWithTime(Mistaken):
    """Says the time also of who comes."""

    kind = TIME

    def announces(self, about: Guest, line: str) -> None:
        super().announces(about, f"{line}{self.stamp()}")


# Advanced


class WhispersAloud(Mistaken):
    """Lets everybody hear a whisper."""

    kind = WHISPERS

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        for other in self.members():
            self.tells(other, f"PRIVATE:{guest.name}:{text}")


class WhispersBack(Mistaken):
    """Lets the sender hear a whisper, too."""

    kind = WHISPERS

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        super().whispers(guest, target, text)
        if target is not guest:
            self.tells(guest, f"PRIVATE:{guest.name}:{text}")


class WhispersFromTheTarget(Mistaken):
    """Names the target instead of the sender."""

    kind = WHISPERS

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        self.tells(target, f"PRIVATE:{target.name}:{text}")


class ShortWhispers(Mistaken):
    """Cuts a whisper at a colon."""

    kind = WHISPERS

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        super().whispers(guest, target, text.partition(":")[0])


class WhispersInTheRoom(Mistaken):
    """Finds only those in the same room."""

    kind = WHISPERS

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        if target.room == guest.room:
            super().whispers(guest, target, text)
        else:
            self.finds_nobody(guest)


class WhispersToNobody(Mistaken):
    """Does not say that somebody is not there."""

    kind = WHISPERS

    def finds_nobody(self, guest: Guest) -> None:
        return


class OneRoom(Mistaken):
    """Lets everybody hear messages, whatever the room."""

    kind = ROOMS

    def audience(self, guest: Guest) -> list[Guest]:
        return self.members()


class HearsTwoRooms(Mistaken):
    """Lets those who went hear the lobby still."""

    kind = ROOMS

    def audience(self, guest: Guest) -> list[Guest]:
        return [one for one in self.members() if one.room == guest.room or guest.room == LOBBY]


class SpeaksInTwoRooms(Mistaken):
    """Lets the lobby hear what is said elsewhere."""

    kind = ROOMS

    def audience(self, guest: Guest) -> list[Guest]:
        return [one for one in self.members() if one.room in (guest.room, LOBBY)]


class NoWayBack(Mistaken):
    """Lets nobody go back to the lobby."""

    kind = ROOMS

    def do_JOIN_ROOM(self, guest: Guest, room: str) -> None:
        if room == LOBBY:
            self.refuses(guest, "no such room")
        else:
            super().do_JOIN_ROOM(guest, room)


class AnyRoom(Mistaken):
    """Lets rooms be called anything."""

    kind = ROOMS

    def do_JOIN_ROOM(self, guest: Guest, room: str) -> None:
        guest.room = room
        self.tells(guest, f"JOINED_ROOM:{room}")


class RoomsForAll(Mistaken):
    """Lets everybody hear who goes to another room."""

    kind = ROOMS

    def do_JOIN_ROOM(self, guest: Guest, room: str) -> None:
        super().do_JOIN_ROOM(guest, room)
        self.announces(guest, f"JOINED_ROOM:{room}")


class NewsOfTheRoom(Mistaken):
    """Tells only those in the same room who comes and goes."""

    kind = ROOMS

    def announces(self, about: Guest, line: str) -> None:
        for other in self.members():
            if other is not about and other.room == about.room:
                self.tells(other, line)


class NotOneself(Mistaken):
    """Leaves oneself out of the list."""

    kind = ONLINE

    def listed(self, guest: Guest) -> list[str]:
        return [other.name for other in self.members() if other is not guest]


class ListOfTheRoom(Mistaken):
    """Lists those in the same room."""

    kind = ONLINE

    def listed(self, guest: Guest) -> list[str]:
        return [other.name for other in self.members() if other.room == guest.room]


class ListForAll(Mistaken):
    """Lets everybody hear the list."""

    kind = ONLINE

    def do_LIST_USERS(self, guest: Guest, argument: str) -> None:
        for other in self.members():
            self.tells(other, f"USERS:{','.join(self.listed(guest))}")


class ListKeeps(Mistaken):
    """Lists also those who have left."""

    kind = ONLINE

    def listed(self, guest: Guest) -> list[str]:
        return [*super().listed(guest), *self.left]


class ListOfStrangers(Mistaken):
    """Lists also those who have not joined."""

    kind = ONLINE

    def listed(self, guest: Guest) -> list[str]:
        return [other.name for other in self.guests]


class Forgetful(Mistaken):
    """Tells newcomers nothing of what was said."""

    kind = PAST

    def past(self) -> list[str]:
        return []


class NewestFirst(Mistaken):
    """Tells newcomers the newest first."""

    kind = PAST

    def past(self) -> list[str]:
        return super().past()[::-1]


class LatestOnly(Mistaken):
    """Tells newcomers the latest message only."""

    kind = PAST

    def past(self) -> list[str]:
        return super().past()[-1:]


class AllOfThePast(Mistaken):
    """Tells newcomers all that was ever said."""

    kind = PAST

    def remembers(self, guest: Guest) -> None:
        for line in self.past():
            self.tells(guest, line)


class FirstOfThePast(Mistaken):
    """Tells newcomers the oldest messages."""

    kind = PAST

    def remembers(self, guest: Guest) -> None:
        for line in self.past()[:HISTORY]:
            self.tells(guest, line)


class PastOfAllRooms(Mistaken):
    """Tells newcomers also what was said in other rooms."""

    kind = PAST

    def past(self) -> list[str]:
        return [line for _, line in self.history]


class PastOfWhispers(Mistaken):
    """Tells newcomers also what was whispered."""

    kind = PAST

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        super().whispers(guest, target, text)
        self.history.append((LOBBY, f"PRIVATE:{guest.name}:{text}"))


class PastForAll(Mistaken):
    """Lets everybody hear the past when somebody comes."""

    kind = PAST

    def remembers(self, guest: Guest) -> None:
        for line in self.past()[-HISTORY:]:
            for other in self.members():
                self.tells(other, line)


_STEPS: tuple[Sequence[type[Mistaken]], ...] = (
    (
        OneSegmentIsOneLine, SplitsEachSegment, FirstLineOnly, LosesTheRest, LettersInPieces, LastLineFirst,
        EmptyLineEnds, CutAtTheSecondColon, FailsAtColons, FirstWordOnly, OneBlankIsEnough, SmallLetters, AsciiOnly,
        ShortTexts, WithTheCommand, NotToTheSender, OnlyToTheSender, TwoAtMost, TwiceToEverybody, OneAtATime,
    ),
    (
        StrangersHear, StrangersHearNews, StrangersSpeak, SilentToStrangers, HangsUpOnStrangers, AnyName,
        StartOfTheName, NoDigits, LongNames, TakenNames, AnyCaseIsTaken, PushesOut, HangsUpOnTwins, JoinsThoughRefused,
        NewNames, Unannounced, AnnouncedTwice, AnswersAll, Nameless, NameOfTheLatest, ErrorsForAll, SilentOnErrors,
        ErrorsEnd, UnknownIsSaid,
    ),
    (
        SilentClose, SilentReset, SilentHalf, SilentQuit, DeafToQuit, QuitTwice, GoesOnAfterQuit, KeepsNames,
        AnotherOneLeft, StrangersLeave, CutLines, LongLinesEnd, LongLinesAreTwo, NoTextEnds, NoTextIsText,
    ),
    (Timeless, NoSeconds, WithoutABlank, TimeBehind, TimeWithoutBrackets, NewsWithTime),
    (
        WhispersAloud, WhispersBack, WhispersFromTheTarget, ShortWhispers, WhispersInTheRoom, WhispersToNobody, OneRoom,
        HearsTwoRooms, SpeaksInTwoRooms, NoWayBack, AnyRoom, RoomsForAll, NewsOfTheRoom, NotOneself, ListOfTheRoom,
        ListForAll, ListKeeps, ListOfStrangers, Forgetful, NewestFirst, LatestOnly, AllOfThePast, FirstOfThePast,
        PastOfAllRooms, PastOfWhispers, PastForAll,
    ),
)  # fmt: skip


def mistakes_of(step: int) -> Sequence[type[Mistaken]]:
    """Return the servers with a mistake that one can make at a step."""
    return _STEPS[step - 1]
