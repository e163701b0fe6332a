"""The client, from the first step to the last: what people get wrong."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant
from tests.kit.mutants.framing import FORGETS_WHILE_WAITING

_client1 = partial(Mutant, step="step1", program="client")
_client2 = partial(Mutant, step="step2", program="client")
_client3 = partial(Mutant, step="step3", program="client")
_client4 = partial(Mutant, step="step4", program="client")
_advanced = partial(Mutant, step="advanced", program="client")

LINES = """\
        while data := self.stream.readline():
            yield data.rstrip(b"\\r\\n").decode(errors="replace")
"""
SEND_LINE = 'self.sock.sendall(f"{line}\\n".encode(errors="replace"))'
MESSAGE = 'line = f"MESSAGE:{message}"'
RECEIVE = "threading.Thread(target=self.receive_messages, daemon=True).start()\n"
TALK = """\
        while (text := input("> ")) != "quit":
            if text:
                self.send_message(text)
"""
ASK = 'self.connect(self.username or input("Enter username: "))'
SAY_JOIN = '        self.send_line(f"JOIN:{username}")\n'
ANSWERS = """\
        for line in self.lines():
            self.show(line)
            if line.startswith("JOINED:"):
                return True
            if line.startswith("ERROR:"):
                return False
"""
WATCH = """\
        try:
            self.receive_messages()
        except OSError:
            pass
        if not self.leaving:
            self.lost()
"""
PRINTABLE = 'return "".join(c for c in text if c == "\\t" or unicodedata.category(c) != "Cc")'
SAY_QUIT = '            self.send_line("QUIT")\n'
LEAVE = """\
        self.leaving = True
        try:
            self.send_line("QUIT")
            self.sock.shutdown(socket.SHUT_WR)  # nothing more will come from us
        except OSError:
            pass
"""
MSG = 'line = f"PRIVATE:{target}:{text}"'
TWO_SLASHES = 'elif message.startswith("//"):\n            line = f"MESSAGE:{message[1:]}"\n'

STEP_1 = [
    _client1(
        name="client_sends_a_blank_behind_the_colon",
        mistake="puts a blank behind the colon of MESSAGE",
        old=MESSAGE,
        new='line = f"MESSAGE: {message}"',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_keeps_notes",
        mistake="does not send what begins with #, as if it were a comment",
        old="            if text:\n",
        new='            if text and not text.startswith("#"):\n',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_quits_where_others_say_so",
        mistake="hears no more once somebody else says quit",
        old="        for line in self.lines():\n            self.show(line)\n",
        new="""\
        for line in self.lines():
            if line == "quit":
                return
            self.show(line)
""",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_quits_where_a_sentence_does",
        mistake="ends at every line that ends with quit",
        old='while (text := input("> ")) != "quit":',
        new='while not (text := input("> ")).endswith("quit"):',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_drops_what_looks_like_a_prompt",
        mistake="takes the sign with which a line begins for its own prompt",
        old='while (text := input("> ")) != "quit":',
        new='while (text := input("> ").removeprefix("> ")) != "quit":',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_quits_where_a_sentence_begins_so",
        mistake="ends at every line whose first word is quit, as `cmd` does",
        old='while (text := input("> ")) != "quit":',
        new='while (text := input("> ")).partition(" ")[0] != "quit":',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_takes_a_text_for_markup",
        mistake="prints with a library that knows markup: what looks like that is not shown",
        old="        text = line\n",
        new='        import re\n\n        text = re.sub(r"\\[/?[a-z]+\\]", "", line)\n',
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_takes_a_word_for_a_picture",
        mistake="prints with a library that puts a picture for a word between two colons",
        old="        text = line\n",
        new='        text = line.replace(":smile:", "\\N{SMILING FACE WITH OPEN MOUTH}")\n',
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_leaves_out_quotation_marks",
        mistake="takes quotation marks for those of Python, and leaves them out",
        old=MESSAGE,
        new="message = message.replace('\"', '')\n        line = f\"MESSAGE:{message}\"",
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_sends_the_first_512_characters",
        mistake="cuts what is typed after 512 characters",
        old=MESSAGE,
        new='line = f"MESSAGE:{message[:512]}"',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_takes_a_text_for_a_format",
        mistake="prints a text as a format: of two percent signs, one is left",
        old="        text = line\n",
        new='        text = line.replace("%%", "%")\n',
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_shows_no_rare_characters",
        mistake="shows no characters beyond the first 65,536",
        old="        text = line\n",
        new='        text = "".join(character for character in line if ord(character) < 0x10000)\n',
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_clears_the_screen",
        mistake="clears the screen before each line that it shows",
        old="        print(text, flush=True)\n",
        new='        print("\\x1b[2J\\x1b[H" + text, flush=True)\n',
        caught_by=(
            "step1/client/what_comes_is_shown",
            "step1/client/two_lines_in_one_segment",
            "step1/client/a_long_line_is_shown_whole",
        ),
    ),
    _client1(
        name="client_sends_a_command_as_it_was_typed",
        mistake="sends a line that begins as a command does as that command",
        old=MESSAGE,
        new='line = message if message.startswith(("MESSAGE:", "PRIVATE:")) else f"MESSAGE:{message}"',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_has_said_enough",
        mistake="sends no more than twenty lines, and says nothing about it",
        old="        self.send_line(line)\n",
        new="""\
        self.said = getattr(self, "said", 0) + 1
        if self.said <= 20:
            self.send_line(line)
""",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_rests_after_each_line",
        mistake="sleeps for a moment after each line that it shows",
        old="print(text, flush=True)",
        new="print(text, flush=True)\n        threading.Event().wait(0.1)",
        caught_by=("step1/client/a_long_line_is_shown_whole",),
    ),
    _client1(
        name="client_cuts_with_splitlines",
        mistake="cuts decoded text with splitlines(), which sees more line ends than the newline",
        old=LINES,
        new="""\
        while data := self.stream.readline():
            yield from data.decode(errors="replace").splitlines()
""",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_shows_escapes",
        mistake="shows a line as ascii() does, with escapes for all letters that are not plain",
        old="print(text, flush=True)",
        new="print(ascii(text)[1:-1], flush=True)",
        caught_by=("step1/client/a_letter_cut_in_two",),
    ),
    _client1(
        name="client_shows_a_line_of_the_screen",
        mistake="shows the first eighty characters of a line",
        old="print(text, flush=True)",
        new="print(text[:80], flush=True)",
        caught_by=("step1/client/a_long_line_is_shown_whole",),
    ),
    _client1(
        name="client_never_connects",
        mistake="asks for the name and forgets to connect",
        old=ASK,
        new='self.username = self.username or input("Enter username: ")',
        caught_by=("step1/client/the_client_connects",),
    ),
    _client1(
        name="client_with_a_typo_at_the_start",
        mistake="has a wrong name in a line that runs before it connects",
        old=ASK,
        new='self.conect(self.username or input("Enter username: "))',
        caught_by=("step1/client/the_client_connects",),
    ),
    _client1(
        name="client_without_patience",
        mistake="leaves the time limit for connecting where it is",
        old="socket.create_connection((self.host, self.port))",
        new="socket.create_connection((self.host, self.port), timeout=10)",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_at_another_port",
        mistake="has another default port than the server",
        old="default=8080",
        new="default=8000",
        caught_by=("step1/client/a_start_by_hand",),
    ),
    _client1(
        name="client_drops_what_follows",
        mistake="takes the first line of what recv() returns and forgets the others",
        old=LINES,
        new="""\
        while data := self.sock.recv(4096):
            yield data.decode(errors="replace").split("\\n")[0]
""",
        caught_by=(
            "step1/client/what_comes_is_shown",
            "step1/client/two_lines_in_one_segment",
        ),
    ),
    _client1(
        name="client_waits_for_a_newline_at_the_end",
        mistake="collects until what came ends with a newline, and takes it for one line",
        old=LINES,
        new="""\
        data = b""
        while chunk := self.sock.recv(4096):
            data += chunk
            if data.endswith(b"\\n"):
                yield data.decode(errors="replace").replace("\\n", " ")
                data = b""
""",
        caught_by=("step1/client/two_lines_in_one_segment",),
    ),
    _client1(
        name="client_decodes_ascii",
        mistake="shows only the letters of ASCII",
        old='.decode(errors="replace")',
        new='.decode("ascii", errors="ignore")',
        caught_by=("step1/client/a_letter_cut_in_two",),
    ),
    _client1(
        name="client_cuts_long_lines",
        mistake="takes 1024 bytes for a line",
        old="self.stream.readline()",
        new="self.stream.readline(1024)",
        caught_by=("step1/client/a_long_line_is_shown_whole",),
    ),
    _client1(
        name="client_shows_bytes",
        mistake="prints bytes instead of text",
        old="print(text, flush=True)",
        new="print(text.encode(), flush=True)",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_shows_without_newlines",
        mistake="strips the newline and prints none",
        old="print(text, flush=True)",
        new='print(text, end="", flush=True)',
        caught_by=(
            "step1/client/what_comes_is_shown",
            "step1/client/two_lines_in_one_segment",
        ),
    ),
    _client1(
        name="client_shows_the_text_only",
        mistake="shows what stands behind the last colon",
        old="        text = line\n",
        new='        text = line.split(":")[-1]\n',
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_receives_once",
        mistake="receives one line and stops",
        old="            self.show(line)\n",
        new="            self.show(line)\n            break\n",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_reads_the_end_again_and_again",
        mistake="takes b'' for an empty line, and reads on",
        old=LINES,
        new="""\
        while True:
            yield self.stream.readline().rstrip(b"\\r\\n").decode(errors="replace")
""",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_receives_again_and_again",
        mistake="calls receive_messages in a loop without end",
        old=RECEIVE,
        new="""\
threading.Thread(target=lambda: [self.receive_messages() for _ in iter(int, 1)], daemon=True).start()
""",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_never_receives",
        mistake="makes a thread and does not start it",
        old=RECEIVE,
        new="threading.Thread(target=self.receive_messages, daemon=True)\n",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_calls_instead_of_starting_a_thread",
        mistake="calls receive_messages instead of handing it to the thread",
        old=RECEIVE,
        new="threading.Thread(target=self.receive_messages(), daemon=True).start()\n",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_receives_after_typing",
        mistake="reads the network only after Enter, in the same thread",
        old=RECEIVE + "\n        self.talk()\n",
        new="""\
while (text := input("> ")) != "quit":
            self.send_message(text)
            self.show(next(self.lines()))
""",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_shows_after_enter",
        mistake="collects what comes and shows it after the next Enter",
        old=RECEIVE + "\n        self.talk()\n",
        new="""\
news: list[str] = []
        threading.Thread(target=lambda: news.extend(iter(self.lines())), daemon=True).start()
        while (text := input("> ")) != "quit":
            while news:
                self.show(news.pop(0))
            self.send_message(text)
""",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_loses_half_a_line_while_waiting",
        mistake="looks up twice a second, and forgets half a line whenever nothing has come",
        old=LINES,
        new=FORGETS_WHILE_WAITING
        + """\
                yield line.rstrip(b"\\r").decode(errors="replace")
""",
        caught_by=("step1/client/a_line_in_pieces",),
    ),
    _client1(
        name="client_ends_at_exit_too",
        mistake="ends at exit and bye as well",
        old='while (text := input("> ")) != "quit":',
        new='while (text := input("> ")) not in ("quit", "exit", "bye"):',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_answers_help_itself",
        mistake="shows what may be typed, and does not send the word help",
        old="            if text:\n",
        new='            if text == "help":\n                print("or quit")\n            elif text:\n',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_shows_equal_lines_once",
        mistake="shows no line that is like the one before",
        old="        for line in self.lines():\n            self.show(line)\n",
        new='        last = ""\n        for line in self.lines():\n            if line != last:\n'
        "                self.show(line)\n            last = line\n",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_sends_no_newline",
        mistake="sends lines without a newline",
        old=SEND_LINE,
        new="self.sock.sendall(line.encode())",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_sends_two_characters_for_a_newline",
        mistake="sends a backslash and an n",
        old=SEND_LINE,
        new='self.sock.sendall(f"{line}\\\\n".encode())',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_sends_bare_text",
        mistake="forgets MESSAGE:",
        old=MESSAGE,
        new="line = message",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_sends_a_blank_for_the_colon",
        mistake="sends MESSAGE without a colon",
        old=MESSAGE,
        new='line = f"MESSAGE {message}"',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_sends_everything_at_the_end",
        mistake="reads the keyboard to its end before it sends anything",
        old='        while (text := input("> ")) != "quit":\n',
        new="        for text in sys.stdin.readlines():\n",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_sends_words",
        mistake="splits what is typed and joins it again: runs of blanks are lost",
        old=MESSAGE,
        new='line = "MESSAGE:" + " ".join(message.split())',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_sends_the_text_up_to_a_colon",
        mistake="cuts what is typed at its first colon",
        old=MESSAGE,
        new='line = "MESSAGE:" + message.split(":")[0]',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_sends_lower_case",
        mistake="makes what is typed lower case, to find quit in any case",
        old='(text := input("> "))',
        new='(text := input("> ").lower())',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client1(
        name="client_sends_latin_1",
        mistake="encodes in latin-1",
        old=SEND_LINE,
        new='self.sock.sendall(f"{line}\\n".encode("latin-1", errors="replace"))',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _client1(
        name="client_does_not_know_quit",
        mistake="sends quit as a message",
        old='!= "quit":',
        new='!= "/quit":',
        caught_by=("step1/client/quit_ends_the_client",),
    ),
    _client1(
        name="client_thread_keeps_it_alive",
        mistake="waits for the receiving thread, which is no daemon",
        old=RECEIVE,
        new="threading.Thread(target=self.receive_messages).start()\n",
        caught_by=("step1/client/quit_ends_the_client",),
    ),
    _client1(
        name="client_decodes_chunks_strictly",
        mistake="decodes each chunk before it looks for lines; half a letter raises",
        old=LINES,
        new="""\
        rest = ""
        while data := self.sock.recv(4096):
            *lines, rest = (rest + data.decode()).split("\\n")
            yield from lines
""",
        caught_by=("step1/client/a_letter_cut_in_two",),
    ),
    _client1(
        name="client_decodes_chunks",
        mistake="decodes each chunk before it looks for lines; half a letter is replaced",
        old=LINES,
        new="""\
        rest = ""
        while data := self.sock.recv(4096):
            *lines, rest = (rest + data.decode(errors="replace")).split("\\n")
            yield from lines
""",
        caught_by=("step1/client/a_letter_cut_in_two",),
    ),
    _client1(
        name="client_keeps_no_rest",
        mistake="splits what recv() returns into lines and keeps nothing for the next round",
        old=LINES,
        new="""\
        while data := self.sock.recv(4096):
            yield from data.decode(errors="replace").splitlines()
""",
        caught_by=("step1/client/a_line_in_pieces",),
    ),
    _client1(
        name="client_waits_until_all_lines_are_whole",
        mistake="shows whole lines only once what came ends with a newline",
        old=LINES,
        new="""\
        data = b""
        while chunk := self.sock.recv(4096):
            data += chunk
            if data.endswith(b"\\n"):
                yield from data.decode(errors="replace").split("\\n")[:-1]
                data = b""
""",
        caught_by=("step1/client/a_line_in_pieces",),
    ),
    _client1(
        name="client_makes_one_blank_of_several",
        mistake="splits each line into words before it prints them",
        old="        print(text, flush=True)\n",
        new="        print(*text.split(), flush=True)\n",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client1(
        name="client_one_recv_is_one_message",
        mistake="prints whatever recv() returns",
        old=LINES,
        new='        while data := self.sock.recv(4096):\n            yield data.decode(errors="replace")\n',
        caught_by=("step1/client/a_line_in_pieces", "step1/client/a_letter_cut_in_two"),
    ),
    _client1(
        name="client_shows_one_line_for_each_recv",
        mistake="keeps what stands behind the first line, and waits for more before it looks there",
        old=LINES,
        new="""        buffer = b""
        while data := self.sock.recv(1024):
            buffer += data
            if b"\\n" in buffer:
                line, buffer = buffer.split(b"\\n", 1)
                yield line.decode(errors="replace")
""",
        caught_by=("step1/client/two_lines_in_one_segment", "step1/client/what_comes_is_shown"),
    ),
]

STEP_2 = [
    _client2(
        name="client_tells_once_who_comes",
        mistake="tells no more that somebody comes who has been there before",
        old='            text = f"{argument} joined"\n',
        new="""\
            text = f"{argument} joined"
            self.told = getattr(self, "told", [])
            if text in self.told:
                return
            self.told.append(text)
""",
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _client2(
        name="client_tells_an_error_once",
        mistake="shows no error that was the last one already",
        old='            text = f"Error: {argument}"\n',
        new="""\
            text = f"Error: {argument}"
            self.last, last = text, getattr(self, "last", "")
            if text == last:
                return
""",
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="client_looks_for_arrivals_in_what_is_said",
        mistake="takes USER_JOINED for news wherever it stands in a line",
        old='        kind, _, argument = line.partition(":")\n',
        new="""\
        start = line.find("USER_JOINED:")
        kind, _, argument = line[max(start, 0) :].partition(":")
""",
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _client2(
        name="client_keeps_a_refusal_for_itself",
        mistake="shows the answer to JOIN only where that is yes",
        old='            self.show(line)\n            if line.startswith("JOINED:"):\n',
        new='            if line.startswith("JOINED:"):\n                self.show(line)\n',
        caught_by=("step2/client/the_name_as_an_option",),
    ),
    _client2(
        name="client_takes_the_first_line_for_the_answer",
        mistake="takes whatever the server says first for the answer to JOIN",
        old='            if line.startswith("ERROR:"):\n                return False\n',
        new="            return False\n",
        caught_by=("step2/client/joined_as",),
    ),
    _client2(
        name="client_leaves_with_others",
        mistake="says QUIT, too, when somebody else has left",
        old='            text = f"{argument} left"\n',
        new='            text = f"{argument} left"\n            self.send_line("QUIT")\n',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="client_reads_once_for_the_answer",
        mistake="takes what one recv() brings for all of the answer to JOIN, and looks for the answer among its lines",
        old=ANSWERS,
        new="""\
        answers = self.sock.recv(1024).decode().splitlines()
        for line in answers:
            self.show(line)
        return any(line.startswith("JOINED:") for line in answers)
""",
        caught_by=("step2/client/joined_as",),
    ),
    _client2(
        name="client_knows_one_refusal",
        mistake="waits on where its name is refused in other words than it expects",
        old='            if line.startswith("ERROR:"):\n                return False\n',
        new='            if line == "ERROR:name taken":\n                return False\n',
        caught_by=("step2/client/the_name_as_an_option",),
    ),
    _client2(
        name="client_changes_signs_in_the_name",
        mistake="sends an underscore for each hyphen in the name",
        old=SAY_JOIN,
        new=SAY_JOIN.replace("{username}", "{username.replace('-', '_')}"),
        caught_by=("step2/client/the_client_joins",),
    ),
    _client2(
        name="client_does_not_join",
        mistake="never says JOIN",
        old=SAY_JOIN + ANSWERS,
        new="        return True\n",
        caught_by=("step2/client/the_client_joins",),
    ),
    _client2(
        name="client_sends_its_bare_name",
        mistake="sends the name without JOIN",
        old=SAY_JOIN,
        new="        self.send_line(username)\n",
        caught_by=("step2/client/the_client_joins",),
    ),
    _client2(
        name="client_writes_names_large",
        mistake="thinks that a name begins with a capital letter",
        old='self.send_line(f"JOIN:{username}")',
        new='self.send_line(f"JOIN:{username.capitalize()}")',
        caught_by=("step2/client/the_client_joins",),
    ),
    _client2(
        name="client_joins_late",
        mistake="says hello before JOIN",
        old=SAY_JOIN,
        new='        self.send_message("Hello!")\n' + SAY_JOIN,
        caught_by=("step2/client/the_client_joins",),
    ),
    _client2(
        name="client_joins_in_its_own_words",
        mistake="sends JOIN, a blank and the name",
        old=SAY_JOIN,
        new='        self.send_line(f"JOIN {username}")\n',
        caught_by=("step2/client/the_client_joins",),
    ),
    _client2(
        name="client_asks_for_its_option_again_and_again",
        mistake="takes the name of its option again where that is refused",
        old='            self.username = input("Enter username: ")\n',
        new='            self.username = sys.argv[-1] if "--username" in sys.argv else input("Enter username: ")\n',
        caught_by=("step2/client/the_name_as_an_option",),
    ),
    _client2(
        name="client_ignores_its_option",
        mistake="asks for the name although it is given",
        old=ASK,
        new='self.connect(input("Enter username: "))',
        caught_by=("step2/client/the_name_as_an_option",),
    ),
    _client2(
        name="client_asks_before_it_reads_its_options",
        mistake="takes the option for a default, and asks all the same",
        old=ASK,
        new='self.connect(input(f"Enter username [{self.username}]: ") or self.username)',
        caught_by=("step2/client/the_name_as_an_option",),
    ),
    _client2(
        name="joined_shown_raw",
        mistake="shows JOINED as it came",
        old='text = f"Joined as: {argument}"',
        new="pass",
        caught_by=("step2/client/joined_as",),
    ),
    _client2(
        name="joined_not_shown",
        mistake="reads the answer to JOIN and does not show it",
        old=ANSWERS,
        new=ANSWERS.replace("            self.show(line)\n", ""),
        caught_by=("step2/client/joined_as",),
    ),
    _client2(
        name="user_joined_shown_raw",
        mistake="shows USER_JOINED as it came",
        old='text = f"{argument} joined"',
        new="pass",
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _client2(
        name="user_left_shown_raw",
        mistake="shows USER_LEFT as it came",
        old='text = f"{argument} left"',
        new="pass",
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _client2(
        name="user_joined_taken_for_joined",
        mistake="looks for JOINED anywhere in the line",
        old='if kind == "JOINED":',
        new='if "JOINED" in kind:',
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _client2(
        name="error_shown_raw",
        mistake="shows ERROR as it came",
        old='text = f"Error: {argument}"',
        new="pass",
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_cut_at_its_next_colon",
        mistake="splits an ERROR at every colon",
        old='text = f"Error: {argument}"',
        new='text = "Error: " + argument.split(":")[0]',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_off_by_one",
        mistake="cuts ERROR: off one character too far",
        old='            text = f"Error: {argument}"\n',
        new='            text = f"Error: {line[7:]}"\n',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_not_shown",
        mistake="swallows errors",
        old='            text = f"Error: {argument}"\n',
        new="            return\n",
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_taken_for_a_template",
        mistake="formats the words of the server, which may hold braces",
        old='text = f"Error: {argument}"',
        new='text = ("Error: " + argument).format()',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_in_small_letters",
        mistake="takes what somebody called error says for an ERROR",
        old='elif kind == "ERROR":',
        new='elif kind.upper() == "ERROR":',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_asks_for_the_name_again",
        mistake="takes what is typed next for another name, also where it is the name of a room that was refused",
        old='            text = f"Error: {argument}"\n',
        new="""\
            text = f"Error: {argument}"
            if argument == "bad name":
                self.send_message = lambda name: self.send_line(f"JOIN:{name}")
""",
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_ends_the_client",
        mistake="takes any error for the end",
        old='            text = f"Error: {argument}"\n',
        new='            raise SystemExit(f"Error: {argument}")\n',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_ends_the_listening",
        mistake="stops listening at the first ERROR",
        old="    def receive_messages(self) -> None:\n",
        new="""\
    def lines_without_errors(self) -> Iterator[str]:
        for line in self.lines():
            yield line
            if line.startswith("ERROR:"):
                break

    def receive_messages(self) -> None:
        for line in self.lines_without_errors():
            self.show(line)

    def receive_all_messages(self) -> None:
""",
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="error_anywhere_in_a_text",
        mistake="takes every text in which ERROR: stands for an error",
        old="""        elif kind == "ERROR":
            text = f"Error: {argument}"
""",
        new="""        elif "ERROR:" in line:
            text = "Error: " + line.partition("ERROR:")[2]
""",
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="whatever_begins_like_joined",
        mistake="takes each line that begins with JOINED for the answer, also what somebody called JOINED_Bob says",
        old='if kind == "JOINED":',
        new='if line.startswith("JOINED"):',
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _client2(
        name="whatever_begins_like_an_error",
        mistake="takes each line that begins with ERROR for one, also what somebody called ERRORS says",
        old='elif kind == "ERROR":',
        new='elif line.startswith("ERROR"):',
        caught_by=("step2/client/errors_are_told",),
    ),
    _client2(
        name="joined_as_less_than_asked",
        mistake="takes off the letters of JOINED at both ends of the line, where they are the beginning of a name, too",
        old='text = f"Joined as: {argument}"',
        new='text = "Joined as: " + line.strip("JOINED:")',
        caught_by=("step2/client/joined_as",),
    ),
    _client2(
        name="joined_as_with_the_end_of_the_command",
        mistake="cuts the command off by a number that is too small",
        old='text = f"Joined as: {argument}"',
        new='text = f"Joined as: {line[2:]}"',
        caught_by=("step2/client/joined_as",),
    ),
    _client2(
        name="joined_as_unasked",
        mistake="says that it joined as soon as it has asked",
        old='        self.send_line(f"JOIN:{username}")\n',
        new='        self.send_line(f"JOIN:{username}")\n        print(f"Joined as: {username}")\n',
        caught_by=("step2/client/a_refused_name",),
    ),
    _client2(
        name="a_text_cut_at_its_second_colon",
        mistake="splits a message at every colon with a blank, and shows the first two parts",
        old='            text = f"Error: {argument}"\n',
        new='            text = f"Error: {argument}"\n'
        '        elif ": " in line:\n            text = ": ".join(line.split(": ")[:2])\n',
        caught_by=("step2/client/errors_are_told", "step1/client/what_comes_is_shown"),
    ),
    _client2(
        name="everything_is_sent_twice",
        mistake="sends in send_message, and again where it was called",
        old="                self.send_message(text)\n",
        new="                self.send_message(text)\n                self.send_message(text)\n",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client2(
        name="handshake_by_a_bare_recv",
        mistake="reads the answer to JOIN with recv: what comes with it is lost",
        old=ANSWERS,
        new="""\
        answer = self.sock.recv(1024).decode().splitlines()[0]
        self.show(answer)
        return answer.startswith("JOINED:")
""",
        caught_by=("step2/client/the_answer_and_more_in_one_segment",),
    ),
    _client2(
        name="handshake_compares_all_of_recv",
        mistake="expects recv to return the answer to JOIN and nothing else",
        old=ANSWERS,
        new="""\
        answer = self.sock.recv(1024).decode()
        self.show(answer.strip())
        return answer == f"JOINED:{username}\\n"
""",
        caught_by=("step2/client/the_answer_and_more_in_one_segment",),
    ),
    _client2(
        name="refused_name_kept",
        mistake="goes on as if the name had been accepted",
        old="                return False\n",
        new="                return True\n",
        caught_by=("step2/client/a_refused_name",),
    ),
    _client2(
        name="refused_name_tried_again",
        mistake="asks for another name and sends the old one",
        old='self.username = input("Enter username: ")',
        new='input("Enter username: ")',
        caught_by=("step2/client/a_refused_name",),
    ),
    _client2(
        name="refused_name_tried_once_more",
        mistake="joins under another name, and then under the old one",
        old='self.username = input("Enter username: ")',
        new='self.join(input("Enter username: "))',
        caught_by=("step2/client/a_refused_name", "step2/client/the_name_as_an_option"),
    ),
    _client2(
        name="refused_name_asked_for_once_more",
        mistake="asks for another name once, and does not look whether that one is refused, too",
        old="""\
        while not self.join(self.username):
            self.username = input("Enter username: ")
""",
        new="""\
        if not self.join(self.username):
            self.username = input("Enter username: ")
            self.send_line(f"JOIN:{self.username}")
""",
        caught_by=("step2/client/a_refused_name",),
    ),
    _client2(
        name="refused_name_raises",
        mistake="ends with a traceback when the name is refused",
        old="                return False\n",
        new="                raise ValueError(line)\n",
        caught_by=("step2/client/a_refused_name",),
    ),
    _client2(
        name="line_without_a_colon_raises",
        mistake="expects a colon in each line",
        old='kind, _, argument = line.partition(":")',
        new='kind, argument = line.split(":", 1)',
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _client2(
        name="prefix_stripped_as_characters",
        mistake="strips USER_JOINED: with lstrip, which strips letters: Eve is ve",
        old='text = f"{argument} joined"',
        new='text = line.lstrip("USER_JOINED:") + " joined"',
        caught_by=("step2/client/who_comes_and_goes",),
    ),
]

STEP_3 = [
    _client3(
        name="client_calls_its_watch",
        mistake="calls watch instead of handing it to the thread",
        old="threading.Thread(target=self.watch, daemon=True).start()",
        new="threading.Thread(target=self.watch(), daemon=True).start()",
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client3(
        name="client_takes_the_end_for_a_refusal",
        mistake="asks for another name where the server hangs up instead of answering JOIN",
        old="        raise ConnectionError\n",
        new="        return False\n",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="errors_as_they_came",
        mistake="shows the reason of an ERROR without leaving out control characters",
        old="        print(printable(text), flush=True)\n",
        new='        print(text if kind == "ERROR" else printable(text), flush=True)\n',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="quits_without_quit",
        mistake="closes the connection without QUIT",
        old=SAY_QUIT,
        new="",
        caught_by=("step3/client/quit", "step3/client/end_of_input", "step3/client/ctrl_c"),
    ),
    _client3(
        name="quits_and_then_remembers",
        mistake="sends QUIT, and only then remembers that it is leaving",
        old=LEAVE,
        new=LEAVE.replace("        self.leaving = True\n", "") + "        self.leaving = True\n",
        caught_by=("step3/client/quit_and_a_quick_answer",),
    ),
    _client3(
        name="quits_where_a_sentence_does",
        mistake="leaves, and says QUIT, at every line that ends with quit",
        old='while (text := input("> ")) != "quit":',
        new='while not (text := input("> ")).endswith("quit"):',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _client3(
        name="quits_in_a_thread_that_hears_the_end",
        mistake="lets a thread send QUIT and hear what comes of it, and remembers too late that it was sent",
        old=LEAVE,
        new="""\
        self.leaving = True
        self.has_left = False
        said = threading.Event()

        def say_quit():
            self.send_line("QUIT")
            said.set()
            threading.Event().wait(0.2)
            self.sock.recv(1)
            if not self.has_left:
                self.lost()

        threading.Thread(target=say_quit, daemon=True).start()
        said.wait()
        self.has_left = True
""",
        caught_by=("step3/client/quit_and_a_quick_answer",),
    ),
    _client3(
        name="quits_with_a_message",
        mistake="sends quit as a message and ends",
        old=SAY_QUIT,
        new='            self.send_message("quit")\n',
        caught_by=("step3/client/quit",),
    ),
    _client3(
        name="quits_in_lower_case",
        mistake="sends what was typed, quit, instead of QUIT",
        old=SAY_QUIT,
        new='            self.send_line("quit")\n',
        caught_by=("step3/client/quit",),
    ),
    _client3(
        name="quits_without_a_word",
        mistake="does not say Disconnected",
        old='        print("Disconnected", flush=True)\n',
        new="",
        caught_by=("step3/client/quit",),
    ),
    _client3(
        name="quits_with_status_1",
        mistake="ends with exit status 1, as if something had gone wrong",
        old="        return 0\n",
        new="        return 1\n",
        caught_by=("step3/client/quit",),
    ),
    _client3(
        name="end_of_input_raises",
        mistake="ends with a traceback at the end of the input",
        old="except (EOFError, KeyboardInterrupt):",
        new="except KeyboardInterrupt:",
        caught_by=("step3/client/end_of_input",),
    ),
    _client3(
        name="end_of_input_forgotten",
        mistake="ends without QUIT at the end of the input",
        old="except (EOFError, KeyboardInterrupt):\n            pass\n",
        new="except KeyboardInterrupt:\n            pass\n        except EOFError:\n            return 0\n",
        caught_by=("step3/client/end_of_input",),
    ),
    _client3(
        name="end_of_input_for_ever",
        mistake="asks again and again at the end of the input",
        old=TALK,
        new="""\
        text = ""
        while text != "quit":
            try:
                text = input("> ")
            except EOFError:
                continue
            if text and text != "quit":
                self.send_message(text)
""",
        caught_by=("step3/client/end_of_input",),
    ),
    _client3(
        name="ctrl_c_asks_for_the_name_again",
        mistake="asks for the name until there is one, whatever the person presses",
        old='        self.connect(self.username or input("Enter username: "))\n',
        new="""\
        while not self.username:
            try:
                self.username = input("Enter username: ")
            except (EOFError, KeyboardInterrupt):
                print()
        self.connect(self.username)
""",
        caught_by=("step3/client/ctrl_c_at_the_question_for_the_name",),
    ),
    _client3(
        name="ctrl_c_raises",
        mistake="ends with a traceback at Ctrl+C",
        old="except (EOFError, KeyboardInterrupt):",
        new="except EOFError:",
        caught_by=("step3/client/ctrl_c",),
    ),
    _client3(
        name="ctrl_c_ends_at_once",
        mistake="ends at Ctrl+C without QUIT",
        old="except (EOFError, KeyboardInterrupt):\n            pass\n",
        new="except EOFError:\n            pass\n        except KeyboardInterrupt:\n            return 0\n",
        caught_by=("step3/client/ctrl_c",),
    ),
    _client3(
        name="server_gone_and_blank_lines",
        mistake="takes the end of the connection for an empty line, again and again",
        old=LINES,
        new="""\
        while True:
            yield self.stream.readline().rstrip(b"\\r\\n").decode(errors="replace")
""",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="server_gone_and_waiting",
        mistake="calls sys.exit in the receiving thread, while the other one waits in input()",
        old="os._exit(1)",
        new="sys.exit(1)",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="server_gone_and_unnoticed",
        mistake="ends the receiving thread without a word",
        old=WATCH,
        new=WATCH.replace("        if not self.leaving:\n            self.lost()\n", ""),
        caught_by=("step3/client/the_server_hangs_up", "step3/client/the_connection_breaks"),
    ),
    _client3(
        name="server_gone_and_all_is_well",
        mistake="ends with exit status 0 when the server has gone",
        old="os._exit(1)",
        new="os._exit(0)",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="server_gone_without_a_word",
        mistake="ends without saying that the connection is lost",
        old='        print("Connection lost", flush=True)\n',
        new="",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="server_gone_and_a_word_left_behind",
        mistake="prints without a newline and without flushing before os._exit",
        old='print("Connection lost", flush=True)',
        new='print("Connection lost", end="")',
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="reset_raises",
        mistake="ends the receiving thread with a traceback when the connection breaks",
        old=WATCH,
        new="        self.receive_messages()\n        if not self.leaving:\n            self.lost()\n",
        caught_by=("step3/client/the_connection_breaks",),
    ),
    _client3(
        name="reset_unnoticed",
        mistake="ignores a connection that breaks",
        old=WATCH,
        new=WATCH.replace("            pass\n", "            return\n"),
        caught_by=("step3/client/the_connection_breaks",),
    ),
    _client3(
        name="only_a_reset_noticed",
        mistake="waits for an exception, and none comes when the server closes the connection",
        old=WATCH,
        new="        try:\n            self.receive_messages()\n        except OSError:\n            self.lost()\n",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="control_characters_shown",
        mistake="shows everything as it came",
        old="print(printable(text), flush=True)",
        new="print(text, flush=True)",
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="half_a_line_before_the_end_raises",
        mistake="expects a newline at the end of all that comes, also where the server is gone in the middle of a line",
        old='            yield data.rstrip(b"\\r\\n").decode(errors="replace")\n',
        new="""\
            if not data.endswith(b"\\n"):
                raise ValueError("half a line")
            yield data.rstrip(b"\\r\\n").decode(errors="replace")
""",
        caught_by=("step3/client/the_server_hangs_up",),
    ),
    _client3(
        name="only_escape_dropped",
        mistake="drops escape and no other control character",
        old=PRINTABLE,
        new='return text.replace("\\x1b", "")',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="control_characters_of_ascii_dropped",
        mistake="drops the control characters below the blank only",
        old=PRINTABLE,
        new='return "".join(c for c in text if c == "\\t" or c >= " ")',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="control_characters_of_latin_1_shown",
        mistake="drops the control characters of ASCII and forgets those from 128 on",
        old=PRINTABLE,
        new='return "".join(c for c in text if c == "\\t" or c >= " " and c != "\\x7f")',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="colours_dropped_only",
        mistake="drops escape sequences for colours and nothing else",
        old=PRINTABLE,
        new='import re\n\n    return re.sub(r"\\x1b\\[[0-9;]*m", "", text)',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="control_characters_in_names",
        mistake="filters messages, but not the names of those who come and go",
        old="print(printable(text), flush=True)",
        new="print(printable(text) if text == line else text, flush=True)",
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="control_characters_of_those_who_leave",
        mistake="filters all lines but those that tell who has left",
        old="print(printable(text), flush=True)",
        new='print(text if kind == "USER_LEFT" else printable(text), flush=True)',
        caught_by=("step3/client/control_characters",),
    ),
    _advanced(
        name="client_asks_who_is_there_without_a_slash",
        mistake="takes LIST_USERS for a command that its person gives",
        old='elif command == "/users":',
        new='elif command in ("/users", "LIST_USERS"):',
        caught_by=("advanced/client/users",),
    ),
    _advanced(
        name="control_characters_in_private_messages",
        mistake="shows private messages at another place, and filters nothing there",
        old="print(printable(text), flush=True)",
        new='print(text if kind == "PRIVATE" else printable(text), flush=True)',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="marks_dropped",
        mistake="shows letters, digits, signs and blanks, and no marks upon letters",
        old=PRINTABLE,
        new='return "".join(c for c in text if unicodedata.category(c)[0] in "LNPSZ")',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="control_characters_that_end_a_line",
        mistake="takes some control characters for the end of a line, as splitlines() does",
        old="print(printable(text), flush=True)",
        new='print("\\n".join(printable(part) for part in text.splitlines()), flush=True)',
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="control_characters_in_messages",
        mistake="filters the names of those who come and go, but not messages",
        old="print(printable(text), flush=True)",
        new="print(text if text == line else printable(text), flush=True)",
        caught_by=("step3/client/control_characters",),
    ),
    _client3(
        name="lines_with_control_characters_dropped",
        mistake="drops a whole line for one control character",
        old=PRINTABLE,
        new='return text if text.isprintable() else ""',
        caught_by=("step3/client/control_characters",),
    ),
]

STEP_4 = [
    _client4(
        name="line_split_at_all_colons",
        mistake="expects one colon in a line",
        old='kind, _, argument = line.partition(":")',
        new='kind, argument = line.split(":")',
        caught_by=("step4/client/stamped_messages_are_shown",),
    ),
    _client4(
        name="line_cut_at_the_second_colon",
        mistake="shows no more than what stands before the second colon",
        old="        text = line\n",
        new='        text = ":".join(line.split(":")[:2])\n',
        caught_by=("step4/client/stamped_messages_are_shown",),
    ),
    _client4(
        name="line_cut_at_the_second_bracket",
        mistake="takes a message apart at every bracket with a colon, and shows the first two parts",
        old="        text = line\n",
        new='        text = "]: ".join(line.split("]: ")[:2])\n',
        caught_by=("step4/client/stamped_messages_are_shown",),
    ),
    _client4(
        name="time_not_shown",
        mistake="takes the time out of the line",
        old="        text = line\n",
        new='        text = line if "[" not in line else line.partition(" [")[0] + line.partition("]")[2]\n',
        caught_by=("step4/client/stamped_messages_are_shown",),
    ),
]

ADVANCED = [
    _advanced(
        name="client_goes_to_rooms_in_small_letters",
        mistake="makes the name of the room lower case",
        old='line = f"JOIN_ROOM:{argument.strip()}"',
        new='line = f"JOIN_ROOM:{argument.strip().lower()}"',
        caught_by=("advanced/client/join",),
    ),
    _advanced(
        name="client_strips_signs_of_a_target",
        mistake="takes signs at the ends of a name for punctuation",
        old=MSG,
        new=MSG.replace("{target}", "{target.strip('@,:.-_')}"),
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_to_nobody_with_a_dash",
        mistake="takes a name that begins with a dash for an option",
        old=MSG,
        new='line = f"MESSAGE:{message}" if target.startswith("-") else f"PRIVATE:{target}:{text}"',
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_with_one_word",
        mistake="takes the first word of a private message",
        old=MSG,
        new='line = f"PRIVATE:{target}:{text.split()[0]}"',
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_joined_by_single_blanks",
        mistake="splits a private message into words, and joins these again",
        old=MSG,
        new="line = f\"PRIVATE:{target}:{' '.join(text.split())}\"",
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_split_as_a_shell_does",
        mistake="splits /msg with shlex, for which an apostrophe begins a quotation",
        old='target, _, text = argument.strip().partition(" ")',
        new="target, _, text = argument.strip().partition(' ')\n            __import__('shlex').split(text)",
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_split_at_all_blanks",
        mistake="splits /msg into exactly three words",
        old='target, _, text = argument.strip().partition(" ")',
        new="target, text = argument.split()[:2]",
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_must_be_whole",
        mistake="takes it for granted that there is a text behind /msg and a name",
        old='target, _, text = argument.strip().partition(" ")',
        new='target, text = argument.strip().split(" ", 1)',
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="join_must_be_whole",
        mistake="takes it for granted that there is a name behind /join",
        old='line = f"JOIN_ROOM:{argument.strip()}"',
        new='line = f"JOIN_ROOM:{message.split()[1]}"',
        caught_by=("advanced/client/join",),
    ),
    _advanced(
        name="msg_without_its_colon",
        mistake="sends a blank between target and text",
        old=MSG,
        new='line = f"PRIVATE:{target} {text}"',
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_up_to_a_colon",
        mistake="cuts a private message at its first colon",
        old=MSG,
        new="line = f\"PRIVATE:{target}:{text.split(':')[0]}\"",
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_from_oneself",
        mistake="sends the own name instead of the target's",
        old=MSG,
        new='line = f"PRIVATE:{self.username}:{text}"',
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_as_a_message",
        mistake="sends a command inside MESSAGE",
        old="        self.send_line(line)\n",
        new='        self.send_line(line if line.startswith("MESSAGE:") else f"MESSAGE:{line}")\n',
        caught_by=("advanced/client/msg", "advanced/client/join", "advanced/client/users"),
    ),
    _advanced(
        name="join_for_join_room",
        mistake="sends JOIN for /join",
        old='line = f"JOIN_ROOM:{argument.strip()}"',
        new='line = f"JOIN:{argument.strip()}"',
        caught_by=("advanced/client/join",),
    ),
    _advanced(
        name="join_with_a_blank",
        mistake="leaves the blank before the name of the room",
        old='line = f"JOIN_ROOM:{argument.strip()}"',
        new='line = f"JOIN_ROOM:{message[5:]}"',
        caught_by=("advanced/client/join",),
    ),
    _advanced(
        name="users_unknown",
        mistake="forgets /users",
        old='        elif command == "/users":\n            line = "LIST_USERS"\n',
        new="",
        caught_by=("advanced/client/users",),
    ),
    _advanced(
        name="users_in_its_own_words",
        mistake="sends the command's name for users in its own words",
        old='line = "LIST_USERS"',
        new='line = "USERS"',
        caught_by=("advanced/client/users",),
    ),
    _advanced(
        name="two_slashes_sent",
        mistake="sends both slashes",
        old="        " + TWO_SLASHES,
        new="",
        caught_by=("advanced/client/two_slashes",),
    ),
    _advanced(
        name="all_slashes_dropped",
        mistake="drops both slashes",
        old=TWO_SLASHES,
        new=TWO_SLASHES.replace("message[1:]", "message.lstrip('/')"),
        caught_by=("advanced/client/two_slashes",),
    ),
    _advanced(
        name="any_number_of_slashes_becomes_one",
        mistake="takes as many slashes for two as there are",
        old=TWO_SLASHES,
        new=TWO_SLASHES.replace("message[1:]", "'/' + message.lstrip('/')"),
        caught_by=("advanced/client/two_slashes",),
    ),
    _advanced(
        name="two_slashes_taken_for_a_command",
        mistake="drops a slash and then looks for a command",
        old='        command, _, argument = message.partition(" ")\n',
        new="""\
        message = message[1:] if message.startswith("//") else message
        command, _, argument = message.partition(" ")
""",
        caught_by=("advanced/client/two_slashes",),
    ),
    _advanced(
        name="private_not_shown",
        mistake="shows nothing that it does not know",
        old='        elif kind == "USER_LEFT":\n',
        new="""\
        elif kind == "PRIVATE":
            return
        elif kind == "USER_LEFT":
""",
        caught_by=("advanced/client/the_answers_are_shown",),
    ),
    _advanced(
        name="private_split_at_all_colons",
        mistake="unpacks three parts of a private message, in whose text there may be colons",
        old='        elif kind == "USER_LEFT":\n',
        new="""\
        elif kind == "PRIVATE":
            _, speaker, said = line.split(":")
            text = f"{speaker} whispers: {said}"
        elif kind == "USER_LEFT":
""",
        caught_by=("advanced/client/the_answers_are_shown",),
    ),
    _advanced(
        name="list_cut_at_its_first_name",
        mistake="shows the first of the users",
        old='        elif kind == "USER_LEFT":\n',
        new="""\
        elif kind == "USERS":
            text = argument.split(",")[0]
        elif kind == "USER_LEFT":
""",
        caught_by=("advanced/client/the_answers_are_shown",),
    ),
    _advanced(
        name="list_cut_at_its_last_name",
        mistake="shows the last of the users",
        old='        elif kind == "USER_LEFT":\n',
        new="""\
        elif kind == "USERS":
            text = argument.split(",")[-1]
        elif kind == "USER_LEFT":
""",
        caught_by=("advanced/client/the_answers_are_shown",),
    ),
    _advanced(
        name="msg_without_its_slash",
        mistake="drops the slash with which a private text begins",
        old=MSG,
        new=MSG.replace("{text}", "{text.lstrip('/')}"),
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="msg_in_small_letters",
        mistake="makes small letters of a whole line to see which command it is",
        old=MSG,
        new=MSG.replace("{text}", "{text.lower()}"),
        caught_by=("advanced/client/msg",),
    ),
    _advanced(
        name="client_ends_at_two_slashes_and_quit",
        mistake="takes quit with slashes before it for quit",
        old='while (text := input("> ")) != "quit":',
        new='while (text := input("> ")).lstrip("/") != "quit":',
        caught_by=("advanced/client/two_slashes",),
    ),
    _advanced(
        name="no_news_in_other_rooms",
        mistake="tells who comes and goes in the lobby only",
        old='            text = f"{argument} joined"\n',
        new="""\
            text = f"{argument} joined"
            if getattr(self, "room", "lobby") != "lobby":
                return
        elif kind == "JOINED_ROOM":
            self.room = argument
""",
        caught_by=("advanced/client/the_answers_are_shown",),
    ),
    _advanced(
        name="private_from_nobody",
        mistake="shows what a private message says, and not from whom it is",
        old='        elif kind == "USER_LEFT":\n',
        new="""\
        elif kind == "PRIVATE":
            text = "(private) " + argument.partition(":")[2]
        elif kind == "USER_LEFT":
""",
        caught_by=("advanced/client/the_answers_are_shown",),
    ),
]

MUTANTS = [*STEP_1, *STEP_2, *STEP_3, *STEP_4, *ADVANCED]
