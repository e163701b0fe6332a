"""Which threads of a process are blocked until something comes from outside (Linux; elsewhere nobody can tell).

The kernel shows in which system call a thread is blocked, and with which arguments: so one sees whether a clock
can wake it, too. See proc_pid_syscall(5).
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Collection, Iterator

from grading.system import connections
from grading.system.families import below

FOR_EVER = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)  # -1 milliseconds, as an int or a long
NOWHERE = (0,)  # the address of no time at all
ALWAYS = -1  # instead of the number of an argument: there is no time that could pass
# By machine: the system calls that wait, which argument says for how long, and with which values that is for ever
WAITS: dict[str, dict[int, tuple[int, tuple[int, ...]]]] = {
    "x86_64": {
        **dict.fromkeys((0, 34, 43, 45, 47, 288), (ALWAYS, ())),  # read, pause, accept, recvfrom, recvmsg, accept4
        7: (2, FOR_EVER),  # poll
        **dict.fromkeys((232, 281), (3, FOR_EVER)),  # epoll_wait, epoll_pwait
        **dict.fromkeys((202, 441), (3, NOWHERE)),  # futex, epoll_pwait2
        **dict.fromkeys((23, 270), (4, NOWHERE)),  # select, pselect6
        271: (2, NOWHERE),  # ppoll
    },
    "aarch64": {
        **dict.fromkeys((63, 202, 207, 212, 242), (ALWAYS, ())),  # read, accept, recvfrom, recvmsg, accept4
        22: (3, FOR_EVER),  # epoll_pwait
        **dict.fromkeys((98, 441), (3, NOWHERE)),  # futex, epoll_pwait2
        72: (4, NOWHERE),  # pselect6
        73: (2, NOWHERE),  # ppoll
    },
}
# By machine: the system calls by which one waits for what is typed, and which argument is 0 where one only sleeps
LISTENS: dict[str, dict[int, int]] = {
    "x86_64": {0: 2, 7: 1, 271: 1, **dict.fromkeys((23, 270), 0), **dict.fromkeys((232, 281, 441), 2)},
    "aarch64": {63: 2, **dict.fromkeys((22, 441), 2), 72: 0, 73: 1},
}
ALARMS = (14, 26, 27)  # SIGALRM, SIGVTALRM, SIGPROF on Linux: a clock of the system's that wakes
SOCKET = "socket:["  # how the name of a descriptor begins that is one


def look(pid: int, but: Collection[int], loops: Collection[int] = ()) -> dict[int, int] | None:
    """Return for how many nanoseconds each thread of a process has run; None if one runs, or may go on by itself.

    Of those in `loops` it is known that they do nothing where a clock wakes them; they count as if they never ran.
    Those in `but` may do what they like. Both hold numbers of the process's own. None, too, if nobody can tell.
    """
    ran: dict[int, int] = {}
    try:
        for thread in _threads(pid):
            own = _own_number(pid, thread)
            if own in but:
                continue
            number, *arguments = _read(f"/proc/{pid}/task/{thread}/syscall").split()
            is_blocked = _only_outside(int(number), [int(word, 16) for word in arguments])
            if not is_blocked and own not in loops:
                return None
            ran[thread] = int(_read(f"/proc/{pid}/task/{thread}/schedstat").split()[0]) if is_blocked else 0
    except (OSError, ValueError, IndexError):  # a thread that runs has no number
        return None
    return ran


def listens(pid: int, but: Collection[int]) -> bool | None:
    """Tell whether a thread of a process reads, or looks whether there is something to read; None if nobody can tell.

    For how long it looks does not matter. Those in `but`, which are numbers of the process's own, do not count.
    """
    if not (calls := LISTENS.get(_machine())):
        return None
    try:
        for thread in _threads(pid):
            number, *arguments = _read(f"/proc/{pid}/task/{thread}/syscall").split()
            places = calls.get(int(number)) if number.isdigit() else None
            if places is not None and int(arguments[places], 16) and _own_number(pid, thread) not in but:
                return True
    except (OSError, ValueError, IndexError):
        return None
    return False


def _machine() -> str:
    """Return the kind of processor whose system calls are asked for; elsewhere than on Linux, nobody need find out."""
    return platform.machine() if sys.platform == "linux" else ""


def _only_outside(call: int, arguments: list[int]) -> bool:
    """Tell whether a system call ends only if something comes from outside."""
    argument, values = WAITS.get(_machine(), {}).get(call, (0, ()))
    return argument == ALWAYS or arguments[argument] in values


def own_numbers(pid: int) -> dict[int, int]:
    """Return the number of each thread of a process in its own system (a PID namespace), by the one in ours."""
    numbers = {}
    with contextlib.suppress(OSError):
        for thread in _threads(pid):
            with contextlib.suppress(OSError, ValueError, IndexError):
                numbers[thread] = _own_number(pid, thread)
    return numbers


def _threads(pid: int) -> Iterator[int]:
    return map(int, os.listdir(f"/proc/{pid}/task"))


def _own_number(pid: int, thread: int) -> int:
    status = _read(f"/proc/{pid}/task/{thread}/status")
    return int(status.partition(b"\nNSpid:")[2].split(b"\n")[0].split()[-1])


def is_left_alone(pid: int, but_port: int) -> bool:
    """Tell whether nothing is on its way to a process or from it, and no other process or alarm will wake it.

    What goes to `but_port` or comes from there does not matter.
    """
    try:
        descriptors = list(_descriptors(pid))
        caught = int(_read(f"/proc/{pid}/status").partition(b"\nSigCgt:")[2].split()[0], 16)
        if any(caught >> (alarm - 1) & 1 for alarm in ALARMS) or any("timerfd" in name for name in descriptors):
            return False
        sockets = {name[len(SOCKET) : -1] for name in descriptors if name.startswith(SOCKET)}
        return not below(pid) and not _is_sending(sockets, but_port)
    except (OSError, ValueError, IndexError):
        return False


def _descriptors(pid: int) -> Iterator[str]:
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f"/proc/{pid}/fd/{descriptor}")


def _is_sending(sockets: set[str], but_port: int) -> bool:
    """Tell whether bytes have not arrived yet that go to one of these sockets, or come from one; True if one cannot."""
    every = connections.every(*connections.MAY_SEND)
    if every is None:
        return True
    others = [one for one in every if but_port not in (one.port, one.remote_port)]
    ports = {one.port for one in others if one.inode in sockets}
    return any(one.unsent and ports & {one.port, one.remote_port} for one in others)


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.readall()
