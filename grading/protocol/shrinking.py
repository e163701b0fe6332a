"""Make a conversation that fails shorter, as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from grading.protocol.conversations import Act, Conversation

Part = TypeVar("Part")
Fails = Callable[[Conversation], bool]
MOST_TRIES = 150


def shrunk(conversation: Sequence[Act], fails: Fails, most: int = MOST_TRIES) -> Conversation:
    """Return the shortest conversation that was found to fail, in at most so many tries."""
    tries = iter(range(most))

    def still_fails(candidate: Conversation) -> bool:
        return next(tries, None) is not None and fails(candidate)

    best = _smallest(tuple(conversation), _shorter, still_fails)
    for at in range(len(best)):
        best = _with_simplest(best, at, still_fails)
    return _smallest(best, _shorter, still_fails)


def _with_simplest(acts: Conversation, at: int, fails: Fails) -> Conversation:
    """Return the acts with the one `at` this place made as simple as it can be."""
    start, end = acts[:at], acts[at + 1 :]
    return (*start, _smallest(acts[at], _simpler, lambda act: fails((*start, act, *end))), *end)


def _smallest(whole: Part, smaller: Callable[[Part], Iterator[Part]], fails: Callable[[Part], bool]) -> Part:
    """Return the smallest part that was found to fail."""
    while (part := next(filter(fails, smaller(whole)), None)) is not None:
        whole = part
    return whole


def _shorter(acts: Conversation) -> Iterator[Conversation]:
    """Yield shorter conversations, those that save most first."""
    size = len(acts) // 2
    while size > 1:
        for start in range(0, len(acts), size):
            yield acts[:start] + acts[start + size :]
        size //= 2
    for who in dict.fromkeys(act.who for act in acts):
        rest = tuple(act for act in acts if act.who != who)
        if len(rest) < len(acts) - 1:
            yield rest
    for at in reversed(range(len(acts))):
        yield acts[:at] + acts[at + 1 :]


def _simpler(act: Act) -> Iterator[Act]:
    if act.data and act.leaves:
        yield replace(act, data=b"", cuts=())
        yield replace(act, leaves="")
    if not act.waits:
        yield replace(act, waits=True)
    if act.cuts:
        yield replace(act, cuts=())
        if len(act.cuts) > 1:
            yield from (replace(act, cuts=(cut,)) for cut in act.cuts[:: max(1, len(act.cuts) // 4)])
    if act.data.startswith(b"JOIN:") and act.data.count(b"\n") == 1:
        if act.data != (plain := f"JOIN:{act.who}\n".encode()):
            yield replace(act, data=plain, cuts=())
        return
    for data in _shorter_data(act.data):
        yield replace(act, data=data, cuts=tuple(cut for cut in act.cuts if cut < len(data)))


def _shorter_data(data: bytes) -> Iterator[bytes]:
    """Yield shorter bytes: fewer lines, then shorter texts."""
    lines = [line + b"\n" for line in data.split(b"\n")[:-1]] + [data.rpartition(b"\n")[2]]
    lines = [line for line in lines if line]
    if len(lines) > 1:
        half = len(lines) // 2
        yield b"".join(lines[:half])
        yield b"".join(lines[half:])
        if len(lines) < 8:
            yield from (b"".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines)))
    if data.endswith(b"\r\n"):
        yield data[:-2] + b"\n"
    colons = 2 if data.startswith(b"PRIVATE:") else 1
    start = len(b":".join(data.split(b":")[:colons])) + 1
    if len(lines) == 1 and data.count(b":") >= colons and not data.startswith(b"JOIN_ROOM:"):
        yield from _shorter_text(data[:start], data[start:].rstrip(b"\n"), data[len(data.rstrip(b"\n")) :])


def _shorter_text(command: bytes, text: bytes, end: bytes) -> Iterator[bytes]:
    signs = text.decode("utf-8", "surrogateescape")
    for short in ("hi",) if len(signs) > 2 else ():
        yield command + short.encode() + end
    size = len(signs) // 2
    while size and len(signs) > 1:
        for start in range(0, len(signs), size):
            if rest := signs[:start] + signs[start + size :]:
                yield command + rest.encode("utf-8", "surrogateescape") + end
        size = size // 2 if len(signs) < 100 else size // 4
        if len(signs) > 300 and size < len(signs) // 8:
            return
