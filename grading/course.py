"""The course: its exercises, what each builds on, and where its parts lie. The one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

KIT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Dialect:
    """How people talk in an exercise."""

    joins: bool | None = False  # whether they say JOIN and a name first; None: where the server knows how
    is_stamped: bool = False  # each message comes with its time
    may_be_bare: bool = False  # a message may come without its speaker's name


@dataclass(frozen=True)
class Role:
    """One of the programs of an exercise, or what is handed in with them. Its checks are in `test_NAME.py`."""

    name: str  # server or client, where Room and Desk are the venues
    program: str  # the file
    suite: Path | None = None  # the folder with its checks, where that is not the one of the exercise


@dataclass(frozen=True)
class Exercise:
    """Something to be done and graded."""

    name: str
    suite: Path  # the folder with its checks
    roles: tuple[Role, ...]
    builds_on: Exercise | None = None  # whose checks are made as well
    dialect: Dialect = Dialect()
    pages: Path | None = None  # the folder with its text and its skeleton
    needs: str = ""  # for what its pages have a requirements.txt; empty where the kit has all that it takes
    hours: str = ""  # that it usually takes, in words
    has_pieces: bool = False  # its tasks come in pieces, each from several places of a file
    farewell: str = "All is done."  # for whoever has passed it, where nothing builds on it
    onward: str = ""  # what there is to grade after it in that case

    @property
    def ladder(self) -> tuple[Exercise, ...]:
        """All that it builds on, the first one first, and itself."""
        return (*(self.builds_on.ladder if self.builds_on else ()), self)

    @property
    def key(self) -> str:
        """What it is called where it matters whether a talk belongs to it."""
        return f"{self.name}+{TALK.name}" if TALK in self.roles else self.name

    def checks_of(self, role: Role) -> Path:
        """Return the file with its checks of a role."""
        return (role.suite or self.suite) / f"test_{role.name}.py"

    @property
    def suites(self) -> tuple[Path, ...]:
        """The folders with all its checks, and those of all that it builds on."""
        own = (role.suite or one.suite for one in self.ladder for role in one.roles)
        return tuple(dict.fromkeys(own))

    @property
    def requirements(self) -> tuple[Path, ...]:
        """The file that says what must be installed for it, beyond what the kit needs; none where that is nothing."""
        return (self.pages / "requirements.txt",) if self.needs and self.pages else ()

    @property
    def programs(self) -> tuple[str, ...]:
        """The files that it is about."""
        return tuple(role.program for role in self.roles)

    def program(self, role: str) -> str:
        """Return the file of a role, its own or in what it builds on; an empty string where there is no such role."""
        roles = (one for exercise in reversed(self.ladder) for one in exercise.roles)
        return next((one.program for one in roles if one.name == role), "")


CHAT = (Role("server", "chat_server.py"), Role("client", "chat_client.py"))
PROGRAMS = tuple(role.program for role in CHAT)
BONUS = "bonus"  # what all challenges together are called, and the folder of each part of them
TALK = Role("talk", "my-talk.txt", KIT / "tests" / "talk")  # a conversation that the student wrote as a test


def _step(name: str, builds_on: Exercise | None, dialect: Dialect, **more: Any) -> Exercise:
    return Exercise(name, KIT / "tests" / name, CHAT, builds_on, dialect, KIT / "steps" / name, **more)


STEP1 = _step("step1", None, Dialect(joins=None, may_be_bare=True), hours="2 to 4 hours")
STEP2 = _step("step2", STEP1, Dialect(joins=True), hours="2 to 3 hours")
STEP3 = _step("step3", STEP2, Dialect(joins=True), hours="3 to 5 hours")
STEP4 = _step("step4", STEP3, Dialect(joins=True, is_stamped=True), hours="an hour at most")
ADVANCED = _step(
    "advanced",
    STEP4,
    Dialect(joins=True, is_stamped=True),
    hours="4 to 7 hours",
    has_pieces=True,
    farewell="All steps are done. Read solution/, if you have it, and compare.",
    onward=BONUS,
)


def _challenge(name: str, *roles: Role, **more: Any) -> Exercise:
    suite, pages = KIT / "tests" / BONUS / name, KIT / "steps" / BONUS / name
    farewell = "This challenge is done. Read solution/, if you have it, and compare."
    whole = f"{BONUS}/{name}"
    dialect = ADVANCED.dialect
    return Exercise(whole, suite, roles or CHAT, ADVANCED, dialect, pages, has_pieces=True, farewell=farewell, **more)


CHALLENGES = {
    challenge.name: challenge
    for challenge in (
        _challenge("encryption", needs="the grader makes certificates with it, anew each time"),
        _challenge("files"),
        _challenge("log", CHAT[0]),
        _challenge("moderation", CHAT[0], needs="your server knows from it which letters look like which"),
        _challenge(
            "web",
            Role("gateway", "chat_web.py"),
            Role("page", "chat.html"),
            needs="your gateway and the grader speak WebSocket with it",
        ),
    )
}
EXERCISES = {exercise.name: exercise for exercise in (*ADVANCED.ladder, *CHALLENGES.values())}
STEPS = tuple(exercise.name for exercise in ADVANCED.ladder)  # the ladder that everybody climbs


def with_talk(exercise: Exercise) -> Exercise:
    """Return a step to which the student's own talk belongs: it is handed in with the programs, and gives points."""
    return replace(exercise, roles=(*exercise.roles, TALK))


GRADED = {one.key: one for one in (*EXERCISES.values(), *map(with_talk, ADVANCED.ladder))}  # all that can be graded


def following(exercise: Exercise) -> Exercise | None:
    """Return the step that builds on this one, if there is one."""
    after = (EXERCISES[name] for name in STEPS)
    return next((one for one in after if one.builds_on and one.builds_on.name == exercise.name), None)
