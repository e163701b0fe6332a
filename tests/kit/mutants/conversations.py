"""What no check looks for, and conversations that nobody wrote come upon."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_wrong = partial(Mutant, program="server")

_OBEYING = "                self.obey(client, line)\n"
_LEAVER = "        if client.username:\n            log("
_STAMP = 'speaker += time.strftime(" [%H:%M:%S]")\n'
_TARGET = "if other.username == target != "

_REFUSED = '            client.send(f"ERROR:{reason}")\n'
_CONNECTED = 'log(f"Client connected from {address}")\n'

MUTANTS = [
    _wrong(
        name="hangs_up_on_those_who_say_nothing",
        mistake="hangs up on everyone who has said nothing for half a minute",
        step="step1",
        old="    disable_nagle_algorithm = True ",
        new="    timeout = 30\n    disable_nagle_algorithm = True ",
        caught_by=("step1/server/listening_is_enough",),
    ),
    _wrong(
        name="letters_are_put_together",
        mistake="normalizes texts: a letter and its accent become one",
        step="step1",
        old="        line = self.format(client, text)\n",
        new="        import unicodedata\n\n        line = self.format(client, unicodedata.normalize('NFC', text))\n",
        caught_by=("step1/server/conversations",),
    ),
    _wrong(
        name="so_many_messages_a_second",
        mistake="refuses the eleventh message within a second",
        step="step1",
        old="        line = self.format(client, text)\n",
        new="        import time\n\n"
        "        client.times = [*getattr(client, 'times', []), time.monotonic()][-11:]\n"
        "        if len(client.times) > 10 and client.times[-1] - client.times[0] < 1:\n"
        "            raise Refused('too many messages')\n"
        "        line = self.format(client, text)\n",
        caught_by=("step1/server/the_order_is_kept",),
    ),
    _wrong(
        name="some_texts_are_kept_back",
        mistake="broadcasts no text that begins with a slash, and says nothing about it",
        step="step1",
        old="        line = self.format(client, text)\n",
        new="        if text.startswith('/'):\n            return\n        line = self.format(client, text)\n",
        caught_by=("step1/server/conversations",),
    ),
    _wrong(
        name="no_name_where_there_is_one",
        mistake="gives no name to a message in whose text one seems to stand",
        step="step2",
        old='return f"{speaker}: {text}" if speaker else text',
        new='return f"{speaker}: {text}" if ": " not in text else text',
        caught_by=("step2/server/conversations",),
    ),
    _wrong(
        name="hangs_up_on_those_who_err",
        mistake="hangs up on whoever was refused something for the fifth time",
        step="step2",
        old=_REFUSED,
        new=f'{_REFUSED}            client.errors = getattr(client, "errors", 0) + 1\n'
        "            if client.errors == 5:\n                client.sock.shutdown(socket.SHUT_RDWR)\n",
        caught_by=("step2/server/conversations",),
    ),
    _wrong(
        name="hangs_up_after_two_dozen_errors",
        mistake="hangs up on whoever was refused something for the twenty-fourth time",
        step="step2",
        old=_REFUSED,
        new=f'{_REFUSED}            client.errors = getattr(client, "errors", 0) + 1\n'
        "            if client.errors == 24:\n                client.sock.shutdown(socket.SHUT_RDWR)\n",
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="ten_are_a_crowd",
        mistake="lets ten people in, and no more",
        step="step2",
        old=_CONNECTED,
        new=f"{_CONNECTED}        if len(self.clients) >= 10:\n            return\n",
        caught_by=("step2/server/conversations",),
    ),
    _wrong(
        name="strangers_cannot_quit",
        mistake="looks for QUIT only where somebody has joined",
        step="step3",
        old='if line == "QUIT":',
        new='if line == "QUIT" and client.username:',
        caught_by=("step3/server/conversations",),
    ),
    _wrong(
        name="no_room_is_called_like_a_person",
        mistake="keeps people and rooms in one place, under their names",
        step="advanced",
        old="if not NAME.fullmatch(room):",
        new="if not NAME.fullmatch(room) or any(other.username == room for other in self.clients):",
        caught_by=("advanced/server/conversations",),
    ),
    _wrong(
        name="the_same_text_again_is_dropped",
        mistake="takes a line that is like the one before for a repetition by TCP",
        step="step1",
        old=_OBEYING,
        new='                if line != getattr(client, "last", ""):\n                    self.obey(client, line)\n'
        "                client.last = line\n",
        caught_by=("step1/server/conversations",),
    ),
    _wrong(
        name="no_name_may_be_a_command",
        mistake="takes no name that is a word of the protocol",
        step="step2",
        old="if not NAME.fullmatch(username):",
        new='if not NAME.fullmatch(username) or username in ("JOIN", "MESSAGE", "QUIT", "USERS"):',
        caught_by=("step2/server/conversations",),
    ),
    _wrong(
        name="a_name_inside_another_leaves_in_silence",
        mistake="looks whether a name is in use in a text of all names",
        step="step3",
        old=_LEAVER,
        new=_LEAVER.replace("username", 'username not in " ".join(one.username for one in self.clients)'),
        caught_by=("step3/server/conversations",),
    ),
    _wrong(
        name="no_time_where_there_is_one",
        mistake="gives no time to a message that has one in its text",
        step="step4",
        old=_STAMP,
        new='if "[" not in text:\n            ' + _STAMP,
        caught_by=("step4/server/conversations",),
    ),
    _wrong(
        name="the_history_forgets_who_left",
        mistake="leaves out of the history what those have said who are not here any more",
        step="advanced",
        old="            for line in self.history:\n                client.send(line)\n",
        new="            for line in self.history:\n"
        "                if any(line.startswith(f'{one.username} [') for one in self.clients if one is not client):\n"
        "                    client.send(line)\n",
        caught_by=("advanced/server/conversations",),
    ),
    _wrong(
        name="names_are_taken_in_the_lobby_only",
        mistake="looks whether a name is in use among those in the lobby only",
        step="advanced",
        old="if any(other.username == username for other in self.clients):",
        new="if any(other.username == username for other in self.members(LOBBY)):",
        caught_by=("advanced/server/conversations",),
    ),
    _wrong(
        name="whispers_whatever_the_case",
        mistake="finds the target of a private message whatever its case",
        step="advanced",
        old=_TARGET,
        new="if other.username.lower() == target.lower() != ",
        caught_by=("advanced/server/conversations",),
    ),
]
