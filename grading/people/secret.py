"""People who talk over TLS, and a desk behind which the wire is encrypted: for the challenge `encryption`."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.certificates import Certificates, Identity, make_certificates
from grading.people.desk import LOST, Desk
from grading.people.person import Person
from grading.people.room import Room
from grading.people.stress import say
from grading.people.talk import Talk, let_in
from grading.process.patience import NOTICE, PATIENCE, PATIENCE_FOR_AN_ANSWER
from grading.process.production import Production
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.telling.exceptions import most_telling, of_raised

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

HOST = "localhost"
AT_ONCE = 65536  # bytes
NO_FILE = "missing.pem"
ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # what moves a cursor, or colours
BELIEVED = "SSL_CERT_FILE"  # the variable that tells OpenSSL whom a computer believes
FEWEST_LETTERS = 5  # of a text that one looks for in noise: three stand there by chance, once in some hundred times
TOGETHER = [f"{number} ".ljust(1000, "x") for number in range(15)]  # less than a record holds, and more than one reads
LAST = "That was all of it."
LEFT_IN_TLS = Cause(
    "left-in-tls", "All of it came together, in one record of TLS: nothing more comes from the network."
)
IN_CLEAR = Cause("in-clear", "Whoever stands between the two can read it.")
REFUSED = Cause("refuses-in-another-way", "The client did refuse this server, and said nothing to it.")
IN_WORDS = {  # what OpenSSL says of a handshake that fails
    "WRONG_VERSION_NUMBER": "what it says is no TLS",
    "UNEXPECTED_EOF_WHILE_READING": "it closed the connection",
}


class SecretSocket(socket.socket):
    """One end of a TLS connection. It notes every byte that passes on the wire."""

    def __init__(self, plain: socket.socket, context: ssl.SSLContext, is_server: bool = False) -> None:
        timeout = plain.gettimeout()
        super().__init__(plain.family, plain.type, plain.proto, fileno=plain.detach())
        self.settimeout(timeout)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if is_server else HOST
        self._tls = context.wrap_bio(self._in, self._out, server_side=is_server, server_hostname=name)
        self.wire = bytearray()  # both ways
        self.is_polite = False
        self.agreed = False  # both sides have a key
        self.refused = ""  # why they do not
        if not is_server:
            self._shakes_hands()

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return what has come; BlockingIOError where that is no whole record yet, ssl.SSLError where it is no TLS."""
        self._takes_in()
        if not self._shakes_hands():
            raise BlockingIOError
        data = b""
        try:
            while piece := self._tls.read(AT_ONCE):
                data += piece
        except ssl.SSLWantReadError:
            if not data:
                raise BlockingIOError from None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            pass
        return data

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
        """Send `data`."""
        self._tls.write(data)
        self._sends_out()

    def shutdown(self, how: int) -> None:
        """Say that nothing more will come (close-notify), and close this direction."""
        self.says_goodbye()
        super().shutdown(how)

    def close(self) -> None:
        """Close the connection, after a close-notify where that is polite."""
        if self.is_polite and self.fileno() >= 0:
            self.says_goodbye()
        super().close()

    def says_goodbye(self) -> None:
        """Send a close-notify, if there is anybody to understand it."""
        with contextlib.suppress(ssl.SSLError, ValueError):
            self._tls.unwrap()
        self._sends_out()

    def _takes_in(self) -> None:
        raw = super().recv(AT_ONCE)
        self.wire += raw
        if raw:
            self._in.write(raw)
        else:
            self._in.write_eof()

    def _sends_out(self) -> None:
        raw = self._out.read()
        self.wire += raw
        with contextlib.suppress(OSError):
            super().sendall(raw)

    def _shakes_hands(self) -> bool:
        """Take the next step to a key; return whether there is one."""
        if self.agreed:
            return True
        try:
            self._tls.do_handshake()
            self.agreed = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.refused = IN_WORDS.get(error.reason, error.reason or str(error))
            raise
        finally:
            self._sends_out()
        return self.agreed


class SecretPerson(Person):
    """Somebody who talks with the server over TLS."""

    sock: SecretSocket

    def __init__(self, talk: Talk, name: str, shallow: bool, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(talk, name, shallow)

    def _connects(self, shallow: bool) -> socket.socket:
        sock = SecretSocket(super()._connects(shallow), self._context)
        self.sock = sock
        for seconds in self.talk.server.patience(PATIENCE):
            for _ in self._arrivals(seconds):
                if sock.agreed:
                    return sock
            if self.closed:
                break
        got = sock.refused or ("the server closed the connection" if self.closed else "it does not answer")
        raise Unmet(f"the server to agree with {self.name} on a key (the TLS handshake)", got, late=not self.closed)

    def closes(self) -> None:
        """Say goodbye (close-notify), and close the connection."""
        self.sock.is_polite = True
        super().closes()


class Stranger:
    """Somebody who knows nothing of TLS."""

    def __init__(self, sock: socket.socket, name: str) -> None:
        self.sock = sock
        self.name = name

    def was_told(self) -> bytes:
        """Return all bytes that have come so far."""
        came = b""
        with contextlib.suppress(OSError):
            while select.select([self.sock], [], [], 0)[0] and (data := self.sock.recv(AT_ONCE)):
                came += data
        return came

    def is_hung_up_on(self, seconds: float) -> bool:
        """Wait up to `seconds` for something to come; tell whether that is the end of the connection."""
        try:
            return bool(select.select([self.sock], [], [], seconds)[0]) and not self.sock.recv(AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            return True


class SecretRoom(Room):
    """A student's server with a certificate, and people who talk with it over TLS."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self.certificates: Certificates = production.once(make_certificates)
        self.args = self.certificates.right.args
        self.minutes.remark("the server", "is started with --tls-cert and --tls-key")
        self._context = self.certificates.context()
        self.strangers: list[Stranger] = []

    def _arrives(self, name: str, shallow: bool) -> Person:
        return SecretPerson(self.talk, name, shallow, self._context)

    def comes_without_tls(self, name: str, data: bytes = b"", in_words: str = "says nothing") -> Stranger:
        """Return somebody who is connected, and sends `data` as it is; `in_words` says what that is."""
        self._gets_ready()
        return self._comes_to(self.server, name, data, in_words)

    def _comes_to(self, server: Program, name: str, data: bytes, in_words: str) -> Stranger:
        self.minutes.remark(name, f"connects, without TLS, and {in_words}")
        stranger = Stranger(let_in(server, name), name)
        self.strangers.append(stranger)
        with contextlib.suppress(OSError):
            stranger.sock.sendall(data)
        return stranger

    def many_come_without_tls(self, number: int) -> None:
        """Let many connect, and say nothing."""
        self._gets_ready()
        self.minutes.remark(f"{number} others", "connect, without TLS, and say nothing")
        for _ in range(number):
            self.strangers.append(Stranger(let_in(self.server, "somebody"), "somebody"))

    def many_lines_come_together(self, speaker: Person, listener: Person) -> None:
        """Let `speaker` say much in one record of TLS; fail unless all of it is heard."""
        self.minutes.remark(speaker.name, f"says {len(TOGETHER)} long lines in one record of TLS")
        say(speaker, TOGETHER)
        try:
            listener.hears(speaker, TOGETHER[-1], quietly=True)
        except Unmet as unmet:
            expected = f"{listener} to hear all {len(TOGETHER)} lines that came together"
            got = f"no more than {len(listener.said_by(speaker)) - 1}"
            raise Unmet(expected, got, unmet.cause, unmet.late, LEFT_IN_TLS) from None

    def hangs_up_on(self, stranger: Stranger) -> None:
        """Fail unless the server closes the connection of a stranger."""
        for seconds in self.server.patience(PATIENCE):
            if stranger.is_hung_up_on(seconds):
                return
        expected = f"the server to close the connection of {stranger.name}, who speaks no TLS"
        raise Unmet(expected, "it is still open", late=True)

    def speaks(self, version: ssl.TLSVersion) -> bool:
        """Tell whether the server agrees on a key with somebody who speaks this version of TLS alone."""
        self._gets_ready()
        sock = SecretSocket(let_in(self.server, "Eve"), self.certificates.context(version))
        with contextlib.closing(sock):
            for seconds in self.server.patience(PATIENCE):
                if sock.agreed:
                    return True
                if select.select([sock], [], [], seconds)[0]:
                    try:
                        sock.recv(AT_ONCE)
                    except BlockingIOError:
                        continue
                    except OSError:
                        return False
        return False

    def has_no_certificate(self) -> None:
        """Let the files of `--tls-cert` and `--tls-key` be missing; fail if the server talks in clear then."""
        self.minutes.remark("the server", "is started once more, where there are no such files as its options name")
        with contextlib.closing(Room(self.production, self.exercise)) as again:
            again.args = ("--tls-cert", NO_FILE, "--tls-key", NO_FILE)
            try:
                server = again.opens()
            except Unmet:  # as it should be
                return
            eve = self._comes_to(server, "Eve", b"JOIN:Eve\n", "says JOIN:Eve")
            for seconds in server.patience(NOTICE):
                if not select.select([eve.sock], [], [], seconds)[0]:
                    continue
                if "JOINED" in (told := eve.was_told().decode(errors="replace")):
                    expected = "the server to let nobody in without TLS"
                    raise Unmet(expected, f"it says {shown(told.strip())}", IN_CLEAR, missing=False)
                return

    def close(self) -> None:
        """Send everyone home and end the server."""
        for stranger in self.strangers:
            stranger.sock.close()
        super().close()

    def is_cut_off(self, person: Person) -> None:
        """Close a connection without the goodbye of TLS, as a cable does that is pulled out."""
        self.minutes.remark(person.name, "is cut off, without a close-notify")
        Person.closes(person)

    def wire_is_secret(self, person: Person, *texts: str) -> None:
        """Fail if any of `texts` has passed as it is on the wire between a person and the server."""
        assert isinstance(person.sock, SecretSocket)
        _is_secret(person.sock, f"the wire between {person} and the server", texts)


class SecretDesk(Desk):
    """A student's client that is told whom to believe; our server speaks TLS."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self.certificates: Certificates = production.once(make_certificates)
        self._context = self.certificates.right.context()
        self._exercise = exercise
        self._args = ("--tls-ca", str(self.certificates.ca), "--username", "Alice")
        self.speaks_tls = True  # our server does
        self._answers = True  # it says something to whoever talks to it
        self._environ: dict[str, str] = {}  # of the client
        self._said_before = 0  # lines that the client had printed when it began the handshake

    def speaks_only(self, version: ssl.TLSVersion) -> None:
        """Let our server speak this version of TLS alone. The client must not run yet."""
        self.minutes.remark("the server", f"speaks {version.name.replace('v', ' ').replace('_', '.')} alone")
        self._context = self.certificates.right.context(version)

    def believes_others_elsewhere(self) -> None:
        """Let this computer believe somebody whom `--tls-ca` does not name. The client must not run yet."""
        self._environ = {BELIEVED: str(self.certificates.others)}
        self.minutes.remark(
            "the server", "shows a certificate of somebody whom this computer believes, and ca.pem does not name"
        )

    def sits_down(self, *args: str, name: str = "Alice", knock: bool = True, **options: Unpack[Options]) -> None:
        """Start the client, which is told whom to believe, and wait until it has joined."""
        super().sits_down(*self._args, *args, name=name, knock=knock, **options)

    def adds_up(self) -> None:
        """Fail if the client has sent what nobody typed; to a server in clear, it may send the words of TLS."""
        if self.speaks_tls:
            super().adds_up()

    def _lets_in(self, seconds: float) -> None:
        super()._lets_in(seconds)
        if self.speaks_tls and self.sock and not isinstance(self.sock, SecretSocket):
            self.sock = SecretSocket(self.sock, self._context, is_server=True)

    def refuses_who_says_nothing(self) -> None:
        """Fail unless the client refuses our server, which lets it in and then says nothing."""
        self._answers = False
        self.minutes.remark("the server", "lets the client in, and then says nothing")
        self.refuses(None)

    def refuses(
        self, identity: Identity | None, version: ssl.TLSVersion | None = None, args: tuple[str, ...] = ()
    ) -> None:
        """Fail unless the client refuses our server, which shows this identity, or with none speaks no TLS.

        It must say why, of a certificate in one line, end by itself with status 1, and have said nothing before.
        """
        self.speaks_tls = identity is not None
        self._context = identity.context(version) if identity else self._context
        self._knocks(" ".join(("--tls-ca ca.pem --username Alice", *args)), args)
        self._told_why(in_one_line=identity is not None and version is None)

    def believes_nobody(self) -> None:
        """Let the file of `--tls-ca` be missing; fail if the client talks in clear then, however it ends."""
        with contextlib.closing(SecretDesk(self.production, self._exercise)) as again:
            self.minutes.remark(self.name, "starts the client once more, where there is no such file as --tls-ca names")
            again.speaks_tls = False
            again._knocks(f"--tls-ca {NO_FILE} --username Alice", ("--tls-ca", NO_FILE))

    def _knocks(self, typed: str, args: tuple[str, ...]) -> None:
        """Start the client, and serve it until it ends; fail if it says who it is."""
        options: Options = {"connect": self._listen(), "environ": self._environ, "hurried": not self._answers}
        self.minutes.remark(self.name, f"starts the client with {typed}")
        self._client = Program(self.production, self.program, (*self._args, *args), **options)
        self._serves_until_it_ends()
        self._said_nothing()

    def _serves_until_it_ends(self) -> None:
        for seconds in self.client.patience(2 * PATIENCE if self._answers else PATIENCE_FOR_AN_ANSWER):
            has_answered = bool(self.heard or self.unfinished)
            if self.sock is None or (self.closed and not self.speaks_tls):
                self._lets_in_again(seconds)
            elif not self.closed:
                self.listens(seconds)
            if self._answers and not self.speaks_tls and self.unfinished and not has_answered:
                self.wire_says("ERROR:not UTF-8\n")
            if self.client.process.wait(seconds if self.closed else 0) is not None or self._has_joined():
                break

    def _lets_in_again(self, seconds: float) -> None:
        """Wait for a connection, the first one or another one."""
        before = self.sock
        self._lets_in(seconds)
        if self.sock is not before:
            self.closed, self._data = "", b""
        if self.sock and not before:
            self.client.comes_to_rest()
            self._said_before = len(self._lines_printed())

    def _has_joined(self) -> bool:
        return any("JOIN:" in line for line in [*self.heard, self.unfinished])

    def _said_nothing(self) -> None:
        if self._has_joined():
            self.minutes.line("client", "server", "JOIN:Alice")
            expected = "the client to say nothing to a server that does not prove who it is"
            raise Unmet(expected, "it sent JOIN:Alice", None if self.speaks_tls else IN_CLEAR, missing=False)

    def _lines_printed(self) -> list[str]:
        """Return the lines that the client has printed; a prompt alone is none."""
        return [line for line in ANSI.sub("", self.printed).splitlines() if any(map(str.isalnum, line))]

    def _told_why(self, in_one_line: bool) -> None:
        status = self.client.wait_for_end(NOTICE)
        if status is None:
            stands = self.client.where_it_stands()
            if stands and stands.code == "keyboard-unread":  # before the handshake is over, there is nobody to talk to
                stands = Cause("stands-there", f"{stands.place} is where it is now.", stands.place)
            raise Unmet("the client to refuse this server, and to end", "it still runs", stands, late=True)
        lines = [line for line in self.client.out.screen.lines if line.strip()]
        told = self._lines_printed()[self._said_before :]
        expected, got = "the client to say in one line why it ends", ""
        if any("Traceback" in line for line in lines):
            got = f"a traceback that ends with {shown(lines[-1])}"
        elif not lines:
            got = "it says nothing"
        elif status != 1:
            expected, got = "the client to end with exit status 1", f"exit status {status}"
        elif in_one_line and len(told) > 1:
            got = " and then ".join(map(shown, told))
        elif in_one_line and told == [LOST]:
            got = f"{LOST}, which means that the server is gone"
        if got:
            error = most_telling(self.client.exceptions)
            why = replace(of_raised(error), code=REFUSED.code) if error else REFUSED
            raise Unmet(expected, got, why, missing=not told)

    def many_lines_come_together(self) -> None:
        """Let our server say much in one record of TLS; fail unless all of it is shown."""
        self.minutes.remark("the server", f"says {len(TOGETHER)} long lines in one record of TLS, and something short")
        self.wire_says("".join(f"Bob: {text}\n" for text in [*TOGETHER, LAST]), quietly=True)
        try:
            self.sees(f"Bob: {LAST}")
        except Unmet as unmet:
            raise Unmet(unmet.expected, unmet.got, unmet.cause, unmet.late, LEFT_IN_TLS) from None

    def wire_is_secret(self, *texts: str) -> None:
        """Fail if any of `texts` has passed as it is on the wire between the client and our server."""
        assert isinstance(self.sock, SecretSocket)
        _is_secret(self.sock, "the wire between the client and the server", texts)

    def is_cut_off(self) -> None:
        """Let our server vanish without the goodbye of TLS."""
        self.minutes.remark("the connection", "is cut, without a close-notify")
        if self.sock:
            self.sock.close()
        self.sock, self.closed = None, "cut"


def _is_secret(sock: SecretSocket, where: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        if len(text) < FEWEST_LETTERS:
            raise ValueError(f"{text!r} can stand in noise")
        if text.encode() in sock.wire:
            raise Unmet(f"nobody to find {text!r} on {where}", "it stands there in clear", IN_CLEAR, missing=False)
