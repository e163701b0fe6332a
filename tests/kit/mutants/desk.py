"""Clients that say what nobody typed, or show what nobody said, beside all that they should."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_wrong = partial(Mutant, program="client")

LINES = """\
        while data := self.stream.readline():
            yield data.rstrip(b"\\r\\n").decode(errors="replace")
"""
IN_PIECES = """\
        data = b""
        while chunk := self.sock.recv(1024):
            data += chunk
            if b"\\n" not in chunk:
                print(data.decode(errors="replace"), flush=True)
            *lines, data = data.split(b"\\n")
            for line in lines:
                yield line.rstrip(b"\\r").decode(errors="replace")
"""
NO_QUIT = 'while (text := input("> ")) != "quit":'
SENT = "                self.send_message(text)\n"
SHOWN = "        print(text, flush=True)\n"
DISCONNECTED = '        print("Disconnected", flush=True)\n'
TALK = "        self.talk()\n"

MUTANTS = [
    _wrong(
        name="client_quits_in_mid_sentence",
        mistake="ends wherever quit stands in what was typed",
        step="step1",
        old=NO_QUIT,
        new='while "quit" not in (text := input("> ")):',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _wrong(
        name="client_sends_the_name_of_a_variable",
        mistake="puts quotes round the name of the variable that is to be sent",
        step="step1",
        old=SENT,
        new='                self.send_message("text")\n',
        caught_by=(
            "step1/client/what_is_typed_is_sent",
            "step1/client/any_text_is_sent",
        ),
    ),
    _wrong(
        name="client_cannot_bear_an_empty_line",
        mistake="looks at the first letter of a line that has none",
        step="step1",
        old="            if text:\n",
        new='            if text[0] != "?":\n',
        caught_by=("step1/client/any_text_is_sent",),
    ),
    _wrong(
        name="client_takes_an_empty_line_for_the_end",
        mistake="strips a line before it looks whether that was the end",
        step="step1",
        old=LINES,
        new="        while data := self.stream.readline().strip():\n            yield data.decode(errors='replace')\n",
        caught_by=("step1/client/two_lines_in_one_segment",),
    ),
    _wrong(
        name="client_formats_what_it_shows",
        mistake="uses what it shows as a format string",
        step="step1",
        old="        print(text, flush=True)\n",
        new="        print(text % (), flush=True)\n",
        caught_by=("step1/client/what_comes_is_shown",),
    ),
    _wrong(
        name="client_shows_halves_and_wholes",
        mistake="prints what has come of a line, and later the whole line",
        step="step1",
        old=LINES,
        new=IN_PIECES,
        caught_by=("step1/client/a_line_in_pieces",),
    ),
    _wrong(
        name="client_shows_messages_twice",
        mistake="prints a message where it comes in, and once more where it is shown",
        step="step2",
        old=SHOWN,
        new=f'        if ": " in text:\n            print(text)\n{SHOWN}',
        caught_by=("step1/client/what_comes_is_shown", "step1/client/a_line_in_pieces"),
    ),
    _wrong(
        name="client_keeps_its_own_lines_to_itself",
        mistake="does not show what its own person has said",
        step="step2",
        old=SHOWN,
        new=f'        if line.startswith(f"{{self.username}}: "):\n            return\n{SHOWN}',
        caught_by=("step1/client/what_comes_is_shown", "step2/client/the_name_as_an_option"),
    ),
    _wrong(
        name="client_shows_its_own_lines_itself",
        mistake="shows what is typed as a message, and again when the server sends it",
        step="step2",
        old=SENT,
        new=f'{SENT}                print(f"{{self.username}}: {{text}}")\n',
        caught_by=("step2/client/the_name_as_an_option",),
    ),
    _wrong(
        name="client_shows_the_code_and_the_words",
        mistake="prints USER_JOINED:Bob, and then that Bob joined",
        step="step2",
        old='            text = f"{argument} joined"\n',
        new='            print(line)\n            text = f"{argument} joined"\n',
        caught_by=("step2/client/who_comes_and_goes",),
    ),
    _wrong(
        name="client_says_hello_to_all",
        mistake="sends a message of its own making as soon as it has joined",
        step="step2",
        old=TALK,
        new=f'        self.send_message("Hello everybody")\n{TALK}',
        caught_by=("step1/client/what_is_typed_is_sent",),
    ),
    _wrong(
        name="client_lost_what_it_left",
        mistake="says that the connection is lost when it was its person who left",
        step="step3",
        old=DISCONNECTED,
        new=f'        print("Connection lost", flush=True)\n{DISCONNECTED}',
        caught_by=("step3/client/quit",),
    ),
    _wrong(
        name="client_whispers_aloud",
        mistake="sends a private message, and what was typed as a message as well",
        step="advanced",
        old='            line = f"PRIVATE:{target}:{text}"\n',
        new='            line = f"PRIVATE:{target}:{text}\\nMESSAGE:{message}"\n',
        caught_by=("advanced/client/msg",),
    ),
]
