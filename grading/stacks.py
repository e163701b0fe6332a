"""Tell where the threads of a program stand, from what its stage reports."""

from __future__ import annotations

from typing import Any

ACCEPTING = ("serve_forever", "accept(")
WAITING = ("recv", "readline", ".wait(", ".get(")


def told(stacks: list[dict[str, Any]], main_first: bool = False) -> str:
    """Tell where the threads stand: first those that wait for a lock, and of those first who waits for itself."""
    waiting = [entry for entry in stacks if "waits_for" in entry]
    waiting.sort(key=lambda entry: entry["waits_for"].get("id") != entry["id"])
    if waiting and waiting[0]["waits_for"].get("id") == waiting[0]["id"]:
        waiting = waiting[:1]  # it explains all the others
    sentences = list(dict.fromkeys(_told_lock(entry) for entry in waiting))
    if not sentences:
        stacks = stacks if main_first else [entry for entry in stacks if not _is_idle(entry)]
        stacks = sorted(stacks, key=lambda entry: not _is_telling(entry, main_first))
        sentences = [f"{_where(entry['places'][0])} is where it is now." for entry in stacks[:1]]
    return "\n".join(sentences[:2])


def _is_telling(entry: dict[str, Any], main_first: bool) -> bool:
    """Tell whether a thread is probably the one that matters: it types, or it waits for somebody to read."""
    return entry["thread"] == "MainThread" if main_first else "send" in entry["places"][0]["code"]


def _is_idle(entry: dict[str, Any]) -> bool:
    """Tell whether a thread probably waits for something to do only, as most do: that explains nothing."""
    calls = ACCEPTING if entry["thread"] == "MainThread" else ACCEPTING + WAITING
    return any(call in entry["places"][0]["code"] for call in calls)


def told_lingering(stacks: list[dict[str, Any]]) -> str:
    """Tell what keeps a program from ending."""
    main = [entry for entry in stacks if entry["thread"] == "MainThread"]
    if main:
        return f"The main thread is still at {_where(main[0]['places'][0])}."
    if stacks:
        count, where = len(stacks), _where(stacks[0]["places"][0])
        return f"The main thread has come to its end, but {count} other threads have not: one is at {where}."
    return ""


def told_beside_main(stacks: list[dict[str, Any]]) -> str:
    """Tell where one of the threads is that look after clients."""
    others = [entry for entry in stacks if entry["thread"] != "MainThread"]
    return f"A thread is still at {_where(others[0]['places'][0])}." if others else ""


def each_thread(stacks: list[dict[str, Any]]) -> list[str]:
    """Tell where every thread stands, a line each: the student's own lines only, the innermost first."""
    names = {entry["id"]: entry["thread"] for entry in stacks}
    lines = []
    for entry in sorted(stacks, key=lambda entry: str(entry["thread"])):
        line = f"{entry['thread']}: {', called by '.join(_where(place) for place in entry['places'])}"
        holder = entry.get("waits_for")
        if holder:
            who = names.get(holder["id"], "a thread that has ended")
            line += f"; waits for the lock that {who} took at {_where(holder['place'])}"
        lines.append(line + ("; waits for a lock" if holder == {} else ""))
    return lines


def _told_lock(entry: dict[str, Any]) -> str:
    holder, here = entry["waits_for"], _where(entry["places"][0])
    if not holder:
        return f"A thread waits for a lock at {here}."
    taken = _where(holder["place"])
    if holder["id"] == entry["id"]:
        return f"A thread waits at {here} for a lock that it took itself at {taken}: it waits for ever."
    return f"A thread waits at {here} for the lock that another one took at {taken}."


def _where(place: dict[str, Any]) -> str:
    return f"{place['file']}:{place['line']} ({place['function']}: {place['code']})"
