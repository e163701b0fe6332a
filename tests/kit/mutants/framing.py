"""Lines and messages: what people get wrong in step 1."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_wrong = partial(Mutant, step="step1", program="server")

FORGETS_WHILE_WAITING = """\
        self.sock.settimeout(0.5)
        collected = b""
        while True:
            try:
                data = self.sock.recv(65536)
            except socket.timeout:
                collected = b""
                continue
            if not data:
                return
            *lines, collected = (collected + data).split(b"\\n")
            for line in lines:
"""
_READING = """        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):
            line = data.removesuffix(b"\\n").removesuffix(b"\\r")

            if line:
                yield line.decode()
"""
_SENDING = """        with self.sending:
            self.sock.sendall(data)
"""
_ACCEPTING = "    def start(self) -> None:\n"
_SPEAKING = "        count = self.broadcast(line)\n"

MUTANTS = [
    Mutant(
        name="room_for_sixteen",
        mistake="lets no more than sixteen people in",
        step="step1",
        program="server",
        old="        self.add_client(client)\n",
        new="        if len(self.clients) == 16:\n            return\n        self.add_client(client)\n",
        caught_by=("step1/server/a_silent_connection",),
    ),
    # Lines that come in
    _wrong(
        name="one_recv_is_one_message",
        mistake="takes one recv() for one message",
        old=_READING,
        new="""        while data := self.sock.recv(65536):
            line = data.removesuffix(b"\\n").removesuffix(b"\\r")

            if line:
                yield line.decode()
""",
        caught_by=("step1/server/two_messages_in_one_segment", "step1/server/a_message_in_pieces"),
    ),
    _wrong(
        name="another_port_where_its_own_is_in_use",
        mistake="does not set allow_reuse_address, and takes the next port where its own is in use",
        old="        server = ChatServer(options.host, options.port)\n",
        new="        ChatServer.allow_reuse_address = False\n"
        "        try:\n            server = ChatServer(options.host, options.port)\n"
        "        except OSError:\n            server = ChatServer(options.host, options.port + 1)\n",
        caught_by=("step1/server/a_restart",),
    ),
    _wrong(
        name="a_loop_variable_that_moves_on",
        mistake="lets threads send whose function looks at the variable of the loop when it is over",
        old="        for client in recipients:\n            client.send(message)\n",
        new="        threads = []\n        for client in recipients:\n"
        "            threads.append(threading.Thread(target=lambda: client.send(message)))\n"
        "        for thread in threads:\n            thread.start()\n",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="half_a_line_is_lost_while_waiting",
        mistake="looks up twice a second, and forgets half a line whenever nothing has come",
        old=_READING,
        new=FORGETS_WHILE_WAITING
        + """                if line.rstrip(b"\\r"):
                    yield line.rstrip(b"\\r").decode()
""",
        caught_by=("step1/server/a_message_in_pieces",),
    ),
    _wrong(
        name="until_a_chunk_ends_with_a_newline",
        mistake="collects bytes until they end with a newline, and takes them all for one line",
        old=_READING,
        new="""        collected = b""
        while data := self.sock.recv(65536):
            collected += data
            if collected.endswith(b"\\n"):
                line, collected = collected.strip(b"\\r\\n"), b""
                if line:
                    yield line.decode()
""",
        caught_by=("step1/server/two_messages_in_one_segment", "step1/server/the_rest_of_a_segment_is_kept"),
    ),
    _wrong(
        name="only_the_first_line_of_a_chunk",
        mistake="collects bytes until there is a newline, returns the first line and drops the rest",
        old=_READING,
        new="""        collected = b""
        while data := self.sock.recv(65536):
            collected += data
            if b"\\n" in collected:
                line, collected = collected.split(b"\\n")[0].rstrip(b"\\r"), b""
                if line:
                    yield line.decode()
""",
        caught_by=("step1/server/two_messages_in_one_segment", "step1/server/the_rest_of_a_segment_is_kept"),
    ),
    _wrong(
        name="reads_from_each_client_once",
        mistake="reads what one recv() brings, and no more, so that the connection ends after it",
        old=_READING,
        new="""        for line in self.sock.recv(65536).decode().splitlines():
            if line:
                yield line
""",
        caught_by=("step1/server/everyone_hears_a_message", "step1/server/the_sender_hears_it_too"),
    ),
    _wrong(
        name="splits_every_chunk_by_itself",
        mistake="splits what one recv() brings at its newlines, and carries nothing over",
        old=_READING,
        new="""        while data := self.sock.recv(65536):
            for line in data.decode().splitlines():
                if line:
                    yield line
""",
        caught_by=("step1/server/a_message_in_pieces", "step1/server/the_rest_of_a_segment_is_kept"),
    ),
    _wrong(
        name="forgets_what_stands_behind_the_last_newline",
        mistake="collects until there is a newline and splits, but forgets the unfinished end",
        old=_READING,
        new="""        collected = b""
        while data := self.sock.recv(65536):
            collected += data
            if b"\\n" not in collected:
                continue
            *lines, _ = collected.split(b"\\n")
            collected = b""
            for line in lines:
                if line.strip():
                    yield line.rstrip(b"\\r").decode()
""",
        caught_by=("step1/server/the_rest_of_a_segment_is_kept",),
    ),
    _wrong(
        name="waits_for_a_packet_before_each_line",
        mistake="waits for new bytes before it reads a line, though the next line is in the buffer already",
        old='        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):\n',
        new="""        while self.sock.recv(1, socket.MSG_PEEK):
            data = self.stream.readline(MAX_LINE + len("\\r\\n"))
""",
        caught_by=("step1/server/two_messages_in_one_segment",),
    ),
    _wrong(
        name="one_buffer_for_all",
        mistake="keeps unfinished lines in one buffer that all connections share",
        old=_READING,
        new="""        while data := self.sock.recv(65536):
            *lines, Client.rest = (getattr(Client, "rest", b"") + data).split(b"\\n")
            for line in lines:
                if line.strip():
                    yield line.rstrip(b"\\r").decode()
""",
        caught_by=("step1/server/a_message_in_pieces",),
    ),
    _wrong(
        name="takes_an_empty_rest_for_a_line",
        mistake="splits what one recv() brings at its newlines, and obeys the empty text behind the last one",
        old=_READING,
        new="""        while data := self.sock.recv(65536):
            for line in data.decode().split("\\n"):
                yield line.rstrip("\\r")
""",
        caught_by=("step1/server/a_message_in_pieces", "step1/server/empty_lines"),
    ),
    _wrong(
        name="decodes_every_chunk",
        mistake="decodes what one recv() brings, and dies of half a letter",
        old=_READING,
        new="""        collected = ""
        while data := self.sock.recv(65536):
            *lines, collected = (collected + data.decode()).split("\\n")
            for line in lines:
                if line.strip():
                    yield line.rstrip("\\r")
""",
        caught_by=("step1/server/a_letter_cut_in_two",),
    ),
    _wrong(
        name="decodes_every_chunk_ignoring_errors",
        mistake="decodes what one recv() brings, and ignores the halves of letters",
        old=_READING,
        new="""        collected = ""
        while data := self.sock.recv(65536):
            *lines, collected = (collected + data.decode("utf-8", "ignore")).split("\\n")
            for line in lines:
                if line.strip():
                    yield line.rstrip("\\r")
""",
        caught_by=("step1/server/a_letter_cut_in_two",),
    ),
    _wrong(
        name="at_most_1024_bytes",
        mistake="takes the first 1024 bytes of a line for the whole line",
        old='readline(MAX_LINE + len("\\r\\n"))',
        new="readline(1024)",
        caught_by=("step1/server/a_long_line",),
    ),
    _wrong(
        name="a_carriage_return_is_no_text",
        mistake="ignores lines with characters that cannot be printed, and a carriage return is one",
        old=_READING,
        new="""        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):
            line = data.removesuffix(b"\\n").decode()

            if line and line.isprintable():
                yield line
""",
        caught_by=("step1/server/carriage_returns",),
    ),
    _wrong(
        name="a_carriage_return_is_an_empty_line",
        mistake="takes the carriage return for the end of a line, and the newline behind it for the end of the talk",
        old=_READING,
        new="""        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):
            for line in data.removesuffix(b"\\n").split(b"\\r"):
                if not line:
                    return
                yield line.decode()
""",
        caught_by=("step1/server/carriage_returns",),
    ),
    _wrong(
        name="the_end_is_read_again_and_again",
        mistake="takes b'' for an empty line, and reads on",
        old='        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):\n',
        new="""        while True:
            data = self.stream.readline(MAX_LINE + len("\\r\\n"))
""",
        caught_by=("step1/server/gone_is_gone",),
    ),
    _wrong(
        name="an_empty_line_is_the_end",
        mistake="takes an empty line for the end of the connection",
        old="            if line:\n                yield line.decode()\n",
        new="            if not line:\n                return\n            yield line.decode()\n",
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="an_empty_line_has_no_first_word",
        mistake="looks at the first word of a line before it knows that there is one",
        old="            if line:\n                yield line.decode()\n",
        new="            if line.split()[0]:\n                yield line.decode()\n",
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="an_empty_line_is_a_message",
        mistake="broadcasts an empty line as a message without a text",
        old="            if line:\n                yield line.decode()\n",
        new='            yield line.decode() or "MESSAGE:"\n',
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="an_empty_line_is_refused",
        mistake="answers an empty line with an ERROR",
        old="            if line:\n                yield line.decode()\n",
        new="            yield line.decode()\n",
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="an_empty_line_behind_each_chunk",
        mistake="splits at newlines, and takes what stands behind the last one, which is nothing, for a line",
        old=_READING,
        new="""        collected = b""
        while data := self.sock.recv(65536):
            collected += data
            if collected.endswith(b"\\n"):
                for line in collected.decode().split("\\n"):
                    yield line.rstrip("\\r") or "MESSAGE:"
                collected = b""
""",
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="the_last_line_first",
        mistake="takes the lines of a chunk from the end of the list",
        old=_READING,
        new="""        rest = b""
        while data := self.sock.recv(65536):
            *lines, rest = (rest + data).split(b"\\n")
            while lines:
                if line := lines.pop().rstrip(b"\\r"):
                    yield line.decode()
""",
        caught_by=(
            "step1/server/two_messages_in_one_segment",
            "step1/server/the_order_is_kept",
        ),
    ),
    # Lines that go out
    _wrong(
        name="no_newline_at_the_end",
        mistake="sends lines without their newline",
        old='        data = f"{line}\\n".encode()\n',
        new="        data = line.encode()\n",
        caught_by=("step1/server/everyone_hears_a_message", "step1/server/two_messages_in_one_segment"),
    ),
    _wrong(
        name="sends_a_slash_for_a_backslash",
        mistake="ends each line with a slash and an n",
        old='        data = f"{line}\\n".encode()\n',
        new='        data = f"{line}/n".encode()\n',
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="takes_a_lock_and_keeps_it",
        mistake="takes the lock by hand before it sends, and never gives it back",
        old=_SENDING,
        new="        self.sending.acquire()\n        self.sock.sendall(data)\n",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="a_greeting_without_a_newline",
        mistake="greets everyone who comes, and forgets the newline",
        old="        self.add_client(client)\n",
        new='        client.sock.sendall(b"Welcome to the chat! ")\n        self.add_client(client)\n',
        caught_by=("step1/server/newcomers_hear_whole_lines",),
    ),
    _wrong(
        name="a_greeting_and_a_prompt",
        mistake="greets everyone who comes with a line, and asks for the first message without a newline",
        old="        self.add_client(client)\n",
        new='        client.sock.sendall(b"Welcome to the chat!\\nYour message: ")\n        self.add_client(client)\n',
        caught_by=("step1/server/newcomers_hear_whole_lines",),
    ),
    _wrong(
        name="sends_how_python_shows_bytes",
        mistake="puts bytes into a string: everyone reads b'Hello'",
        old='        data = f"{line}\\n".encode()\n',
        new='        data = f"{line.encode()}\\n".encode()\n',
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="ascii_only",
        mistake="encodes in ASCII, with question marks for all other letters",
        old='        data = f"{line}\\n".encode()\n',
        new='        data = f"{line}\\n".encode("ascii", "replace")\n',
        caught_by=(
            "step1/server/a_letter_cut_in_two",
            "step1/server/any_text",
        ),
    ),
    _wrong(
        name="ascii_or_nothing",
        mistake="encodes in ASCII, and dies of all other letters",
        old='        data = f"{line}\\n".encode()\n',
        new='        data = f"{line}\\n".encode("ascii")\n',
        caught_by=(
            "step1/server/a_letter_cut_in_two",
            "step1/server/any_text",
        ),
    ),
    _wrong(
        name="latin_1",
        mistake="decodes what comes as Latin-1",
        old="                yield line.decode()\n",
        new='                yield line.decode("latin-1")\n',
        caught_by=(
            "step1/server/a_letter_cut_in_two",
            "step1/server/any_text",
        ),
    ),
    _wrong(
        name="never_flushed",
        mistake="writes into a buffered file and never flushes it",
        old=_SENDING,
        new="""        with self.sending:
            if not hasattr(self, "file"):
                self.file = self.sock.makefile("wb")
            self.file.write(data)
""",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    # Who hears what
    _wrong(
        name="an_echo_server",
        mistake="sends a message back to its sender, and to nobody else",
        old=_SPEAKING,
        new="        client.send(line)\n        count = 1\n",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="not_to_the_sender",
        mistake="sends a message to everyone but its sender",
        old=_SPEAKING,
        new="        count = self.broadcast(line, exclude_client=client)\n",
        caught_by=("step1/server/the_sender_hears_it_too",),
    ),
    _wrong(
        name="twice_in_the_list",
        mistake="puts every client into the list twice",
        old="            self.clients.append(client)\n",
        new="            self.clients.append(client)\n            self.clients.append(client)\n",
        caught_by=("step1/server/a_message_comes_once",),
    ),
    _wrong(
        name="the_command_as_well",
        mistake="broadcasts the whole line, MESSAGE: included",
        old="        line = self.format(client, text)\n",
        new='        line = f"MESSAGE:{text}"\n',
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="a_typo_in_the_log",
        mistake="has a wrong name in the line that logs a broadcast: after its first message a client is gone",
        old="{count} clients",
        new="{cuont} clients",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    # What happens to a text
    _wrong(
        name="up_to_the_second_colon",
        mistake="splits at every colon and takes the second part",
        old='    command, _, argument = line.partition(":")\n',
        new='    command, argument = (line.split(":") + [""])[:2]\n',
        caught_by=("step1/server/colons_in_a_text",),
    ),
    _wrong(
        name="exactly_two_parts",
        mistake="splits at every colon and unpacks two parts",
        old='    command, _, argument = line.partition(":")\n',
        new='    command, argument = line.split(":")\n',
        caught_by=("step1/server/colons_in_a_text",),
    ),
    _wrong(
        name="from_the_last_colon_on",
        mistake="splits at the last colon",
        old='    command, _, argument = line.partition(":")\n',
        new='    command, _, argument = line.rpartition(":")\n',
        caught_by=("step1/server/colons_in_a_text",),
    ),
    _wrong(
        name="every_message_goes",
        mistake="removes MESSAGE: wherever it stands",
        old="    return command, argument\n",
        new='    return command, line.replace("MESSAGE:", "") if command == "MESSAGE" else argument\n',
        caught_by=("step1/server/colons_in_a_text",),
    ),
    _wrong(
        name="strips_letters",
        mistake="calls lstrip('MESSAGE:'), which strips letters, not a word",
        old="    return command, argument\n",
        new='    return command, line.lstrip("MESSAGE:") if command == "MESSAGE" else argument\n',
        caught_by=("step1/server/colons_in_a_text",),
    ),
    _wrong(
        name="the_first_word",
        mistake="splits at blanks, and broadcasts the first word",
        old="        line = self.format(client, text)\n",
        new="        line = self.format(client, text.split()[0])\n",
        caught_by=(
            "step1/server/everyone_hears_a_message",
            "step1/server/any_text",
        ),
    ),
    _wrong(
        name="one_blank_is_enough",
        mistake="splits at blanks and joins again: runs of blanks become one",
        old="        line = self.format(client, text)\n",
        new='        line = self.format(client, " ".join(text.split()))\n',
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="all_in_small_letters",
        mistake="makes everything lower case so that commands are easier to compare",
        old="        line = self.format(client, text)\n",
        new="        line = self.format(client, text.lower())\n",
        caught_by=(
            "step1/server/everyone_hears_a_message",
            "step1/server/any_text",
        ),
    ),
    _wrong(
        name="all_in_capitals",
        mistake="makes the whole line upper case so that commands are easier to compare",
        old="    command, _, argument = line.partition",
        new="    command, _, argument = line.upper().partition",
        caught_by=(
            "step1/server/everyone_hears_a_message",
            "step1/server/any_text",
        ),
    ),
    _wrong(
        name="splitlines_on_text",
        mistake="cuts decoded text with splitlines(), which sees more line ends than the newline",
        old="                yield line.decode()\n",
        new="                yield from line.decode().splitlines()\n",
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="the_first_of_splitlines",
        mistake="takes what splitlines() finds first for the text",
        old="        line = self.format(client, text)\n",
        new='        line = self.format(client, (text.splitlines() or [""])[0])\n',
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="only_what_can_be_printed",
        mistake="leaves out what cannot be printed",
        old="        line = self.format(client, text)\n",
        new='        line = self.format(client, "".join(sign for sign in text if sign.isprintable()))\n',
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="tabs_become_blanks",
        mistake="puts blanks for a tab",
        old="        line = self.format(client, text)\n",
        new="        line = self.format(client, text.expandtabs())\n",
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="a_text_ends_at_its_zero",
        mistake="takes a zero byte for the end of the text, as C does",
        old="        line = self.format(client, text)\n",
        new='        line = self.format(client, text.partition("\\0")[0])\n',
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="a_number_is_no_text",
        mistake="takes a text of digits for a number",
        old="        line = self.format(client, text)\n",
        new="        line = self.format(client, str(int(text)) if text.isdecimal() else text)\n",
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="a_text_is_a_web_address",
        mistake="resolves what looks like an escape in a web address",
        old="        line = self.format(client, text)\n",
        new="        import urllib.parse\n\n        line = self.format(client, urllib.parse.unquote(text))\n",
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="a_text_is_a_format",
        mistake="uses the text of a message as a format string",
        old="        line = self.format(client, text)\n",
        new="        line = self.format(client, text % ())\n",
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="escapes_are_resolved",
        mistake="turns backslash and n into a newline",
        old="        line = self.format(client, text)\n",
        new='        line = self.format(client, text.replace("\\\\n", "\\n"))\n',
        caught_by=("step1/server/any_text",),
    ),
    _wrong(
        name="quit_anywhere",
        mistake="ends a connection when QUIT stands anywhere in a line",
        old="                self.obey(client, line)\n",
        new='                if "QUIT" in line:\n                    break\n                self.obey(client, line)\n',
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    _wrong(
        name="a_command_of_the_client_as_a_text",
        mistake="ends a connection when the text of a message is /quit, which other chats have for a command",
        old="        line = self.format(client, text)\n",
        new="""        if text == "/quit":
            raise ConnectionError("bye")
        line = self.format(client, text)
""",
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    _wrong(
        name="quit_as_a_text",
        mistake="ends a connection when the text of a message is quit or exit",
        old="        line = self.format(client, text)\n",
        new="""        if text.lower() in ("quit", "exit"):
            raise ConnectionError("bye")
        line = self.format(client, text)
""",
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    # Threads and the loop that accepts
    _wrong(
        name="waits_in_the_loop_that_accepts",
        mistake="waits for the first line of a client before it accepts the next one",
        old=_ACCEPTING,
        new="""    def verify_request(self, request, client_address):
        return bool(request.recv(4096, socket.MSG_PEEK))

    def start(self) -> None:
""",
        caught_by=("step1/server/a_silent_connection",),
    ),
    _wrong(
        name="one_client_at_a_time",
        mistake="uses TCPServer, which looks after one client at a time",
        old="socketserver.ThreadingTCPServer",
        new="socketserver.TCPServer",
        caught_by=(
            "step1/server/everyone_hears_a_message",
            "step1/server/a_silent_connection",
        ),
    ),
    _wrong(
        name="a_process_for_each_client",
        mistake="uses ForkingTCPServer: every process has a list of clients of its own",
        old="socketserver.ThreadingTCPServer",
        new="socketserver.ForkingTCPServer",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="accepts_once",
        mistake="calls handle_request(), which accepts one connection, instead of serve_forever()",
        old="            self.serve_forever()\n",
        new="            self.handle_request()\n",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="a_typo_at_the_start",
        mistake="has a wrong name in a line that runs before the server listens",
        old="socketserver.ThreadingTCPServer",
        new="socketserver.ThreadedTCPServer",
        caught_by=("step1/server/the_server_starts",),
    ),
    _wrong(
        name="never_listens",
        mistake="makes the server without binding its port",
        old="super().__init__((host, port), ChatHandler)",
        new="super().__init__((host, port), ChatHandler, bind_and_activate=False)",
        caught_by=("step1/server/the_server_starts",),
    ),
    _wrong(
        name="an_import_by_the_editor",
        mistake="imports a part of the grader, which the editor offered in the folder of the kit",
        old="import socketserver\n",
        new="import socketserver\nfrom grading.stage import sockets\n",
        caught_by=("step1/server/a_start_by_hand",),
    ),
    _wrong(
        name="a_thread_for_each_line",
        mistake="starts a thread for every line",
        old="                self.obey(client, line)\n",
        new="                threading.Thread(target=self.obey, args=(client, line)).start()\n",
        caught_by=("step1/server/several_people_talk_at_once",),
    ),
    _wrong(
        name="no_lock_for_sending",
        mistake="sends a line and its newline one after the other, without a lock",
        old=_SENDING,
        new="        self.sock.sendall(data[:-1])\n        self.sock.sendall(data[-1:])\n",
        caught_by=("step1/server/several_people_talk_at_once",),
    ),
    _wrong(
        name="no_lock_for_sendall",
        mistake="trusts that sendall() sends all at once, and takes no lock",
        old=_SENDING,
        new="        self.sock.sendall(data)\n",
        caught_by=("step1/server/several_people_talk_at_once",),
    ),
    _wrong(
        name="sends_a_part",
        mistake="does not look at how much send() has sent",
        old="self.sock.sendall(data)",
        new="self.sock.send(data)",
        caught_by=("step1/server/a_long_line", "step1/server/several_people_talk_at_once"),
    ),
    _wrong(
        name="sends_a_part_and_the_newline",
        mistake="sends a line and its newline by two calls, and does not look at how much the first one has sent",
        old="self.sock.sendall(data)",
        new='self.sock.send(data[:-1])\n            self.sock.sendall(b"\\n")',
        caught_by=("step1/server/a_long_line",),
    ),
    _wrong(
        name="a_pool_of_fifty_threads",
        mistake="has fifty threads in all, each of which stays with its client",
        old="        self.add_client(client)\n        try:\n",
        new="""\
        with vars(self).setdefault("pool", threading.Semaphore(50)):
            self.looks_after(client)

    def looks_after(self, client: Client) -> None:
        self.add_client(client)
        try:
""",
        caught_by=("step1/server/a_silent_connection",),
    ),
    _wrong(
        name="nobody_says_the_same_twice",
        mistake="takes what somebody says twice in a row for one message that came twice",
        old="        line = self.format(client, text)\n",
        new="""\
        if text == vars(client).get("last"):
            return
        vars(client)["last"] = text
        line = self.format(client, text)
""",
        caught_by=("step1/server/a_message_comes_once",),
    ),
    _wrong(
        name="a_pool_of_two_threads",
        mistake="looks after two clients at a time, and lets all others wait",
        old=_ACCEPTING,
        new="""    def process_request_thread(self, request, client_address):
        with vars(self).setdefault("pool", threading.Semaphore(2)):
            super().process_request_thread(request, client_address)

    def start(self) -> None:
""",
        caught_by=(
            "step1/server/everyone_hears_a_message",
            "step1/server/a_silent_connection",
        ),
    ),
    _wrong(
        name="reuse_of_the_address_after_binding",
        mistake="sets allow_reuse_address on the server when its port is bound already",
        old="""    allow_reuse_address = os.name == "posix"  # or a restart fails with "Address already in use"
    request_queue_size = 1024  # the backlog: connections that may wait to be accepted

    def __init__(self, host: str = "localhost", port: int = 8080) -> None:
        super().__init__((host, port), ChatHandler)
""",
        new="""    request_queue_size = 1024  # the backlog: connections that may wait to be accepted

    def __init__(self, host: str = "localhost", port: int = 8080) -> None:
        super().__init__((host, port), ChatHandler)
        self.allow_reuse_address = True
""",
        caught_by=("step1/server/a_restart",),
    ),
    _wrong(
        name="no_reuse_of_the_address",
        mistake="does not set allow_reuse_address",
        old='    allow_reuse_address = os.name == "posix"',
        new="    allow_reuse_address = False",
        caught_by=("step1/server/a_restart",),
    ),
    _wrong(
        name="never_serves",
        mistake="makes the server and forgets to start it",
        old="    server.start()\n",
        new="    server.server_close()\n",
        caught_by=("step1/server/the_server_starts",),
    ),
    _wrong(
        name="listeners_are_not_counted_in",
        mistake="puts a client into the list when it says something for the first time",
        old="        self.add_client(client)\n        try:\n            for line in client.lines():\n",
        new="""        try:
            for line in client.lines():
                if client not in self.clients:
                    self.add_client(client)
""",
        caught_by=("step1/server/listening_is_enough",),
    ),
    _wrong(
        name="an_echo_and_a_broadcast",
        mistake="sends a message back to its sender, and then to everyone, the sender included",
        old=_SPEAKING,
        new="        client.send(line)\n        count = self.broadcast(line)\n",
        caught_by=("step1/server/a_message_comes_once",),
    ),
]
