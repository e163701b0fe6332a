"""Tell where the threads of a program stand, from what its stage reports."""

from __future__ import annotations

from collections.abc import Sequence

from grading.results.causes import Cause, Thread

ACCEPTING = ("serve_forever", "accept(")
WAITING = ("recv", "readline", ".wait(", ".get(")
MAIN = "MainThread"


def told(threads: Sequence[Thread], main_first: bool = False) -> Cause | None:
    """Tell where the threads stand: first those that wait for a lock, and of those first who waits for itself."""
    if locked := told_locks(threads):
        return locked
    awake = threads if main_first else [thread for thread in threads if not _is_idle(thread)]
    for thread in sorted(awake, key=lambda thread: not _is_telling(thread, main_first))[:1]:
        return Cause("stands-there", f"{thread.place} is where it is now.", thread.place)
    return None


def told_locks(threads: Sequence[Thread]) -> Cause | None:
    """Tell which threads wait for a lock, if any do."""
    waiting = sorted((thread for thread in threads if thread.waits), key=lambda thread: not thread.waits_for_itself)
    if not waiting:
        return None
    first = waiting[0]
    if first.waits_for_itself:  # it explains all the others
        return Cause("waits-for-its-own-lock", _told_lock(first), first.place)
    sentences = list(dict.fromkeys(_told_lock(thread) for thread in waiting))
    return Cause("waits-for-a-lock", "\n".join(sentences[:2]), first.place)


def _is_telling(thread: Thread, main_first: bool) -> bool:
    """Tell whether a thread is probably the one that matters: it types, or it waits for somebody to read."""
    return thread.name == MAIN if main_first else "send" in thread.place.code


def _is_idle(thread: Thread) -> bool:
    """Tell whether a thread probably waits for something to do only, as most do: that explains nothing."""
    calls = ACCEPTING if thread.name == MAIN else ACCEPTING + WAITING
    return any(call in thread.place.code for call in calls)


def told_lingering(threads: Sequence[Thread]) -> Cause | None:
    """Tell what keeps a program from ending."""
    main = next((thread for thread in threads if thread.name == MAIN), None)
    if main:
        return Cause("does-not-end", f"The main thread is still at {main.place}.", main.place)
    if not threads:
        return None
    where = threads[0].place
    sentence = f"The main thread has come to its end, but {len(threads)} other threads have not: one is at {where}."
    return Cause("threads-do-not-end", sentence, where)


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


def _told_lock(thread: Thread) -> str:
    here, taken = thread.place, thread.lock_taken_at
    if not taken:
        return f"A thread waits for a lock at {here}."
    if thread.waits_for_itself:
        return f"A thread waits at {here} for a lock that it took itself at {taken}: it waits for ever."
    return f"A thread waits at {here} for the lock that another one took at {taken}."
