"""What a person sees and types."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

HELP = "there are /msg NAME TEXT, /join ROOM, /users and quit"


@dataclass(frozen=True)
class Typed:
    """What a typed line means."""

    text: str = ""
    line: str = ""
    complaint: str = ""
    leave: bool = False


def harmless(letter: str) -> str:
    """A control character as its picture, so that it does nothing to the terminal."""
    if unicodedata.category(letter) != "Cc":
        return letter
    return chr(0x2400 + ord(letter)) if ord(letter) < 0x20 else "\N{SYMBOL FOR DELETE}"


def show(text: str) -> None:
    print("".join(map(harmless, text)), flush=True)


def words_for(line: str) -> str:
    """The words in which a person is told what the server said."""
    match line.split(":", 2):
        case ["JOINED", name]:
            return f"Joined as: {name}"
        case ["USER_JOINED", name]:
            return f"{name} joined"
        case ["USER_LEFT", name]:
            return f"{name} left"
        case ["ERROR", *problem] if problem:
            return f"Error: {':'.join(problem)}"
        case ["PRIVATE", sender, text]:
            return f"{sender} whispers: {text}"
        case ["JOINED_ROOM", room]:
            return f"You are in {room}"
        case ["USERS", names]:
            return f"Here are: {names}"
    return line


def understand(typed: str) -> Typed:
    match typed.split(" ", 2):
        case ["quit" | "/quit"]:
            return Typed(leave=True)
        case ["/msg", target, text] if target and text:
            return Typed(typed, f"PRIVATE:{target}:{text}")
        case ["/join", room]:
            return Typed(typed, f"JOIN_ROOM:{room}")
        case ["/users"]:
            return Typed(typed, "LIST_USERS")
        case [word, *_] if word.startswith("//"):
            return Typed(typed, "MESSAGE:" + typed[1:])
        case [word, *_] if word.startswith("/"):
            return Typed(typed, complaint=HELP)
    return Typed(typed, f"MESSAGE:{typed}" if typed else "")
