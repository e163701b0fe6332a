"""What the grader and the stage say to each other: JSON, one object per line, over loopback. All of it is listed here.

The stage reports by itself and answers requests. The grader believes nothing that it reads: a program can forge it.
"""

from __future__ import annotations

from types import CodeType
from typing import Literal, TypedDict

SYSTEM_BYTES, SYSTEM_FILES = 64_000_000, 10_000  # of all that lies in one of the folders that are for everybody
PART_BYTES = 2048  # that one `send` takes where somebody is slow to read: less than a long line
LONGEST_SOURCE = 20_000_000  # bytes of a program: nobody writes as much by hand

# With which settings a program is started


class Options(TypedDict, total=False):
    """What a check may choose for a program."""

    listen: int  # at which port of loopback a listener of its really listens; any free one otherwise
    listen_as: int  # for which port that listener asks; it is the first one otherwise
    connect: dict[str, int]  # by address family: to which port of loopback it really connects
    summer: bool | None  # just now its zone is an hour ahead of its standard time, or is not but will be
    tick: float  # seconds that pass whenever it looks at the clock
    leaps: bool  # its clocks leap when the grader says so
    hurried: bool  # no time limit that it chooses for a connection is longer than a second
    shaken: bool  # its lines are watched, so that its threads can be held up before them
    environ: dict[str, str]  # variables that it sees, besides those which all see
    stands_in: str  # the folder in which somebody stands who starts it; otherwise that in which it lies
    hold_after: str  # whoever has sent this line is held until the grader lets it go on
    hold_main: bool  # the main thread is held instead, unless it is the one that has sent that line


class Settings(Options):
    """All that the stage must know of a program."""

    program: str  # the file's name, as it stands behind `python`
    args: tuple[str, ...]  # what stands behind that
    work: str  # the folder in which it runs
    source: str  # the file's path
    control: int  # the grader's port, to which the stage connects
    token: str  # by which the grader knows its own stage
    zone: str  # the program's time zone, as in POSIX


class WarmSettings(Settings, total=False):
    """What the fork server adds."""

    code: CodeType | None  # the compiled program; None where it must fail by itself


# What surrounds the programs of a fork server


class Cell(TypedDict):
    """What a fork server holds itself and its programs to."""

    layers: list[str]  # what it does itself, where nobody did it around it: see LAYERS in process/cell.py
    reads: list[str]  # below which files may be read, if "files" is a layer
    writes: list[str]  # below which they may be changed
    user: int  # the account of the programs; 0: the same as ours
    limits: dict[str, int]  # of a program, by the names in `confining.LIMITS`
    counts_processes: bool  # whether the one on processes counts those of the programs only


class Bare(TypedDict):
    """A program that is started as a person starts it."""

    exec: list[str]  # the command
    work: str  # the folder in which it runs


# What happens to the processes of a fork server


class ForkReport(TypedDict, total=False):
    """The fork server is ready; a process was made, which says so itself, or could not be; one has ended."""

    ready: list[str]  # the layers that this system refuses
    pid: int  # of the one that was made
    failed: str  # why none was made
    exit: int  # the process that ended
    status: int  # its exit status, or the signal that ended it, negative


# What the grader asks


class Ping(TypedDict):
    """Is answered with the same number, as soon as the process gets to it."""

    do: Literal["ping"]
    number: int


class Shallow(TypedDict):
    """Let the send buffers of the connections that come from now on be small, or big again."""

    do: Literal["shallow"]
    on: bool


class Shake(TypedDict):
    """Hold threads up from now on, before the lines whose number leaves the rest `turn` when divided by `apart`."""

    do: Literal["shake"]
    turn: int | None  # None: nobody is held
    apart: int


class Disk(TypedDict):
    """Let writing fail where a file would become longer than that, as on a full disk; None: as far as one may."""

    do: Literal["disk"]
    most_bytes: int | None


class Leap(TypedDict):
    """Let its clocks go on by so many seconds at once."""

    do: Literal["leap"]
    seconds: float


class Order(TypedDict):
    """What needs no details.

    `stacks` is answered with a list of Thread, `ended` with the Places of functions that threads have run and none runs
    any more, `unstarted` with the Places where threads were made for functions that none has ever run, `loops` with the
    numbers of the stage's own thread and of those that do nothing although a clock wakes them, `rest` once everything
    rests but what is held, `settle` with Shaken once that was let go as well; `sender` is answered with whether it is
    the main thread that has sent `hold_after`, and `go on` lets go whoever is held; `collect` lets asyncio tell what
    its tasks raised, and `interrupt` presses Ctrl+C and is answered with whether that wakes a reader.
    """

    do: Literal["stacks", "ended", "unstarted", "loops", "rest", "settle", "sender", "go on", "collect", "interrupt"]


Request = Ping | Shallow | Shake | Disk | Leap | Order

# What the stage tells


class Place(TypedDict):
    """A line of the student's."""

    file: str
    line: int
    function: str
    code: str


class Holder(TypedDict, total=False):
    """A thread that has taken a lock; nothing is known of one that has released it meanwhile."""

    id: int
    place: Place


class _Thread(TypedDict):
    id: int
    thread: str  # its name
    places: list[Place]  # the innermost first


class Thread(_Thread, total=False):
    """Where a thread stands."""

    waits_for: Holder  # the lock that it waits for, if it waits for one
    native: int  # its number in the system, if Python knows it
    daemon: bool  # whether the program ends without waiting for it
    reads: bool  # whether it waits until a file brings something that was made of a socket


class Raised(TypedDict):
    """An exception that ended the program, a thread or a request handler."""

    type: str
    message: str
    module: str  # that was not found, if it is about one
    places: list[Place]  # the innermost last


class Shaken(TypedDict):
    """What came of holding threads up."""

    places: list[tuple[int, int]]  # the numbers of lines, and how many threads came there
    threads: int  # that came to any of them
    held: list[Place]  # where threads were held
    rests: bool  # whether all threads came to rest in the end


class Report(TypedDict, total=False):
    """What the stage says: one of these, with what belongs to it."""

    hello: str  # the token, before anything else
    listening: tuple[int, int]  # address family and port
    asked: tuple[str, int]  # for which host and port the program asked, which now listens
    connecting: tuple[str, int]  # to which host and port the program wants to connect
    exception: Raised
    to: str  # the request to which this is the answer
    reply: object
