"""Conversations as values: who sends which bytes, in which pieces, and leaves how; told one act a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CLOSES, HALF_CLOSES, RESETS = "closes", "half-closes", "resets"
IN_WORDS = {
    CLOSES: "closes the connection",
    HALF_CLOSES: "closes its sending half",
    RESETS: "breaks the connection (reset)",
}
LONGEST_SHOWN = 60  # characters of a text


@dataclass(frozen=True)
class Act:
    """What one person does. Whoever is not connected connects first."""

    who: str
    data: bytes = b""
    cuts: tuple[int, ...] = ()  # where the bytes are cut into segments
    leaves: str = ""  # how the connection ends right after, if it does
    waits: bool = True  # until everybody has heard what this causes

    @property
    def pieces(self) -> list[bytes]:
        """The segments."""
        borders = [0, *(cut for cut in sorted(set(self.cuts)) if 0 < cut < len(self.data)), len(self.data)]
        return [self.data[start:end] for start, end in zip(borders, borders[1:], strict=False) if end > start]


Conversation = tuple[Act, ...]


def and_all_leave(conversation: Conversation) -> Conversation:
    """Return a conversation at whose end nobody is left."""
    here: dict[str, bool] = {}
    for act in conversation:
        here[act.who] = not act.leaves
    return (*conversation, *(Act(who, leaves=CLOSES) for who, is_here in here.items() if is_here))


def told(conversation: Sequence[Act]) -> list[str]:
    """Return a conversation as one tells it, a line an act."""
    lines = []
    here: set[str] = set()
    for act in conversation:
        parts = []
        if act.who not in here and not (act.data or act.leaves):
            parts.append("connects")
        here.add(act.who)
        if act.data:
            parts.append(_sent(act))
        if act.leaves:
            parts.append(IN_WORDS[act.leaves])
            here.discard(act.who)
        if parts:
            lines.append(f"{act.who} {' and '.join(parts)}{'' if act.waits else ', and at the same moment'}")
    return lines


def _sent(act: Act) -> str:
    lines = act.data.split(b"\n")
    if len(act.pieces) > 1:
        if len(act.pieces) > 4:
            return f"sends {quoted(act.data)} in {len(act.pieces)} pieces"
        return f"sends {', then '.join(quoted(piece) for piece in act.pieces)}"
    if len(lines) == 2 and not lines[1]:
        return _said(lines[0], act.who)
    return f"sends {quoted(act.data)}"


def _said(line: bytes, who: str) -> str:
    word, colon, argument = line.partition(b":")
    if word == b"JOIN" and colon and argument:
        return "joins" if argument == who.encode() else f"asks to join as {quoted(argument)}"
    if word == b"MESSAGE" and colon:
        return f"says {quoted(argument)}"
    return f"sends {quoted(line)}"


def quoted(data: bytes) -> str:
    """Return bytes as one can read them, with marks for what cannot be seen."""
    text = data.decode("utf-8", "backslashreplace")
    shown = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    if len(shown) > LONGEST_SHOWN:
        shown = f"{shown[: LONGEST_SHOWN // 2]}…{shown[-LONGEST_SHOWN // 4 :]}"
        return f'"{shown}" ({len(data)} bytes)'
    return f'"{shown}"'
