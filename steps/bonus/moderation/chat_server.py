"""The chat server, where somebody keeps order: operators, a list of words, and a limit for those who talk too fast.

It is the server of `advanced`, which asks a few questions before it does what somebody wants.
"""

from __future__ import annotations

import argparse
import functools
import getpass
import hashlib
import hmac
import os
import re
import signal
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from advanced import chat_server
from advanced.chat_server import Client, Refused

BURST = 5  # lines that a client may send at once
TRIES = 3  # passwords that may be wrong at once
TRIES_PER_SECOND = 0.1
SALT_BYTES = 16
INVISIBLE = ("Cc", "Cf", "Me", "Mn")  # of Unicode: controls, formats like the zero-width space, marks at letters
FILLERS = "\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}"  # letters, of which nothing is seen


class TokenBucket:
    """A bucket with tokens: each thing that is done takes one, and so many come back each second."""

    def __init__(self, size: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.size = size
        self.per_second = per_second
        self.clock = clock
        self.tokens = float(size)
        self.then = clock()  # when we last looked

    def take(self) -> bool:
        """Take a token; return whether there was one."""
        # TODO: First put back what has come since `self.then`, but never more than `size`. Then
        # take one token, if there is a whole one.
        raise NotImplementedError("see the TODO above")


@functools.cache
def look_alikes() -> dict[str, str]:
    """Return for letters of all alphabets the one of ours that they look like. Reading the table takes a moment."""
    from confusable_homoglyphs import confusables

    table = confusables.confusables_data.items()
    pairs = [(letter, other["c"]) for letter, others in table for other in others]
    return {letter: ours for letter, ours in pairs if not letter.isascii() and re.fullmatch("[A-Za-z]", ours)}


def is_seen(letter: str) -> bool:
    """Tell whether people see that there is a letter, or a blank."""
    return letter in "\t\n" or unicodedata.category(letter) not in INVISIBLE and letter not in FILLERS


def plain(text: str) -> str:
    """Return how `text` looks to people, in small letters: in disguise or not, the same word is the same text."""
    # TODO: In this order: `unicodedata.normalize("NFKD", …)` takes wide and decorated letters
    # apart; keep what `is_seen`; put for each letter the one that it looks like, if it is among
    # the `look_alikes()`; and in the end, `casefold`.
    return text


def stretched(password: str, salt: bytes) -> bytes:
    """Return what is kept of a password: who has it must still try one password after the other, and slowly."""
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


class Rules:
    """What nobody may do, and who keeps order."""

    def __init__(self, password_file: Path | None, words_file: Path | None, rate: float) -> None:
        self.rate = rate  # lines a second for each client; 0: as many as it likes
        self.words = frozenset(plain(words_file.read_text("utf-8")).split()) if words_file else frozenset()
        self.salt, self.kept = b"", b""
        if password_file:
            _, salt, kept = password_file.read_text("ascii").strip().split(":")
            self.salt, self.kept = bytes.fromhex(salt), bytes.fromhex(kept)

    def is_password(self, password: str) -> bool:
        """Tell whether it is the right one."""
        # TODO: Compare what is kept of `password`, `stretched` with the same salt, and what is
        # kept of the right one. `==` ends at the first byte that differs, so the time that it
        # takes tells something about the right one: use `hmac.compare_digest`. Where no
        # password is kept, none is right.
        raise NotImplementedError("see the TODO above")

    def forbids(self, text: str) -> bool:
        """Tell whether there is a forbidden word in `text`."""
        # TODO: Look at the words of the `plain` text, which `re.findall(r"[^\W_]+", …)` finds
        # (letters and digits; `\w` alone takes `_` for one), and not at parts of words: whoever
        # forbids `ass` has nothing against a class.
        raise NotImplementedError("see the TODO above")


class ModeratedServer(chat_server.ChatServer):
    """A chat server in which somebody keeps order."""

    def __init__(self, host: str, port: int, rules: Rules) -> None:
        super().__init__(host, port)
        self.rules = rules
        self.operators: set[Client] = set()
        self.banned: set[str] = set()  # names, in small letters
        self.muted: dict[str, float] = {}  # names, and until when
        self.buckets: dict[Client, TokenBucket] = {}
        self.tries: dict[str, TokenBucket] = {}  # by the address from which somebody tries passwords

    def add_client(self, client: Client) -> None:
        super().add_client(client)
        with self.lock:
            self.buckets[client] = TokenBucket(BURST, self.rules.rate)

    def remove_client(self, client: Client) -> None:
        super().remove_client(client)
        with self.lock:
            self.operators.discard(client)
            self.buckets.pop(client, None)

    def obey(self, client: Client, line: str) -> None:
        """Carry out one line of `client`, unless it says too much."""
        # TODO: Each line takes a token out of the bucket of its client, whatever it says, and
        # whether the client has joined or not. Where there is none, answer `ERROR:slow down`
        # and do no more. (A rate of 0 means that there is no limit.)
        super().obey(client, line)

    def check_text(self, client: Client, text: str) -> None:
        """Raise Refused where `client` may not say `text`."""
        # TODO: `muted` until a certain time (of `time.monotonic`), or `mind your words`.
        return

    def do_MESSAGE(self, client: Client, text: str) -> None:
        self.check_text(client, text)
        super().do_MESSAGE(client, text)

    def do_PRIVATE(self, client: Client, argument: str) -> None:
        # TODO: What may not be said may not be whispered.
        super().do_PRIVATE(client, argument)

    def do_JOIN(self, client: Client, username: str) -> None:
        # TODO: Refuse who is `banned`, however the name is written. Between looking and
        # joining, no BAN may come in between: stay in one hold of the lock.
        super().do_JOIN(client, username)

    def do_OPERATOR(self, client: Client, password: str) -> None:
        """`client` says the password, and keeps order from now on."""
        # TODO: Look at the password only where there is a token in the bucket of this address
        # (`self.tries`, with TRIES and TRIES_PER_SECOND): so nobody can try thousands. Refuse
        # what is wrong. Otherwise remember the client, and answer `MODERATING:` and its name.
        # Take care that the password stands in no log.
        raise NotImplementedError("see the TODO above")

    def check_operator(self, client: Client) -> None:
        """Raise Refused where `client` does not keep order."""
        # TODO: It is the connection that has said the password, not the name.
        raise NotImplementedError("see the TODO above")

    def online(self, username: str) -> Client:
        """Return the client with this name; raise Refused where there is none."""
        with self.lock:
            found = [other for other in self.clients if other.username == username != ""]
        if not found:
            raise Refused("no such user")
        return found[0]

    def throw_out(self, target: Client, why: str) -> None:
        """Tell `target` why, wait a moment until it has read that, and hang up."""
        target.send(f"ERROR:{why}")
        self.see_off(target)
        target.hang_up()

    def do_KICK(self, client: Client, username: str) -> None:
        """`client` throws somebody out, who may come back."""
        # TODO: Operators only. Throw out who is `online`, and answer `DONE:KICK:` and the name.
        raise NotImplementedError("see the TODO above")

    def do_BAN(self, client: Client, username: str) -> None:
        """`client` throws somebody out for good."""
        # TODO: Operators only. Remember the name, in small letters, before you throw anybody
        # out: otherwise they are back before you are done. Answer `DONE:BAN:` and the name.
        raise NotImplementedError("see the TODO above")

    def do_MUTE(self, client: Client, argument: str) -> None:
        """`client` lets somebody say nothing for some time: `argument` is `username:seconds`."""
        # TODO: Operators only. Seconds are digits; refuse anything else with `bad time`. Keep
        # until when, for this name and no other, and answer `DONE:MUTE:` and the name.
        raise NotImplementedError("see the TODO above")


def new_password(file: Path) -> None:
    """Ask for a password, and keep of it what is needed to know it again."""
    password = getpass.getpass("New password for operators: ")
    salt = os.urandom(SALT_BYTES)
    file.write_text(f"scrypt:{salt.hex()}:{stretched(password, salt).hex()}\n", "ascii")


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    parser.add_argument("--operator-password-file", type=Path, metavar="FILE", help="what is kept of their password")
    parser.add_argument("--new-operator-password", type=Path, metavar="FILE", help="ask for one, keep it, and end")
    parser.add_argument("--words", type=Path, metavar="FILE", help="forbidden words, with blanks or newlines between")
    parser.add_argument(
        "--rate", type=float, default=0, metavar="N", help="lines a second for each (default: no limit)"
    )
    options = parser.parse_args()
    if options.new_operator_password:
        return new_password(options.new_operator_password)
    try:
        rules = Rules(options.operator_password_file, options.words, options.rate)
        server = ModeratedServer(options.host, options.port, rules)
    except (OSError, OverflowError, ValueError) as error:  # the latter two: no such port or name, no such file of ours
        raise SystemExit(f"Cannot start: {error}") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    server.start()


if __name__ == "__main__":
    main()
