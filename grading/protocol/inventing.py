"""Invent conversations that nobody wrote: legal and illegal ones, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from grading.protocol.conversations import CLOSES, HALF_CLOSES, RESETS, Act, Conversation
from grading.protocol.model import LEAVING, LIMIT, NAMES, ROOMS

PEOPLE = ("Ann", "Bob", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jim", "Kim", "Lea", "Max")
FEW = 4  # people, as a rule
CROWD_EVERY, FIRST_CROWD = 25, 4  # conversations: then there are more than ten people
NAMESAKES = ("Ann", "An", "Anna", "ann")
NAMESAKES_EVERY = 10  # conversations
OTHER_NAMES = ("ann", "JOIN", "An", "007", "USERS", "Anna", "bob", "x" * 32, "_", "Bo", "lobby", "B", "-.-", "y" * 32)
BAD_NAMES = ("", " ", "a b", "a:b", "a,b", "x" * 33, "Ann!", "[Ann]", "\N{PARTY POPPER}", "Ann\0", "a/b", "Ann\u2028")
DOUBTFUL_NAMES = ("\xe9", "\N{CYRILLIC CAPITAL LETTER YA}", "Ann ", " Bob", "Cyd\t")
SIGNS = (
    *"\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\x1f\0\x01\x07\x08\x1b\x7f\t\xa0\ufeff\u200d\u202e",
    *("e\u0301", "\N{PARTY POPPER}", "\U0010ffff", "\xdf", "\u0130", "你好", "€", "ÿ"),
    *("%s", "{}", "\\n", "'", '"', ":", "::", ",", "[", "]", "<b>", "$HOME", "b'x'", "\\"),
)
WORDS = (
    *("QUIT", "quit", "JOIN:Eve", "MESSAGE:hi", "ERROR:no", "JOINED:Ann", "USER_JOINED:Bob", "USER_LEFT:Ann"),
    *("USERS:Ann,Bob", "LIST_USERS", "PRIVATE:Bob:hi", "JOIN_ROOM:lobby", "Ann: hi", "Bob [12:34:56]: hi", "/quit"),
)
PLAIN = ("hi", "hello everyone", "how are you?", "at 10:30: tea", "two  blanks", "ok", "a", "1", "None", "0")
UNKNOWN = (
    *("DANCE", "DANCE:with me", "MESSAGES:hi", "NOMESSAGE:hi", "MESSAGEhi", "hello there", ":hi", "\0", "QUITS"),
    *("JOINS:Eve", "JOINxEve", "ADJOIN:Eve", "JOIN_ROOMS:garden", "PRIVATELY:Ann:hi", "LIST_USERS_NOW", "LIST"),
)
EARLY = ("MESSAGE:let me in", "LIST_USERS", "PRIVATE:Ann:psst", "JOIN_ROOM:garden", "MESSAGE:")
OPEN = ("MESSAGE:", "MESSAGE:  ", " ", " MESSAGE:hi", "message:hi", "MESSAGE")
ROOMS_TO_GO = ("garden", "garden", "kitchen", "Garden", "lobby", "lobby", "Lobby", "z" * 32, "Ann", "Bob", "USERS")
WIDE = ("x", "x", "x", "\xe9", "€", "\N{PARTY POPPER}")  # letters of one to four bytes
ERRORS_IN_A_ROW = 12
NOT_TEXT = (b"\xff\xfe", b"MESSAGE:caf\xe9", b"MESSAGE:\xc3", b"MESSAGE:\xed\xa0\x80", b"JOIN:\xff", b"\x80")


def invent(step: int, seed: int, joins: bool = True) -> Conversation:
    """Return the conversation of that seed at a step; `joins`: whether one must join there."""
    return _Author(step, joins, seed).writes()


class _Author:
    """Writes one conversation, and remembers roughly who is where."""

    def __init__(self, step: int, joins: bool, seed: int) -> None:
        self.step = step
        self.joins = joins
        self.chance = chance = random.Random(f"{step} {seed}")
        self.other_name = OTHER_NAMES[seed % len(OTHER_NAMES)]
        self.bad_name = BAD_NAMES[seed % len(BAD_NAMES)]  # the favourites of this conversation: so that any
        self.unknown = UNKNOWN[seed % len(UNKNOWN)]  # fifty in a row have them all
        self.acts: list[Act] = []
        self.here: dict[str, str] = {}  # who is connected: under which name, if any
        self.texts: list[str] = []
        is_crowd = seed % CROWD_EVERY == FIRST_CROWD
        few = NAMESAKES if seed % NAMESAKES_EVERY == 0 else PEOPLE[: chance.choice((2, 3, 3, FEW, FEW))]
        self.people = PEOPLE if is_crowd else few

    def writes(self) -> Conversation:
        turns: list[tuple[int, Callable[[], None]]] = [(10, self.somebody_speaks), (3, self.somebody_comes)]
        turns += [(2, self.one_repeats), (2, self.many_lines), (1, self.two_at_once), (2, self.nonsense)]
        if self.joins and self.step >= NAMES:
            turns += [(3, self.bad_join), (1, self.early_word), (1, self.joins_and_speaks), (1, self.errs_again)]
        if self.step >= LEAVING:
            turns += [(4, self.somebody_leaves), (1, self.last_words), (1, self.all_leave), (2, self.bad_line)]
            turns += [(1, self.stranger_leaves)] if self.joins else []
        if self.step >= ROOMS:
            turns += [(4, self.whispers), (3, self.changes_room), (2, self.asks_who_is_here), (1, self.bad_room)]
        weights, choices = [weight for weight, _ in turns], [turn for _, turn in turns]
        if len(self.people) > FEW or self.people is NAMESAKES:
            for _ in range(len(self.people) - 1):
                self.somebody_comes()
        count = self.chance.randint(4, 12)
        favourite = self.chance.randrange(count)
        for number in range(count):
            if len(self.here) < 2 or not self.members():
                self.somebody_comes()
            if number == favourite:
                has_names = self.joins and self.step >= NAMES
                self.chance.choice(
                    (self.favourite_name, self.favourite_word) if has_names else (self.favourite_word,)
                )()
            self.chance.choices(choices, weights)[0]()
        if self.chance.random() < 0.7:
            self.all_leave()
        return tuple(self.acts)

    # Turns

    def somebody_comes(self) -> None:
        absent = [person for person in self.people if person not in self.here]
        if not absent:
            return
        who = self.chance.choice(absent)
        if not self.joins:
            self.here[who] = who
            self.acts.append(Act(who))
        elif self.chance.random() < 0.08:
            self.here[who] = ""
            self.acts.append(Act(who))
        else:
            self.joins_as(who, self.free_name(who))

    def somebody_speaks(self) -> None:
        for who in self.one_of(self.members()):
            self.says(who, f"MESSAGE:{self.text()}")

    def one_repeats(self) -> None:
        if self.texts:
            for who in self.one_of(self.members()):
                self.says(who, f"MESSAGE:{self.chance.choice(self.texts)}")

    def many_lines(self) -> None:
        for who in self.one_of(self.members()):
            count = self.chance.choice((2, 3, 3, 25))
            lines = [f"MESSAGE:{self.text(plain=count > 3)}" for _ in range(count)]
            if self.chance.random() < 0.3:
                lines.insert(1, self.chance.choice(("", "", "DANCE")) if self.step >= NAMES else "")
            self.says(who, "\n".join(lines))

    def two_at_once(self) -> None:
        members = self.members()
        if len(members) > 1:
            pair = self.chance.sample(members, 2)
            self.acts.append(Act(pair[0], self.line(f"MESSAGE:{self.text()}"), waits=False))
            self.says(pair[1], f"MESSAGE:{self.text()}")

    def nonsense(self) -> None:
        for who in self.one_of(list(self.here)):
            if self.chance.random() < 0.25:
                self.says(who, "")
            elif self.chance.random() < 0.25 and self.here[who]:
                self.says(who, self.chance.choice(OPEN))
            else:
                self.says(who, self.chance.choice((self.unknown, self.chance.choice(UNKNOWN))))

    def bad_join(self) -> None:
        names = [name for name in self.here.values() if name] or ["Zoe"]
        others = self.chance.choice((BAD_NAMES, ("ann", "An", "Anna"), DOUBTFUL_NAMES))
        name = self.chance.choice((self.bad_name, self.bad_name, *names[:2], self.chance.choice(others)))
        if self.chance.random() < 0.7:
            self.is_refused_as(name)
        else:
            self.joins_twice(name)

    def favourite_name(self) -> None:
        self.is_refused_as(self.bad_name)

    def favourite_word(self) -> None:
        for who in self.one_of(self.members()):
            self.says(who, self.unknown)

    def joins_twice(self, name: str) -> None:
        absent = [person for person in self.people if person not in self.here]
        for who in self.one_of(self.members()):
            for other in self.one_of(absent):
                self.says(who, f"JOIN:{other}")
                self.joins_as(other, other)
                return
            self.says(who, f"JOIN:{name}")

    def is_refused_as(self, name: str) -> None:
        for who in self.one_of(self.strangers()):
            self.joins_as(who, name)
            if self.chance.random() < 0.3 and not self.here[who]:
                self.says(who, self.unknown)
            if self.chance.random() < 0.5 and not self.here[who]:
                self.joins_as(who, self.free_name(who))
            elif self.step >= NAMES:
                self.leaves(who)

    def early_word(self) -> None:
        for who in self.one_of(self.strangers()):
            self.here.setdefault(who, "")
            self.says(who, self.chance.choice(EARLY if self.step >= ROOMS else (EARLY[0], *UNKNOWN[:3])))

    def errs_again(self) -> None:
        """Somebody errs more often than one should, and is there all the same."""
        taken = [name for name in self.here.values() if name]
        for who in self.one_of(self.chance.choice((self.members(), self.strangers()))):
            self.here.setdefault(who, "")
            wrong = [self.unknown, f"JOIN:{self.bad_name}", *(f"JOIN:{name}" for name in taken)]
            self.says(who, "\n".join(self.chance.choice(wrong) for _ in range(ERRORS_IN_A_ROW)))

    def joins_and_speaks(self) -> None:
        absent = [person for person in self.people if person not in self.here]
        for who in self.one_of(absent):
            name = self.free_name(who)
            self.here[who] = name
            self.says(who, f"JOIN:{name}\nMESSAGE:{self.text()}")

    def somebody_leaves(self) -> None:
        for who in self.one_of(list(self.here)):
            self.leaves(who)
            if self.chance.random() < 0.4:
                self.joins_as(who, self.free_name(who))

    def last_words(self) -> None:
        for who in self.one_of(self.members()):
            ends = self.chance.choice(("\nQUIT\n", "\nQUIT\nMESSAGE:one more thing\n", "\n", ""))
            way = self.chance.choice((HALF_CLOSES, CLOSES, RESETS))
            self.acts.append(Act(who, f"MESSAGE:{self.text()}{ends}".encode(), leaves=way))
            del self.here[who]

    def stranger_leaves(self) -> None:
        """What somebody says who has said QUIT does not count, even if they never joined."""
        for who in self.one_of(self.strangers()):
            self.here.pop(who, None)
            data = self.chance.choice((b"QUIT\nJOIN:Eve\n", b"QUIT\nJOIN:Eve\nMESSAGE:hi\n"))
            self.acts.append(Act(who, data, leaves=HALF_CLOSES))

    def all_leave(self) -> None:
        leaving = self.chance.sample(list(self.here), len(self.here))
        for who in sorted(leaving, key=len) if self.people is NAMESAKES else leaving:
            self.leaves(who)

    def bad_line(self) -> None:
        for who in self.one_of(list(self.here)):
            size = LIMIT + self.chance.choice((1, 1, 2, 3, 5000))
            long = _filled("MESSAGE:", size, self.chance.choice(WIDE))
            data = self.chance.choice((*NOT_TEXT, *[long] * 4, b"x" * size))
            self.acts.append(Act(who, data + b"\n", self.cuts(data)))

    def whispers(self) -> None:
        for who in self.one_of(self.members()):
            others = [name for person, name in self.here.items() if name and person != who]
            target = self.chance.choice((*others, *others, *others, "Zoe", "", "ann", self.here[who]))
            self.says(who, f"PRIVATE:{target}:{self.text()}")

    def changes_room(self) -> None:
        room = self.chance.choice(ROOMS_TO_GO)
        for who in self.chance.sample(self.members(), min(len(self.members()), self.chance.choice((1, 1, 2)))):
            self.says(who, f"JOIN_ROOM:{room}")

    def bad_room(self) -> None:
        for who in self.one_of(self.members()):
            self.says(who, f"JOIN_ROOM:{self.chance.choice(BAD_NAMES)}")

    def asks_who_is_here(self) -> None:
        for who in self.one_of(self.members()):
            self.says(who, "LIST_USERS")

    # Parts

    def members(self) -> list[str]:
        return [who for who, name in self.here.items() if name]

    def strangers(self) -> list[str]:
        """Return those who have not joined: connected, or else still to come."""
        waiting = [who for who, name in self.here.items() if not name]
        return waiting or [person for person in self.people if person not in self.here]

    def one_of(self, people: list[str]) -> list[str]:
        return [self.chance.choice(people)] if people else []

    def free_name(self, who: str) -> str:
        other = self.chance.choice((self.other_name, self.other_name, self.chance.choice(OTHER_NAMES)))
        name = who if self.chance.random() < 0.7 else other
        return who if name in self.here.values() else name

    def joins_as(self, who: str, name: str) -> None:
        is_free = name not in self.here.values() and name not in BAD_NAMES
        self.here[who] = name.strip() if is_free and name.isascii() else ""
        self.says(who, f"JOIN:{name}")

    def leaves(self, who: str) -> None:
        way = self.chance.choice((CLOSES, HALF_CLOSES, RESETS, "QUIT")) if self.step >= LEAVING else CLOSES
        if way == "QUIT":
            self.acts.append(Act(who, self.line("QUIT"), leaves=self.chance.choice((CLOSES, HALF_CLOSES, ""))))
        else:
            self.acts.append(Act(who, leaves=way))
        del self.here[who]

    def says(self, who: str, line: str) -> None:
        data = self.line(line)
        self.acts.append(Act(who, data, self.cuts(data)))

    def line(self, text: str) -> bytes:
        return f"{text}{self.chance.choice(('', '', '', '', chr(13)))}\n".encode()

    def cuts(self, data: bytes) -> tuple[int, ...]:
        if self.chance.random() < 0.88 or len(data) < 3:
            return ()
        if self.chance.random() < 0.1 and len(data) < 30:
            return tuple(range(1, len(data)))
        return tuple(self.chance.randrange(1, len(data)) for _ in range(self.chance.choice((1, 1, 2))))

    def text(self, plain: bool = False) -> str:
        text = self._text(plain)
        self.texts.append(text)
        return text

    def _text(self, plain: bool) -> str:
        kind = self.chance.random()
        if plain or kind < 0.3:
            return f"{self.chance.choice(PLAIN)} {self.chance.randrange(100)}"
        if kind < 0.4:
            return self.chance.choice(PLAIN)
        if kind < 0.6:
            return self.chance.choice(WORDS)
        if kind < 0.64:
            size = LIMIT - len("MESSAGE:") - self.chance.choice((0, 0, 1, 50))
            return _filled("", size, self.chance.choice(WIDE)).decode()
        if kind < 0.67:
            return "one\rtwo"
        parts = [self.chance.choice((*SIGNS, "x", " ", "word")) for _ in range(self.chance.choice((1, 2, 3, 6, 40)))]
        return "".join(parts)


def _filled(start: str, size: int, sign: str) -> bytes:
    """Return `start` and as many signs as there is room for in so many bytes, the rest of it filled up."""
    count = (size - len(start)) // len(sign.encode())
    return (start + sign * count).encode().ljust(size, b"x")
