"""Bonus, encryption: the client talks over TLS, with the server that is meant and with no other."""

import ssl

from grading.people.secret import SecretDesk
from grading.suite import check


@check(
    2,
    "Tell the context whom to believe, say nothing before the handshake is over, and hold no lock while you wait for "
    "the other side: your other thread may want to send.",
    rests=("tls.talk", "tls.wire", "tls.version"),
)
def test_the_client_talks_over_tls(desk: SecretDesk) -> None:
    """What is typed goes out over TLS at once, what comes is shown, and on the wire nobody can read it."""
    desk.speaks_only(ssl.TLSVersion.TLSv1_3)
    desk.sits_down(knock=False)
    desk.types("Where is the treasure?")
    desk.wire_hears("MESSAGE:Where is the treasure?")
    desk.wire_says("Bob [14:30:15]: under the palm tree\n")
    desk.sees("Bob [14:30:15]: under the palm tree")
    desk.many_lines_come_together()
    for piece in ("Bob [14:30:16]: I ", "mean the tall one\n"):  # a record of TLS each
        desk.wire_says(piece)
        desk.lets_the_client_read()
    desk.sees("Bob [14:30:16]: I mean the tall one")
    desk.types("quit")
    desk.says_goodbye()
    desk.wire_is_secret("treasure", "palm tree", "JOIN:", "Alice", "QUIT\n")


@check(3, "`ssl.create_default_context(cafile=…)` believes nobody else.", rests=("tls.verify",))
def test_an_unknown_certificate_is_refused(desk: SecretDesk) -> None:
    """A certificate of somebody whom --tls-ca does not name is refused, in one line, and nothing was said before."""
    desk.believes_others_elsewhere()
    desk.refuses(desk.certificates.unknown)


@check(1, "Everybody can sign a certificate for themselves.", rests=("tls.verify",))
def test_a_self_signed_certificate_is_refused(desk: SecretDesk) -> None:
    """A certificate that somebody signed for themselves is refused."""
    desk.refuses(desk.certificates.self_signed)


@check(1, "A certificate says from when until when it holds.", rests=("tls.verify",))
def test_an_expired_certificate_is_refused(desk: SecretDesk) -> None:
    """A certificate that is out of date is refused."""
    desk.refuses(desk.certificates.expired)


@check(
    1,
    "The handshake has a time limit, and the talk has none: a connection keeps the last one that it was given.",
    rests=("tls.talk",),
)
def test_silence_is_no_end(desk: SecretDesk) -> None:
    """Over TLS, too, the client stays where nobody says anything for a long time, and shows what is said then."""
    desk.sits_down(hurried=True)
    desk.nobody_says_anything()
    desk.wire_says("Bob [14:30:15]: Are you still there?\n")
    desk.sees("Bob [14:30:15]: Are you still there?")


@check(
    1,
    "A good certificate of somebody else proves nothing: tell `wrap_socket` which host is meant.",
    rests=("tls.verify",),
)
def test_a_certificate_for_another_host_is_refused(desk: SecretDesk) -> None:
    """A certificate for another host is refused, however good it is."""
    desk.refuses(desk.certificates.other_host)


@check(1, "Which host is meant, `--host` says: it need not be `localhost`.", rests=("tls.verify",))
def test_the_host_that_is_meant_is_that_of_the_command_line(desk: SecretDesk) -> None:
    """With `--host 127.0.0.1`, a certificate for localhost alone is refused."""
    desk.refuses(desk.certificates.localhost_only, args=("--host", "127.0.0.1"))


@check(1, "Say nothing before the handshake is over.", rests=("tls.no-fallback",))
def test_a_server_without_tls_is_refused(desk: SecretDesk) -> None:
    """A server that speaks no TLS is refused, and is told nothing in clear, even if the file of --tls-ca is missing."""
    desk.refuses(None)
    desk.believes_nobody()


@check(
    1,
    "A server without TLS takes what your client says first for half a line, and waits for the rest. Who else could "
    "end that?",
    rests=("tls.no-answer",),
)
def test_a_silent_server_is_not_waited_for(desk: SecretDesk) -> None:
    """A server that takes the connection, and then says nothing, is refused after some time."""
    desk.refuses_who_says_nothing()


@check(1, "The default context refuses old versions of TLS by itself.", rests=("tls.version",))
def test_old_tls_is_refused(desk: SecretDesk) -> None:
    """A server that speaks TLS 1.1 alone is refused."""
    desk.refuses(desk.certificates.right, ssl.TLSVersion.TLSv1_1)


@check(
    2,
    "Reading returns nothing, or raises an OSError, when the connection ends, however that happens.",
    rests=("tls.cut", "tls.version"),
)
def test_a_cut_is_told(desk: SecretDesk) -> None:
    """Where the server vanishes, even without the goodbye of TLS, the client says that the connection is lost."""
    desk.speaks_only(ssl.TLSVersion.TLSv1_2)
    desk.sits_down()
    desk.is_cut_off()
    desk.is_lost()
