"""What no check looks for, and conversations that nobody wrote come upon."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_wrong = partial(Mutant, program="server")

_OBEYING = "                self.obey(client, line)\n"
_LEAVER = "        if client.username:\n            log("
_STAMP = 'speaker += time.strftime(" [%H:%M:%S]")\n'
_TARGET = "if other.username == target != "

MUTANTS = [
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
        name="whispers_whatever_the_case",
        mistake="finds the target of a private message whatever its case",
        step="advanced",
        old=_TARGET,
        new="if other.username.lower() == target.lower() != ",
        caught_by=("advanced/server/conversations",),
    ),
]
