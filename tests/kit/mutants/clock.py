"""The time of a message: what people get wrong in step 4."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

STAMP = 'speaker += time.strftime(" [%H:%M:%S]")'
FORM = ("step4/server/messages_carry_the_time",)
DIGITS = ("step4/server/hours_minutes_seconds",)
LOCAL = ("step4/server/hours_minutes_seconds", "step4/server/local_time")
MOVES = ("step4/server/the_time_moves",)

_stamp = partial(Mutant, step="step4", program="server", old=STAMP)

MUTANTS = [
    _stamp(
        name="no_time",
        mistake="leaves the time out",
        new="pass",
        caught_by=FORM,
    ),
    _stamp(
        name="no_seconds",
        mistake="shows hours and minutes only",
        new='speaker += time.strftime(" [%H:%M]")',
        caught_by=FORM,
    ),
    _stamp(
        name="date_and_time",
        mistake="shows the date as well",
        new='speaker += time.strftime(" [%Y-%m-%d %H:%M:%S]")',
        caught_by=FORM,
    ),
    _stamp(
        name="microseconds",
        mistake="prints datetime.now().time() as it is, with its microseconds",
        new='import datetime\n\n        speaker += f" [{datetime.datetime.now().time()}]"',
        caught_by=FORM,
    ),
    _stamp(
        name="round_brackets",
        mistake="puts the time into round brackets",
        new='speaker += time.strftime(" (%H:%M:%S)")',
        caught_by=FORM,
    ),
    _stamp(
        name="angle_brackets",
        mistake="puts the time into angle brackets",
        new='speaker += time.strftime(" <%H:%M:%S>")',
        caught_by=FORM,
    ),
    _stamp(
        name="no_brackets",
        mistake="puts the time into no brackets at all",
        new='speaker += time.strftime(" %H:%M:%S")',
        caught_by=FORM,
    ),
    _stamp(
        name="no_blank_before_the_time",
        mistake="forgets the blank between name and time",
        new='speaker += time.strftime("[%H:%M:%S]")',
        caught_by=FORM,
    ),
    _stamp(
        name="time_before_the_name",
        mistake="puts the time before the name",
        new='speaker = time.strftime("[%H:%M:%S] ") + speaker',
        caught_by=FORM,
    ),
    _stamp(
        name="name_inside_the_brackets",
        mistake="puts the name into the brackets, too",
        new='speaker = time.strftime(f"[%H:%M:%S {speaker}]")',
        caught_by=FORM,
    ),
    _stamp(
        name="no_time_before_a_bracket",
        mistake="takes a text that begins with a bracket for one that has its time",
        new='speaker += "" if text.startswith("[") else time.strftime(" [%H:%M:%S]")',
        caught_by=FORM,
    ),
    _stamp(
        name="time_behind_the_text",
        mistake="puts the time at the end of the line",
        new='text += time.strftime(" [%H:%M:%S]")',
        caught_by=FORM,
    ),
    _stamp(
        name="am_and_pm",
        mistake="shows AM or PM",
        new='speaker += time.strftime(" [%I:%M:%S %p]")',
        caught_by=FORM,
    ),
    Mutant(
        name="no_colon_after_the_time",
        mistake="thinks that a bracket needs no colon after it",
        step="step4",
        program="server",
        old='return f"{speaker}: {text}" if speaker else text',
        new='return f"{speaker} {text}"',
        caught_by=FORM,
    ),
    _stamp(
        name="twelve_hours",
        mistake="takes %I for the hour",
        new='speaker += time.strftime(" [%I:%M:%S]")',
        caught_by=DIGITS,
    ),
    _stamp(
        name="month_for_minutes",
        mistake="takes %m for the minutes",
        new='speaker += time.strftime(" [%H:%m:%S]")',
        caught_by=DIGITS,
    ),
    _stamp(
        name="minutes_and_seconds_swapped",
        mistake="puts the seconds before the minutes",
        new='speaker += time.strftime(" [%H:%S:%M]")',
        caught_by=DIGITS,
    ),
    _stamp(
        name="digits_not_padded",
        mistake="puts the numbers together without leading zeros",
        new='now = time.localtime()\n        speaker += f" [{now.tm_hour}:{now.tm_min}:{now.tm_sec}]"',
        caught_by=DIGITS,
    ),
    _stamp(
        name="gmtime",
        mistake="shows the time of Greenwich",
        new='speaker += time.strftime(" [%H:%M:%S]", time.gmtime())',
        caught_by=LOCAL,
    ),
    _stamp(
        name="standard_time",
        mistake="counts from Greenwich to local time, but not to summer time",
        new='speaker += time.strftime(" [%H:%M:%S]", time.gmtime(time.time() - time.timezone))',
        caught_by=("step4/server/local_time",),
    ),
    _stamp(
        name="utcnow",
        mistake="shows the time of Greenwich, from datetime",
        new='import datetime\n\n        speaker += f" [{datetime.datetime.utcnow():%H:%M:%S}]"',
        caught_by=LOCAL,
    ),
    _stamp(
        name="time_zone_hard_coded",
        mistake="adds the hour that is right at home",
        new='speaker += time.strftime(" [%H:%M:%S]", time.gmtime(time.time() + 3600))',
        caught_by=LOCAL,
    ),
    Mutant(
        name="time_of_the_import",
        mistake="asks for the time in a default argument, which is evaluated when the program starts",
        step="step4",
        program="server",
        old="    def format(self, sender: Client, text: str) -> str:\n",
        new="""    def format(self, sender: Client, text: str, now: str = time.strftime("%H:%M:%S")) -> str:
        return f"{sender.username} [{now}]: {text}"

""",
        caught_by=MOVES,
    ),
    _stamp(
        name="time_of_the_first_message",
        mistake="asks for the time once and keeps it",
        new='speaker += vars(self).setdefault("now", time.strftime(" [%H:%M:%S]"))',
        caught_by=MOVES,
    ),
    _stamp(
        name="time_of_the_join",
        mistake="keeps for each client the time at which it came",
        new='speaker += vars(sender).setdefault("now", time.strftime(" [%H:%M:%S]"))',
        caught_by=MOVES,
    ),
    Mutant(
        name="time_of_each_recipient",
        mistake="makes the line anew for each recipient",
        step="step4",
        program="server",
        old="count = self.broadcast(line)",
        new="""count = len(recipients := [other for other in self.clients if other.username])
        for recipient in recipients:
            self.try_send(recipient, self.format(client, text))""",
        caught_by=("step4/server/everyone_hears_the_same_time",),
    ),
]
