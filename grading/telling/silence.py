"""Why nothing comes, as far as the places show it where the threads of a program stand meanwhile."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grading.results.causes import Cause, Place, Thread
from grading.telling.stacks import ACCEPTING, KEYBOARD, MAIN, NETWORK, WAITING, is_at, told_called

READS_MORE = re.compile(r"(?<!\bos)\.(read|readlines|readexactly)\((?!1\))")  # comes back with more than a line
ENDING = (".join(", ".result(")  # waits for the end of another thread
PLAIN_READ = re.compile(r"\braw\.")  # which comes back with whatever there is


def told_restless(thread: Thread) -> Cause:
    """Tell of a thread that runs and runs: where it reads, or else which function has the loop, and leads there."""
    sentence = f"A thread never rests: it comes to {thread.place} again and again."
    if is_reading(thread):
        return Cause("never-rests", sentence, thread.place)
    return Cause("never-rests", sentence + _told_way(thread.place, thread.places[::-1]))


def _told_way(where: Place, places: Sequence[Place]) -> str:
    """Tell the first of some places that leads to `where`, and is in a function of its own."""
    here = next((place for place in places if place.function not in ("<module>", where.function)), None)
    return f"\n{here} leads there." if here else ""


def told_insatiable(threads: Sequence[Thread]) -> Cause | None:
    """Tell of a thread that waits for more than a line."""
    for place in (thread.place for thread in threads if not thread.waits):
        if READS_MORE.search(place.code) and not PLAIN_READ.search(place.code):
            sentence = f"A thread waits at {place}: such a read may want more than one line before it comes back."
            return Cause("waits-for-more", sentence, place)
    return None


def told_server(
    threads: Sequence[Thread],
    guests: int,
    is_echoed: bool,
    is_mute: bool = False,
    ended: Sequence[Place] = (),
    unstarted: Sequence[Place] = (),
) -> Cause | None:
    """Tell why a server does not serve one of its `guests`: nobody is free to read what they say, or all was read.

    It `is_echoed` if the one who waits has heard their own words at least, and `is_mute` if nobody has heard anything.
    What `ended` are functions that threads have run, and none runs any more; `unstarted`, where some were never run.
    """
    readers = _readers(threads)
    needed = unstarted if is_mute or len(readers) < guests else ()
    if not_running := told_called(threads) or told_unstarted(needed):
        return not_running
    if not _lets_in(threads):
        return _told_door(threads)
    if not readers and is_echoed:
        sentence = "No thread of the server looks after anybody, and yet they are answered: by processes of their own."
        return Cause("process-for-each", sentence)
    if not is_echoed and (stuck := next(filter(_is_stuck, readers), None)):
        sentence = f"A thread that is to look after somebody is still at {stuck.place}, and reads nothing."
        return Cause("too-few-readers", sentence, stuck.place)
    if 0 < len(readers) < guests:
        are = "threads look" if len(readers) > 1 else "thread looks"
        sentence = f"{guests} people are here, and {len(readers)} {are} after them: the others are not read."
        return Cause("too-few-readers", sentence)
    return _told_unsent(readers, guests, is_mute, ended)


def _told_unsent(readers: Sequence[Thread], guests: int, is_mute: bool, ended: Sequence[Place]) -> Cause | None:
    """Tell that all was read, by a thread for each guest, and nobody sends."""
    others = [thread for thread in readers if not _is_at(thread, NETWORK)]
    if not readers or len(readers) - len(others) < guests or not all(_is_at(thread, WAITING) for thread in others):
        return None
    or_else = " or for another thread" if others else ""
    if ended:
        sentence = f"{_told_ended(ended)} Each one that is left waits for somebody to say something{or_else}."
        return Cause("thread-ended", sentence, ended[0])
    if is_mute:
        sentence = (
            "All that was said has been read, and nothing has gone out: each thread that there is waits for the next "
            f"line{or_else}, and none sends."
        )
        return Cause("nothing-goes-out", sentence)
    return None


def _told_ended(ended: Sequence[Place]) -> str:
    where = ended[0]
    return f"The thread that ran {where.function} ({where.file}:{where.line}) has come to its end."


def told_unstarted(made: Sequence[Place]) -> Cause | None:
    """Tell of a thread that was `made` somewhere, if one was, and none like it has ever started."""
    for place in made:
        sentence = f"A thread was made at {place}, and none that was made there ever started."
        return Cause("never-started", sentence, place)
    return None


def looks_after_others_only(threads: Sequence[Thread], guests: int) -> bool:
    """Tell whether each thread reads from one of so many `guests` who are still there: who has left has none."""
    readers = _readers(threads)
    return _lets_in(threads) and len(readers) == guests and all(_is_at(thread, NETWORK) for thread in readers)


def _readers(threads: Sequence[Thread]) -> list[Thread]:
    """Return the threads that are there to look after people."""
    return [thread for thread in threads if thread.name != MAIN and not _is_at(thread, ACCEPTING)]


def _lets_in(threads: Sequence[Thread]) -> bool:
    return any(_is_at(thread, ACCEPTING) for thread in threads)


def _is_stuck(thread: Thread) -> bool:
    return not _is_at(thread, WAITING) and not thread.waits


def _told_door(threads: Sequence[Thread]) -> Cause | None:
    """Tell that whoever accepts connections waits for one of those who came."""
    for thread in threads:
        accepts = thread.name == MAIN or any(call in place.code for place in thread.places for call in ACCEPTING)
        if accepts and _is_at(thread, NETWORK):
            where = thread.place
            sentence = f"The thread that lets people in is at {where}: it waits for one of them, and all others for it."
            return Cause("door-is-blocked", sentence + _told_way(where, thread.places), where)
    return _told_patient_door(threads) or _told_unfinished(threads)


def _told_patient_door(threads: Sequence[Thread]) -> Cause | None:
    """Tell that the main thread, which lets people in, waits for the end of one that looks after somebody."""
    if any("select" in place.code for thread in threads for place in thread.places):
        return None
    main = next((thread for thread in threads if thread.name == MAIN and _is_at(thread, (".join(",))), None)
    others = [thread for thread in threads if thread is not main]
    reads = any(_is_at(thread, NETWORK) for thread in others) and all(_is_at(thread, WAITING) for thread in others)
    if not main or not reads:
        return None
    where = main.place
    sentence = f"The main thread is at {where}: it waits until the one that looks after somebody ends."
    return Cause("door-is-blocked", f"{sentence}\nNobody else is let in before that.", where)


def _told_unfinished(threads: Sequence[Thread]) -> Cause | None:
    """Tell that the main thread, which is about to make the server, waits there for the end of another one."""
    if any("select" in place.code for thread in threads for place in thread.places):
        return None
    for thread in threads:
        maker = next((place for place in thread.places if place.function == "__init__"), None)
        if thread.name == MAIN and maker and _is_at(thread, ENDING):
            where = thread.place
            sentence = (
                f"The main thread is at {where}: it waits for another one to end, and lets nobody in before that."
            )
            return Cause("waits-before-it-serves", sentence, where)
    return None


def told_client(
    threads: Sequence[Thread],
    has_helpers: bool,
    is_read: bool = False,
    ended: Sequence[Place] = (),
    unstarted: Sequence[Place] = (),
) -> Cause | None:
    """Tell that nobody in a client reads what the server sends: all its threads wait for the keyboard.

    It may be that all `is_read` by now. Where it `has_helpers`, processes that it has started, one of these may read.
    The functions that `ended` are those which threads have run, and none runs any more; `unstarted` is where threads
    were made for functions that none has ever run.
    """
    if called := told_called(threads):
        return called
    if has_helpers or not threads or not all(_is_at(thread, KEYBOARD) for thread in threads):
        return None
    if unstarted:
        return told_unstarted(unstarted)
    place = threads[0].place
    was = f" {_told_ended(ended)}" if ended else ""
    if is_read:
        sentence = (
            f"All that the server sent has been read, and no thread reads on: all there is waits at {place}.{was}"
        )
        return Cause("read-and-not-shown", sentence, place)
    sentence = f"No thread reads what the server sends: all there is waits at {place}.{was}"
    return Cause("nobody-receives", sentence, place)


def told_unshown(threads: Sequence[Thread], ended: Sequence[Place] = ()) -> Cause | None:
    """Tell of a thread that waits for more, and of what `ended`, where all was read and nothing new is shown."""
    for place in (thread.place for thread in threads if _is_at(thread, NETWORK)):
        sentence = f"All that the server sent has been read, and what is shown lacks it: {place} waits for more."
        sentence += f"\n{_told_ended(ended)}" if ended else ""
        return Cause("read-unshown", sentence, place)
    return None


def told_rest(threads: Sequence[Thread]) -> Cause | None:
    """Tell of a thread that waits for more, where all was read and a line that came behind another is not shown."""
    for place in (thread.place for thread in threads if _is_at(thread, NETWORK)):
        sentence = f"It came in one segment with the line before it. All of that is read, and {place} waits for more."
        return Cause("rest-not-looked-at", sentence, place)
    return None


def likely_restless(threads: Sequence[Thread]) -> Thread | None:
    """Return the thread that most probably never rests, where the system's numbers are not those that Python knows."""
    return next((thread for thread in threads if thread.name != MAIN and is_reading(thread)), None)


def is_reading(thread: Thread) -> bool:
    """Tell whether a thread stands where it reads."""
    return _is_at(thread, (*NETWORK, *KEYBOARD))


def _is_at(thread: Thread, calls: Sequence[str]) -> bool:
    return not thread.waits and is_at(thread, calls)
