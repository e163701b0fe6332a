"""The page in Python: fed with what each person does, it knows what each must hear, may hear, and never hears.

    model = Model(step=3)
    model.comes("Ann")
    model.sends("Ann", b"JOIN:Ann\n")
    model.owes("Ann")                     what must still come
    model.hears("Ann", "JOINED:Ann")      None: explained; otherwise a Wrong

What is sent is obeyed at once. Where nobody can know what the server did first, or where the page leaves it open
(see Tolerated), a line may come and need not: a right server is never accused, in whatever order its lines arrive.
Where all that was sent has been answered, nothing is left open.
"""

from __future__ import annotations

import unicodedata
from functools import partial

from grading.protocol.ears import Promise
from grading.protocol.forms import Exactly, Form, Refusal, Speech, Users, Whisper, readings
from grading.protocol.ledger import KEPT, REPLAYED, Ledger
from grading.protocol.seats import OUT, Deed, Person, Places, Seat
from grading.protocol.tolerated import Tolerated
from grading.protocol.wrong import Kind, Wrong

LIMIT = 4096  # bytes in a line, its newline not counted
NAME_LIMIT = 32  # characters
NAME_SIGNS = "_-."
HISTORY = 20  # messages of the lobby that a newcomer hears
LOBBY = "lobby"
NAMES, LEAVING, STAMPS, ROOMS = 2, 3, 4, 5  # the steps, by what they bring
SINCE = {"MESSAGE": 1, "JOIN": NAMES, "QUIT": LEAVING, "PRIVATE": ROOMS, "JOIN_ROOM": ROOMS, "LIST_USERS": ROOMS}
EVENTS = ("JOINED:", "JOINED_ROOM:", "USER_JOINED:", "USER_LEFT:", "USERS:", "PRIVATE:", "ERROR:")


class Model(Ledger):
    """The page at one step."""

    # What people do

    def comes(self, person: Person) -> None:
        """`person` has connected."""
        seat = self.seats[person] = Seat(person, self._next())
        if not self.joins:
            self._moves(seat, frozenset({LOBBY}), seat.number)

    def sends(self, person: Person, data: bytes) -> None:
        """`person` sends some bytes: lines, or parts of them."""
        seat = self.seats[person]
        *lines, rest = (seat.buffer + data).split(b"\n")
        seat.buffer = rest
        for line in lines:
            if not seat.left:
                self._obeys(seat, line)
            elif argument := line.partition(b":")[2].strip():
                self._behind_quit.append(argument.decode("utf-8", "replace"))
        if len(rest) > LIMIT and not seat.left and not seat.refusal:
            seat.refusal = self._refuses(seat, needed=False)  # a server need not wait for the newline

    def leaves(self, person: Person, politely: bool) -> None:
        """The connection of `person` ends: `politely`, if it goes on listening (half-close), or at once."""
        seat = self.seats[person]
        if seat.buffer.strip() and not seat.left and not seat.refusal:
            self._may_obey(seat, [seat.buffer] if self.allows(Tolerated.NO_NEWLINE_AT_END) else [])
        if seat.refusal and not seat.left and (text := decoded(seat.buffer)):
            self._too_long.append((person, text))
        was_in = seat.greeted or (politely and OUT not in seat.here) or not self.joins
        if not politely:
            seat.is_open = False
            for deed in self._flying:  # what the server has not read yet may be lost
                if deed.seat is seat and not 0 < seat.gone <= deed.number:
                    deed.loosens()
        if not seat.left:
            self._goes(seat, was_in)

    def stops_reading(self, person: Person) -> None:
        """`person` takes nothing in for now, so that nothing needs to come, and the server may hang up."""
        seat = self.seats[person]
        seat.reads = False
        for promise in seat.ears.all():
            promise.loosens()

    def hangs_up(self, person: Person) -> Wrong | None:
        """The server closes the connection of `person`. A Wrong if there was no reason to."""
        seat = self.seats[person]
        stalled = not seat.reads and self.allows(Tolerated.STALLED_READER)
        if not (seat.left or seat.may_have_left or stalled):
            return Wrong(Kind.HUNG_UP, person)
        if not seat.left:
            self._goes(seat, needed=seat.greeted)
        return None

    # What people hear

    def hears(self, person: Person, line: str) -> Wrong | None:
        """Explain a line that `person` hears; a Wrong if nothing explains it."""
        seat = self.seats[person]
        if not line.strip():
            return None
        kept = seat.ears.hear(line)
        if not kept:
            return self._wonders(seat, line)
        for promise in kept:
            promise.heard = True
        causes = {promise.cause for promise in kept}
        is_replayed = any(promise.kind == REPLAYED for promise in kept)
        if len(causes) == 1 and not (is_replayed or seat.ears.may_be(REPLAYED, line)):
            (cause,) = causes
            number = min(promise.number for promise in kept)
            cause.proven = max(cause.proven, number)
            if cause is seat:
                seat.greeted |= not self.joins
                seat.ears.drop(REPLAYED, number)  # what was not replayed by now is not replayed any more
        for promise in kept:
            self._is_kept(promise, seat, line, for_certain=len(kept) == 1)
        return None

    def owes(self, person: Person) -> list[Form]:
        """Return what must still come to `person`."""
        return [promise.form for promise in self.seats[person].ears.owed()]

    def misses(self, person: Person) -> Wrong | None:
        """Return what is wrong if nothing more comes to `person`."""
        for promise in self.seats[person].ears.owed():
            kind = Kind.NOT_IN_HISTORY if promise.kind == REPLAYED else Kind.MISSING
            return Wrong(kind, person, str(promise.form))
        return None

    def waits(self, person: Person) -> bool:
        """Tell whether anything must still come to `person`."""
        return not self.seats[person].ears.owes_nothing

    def settles(self) -> None:
        """All who are there were answered: what was possible and did not come does not come any more.

        Those who have left are asked nothing: what they caused, or are to hear, may still be on its way. So may an
        ERROR, where an earlier one answered a line that may be refused, or the line after it.
        """
        for person, seat in list(self.seats.items()):
            if not seat.left:
                unheard = [promise for promise in seat.ears.all() if promise.cause.left and promise.cause is not seat]
                unheard += seat.ears.in_doubt()
                seat.ears.forget()
                for promise in dict.fromkeys(unheard):
                    seat.ears.bear(promise)
                seat.proven = self._next()
                seat.greeted |= not self.joins
            if not seat.is_open:
                del self.seats[person]
        self._late = [deed for deed in self._flying + self._late if self._is_late(deed)]
        self._flying = []
        self._batched.clear()

    def _is_kept(self, promise: Promise, seat: Seat, line: str, for_certain: bool) -> None:
        for rival in promise.rivals:
            rival.needed = False
            if for_certain:
                for fallen in (rival, *rival.falls):
                    fallen.off = True
        if not for_certain:
            return
        for other in promise.follow:
            other.needed = not other.loose
        if promise.outcome:
            promise.outcome()
        passing = promise.passing
        if isinstance(promise.form, Users):
            names = promise.form.names(line)
            self.listed -= promise.form.doubtful - names  # and still, for a moment, nobody else may get the name
            passing = bool(names & promise.form.doubtful - promise.form.must)
        if passing:
            self.again.add(seat.person)

    def _wonders(self, seat: Seat, line: str) -> Wrong | None:
        """Say what is wrong with a line that nothing explains; None for a greeting or a farewell."""
        is_error = Refusal().fits(line)
        is_farewell = (seat.left or seat.may_have_left) and self.allows(Tolerated.FAREWELL)
        if is_error and (is_farewell or self.step < NAMES):  # step 1 asks for no refusal: one may come at any time
            return None
        if ahead := seat.ears.ahead(line):
            kind = Kind.NOT_REPLAYED if ahead[1].kind == REPLAYED else Kind.OUT_OF_TURN
            return Wrong(kind, seat.person, line, ahead[0].cause.person, str(ahead[1].form))
        for deed in reversed(self._deeds):
            if deed.form.fits(line) and not is_error and (self.joins or deed.number > seat.number):
                return self._wonders_when(seat, line, deed)
        is_greeting = not seat.greeted and self.allows(Tolerated.GREETING)
        if (is_greeting or is_farewell) and not line.startswith(EVENTS):
            self.greetings.setdefault(seat.person, []).append(line)
            return None
        if is_error:
            return Wrong(Kind.NO_REASON, seat.person, line)
        if line.endswith(tuple(self._behind_quit)):
            return Wrong(Kind.AFTER_QUIT, seat.person, line)
        for speaker, sent in self._too_long:
            if is_said(sent, line):
                return Wrong(Kind.TOO_LONG, seat.person, line, speaker, sent=sent)
        forms = (deed.form for deed in reversed(self._deeds) if isinstance(deed.form, Speech))
        whole = next((form for form in forms if form.is_bare_in(line)), "")
        return Wrong(Kind.NOBODY_SAID, seat.person, line, first=str(whole))

    def _wonders_when(self, seat: Seat, line: str, deed: Deed) -> Wrong:
        """Say what is wrong with a line that was heard already, or comes too late, or is not for `seat`."""
        speaker = deed.seat.person
        promise = deed.promises.get(seat)
        if promise and not promise.heard and seat not in deed.replayed:
            for later in self._deeds:
                said = later.promises.get(seat)
                if said and said.heard and later.seat is deed.seat and later.number > deed.number:
                    return Wrong(Kind.TOO_LATE, seat.person, line, speaker, str(later.form))
        return Wrong(Kind.AGAIN if promise or seat in deed.replayed else Kind.NOT_FOR, seat.person, line, speaker)

    def _is_late(self, deed: Deed) -> bool:
        """Tell whether the server may come to it only now, since nobody knows yet that its author is gone."""
        seat = deed.seat
        return seat.left and seat.proven < min(seat.gone, deed.number) and bool(self.listed & set(seat.names))

    # Lines

    def _obeys(self, seat: Seat, line: bytes) -> None:
        """Do what one line says."""
        early, seat.refusal = seat.refusal, None
        text = decoded(line.removesuffix(b"\r"))
        if text and len(text.encode()) > LIMIT and self.step >= LEAVING:
            self._too_long.append((seat.person, text))
        if text is None or len(line.removesuffix(b"\r")) > LIMIT:
            if early and not seat.ears.is_past(early):
                early.needed = self.step >= LEAVING
            elif not early:
                self._refuses(seat, needed=self.step >= LEAVING)
        elif not text.strip():
            if text and self.allows(Tolerated.LINE_OF_BLANKS):
                self._refuses(seat, needed=False)
            elif text:
                self._refuses(seat, needed=self.step >= NAMES)
        else:
            counts = len(line) > LIMIT and self.allows(Tolerated.RETURN_COUNTS)
            self._does_command(seat, text.rstrip("\r"), sure=not counts and not text.endswith("\r"))

    def _may_obey(self, seat: Seat, lines: list[bytes]) -> None:
        """Perhaps do what some lines say, perhaps leave it."""
        start = self._number
        for line in lines:
            if not seat.left:
                self._does_command(seat, line.decode("utf-8", "replace"), sure=False)
        for deed in self._flying:
            if deed.seat is seat and deed.number > start:
                deed.loosens()

    def _does_command(self, seat: Seat, text: str, sure: bool) -> None:
        word, colon, argument = text.partition(":")
        command = self._meant(word)
        if SINCE.get(command, 1) > self.step and not (command == "JOIN" and self.joins):
            command, sure = (command, False) if self.allows(Tolerated.LATER_LOOK) else ("", sure)
        sure = sure and command == word
        parts = text.strip("\r").split("\r")
        if len(parts) > 1 and self.allows(Tolerated.RETURN_IN_LINE):
            sure = False
        if not self.joins and command != "MESSAGE":
            self._refuses(seat, needed=False)  # which step 1 does not ask for
        elif seat.here == {OUT} and command == "MESSAGE" and self._needs_no_name():
            self._message(seat, argument, bool(colon), sure=False)
        elif command not in SINCE or (seat.here == {OUT} and command not in ("JOIN", "QUIT")):
            is_nothing = not word.strip() and self.allows(Tolerated.NOTHING_BEFORE_COLON)
            self._refuses(seat, needed=self.step >= NAMES and not is_nothing)
        else:
            getattr(self, f"_{command.lower()}")(seat, argument, bool(colon), sure)
        if len(parts) > 1 and not sure:
            self._refuses(seat, needed=False)
            self._may_obey(seat, [part.encode() for part in parts[1:] if part.strip()])

    def _meant(self, word: str) -> str:
        """Return the command that `word` may stand for."""
        bare = word
        if self.allows(Tolerated.BLANKS_AT_COMMAND):
            bare = bare.strip()
        if self.allows(Tolerated.CASE_OF_COMMAND):
            bare = bare.upper()
        if self.allows(Tolerated.MORE_THAN_ASKED) and bare.split()[:1] == ["QUIT"]:
            bare = "QUIT"
        return bare if bare in SINCE else word

    def _message(self, seat: Seat, text: str, has_colon: bool, sure: bool) -> None:
        if not text.strip() and self.allows(Tolerated.EMPTY_TEXT):
            sure = False
        sure = sure and len(seat.here) == 1
        look = "bare" if self.step == 1 else "stamped" if self.step >= STAMPS else "named"
        form = Speech(tuple(seat.names), readings(text), look, later=self.allows(Tolerated.LATER_LOOK))
        deed = self._does(seat, form, seat.here - {OUT}, sure)
        for other in list(self.seats.values()):
            rooms = seat.here & other.places - {OUT}
            if rooms and other.is_open:
                is_here = other.places == seat.here or other is seat
                self._tells(deed, other, sure and is_here and not other.left, min(filter(None, rooms)))
            elif other.is_open and self._needs_no_name():
                self._tells(deed, other, needed=False)
        if not sure:
            self._refuses(seat, needed=False)
        self._keeps(deed)

    def _needs_no_name(self) -> bool:
        """Tell whether all who are connected may talk and listen, though the server knows JOIN: so it is in step 1."""
        return self.step < NAMES and self.allows(Tolerated.LATER_LOOK)

    def _join(self, seat: Seat, argument: str, has_colon: bool, sure: bool) -> None:
        name = argument.strip() if self.allows(Tolerated.BLANKS_AT_ENDS) else argument
        has_name = has_colon and is_name(name, of_any_alphabet=self.allows(Tolerated.OTHER_ALPHABETS))
        is_taken = any(other.has_firmly(name) for other in self.seats.values())
        if OUT not in seat.here or not has_name or is_taken:
            self._refuses(seat, needed=self.step >= NAMES)
            return
        rivals = [other for other in self.seats.values() if name in other.names and not other.left]
        for rival in rivals:
            self._is_contested(rival)
        is_exact = is_name(name) and name == argument and seat.here == {OUT}
        self._welcomes(seat, name, sure and is_exact and not rivals)

    def _welcomes(self, seat: Seat, name: str, sure: bool) -> None:
        """`seat` joins as `name`; unless that is `sure`, it may also be refused."""
        is_asked = self.step >= NAMES
        moved: int
        deed = self._does(seat, Exactly(f"JOINED:{name}"), frozenset(), sure)
        joined = self._tells(deed, seat, needed=seat.here == {OUT})
        joined.outcome = lambda: self._has_joined(seat, name)
        passing = sure and name in self.lingering
        if passing:
            sure = False
        if not sure:
            self._or_is_refused(joined, seat, lambda: self._was_refused(seat, moved), passing)
        news = self._announces(seat, f"USER_JOINED:{name}", sure and is_asked)
        told = [promise for other, promise in news.promises.items() if other.is_in and other is not seat]
        history = self._replays(seat, LOBBY, sure and self.step >= ROOMS, HISTORY, in_order=self.step >= ROOMS)
        joined.follow = (told if is_asked else []) + (history if self.step >= ROOMS else [])
        joined.falls = [*news.promises.values(), *history]
        seat.names = [name] if seat.here == {OUT} else [*seat.names, name]
        for form in self._lists:
            form.may.add(name)
        moved = self._number  # only what it does later proves that all of this is done
        self._moves(seat, frozenset({LOBBY}) if sure else seat.here | {LOBBY}, moved)

    def _has_joined(self, seat: Seat, name: str) -> None:
        seat.greeted = True
        self.lingering.discard(name)
        self.listed.discard(name)
        if not seat.left and not seat.may_have_left:
            seat.names, seat.here = [name], seat.here - {OUT}

    def _was_refused(self, seat: Seat, number: int) -> None:
        if seat.moved == number and not seat.left and not seat.greeted:
            seat.names, seat.here = [], frozenset({OUT})

    def _is_contested(self, seat: Seat) -> None:
        """Somebody else asks for the name that `seat` was about to get: one of the two gets it."""
        for deed in list(self._flying):
            if deed.seat is not seat:
                continue
            for promise in list(deed.promises.values()):
                if promise.outcome and not promise.rivals:
                    self._or_is_refused(promise, seat, partial(self._was_refused, seat, seat.moved))
                elif not promise.outcome:
                    promise.needed = False  # unless the name is heard to be accepted
        seat.here |= {OUT}

    def _quit(self, seat: Seat, argument: str, has_colon: bool, sure: bool) -> None:
        if sure and not has_colon:
            self._goes(seat, needed=OUT not in seat.here)
            return
        if has_colon and not self.allows(Tolerated.MORE_THAN_ASKED):
            self._refuses(seat, needed=self.step >= NAMES)
            return
        was = seat.here
        number = self._next()
        news = [self._announces(seat, f"USER_LEFT:{name}", needed=False) for name in seat.names]
        seat.farewell += [promise for deed in news for promise in deed.promises.values()]
        for promise in seat.farewell:
            promise.outcome = lambda: self._has_left(seat)
        self._refuses(seat, needed=False).outcome = lambda: self._stays(seat, was, number)
        seat.may_have_left = True
        self._moves(seat, seat.here | {OUT}, number)

    def _stays(self, seat: Seat, where: Places, number: int) -> None:
        if seat.moved == number and not seat.left:
            seat.here, seat.farewell, seat.may_have_left = where, [], False

    def _goes(self, seat: Seat, needed: bool) -> None:
        """`seat` has left: everyone who is left hears of it."""
        for promise in seat.ears.all():
            promise.loosens()
        for promise in seat.farewell:
            promise.off = True
        seat.gone = self._number + 1
        for name in seat.names:
            self._announces(seat, f"USER_LEFT:{name}", needed and self.step >= LEAVING and len(seat.names) == 1)
        self._has_left(seat)

    def _has_left(self, seat: Seat) -> None:
        if seat.left:
            return
        seat.left = True
        if self.allows(Tolerated.NAME_FREE_SHORTLY):
            self.lingering.update(seat.names)
            self.listed.update(seat.names)
        for form in self._lists:
            form.may |= form.must & set(seat.names)
            form.must -= set(seat.names)
        self._moves(seat, frozenset({OUT}), self._number)
        if not self.allows(Tolerated.HEARD_SHORTLY):
            seat.been = seat.here

    def _private(self, seat: Seat, argument: str, has_colon: bool, sure: bool) -> None:
        target, colon, text = argument.partition(":")
        bare = target.strip() if self.allows(Tolerated.BLANKS_AT_ENDS) else target
        known = [other for other in self.seats.values() if bare in other.names and not other.left]
        if not known and bare not in self.listed:
            self._refuses(seat, needed=self.step >= NAMES)
            return
        left_open = not text.strip() and self.allows(Tolerated.EMPTY_TEXT)
        left_open |= known == [seat] and self.allows(Tolerated.TO_ONESELF)
        is_certain = all(other.is_in for other in known if other is not seat) and bare not in self.listed
        sure = sure and not left_open and is_certain and bool(colon) and bare == target and OUT not in seat.here
        deed = self._does(seat, Whisper(tuple(seat.names), readings(text)), frozenset(), sure)
        for other in known:
            self._tells(deed, other, sure)
        if not sure:
            self._refuses(seat, needed=False)

    def _join_room(self, seat: Seat, argument: str, has_colon: bool, sure: bool) -> None:
        room = argument.strip() if self.allows(Tolerated.BLANKS_AT_ENDS) else argument
        if not is_name(room, of_any_alphabet=self.allows(Tolerated.OTHER_ALPHABETS)):
            self._refuses(seat, needed=self.step >= NAMES)
            return
        stays = seat.here == {room} and self.allows(Tolerated.OWN_ROOM)
        sure = sure and room == argument and is_name(room) and len(seat.here) == 1
        was = seat.here
        deed = self._does(seat, Exactly(f"JOINED_ROOM:{room}"), frozenset(), sure)
        answer = self._tells(deed, seat, not stays and OUT not in was and self.step >= ROOMS)
        moved: int
        if not sure or stays:
            answer.outcome = lambda: self._stays(seat, frozenset({room}), moved)
            self._or_is_refused(answer, seat, lambda: self._stays(seat, was, moved))
        if self.allows(Tolerated.HISTORY_OF_ROOMS):
            self._replays(seat, room, needed=False, most=KEPT, in_order=False)
        moved = self._number
        if was != {room}:
            self._moves(seat, frozenset({room}) if sure else was | {room}, moved)

    def _list_users(self, seat: Seat, argument: str, has_colon: bool, sure: bool) -> None:
        staying = [other for other in self.seats.values() if not other.left]
        gone = self.listed - {name for other in staying for name in other.names}
        form = Users(may=set(self.listed), doubtful=frozenset(gone))
        for other in staying:
            is_in = other.is_in or (other is seat and OUT not in seat.here)
            (form.must if is_in and len(other.names) == 1 else form.may).update(other.names)
        self._lists.append(form)
        deed = self._does(seat, form, frozenset(), sure)
        answer = self._tells(deed, seat, self.step >= ROOMS and OUT not in seat.here)
        if not sure or (has_colon and self.allows(Tolerated.MORE_THAN_ASKED)):
            self._or_is_refused(answer, seat)


def decoded(line: bytes) -> str | None:
    """Return the text of a line; None if it is none."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def is_said(sent: str, line: str) -> bool:
    """Tell whether `line` is the text of the long message that was `sent`, or the greater part of it."""
    text, said = sent.partition(":")[2].strip(), line.partition(": ")[2].strip()
    return len(said) > len(text) // 2 and text.startswith(said)


def is_name(text: str, of_any_alphabet: bool = False) -> bool:
    """Tell whether somebody, or a room, can be called that."""
    return 1 <= len(text) <= NAME_LIMIT and all(_is_sign_of_name(sign, of_any_alphabet) for sign in text)


def _is_sign_of_name(sign: str, of_any_alphabet: bool) -> bool:
    if sign in NAME_SIGNS or (sign.isascii() and sign.isalnum()):
        return True
    return of_any_alphabet and not sign.isascii() and unicodedata.category(sign)[0] in "LMN"
