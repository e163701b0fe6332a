"""What a client may send: each line comes from something that was typed, and comes once."""

from __future__ import annotations

from collections.abc import Iterable

from grading.protocol.model import LEAVING, LOBBY, NAMES, ROOMS

UNASKED = ("", "MESSAGE:", "QUIT", "LIST_USERS", f"JOIN_ROOM:{LOBBY}")  # harmless, whoever asked for it
QUIT_WORD = "quit"
WORDS = {"/msg": 3, "/join": 2}  # of which such a command consists


class Typed:
    """All that was typed at a client of one step."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.may_join_again = False  # a name was refused: whatever a person says next may be another
        self._knock = ""
        self._unfinished: list[str] = []  # what is sent for commands of which a part is missing: its form is left open
        self._lines: list[frozenset[str]] = []  # for each line that was typed: what may be sent for it, one of these

    def names(self, name: str) -> None:
        """A person has told their name."""
        self._lines.append(frozenset({f"JOIN:{name}"} | ({f"MESSAGE:{name}"} if self.step < NAMES else set())))

    def types(self, text: str) -> None:
        """A person has typed a line."""
        if _is_unfinished(text):
            self._unfinished.append(_command(text.strip()).partition(":")[0])
        self._lines.append(frozenset(line.strip() for line in self._meant(text.strip())))

    def knocks(self, text: str) -> None:
        """A person has typed a line while the client was still starting: what it has read of it may be lost."""
        self._knock = text
        rests = [text[start:].rstrip() for start in range(1, len(text))]
        ends = {f"MESSAGE:{said}" for rest in rests for said in (rest, rest.strip())}
        self._lines.append(frozenset(self._meant(text) | ends))

    def unexplained(self, sent: Iterable[str]) -> str | None:
        """Return the first of the lines that were sent for which nothing was typed; None if there is none."""
        left, unfinished = list(self._lines), list(self._unfinished)
        for line in map(str.strip, sent):
            if cause := min((one for one in left if line in one), key=len, default=None):
                left.remove(cause)
            elif self._knock and line.endswith(self._knock):
                continue  # in which form it is sent is for those checks that look at just this
            elif command := next((command for command in unfinished if line.startswith(command)), ""):
                unfinished.remove(command)
            elif line not in UNASKED and not (line.startswith("JOIN:") and self.may_join_again):
                return line
        return None

    def _meant(self, text: str) -> set[str]:
        """Return the lines of which one may be sent for `text`."""
        message = f"MESSAGE:{text}"
        if text.lower() == QUIT_WORD:
            return {"QUIT"} if self.step >= LEAVING else {"QUIT", message}
        meant = {message}
        if text.startswith("/"):
            command = _command(text)
            is_meant = command and self.step >= ROOMS and not _is_unfinished(text)
            meant = {command} if is_meant else {command, message, f"MESSAGE:{text[1:]}"}
        return meant | {f"JOIN:{text}"}  # where the answer to JOIN had not come yet, it may be another name


def _is_unfinished(text: str) -> bool:
    """Tell whether a part is missing of a command that has several."""
    words = text.split()
    return bool(words) and len(words) < WORDS.get(words[0], 0)


def _command(text: str) -> str:
    """Return what the page says is sent for a line that starts with a slash; an empty string if it says nothing."""
    word, _, rest = text.partition(" ")
    if text.startswith("//"):
        return f"MESSAGE:{text[1:]}"
    if word == "/msg":
        return f"PRIVATE:{rest.replace(' ', ':', 1)}"
    return {"/join": f"JOIN_ROOM:{rest}", "/users": "LIST_USERS"}.get(word, "")
