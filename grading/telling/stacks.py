"""Tell where the threads of a program stand, from what its stage reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grading.results.causes import Cause, Place, Thread

ACCEPTING = ("serve_forever", "accept(")
AS_A_FILE = "makefile"  # where a thread reads from the network, whatever stands in its line
NETWORK = (".recv", ".readline(", "rfile", AS_A_FILE)
KEYBOARD = ("input(", "stdin")
WAITING = ("recv", "readline", "rfile", AS_A_FILE, ".wait(", ".wait_for(", ".get(")
PATIENT = (".wait(", ".wait_for(", ".join(", "asyncio.run(")  # for other threads, or tasks
BY_HAND = re.compile(r"\.acquire\(")  # a line that takes a lock and says nothing of its return
PUTS = re.compile(r"\.put\(")  # a line that comes back at once, unless a queue is full
MAIN = "MainThread"
CALLED = re.compile(
    r"\b(?:Thread|Timer|submit|start_new_thread)\((?:.*\btarget\s*=)?\s*([\w.]+)\("
)  # in a line of code
MOST_CODE = 26  # characters of a line, where two lines are told in one sentence


def told(threads: Sequence[Thread], main_first: bool = False) -> Cause | None:
    """Tell where the threads stand: first those that wait for a lock, and of those first who waits for itself."""
    if proven := told_called(threads) or told_locks(threads) or told_full(threads):
        return proven
    if main_first and (deaf := _deaf(threads)):
        return _told_deaf(deaf)
    is_idle = _waits_for_others if main_first else _is_idle
    awake = [thread for thread in threads if not is_idle(thread)]
    for thread in sorted(awake, key=lambda thread: not _is_telling(thread, main_first))[:1]:
        return Cause("stands-there", f"{thread.place} is where it is now.", thread.place)
    return None


def told_full(threads: Sequence[Thread]) -> Cause | None:
    """Tell of a thread that waits for room in a queue."""
    for place in (thread.place for thread in threads if not thread.waits):
        if PUTS.search(place.code):
            sentence = f"A thread waits at {place}: that queue is full, and nobody takes anything out."
            return Cause("queue-is-full", sentence, place)
    return None


def told_called(threads: Sequence[Thread]) -> Cause | None:
    """Tell of a thread that is itself in the function that another one was to run."""
    for thread in threads:
        for place in thread.places:
            if called := CALLED.search(place.code):
                sentence = f"{place} calls {called[1]} at once, and waits for its end, before there is a thread for it."
                now = f"\nThat is at {thread.place}." if place != thread.place else ""
                return Cause("target-called", sentence + now, place)
    return None


def told_locks(threads: Sequence[Thread]) -> Cause | None:
    """Tell which threads wait for a lock, if any do: rather those that wait for ever, since they explain the others."""
    chains = [_chain(thread, threads) for thread in threads if thread.waits]
    if kept := next(filter(None, (_told_kept(thread, threads) for thread in threads if thread.waits)), None):
        return kept
    if rings := sorted(filter(_is_ring, chains), key=len):
        ring = rings[0]
        code = "waits-for-its-own-lock" if len(ring) == 1 else "wait-for-each-other"
        return Cause(code, _told_ring(ring), _to_change(ring[0]))
    if chains:
        return Cause("waits-for-a-lock", _told_chain(chains[0][-2:]), _to_change(chains[0][-2:][0]))
    return None


def _told_kept(waiting: Thread, threads: Sequence[Thread]) -> Cause | None:
    """Tell that a lock was taken by hand in a function that is over, and that did not give it back.

    Who took it has come to an end since, or waits for something new to do.
    """
    taken = waiting.lock_taken_at
    if not taken or not waiting.lock_holder or not BY_HAND.search(taken.code):
        return None
    holders = [thread for thread in threads if thread.id == waiting.lock_holder]
    places = [place for thread in holders for place in thread.places]
    within = [place for place in places if (place.file, place.function) == (taken.file, taken.function)]
    if waiting.waits_for_itself and within == [waiting.place] == [taken]:
        sentence = (
            f"A thread waits at {taken} for a lock that it took at this very line before, and has not given back."
        )
        return Cause("never-given-back", sentence, taken)
    if within or not all(map(_is_idle, holders)):
        return None
    sentence = f"The lock taken at {_short(taken)} was not given back, and the function that took it is over."
    return Cause("never-given-back", f"{sentence}\nA thread waits for it at {_short(waiting.place)}.", taken)


def _to_change(waiting: Thread) -> Place:
    """Return where to change something: where the lock was taken. To wait for it, elsewhere, is all right."""
    return waiting.lock_taken_at or waiting.place


def is_for_ever(threads: Sequence[Thread]) -> bool:
    """Tell whether some threads wait for each other, or one for itself: that never ends."""
    return any(_is_ring(_chain(thread, threads)) for thread in threads if thread.waits)


def _chain(thread: Thread, threads: Sequence[Thread]) -> list[Thread]:
    """Return a thread, the one that has the lock it waits for, the one for which that one waits, and so on."""
    by_id = {other.id: other for other in threads}
    chain = [thread]
    while chain[-1].waits and (holder := by_id.get(chain[-1].lock_holder or 0)):
        if holder in chain:
            break
        chain.append(holder)
    return chain


def _is_ring(chain: Sequence[Thread]) -> bool:
    """Tell whether the last thread of a chain waits for the first one."""
    return chain[-1].waits and chain[-1].lock_holder == chain[0].id


def _deaf(threads: Sequence[Thread]) -> Thread | None:
    """Return the main thread where it waits for the network, or for a thread that does, and none for the keyboard."""
    if any(is_at(thread, KEYBOARD) for thread in threads):
        return None
    main = next((thread for thread in threads if thread.name == MAIN), None)
    others = [thread for thread in threads if thread is not main]
    is_waiting = (
        main
        and is_at(main, (".join(", ".wait("))
        and any(is_at(other, NETWORK) for other in others)
        and all(is_at(other, WAITING) for other in others)
    )
    return main if main and (is_waiting or is_at(main, NETWORK)) else None


def is_at(thread: Thread, calls: Sequence[str]) -> bool:
    """Tell whether one of some calls stands in the line where a thread is."""
    return (thread.reads and AS_A_FILE in calls) or any(call in thread.place.code for call in calls)


def _told_deaf(main: Thread) -> Cause:
    """Tell where the main thread waits for the network, and for which line of another function it does."""
    if not is_at(main, NETWORK):
        sentence = f"The main thread is at {main.place}: it waits for another thread, and nobody reads the keyboard."
        return Cause("keyboard-unread", sentence, main.place)
    sentence = f"The main thread is at {main.place}: it waits for the network, and nobody reads the keyboard."
    callers = (place for place in main.places if place.function != main.place.function)
    if caller := next(callers, None):
        sentence += f"\nIt waits there for {_short(caller)}."
    return Cause("keyboard-unread", sentence, main.place)


def _is_telling(thread: Thread, main_first: bool) -> bool:
    """Tell whether a thread is probably the one that matters: it types, or it waits for somebody to read."""
    return thread.name == MAIN if main_first else "send" in thread.place.code


def told_asking(threads: Sequence[Thread], is_mute: bool) -> Cause | None:
    """Tell of a thread that waits for the keyboard, where nothing is sent; the client `is_mute` if nothing ever was."""
    place = next((thread.place for thread in threads if is_at(thread, KEYBOARD)), None)
    sentence = f"The client waits for the keyboard at {place}, and sends nothing."
    return Cause("nothing-goes-out" if is_mute else "stands-there", sentence, place) if place else None


def _waits_for_others(thread: Thread) -> bool:
    """Tell whether a thread of a client waits for another one of the program, or, beside the main thread, for more."""
    return is_at(thread, PATIENT) or (thread.name != MAIN and is_at(thread, WAITING))


def _is_idle(thread: Thread) -> bool:
    """Tell whether a thread probably waits for something to do only, as most do: that explains nothing."""
    return is_at(thread, ACCEPTING if thread.name == MAIN else ACCEPTING + WAITING)


def told_lingering(threads: Sequence[Thread]) -> Cause | None:
    """Tell what keeps a program from ending."""
    main = next((thread for thread in threads if thread.name == MAIN), None)
    if main:
        return Cause("does-not-end", f"The main thread is still at {main.place}.", main.place)
    waited_for = [thread for thread in threads if not thread.is_daemon]
    if not waited_for:
        return None
    where, count = waited_for[0].place, len(waited_for)
    others = f"{count} other threads have not: one is" if count > 1 else "another thread has not: it is"
    sentence = f"The main thread has come to its end, but {others} at {where}."
    return Cause("threads-do-not-end", sentence)  # where it waits is all right: where it was made, something is not


def told_beside_main(threads: Sequence[Thread]) -> Cause | None:
    """Tell where one of the threads is that look after clients."""
    other = next((thread for thread in threads if thread.name != MAIN), None)
    return Cause("never-rests", f"A thread is still at {other.place}.", other.place) if other else None


def each_thread(threads: Sequence[Thread]) -> list[str]:
    """Tell where every thread stands, a line each: the student's own lines only, the innermost first."""
    names = {thread.id: thread.name for thread in threads}
    lines = []
    for thread in sorted(threads, key=lambda thread: thread.name):
        line = f"{thread.name}: {', called by '.join(map(str, thread.places))}"
        if thread.waits and thread.lock_taken_at:
            who = names.get(thread.lock_holder or 0, "a thread that has ended")
            line += f"; waits for the lock that {who} took at {thread.lock_taken_at}"
        lines.append(line + ("; waits for a lock" if thread.waits and not thread.lock_taken_at else ""))
    return lines


def _told_chain(chain: Sequence[Thread]) -> str:
    """Tell for which lock a thread waits and, where the next thread has it, where that one is."""
    here, taken = _short(chain[0].place), chain[0].lock_taken_at
    if not taken:
        return f"A thread waits for a lock at {here}."
    told = f"A thread waits at {here} for the lock that another one took at {_short(taken)}."
    return told if len(chain) == 1 else f"{told}\nThe other one is now at {_short(chain[1].place)}."


def _told_ring(ring: Sequence[Thread]) -> str:
    """Tell that each of some threads waits for a lock that the next one has, and the last one for one of the first."""
    if len(ring) == 1:
        here, taken = ring[0].place, ring[0].lock_taken_at
        return f"A thread waits at {_short(here)} for a lock that it took itself at {_short(taken)}: it waits for ever."
    count, other = ("Two", "The other") if len(ring) == 2 else (str(len(ring)), "Another")
    taken_at = (ring[-1].lock_taken_at, ring[0].lock_taken_at)  # it is the one before who tells where a thread took it
    each = [
        f"{who} has the lock of {_line(taken, thread.place)} and waits at {_short(thread.place)}."
        for who, thread, taken in zip(("One", other), ring[:2], taken_at, strict=True)
        if taken
    ]
    return "\n".join([f"{count} threads wait for each other, for ever.", *each])


def _line(place: Place, beside: Place) -> str:
    """Return a line so that somebody finds it who reads of another one `beside` it."""
    return f"line {place.line}" if place.file == beside.file else f"{place.file}:{place.line}"


def _short(place: Place | None) -> str:
    """Return a place in so few words that two of them can be read in one sentence."""
    if not place:
        return "another line"
    code = place.code if len(place.code) <= MOST_CODE else place.code[: MOST_CODE - 1] + "…"
    return str(replace(place, code=code))
