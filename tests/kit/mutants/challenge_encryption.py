"""The challenge `encryption`: what people get wrong when they put TLS between two programs."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_server = partial(Mutant, step="bonus/encryption", program="server")
_client = partial(Mutant, step="bonus/encryption", program="client")
_both = partial(Mutant, step="bonus/encryption", program="server", file="secure.py")
_plain = partial(Mutant, step="bonus/encryption", base="bonus/encryption/plain_ssl")
SERVER, CLIENT = "bonus/encryption/server/", "bonus/encryption/client/"

WRAP = "sock = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)"
HANDSHAKE = "        self.request.do_handshake()\n"
LIMIT = "        self.request.settimeout(HANDSHAKE_SECONDS)\n"
SECURE = "self.connection = SecureConnection(self.request)"
READER = "self.rfile = io.BufferedReader(self.connection)"
VERSION = "context.minimum_version = ssl.TLSVersion.TLSv1_2"
ANY_OLD = 'minimum_version = ssl.TLSVersion.TLSv1\n{0}context.set_ciphers("ALL:@SECLEVEL=0")'
TURNS = """\
        while True:
            try:
                with self.turn:
                    return use()
            except ssl.SSLWantReadError:
                event = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                event = selectors.EVENT_WRITE
            self.wait(event)
"""
ONE_TURN = """\
        with self.turn:
            while True:
                try:
                    return use()
                except ssl.SSLWantReadError:
                    self.wait(selectors.EVENT_READ)
"""
READ = "return int(self.in_turn(lambda: self.sock.recv_into(buffer)))"
FOR_NOW = "except (ssl.SSLWantReadError, ssl.SSLWantWriteError):\n                    break"
IN_CLEAR = """\
        if socket.socket.recv(self.request, 1, socket.MSG_PEEK) != b"\\x16":
            self.connection = socket.socket(fileno=self.request.detach())
            self.rfile = self.connection.makefile("rb")
            return
"""
CONTEXT = "context = ssl.create_default_context(cafile=self.ca)"
TRY = "        try:\n            sock = self.open_securely()\n"
PLAIN = "plain = socket.create_connection((self.host, self.port), HANDSHAKE_SECONDS)"
UNTRUSTED = 'raise SystemExit(f"Cannot trust the server at {self.host}: {error.verify_message}") from None'
ALL_REFUSED = tuple(
    f"{CLIENT}{name}_is_refused"
    for name in (
        "an_unknown_certificate",
        "a_self_signed_certificate",
        "an_expired_certificate",
        "a_certificate_for_another_host",
    )
)

OF_THE_SERVER = [
    _server(
        name="tls_handshake_where_all_come_in",
        mistake="does the handshake in the loop that accepts",
        old=WRAP,
        new="sock = self.context.wrap_socket(sock, server_side=True)",
        caught_by=(f"{SERVER}nobody_waits_for_a_handshake",),
    ),
    _server(
        name="tls_a_moment_for_each_where_all_come_in",
        mistake="gives each a second for the handshake in the loop that accepts",
        old=WRAP,
        new="sock.settimeout(1)\n        sock = self.context.wrap_socket(sock, server_side=True)",
        caught_by=(f"{SERVER}nobody_waits_for_a_handshake",),
    ),
    _server(
        name="tls_keeps_who_talks_garbage",
        mistake="never lets go of a connection whose handshake has failed",
        old=HANDSHAKE,
        new="        try:\n            self.request.do_handshake()\n        except OSError:\n"
        "            chat_server.threading.Event().wait()\n",
        caught_by=(f"{SERVER}garbage_harms_nobody",),
    ),
    _plain(
        name="tls_time_limit_for_the_talk",
        mistake="leaves the time limit of the handshake where it is",
        program="server",
        old="            select.select(*waits, [])\n",
        new="            if not any(select.select(*waits, [], 10)):\n                raise TimeoutError\n",
        caught_by=(f"{SERVER}listening_is_enough",),
    ),
    _plain(
        name="tls_time_limit_for_the_server",
        mistake="leaves the time limit for connecting where it is",
        program="client",
        old="self.sock.settimeout(86400)",
        new="self.sock.settimeout(10)",
        caught_by=(f"{CLIENT}silence_is_no_end",),
    ),
    _server(
        name="tls_handshake_under_the_lock",
        mistake="holds the lock of the server during the handshake",
        old=HANDSHAKE,
        new="        with self.server.lock:\n            self.request.do_handshake()\n",
        caught_by=(f"{SERVER}nobody_waits_for_a_handshake",),
    ),
    _server(
        name="tls_eight_handshakes",
        mistake="has room for eight handshakes at once",
        old=HANDSHAKE,
        new='        with self.server.__dict__.setdefault("turns", __import__("threading").BoundedSemaphore(8)):\n'
        "            self.request.do_handshake()\n",
        caught_by=(f"{SERVER}nobody_waits_for_a_handshake",),
    ),
    _server(
        name="tls_as_old_as_you_like",
        mistake="speaks versions of TLS that are broken",
        old="minimum_version = ssl.TLSVersion.TLSv1_2",
        new=ANY_OLD.format("    "),
        caught_by=(f"{SERVER}tls_is_not_old",),
    ),
    _server(
        name="tls_newest_only",
        mistake="speaks TLS 1.3 alone",
        old=VERSION,
        new="context.minimum_version = ssl.TLSVersion.TLSv1_3",
        caught_by=(f"{SERVER}tls_is_not_old",),
    ),
    _server(
        name="tls_not_the_newest",
        mistake="speaks TLS 1.2 alone",
        old=VERSION,
        new=f"context.maximum_version = {VERSION}",
        caught_by=(f"{SERVER}tls_is_not_old",),
    ),
    _server(
        name="tls_for_those_who_like",
        mistake="talks in clear with those who do",
        old=LIMIT,
        new=f"{IN_CLEAR}{LIMIT}",
        caught_by=(f"{SERVER}who_talks_in_clear_hears_nothing",),
    ),
    _server(
        name="tls_ends_with_a_stranger",
        mistake="ends the server where a handshake fails",
        old=HANDSHAKE,
        new="        try:\n            self.request.do_handshake()\n        except OSError:\n"
        "            chat_server.os._exit(3)\n",
        caught_by=(f"{SERVER}garbage_harms_nobody",),
    ),
    _server(
        name="tls_socket_as_it_is",
        mistake="takes the TLS socket for one like others, which knows flags",
        old=f"{SECURE}\n        {READER}",
        new="self.request.settimeout(None)\n        self.connection = self.request\n"
        '        self.rfile = self.request.makefile("rb")',
        caught_by=(f"{SERVER}people_talk_over_tls",),
    ),
    _server(
        name="tls_forgotten",
        mistake="loads the certificate, and never uses it",
        old=f"        {WRAP}\n",
        new="",
        caught_by=(f"{SERVER}people_talk_over_tls",),
    ),
]

OF_BOTH = [
    _both(
        name="tls_waits_in_its_turn",
        mistake="holds the lock of the connection while it waits for the other side",
        old=TURNS,
        new=ONE_TURN,
        caught_by=(f"{SERVER}people_talk_over_tls", f"{CLIENT}the_client_talks_over_tls"),
    ),
    _both(
        name="tls_no_end",
        mistake="waits for more where nothing more will come",
        old=READ,
        new="while not (count := self.in_turn(lambda: self.sock.recv_into(buffer))):\n"
        "            self.wait(selectors.EVENT_READ)\n        return count",
        caught_by=(
            f"{SERVER}the_end_of_a_connection_is_told",
            f"{SERVER}a_half_closed_connection",
            f"{CLIENT}a_cut_is_told",
        ),
    ),
    _both(
        name="tls_time_limit_for_a_word",
        mistake="waits for the next word as long as for the handshake",
        old="            waiting.select()",
        new="            if not waiting.select(10):\n                raise TimeoutError",
        caught_by=(f"{SERVER}listening_is_enough", f"{CLIENT}silence_is_no_end"),
    ),
    _both(
        name="tls_one_record_for_all",
        mistake="sends one record, and takes that for all there was",
        old="sent += self.sock.send(data[sent : sent + AT_ONCE])",
        new="self.sock.send(data[:AT_ONCE])\n                    sent = len(data)",
        caught_by=(f"{SERVER}a_reader_that_reads_again",),
    ),
    _both(
        name="tls_record_for_a_line",
        mistake="takes the end of a record for the end of a line",
        old=READ,
        new="count = int(self.in_turn(lambda: self.sock.recv_into(buffer)))\n"
        '        if 0 < count < len(buffer) and bytes(buffer[:count])[-1:] != b"\\n":\n'
        '            buffer[count : count + 1] = b"\\n"\n'
        "            count += 1\n"
        "        return count",
        caught_by=(f"{SERVER}people_talk_over_tls", f"{CLIENT}the_client_talks_over_tls"),
    ),
    _both(
        name="tls_asks_the_network",
        mistake="waits for the network before each word, where TLS has more of them already",
        old=READ,
        new=f"self.wait(selectors.EVENT_READ)\n        {READ.replace('buffer', 'buffer[:4096]')}",  # less than a record
        caught_by=(
            f"{SERVER}people_talk_over_tls",
            f"{CLIENT}the_client_talks_over_tls",
        ),
    ),
    _server(
        name="tls_without_a_certificate",
        mistake="talks in clear where the file of --tls-cert is missing",
        old="if not options.tls_cert:",
        new='if not __import__("os").path.isfile(options.tls_cert or ""):',
        caught_by=(f"{SERVER}who_talks_in_clear_hears_nothing",),
    ),
    _both(
        name="tls_postman_waits",
        mistake="waits until the reader takes what is sent",
        old=FOR_NOW,
        new=FOR_NOW.replace("break", "self.wait(selectors.EVENT_WRITE)"),
        caught_by=(f"{SERVER}a_reader_that_stops_reading",),
    ),
]

OF_THE_CLIENT = [
    _client(
        name="tls_believes_everybody",
        mistake="checks no certificate",
        old=CONTEXT,
        new="context = ssl._create_unverified_context()",
        caught_by=ALL_REFUSED,
    ),
    _client(
        name="tls_believes_any_host",
        mistake="does not check for which host a certificate is",
        old=CONTEXT,
        new=f"{CONTEXT}\n        context.check_hostname = False",
        caught_by=(f"{CLIENT}a_certificate_for_another_host_is_refused",),
    ),
    _client(
        name="tls_means_localhost",
        mistake="takes localhost for the host that is meant, whatever was typed",
        old="server_hostname=self.host",
        new='server_hostname="localhost"',
        caught_by=(f"{CLIENT}the_host_that_is_meant_is_that_of_the_command_line",),
    ),
    _client(
        name="tls_believes_nobody",
        mistake="forgets to say whom to believe",
        old=CONTEXT,
        new="context = ssl.create_default_context()",
        caught_by=(f"{CLIENT}the_client_talks_over_tls",),
    ),
    _client(
        name="tls_believes_the_computer",
        mistake="believes those whom the computer believes as well",
        old=CONTEXT,
        new="context = ssl.create_default_context()\n        context.load_verify_locations(self.ca)",
        caught_by=(f"{CLIENT}an_unknown_certificate_is_refused",),
    ),
    _client(
        name="tls_newest_server",
        mistake="speaks TLS 1.3 alone",
        old=CONTEXT,
        new=f"{CONTEXT}\n        context.minimum_version = ssl.TLSVersion.TLSv1_3",
        caught_by=(f"{CLIENT}a_cut_is_told",),
    ),
    _client(
        name="tls_not_the_newest_server",
        mistake="speaks TLS 1.2 alone",
        old=CONTEXT,
        new=f"{CONTEXT}\n        context.maximum_version = ssl.TLSVersion.TLSv1_2",
        caught_by=(f"{CLIENT}the_client_talks_over_tls",),
    ),
    _client(
        name="tls_any_old_server",
        mistake="speaks versions of TLS that are broken",
        old=CONTEXT,
        new=f"{CONTEXT}\n        context." + ANY_OLD.format("        "),
        caught_by=(f"{CLIENT}old_tls_is_refused",),
    ),
    _client(
        name="tls_falls_back",
        mistake="talks in clear where the server knows no TLS",
        old=TRY,
        new="""\
        try:
            try:
                sock = self.open_securely()
            except ssl.SSLCertVerificationError:
                raise
            except ssl.SSLError:
                return super().connect(username)
""",
        caught_by=(f"{CLIENT}a_server_without_tls_is_refused",),
    ),
    _client(
        name="tls_without_a_file",
        mistake="talks in clear where the file of --tls-ca is missing",
        old="SecureClient if options.tls_ca else",
        new='SecureClient if __import__("os").path.isfile(options.tls_ca) else',
        caught_by=(f"{CLIENT}a_server_without_tls_is_refused",),
    ),
    _client(
        name="tls_says_hello_first",
        mistake="says who it is before the handshake",
        old=PLAIN,
        new=f'{PLAIN}\n        plain.sendall(b"JOIN:Alice\\n")',
        caught_by=(f"{CLIENT}a_server_without_tls_is_refused", f"{CLIENT}the_client_talks_over_tls"),
    ),
    _client(
        name="tls_waits_for_who_says_nothing",
        mistake="gives the handshake no time limit",
        old=PLAIN,
        new=PLAIN.replace(", HANDSHAKE_SECONDS", ""),
        caught_by=(f"{CLIENT}a_silent_server_is_not_waited_for",),
    ),
    _client(
        name="tls_traceback",
        mistake="ends with a traceback where it cannot trust the server",
        old=UNTRUSTED,
        new='raise RuntimeError("no trust") from error',
        caught_by=ALL_REFUSED,
    ),
    _client(
        name="tls_many_words",
        mistake="needs two lines to say that it cannot trust the server",
        old=UNTRUSTED,
        new='print("Cannot trust the server:", error)\n            raise SystemExit("Goodbye") from None',
        caught_by=ALL_REFUSED,
    ),
    _client(
        name="tls_says_nothing",
        mistake="ends without a word where it cannot trust the server",
        old=UNTRUSTED,
        new="raise SystemExit(1) from error",
        caught_by=ALL_REFUSED,
    ),
    _client(
        name="tls_says_that_the_server_is_gone",
        mistake="takes a server that it cannot trust for one that is gone",
        old=UNTRUSTED,
        new="self.lost()",
        caught_by=ALL_REFUSED,
    ),
    _client(
        name="tls_all_is_well",
        mistake="ends with status 0 where it cannot trust the server",
        old=UNTRUSTED,
        new="print(error.verify_message)\n            raise SystemExit(0) from None",
        caught_by=ALL_REFUSED,
    ),
]

MUTANTS = [*OF_THE_SERVER, *OF_BOTH, *OF_THE_CLIENT]
