"""The challenge `log`: what people get wrong when they keep what is said in a file."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_server = partial(Mutant, step="bonus/log", program="server")
_by_hand = partial(Mutant, step="bonus/log", program="server", base="bonus/log/by_hand")
CHECK = "bonus/log/server/"

INFO = 'self.logger.info("%s", json.dumps(entry))'
MESSAGE = """\
        with self.lock:
            entry = self.journal.write("message", user=client.username, room=client.room, text=text)
            count = self.tell_room(client.room, said(entry))
"""
PRIVATE = 'self.journal.write("private", user=client.username, target=argument.partition(":")[0])'
PASS_OVER = "except ValueError:  # no JSON, or no UTF-8\n                    pass"
OLDER_FIRST = "for number in range(OLDER_FILES, 0, -1)]"
EMIT = "        super().emit(record)\n"
END_LINE = '        if data and not data.endswith(b"\\n"):\n'
OF_THE_LOBBY = 'if entry["kind"] == "message" and entry["room"] == LOBBY:'
UNLOCKED = MESSAGE.replace("        with self.lock:\n", "").replace("            ", "        ")
ON_DISK = "self.logger.addHandler(handler)"

WRITING = [
    _server(
        name="log_without_the_room",
        mistake="forgets in which room it was said",
        old=MESSAGE,
        new=MESSAGE.replace("room=client.room, text", "room=LOBBY, text"),
        caught_by=(f"{CHECK}messages_are_entries",),
    ),
    _server(
        name="log_in_utc",
        mistake="writes the time of Greenwich",
        old=INFO,
        new='entry_in_utc = {**entry, "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())}\n'
        '        self.logger.info("%s", json.dumps(entry_in_utc))',
        caught_by=(f"{CHECK}messages_are_entries",),
    ),
    _server(
        name="log_two_looks_at_the_clock",
        mistake="looks at the clock once for the file, and once more for the people",
        old=MESSAGE,
        new=MESSAGE.replace("said(entry)", "self.format(client, text)"),
        caught_by=(f"{CHECK}messages_are_entries",),
    ),
    _server(
        name="log_stripped",
        mistake="drops the blanks around what was said",
        old=MESSAGE,
        new=MESSAGE.replace("text=text", "text=text.strip()"),
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_tabs_as_they_are",
        mistake="escapes what ends a string, and no control characters",
        old=INFO,
        new=INFO.replace("json.dumps(entry)", r'json.dumps(entry).replace("\\t", "\t")'),
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_by_hand",
        mistake="puts the JSON together by hand",
        old=INFO,
        new='line = ", ".join(f\'"{key}": "{value}"\' for key, value in entry.items())\n'
        '        self.logger.info("%s", "{" + line + "}")',
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_formats_what_is_said",
        mistake="takes what was said for the format of a line of the log",
        old=INFO,
        new="self.logger.info(json.dumps(entry), entry)",
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_python_for_json",
        mistake="writes a dict as Python shows it",
        old=INFO,
        new='self.logger.info("%s", entry)',
        caught_by=(f"{CHECK}messages_are_entries", f"{CHECK}nobody_forges_an_entry"),
    ),
    _server(
        name="log_in_a_buffer",
        mistake="collects lines before it writes them",
        old=ON_DISK,
        new="self.logger.addHandler(logging.handlers.MemoryHandler(64, target=handler))",
        caught_by=(f"{CHECK}what_was_heard_is_in_the_file", f"{CHECK}the_file_goes_on"),
    ),
    _server(
        name="log_begins_anew",
        mistake="opens the file to write, not to append",
        old=ON_DISK,
        new=f"{ON_DISK}\n        file.write_bytes(b'')",
        caught_by=(f"{CHECK}the_file_goes_on",),
    ),
    _server(
        name="log_of_short_messages",
        mistake="cuts what is long",
        old=INFO,
        new="""self.logger.info("%s", json.dumps({key: value[:1000] for key, value in entry.items()}))""",
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_of_whispers",
        mistake="writes what is whispered, too",
        old=PRIVATE,
        new='self.journal.write("private", user=client.username, target=argument.partition(":")[0], text=argument)',
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
    _server(
        name="log_whispers_as_messages",
        mistake="writes whispers like messages",
        old=PRIVATE,
        new='self.journal.write("message", user=client.username, room=LOBBY, text=argument)',
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
    _server(
        name="log_whispers_to_nobody",
        mistake="writes a whisper before it knows whether the target is there",
        old=f"            super().do_PRIVATE(client, argument)\n            {PRIVATE}\n",
        new=f"            {PRIVATE}\n            super().do_PRIVATE(client, argument)\n",
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
    _server(
        name="log_no_whispers",
        mistake="does not write whispers at all",
        old=f"            {PRIVATE}\n",
        new="",
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
    _server(
        name="log_whispers_after_they_were_heard",
        mistake="writes a whisper once it has been told, outside the lock",
        old=f"        with self.lock:\n            super().do_PRIVATE(client, argument)\n            {PRIVATE}\n",
        new=f"        super().do_PRIVATE(client, argument)\n        {PRIVATE}\n",
        caught_by=(f"{CHECK}what_was_heard_is_in_the_file",),
    ),
    _server(
        name="log_in_another_order",
        mistake="writes without the lock in which it posts",
        old=MESSAGE,
        new=UNLOCKED,
        caught_by=(f"{CHECK}entries_are_whole_and_in_order",),
    ),
    _server(
        name="log_after_the_talk",
        mistake="writes once everyone has been told, outside the lock",
        old=MESSAGE,
        new="""\
        count = self.tell_room(client.room, self.format(client, text))
        self.journal.write("message", user=client.username, room=client.room, text=text)
""",
        caught_by=(
            f"{CHECK}what_was_heard_is_in_the_file",
            f"{CHECK}entries_are_whole_and_in_order",
        ),
    ),
    _server(
        name="log_of_half_a_day",
        mistake="begins to count the hours again at noon",
        old="%Y-%m-%dT%H:%M:%S",
        new="%Y-%m-%dT%I:%M:%S",
        caught_by=(f"{CHECK}messages_are_entries",),
    ),
    _server(
        name="log_date_of_the_page",
        mistake="writes the date that the page has for an example",
        old="%Y-%m-%dT%H:%M:%S",
        new="2026-11-25T%H:%M:%S",
        caught_by=(f"{CHECK}messages_are_entries", f"{CHECK}private_messages_stay_private"),
    ),
    _server(
        name="log_whispers_up_to_the_last_colon",
        mistake="takes what stands before the last colon of a whisper for its target",
        old='target=argument.partition(":")[0])',
        new='target=argument.rpartition(":")[0])',
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
    _server(
        name="log_whispers_without_the_time",
        mistake="does not write when somebody whispered",
        old=PRIVATE,
        new='self.journal.logger.info("%s", json.dumps({"kind": "private", "user": client.username, '
        '"target": argument.partition(":")[0]}))',
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
    _server(
        name="log_of_letters_in_one_place",
        mistake="drops letters that take two places in JSON",
        old=INFO,
        new="one_place = {key: ''.join(c for c in value if c <= '\\uffff') for key, value in entry.items()}\n"
        '        self.logger.info("%s", json.dumps(one_place))',
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_of_lines_as_long_as_any",
        mistake="takes no entry that is longer than a line of a client may be",
        old=INFO,
        new='line = json.dumps(entry)\n        if len(line) <= 4096:\n            self.logger.info("%s", line)',
        caught_by=(f"{CHECK}nobody_forges_an_entry",),
    ),
    _server(
        name="log_whispers_of_the_lobby",
        mistake="writes whispers only where they come from the lobby",
        old=f"            {PRIVATE}\n",
        new=f"            if client.room == LOBBY:\n                {PRIVATE}\n",
        caught_by=(f"{CHECK}private_messages_stay_private",),
    ),
]

FILES = [
    _server(
        name="log_grows_for_ever",
        mistake="takes a handler that does not rotate",
        old="maxBytes=most_bytes, ",
        new="",
        caught_by=(f"{CHECK}a_full_file_becomes_an_older_one", f"{CHECK}the_oldest_file_goes"),
    ),
    _server(
        name="log_counts_letters",
        mistake="lets logging count letters where the file holds bytes",
        old="json.dumps(entry))",
        new="json.dumps(entry, ensure_ascii=False))",
        caught_by=(f"{CHECK}a_full_file_becomes_an_older_one",),
    ),
    _server(
        name="log_does_not_count_the_newline",
        mistake="does not count the ends of lines",
        old="maxBytes=most_bytes,",
        new="maxBytes=most_bytes + 2,",
        caught_by=(f"{CHECK}a_full_file_becomes_an_older_one",),
    ),
    _server(
        name="log_older_with_each_start",
        mistake="begins a new file with each start",
        old=ON_DISK,
        new=f"{ON_DISK}\n        if file.exists() and file.stat().st_size:\n            handler.doRollover()",
        caught_by=(f"{CHECK}the_file_goes_on",),
    ),
    _server(
        name="log_rotates_too_late",
        mistake="lets a file become an older one once it is too long",
        old="    def handleError(self",
        new="    def shouldRollover(self, record: logging.LogRecord) -> bool:\n"
        "        return bool(self.stream) and self.stream.tell() >= self.maxBytes\n\n    def handleError(self",
        caught_by=(f"{CHECK}a_full_file_becomes_an_older_one",),
    ),
    _server(
        name="log_counts_anew_with_each_start",
        mistake="counts what it writes itself, and not what was there before",
        old="    def handleError(self",
        new="    written = 0\n\n    def shouldRollover(self, record: logging.LogRecord) -> bool:\n"
        "        length = len(self.format(record)) + 1\n"
        "        is_full = self.written + length > self.maxBytes\n"
        "        self.written = length if is_full else self.written + length\n"
        "        return is_full\n\n    def handleError(self",
        caught_by=(f"{CHECK}a_full_file_becomes_an_older_one",),
    ),
    _server(
        name="log_keeps_four_older_files",
        mistake="counts the file itself among the older ones",
        old="backupCount=OLDER_FILES, encoding",
        new="backupCount=OLDER_FILES - 1, encoding",
        caught_by=(f"{CHECK}the_oldest_file_goes",),
    ),
    _server(
        name="log_keeps_one_older_file",
        mistake="keeps one older file only",
        old="backupCount=OLDER_FILES, encoding",
        new="backupCount=1, encoding",
        caught_by=(f"{CHECK}the_oldest_file_goes", f"{CHECK}a_full_file_becomes_an_older_one"),
    ),
    _server(
        name="log_throws_the_full_file_away",
        mistake="begins the file anew where it is full",
        old="backupCount=OLDER_FILES, encoding",
        new="backupCount=0, encoding",
        caught_by=(f"{CHECK}a_full_file_becomes_an_older_one", f"{CHECK}the_oldest_file_goes"),
    ),
    _server(
        name="log_stops_the_talk",
        mistake="lets a full disk end the thread of whoever talks",
        old='        log(f"Cannot write to {self.baseFilename}")\n',
        new="        raise\n",
        caught_by=(f"{CHECK}a_full_disk_ends_no_conversation",),
    ),
    _server(
        name="log_gives_up",
        mistake="writes no more once a line could not be written",
        old=EMIT,
        new="        self.failing = had_failed\n        if not had_failed:\n            super().emit(record)\n",
        caught_by=(f"{CHECK}a_full_disk_ends_no_conversation",),
    ),
]

READING = [
    _server(
        name="log_never_read",
        mistake="does not read the log at the start",
        old="                self.history.append(said(entry))\n",
        new="                pass\n",
        caught_by=(
            f"{CHECK}a_newcomer_hears_what_was_said_before_the_restart",
            f"{CHECK}a_torn_last_line_harms_nothing",
            f"{CHECK}older_files_are_history_too",
        ),
    ),
    _server(
        name="log_history_of_the_lobby_in_large_letters",
        mistake="reads what was said in a room whose name is that of the lobby but for its large letters",
        old=OF_THE_LOBBY,
        new=OF_THE_LOBBY.replace('entry["room"]', 'entry["room"].lower()'),
        caught_by=(f"{CHECK}a_newcomer_hears_what_was_said_before_the_restart",),
    ),
    _server(
        name="log_history_of_all_rooms",
        mistake="takes what was said in other rooms for history",
        old=OF_THE_LOBBY,
        new='if entry["kind"] == "message":',
        caught_by=(f"{CHECK}a_newcomer_hears_what_was_said_before_the_restart",),
    ),
    _server(
        name="log_history_of_today",
        mistake="gives old messages the time of the restart",
        old="                self.history.append(said(entry))\n",
        new='                self.history.append(said({**entry, "time": time.strftime("%H:%M:%S")}))\n',
        caught_by=(f"{CHECK}a_newcomer_hears_what_was_said_before_the_restart",),
    ),
    _server(
        name="log_history_backwards",
        mistake="reads the newest file first",
        old=OLDER_FIRST,
        new="for number in range(1, OLDER_FILES + 1)]",
        caught_by=(f"{CHECK}older_files_are_history_too",),
    ),
    _server(
        name="log_history_of_one_file",
        mistake="forgets the older files",
        old="filter(Path.is_file, [*older, self.file])",
        new="filter(Path.is_file, [self.file])",
        caught_by=(f"{CHECK}older_files_are_history_too",),
    ),
    _server(
        name="log_history_of_four_older_files",
        mistake="forgets the oldest of the older files",
        old=OLDER_FIRST,
        new="for number in range(OLDER_FILES - 1, 0, -1)]",
        caught_by=(f"{CHECK}older_files_are_history_too",),
    ),
    _by_hand(
        name="log_split_at_any_line_end",
        mistake="takes the line ends of other alphabets for the end of an entry",
        old="for line in file:",
        new="for line in file.read().splitlines():",
        caught_by=(f"{CHECK}a_newcomer_hears_what_was_said_before_the_restart",),
    ),
    _by_hand(
        name="log_torn_letter_ends_the_start",
        mistake="takes each letter for whole",
        old='encoding="utf-8", errors="replace", ',
        new='encoding="utf-8", ',
        caught_by=(f"{CHECK}a_torn_last_line_harms_nothing",),
    ),
    _server(
        name="log_torn_line_ends_the_start",
        mistake="takes each line for whole",
        old=PASS_OVER,
        new="except ZeroDivisionError:\n                    pass",
        caught_by=(f"{CHECK}a_torn_last_line_harms_nothing",),
    ),
    _server(
        name="log_ends_at_the_torn_line",
        mistake="reads no more behind a line that was torn",
        old=PASS_OVER,
        new=PASS_OVER.replace("pass", "return"),
        caught_by=(f"{CHECK}a_torn_last_line_harms_nothing",),
    ),
    _server(
        name="log_begins_with_an_empty_line",
        mistake="begins a new line at each start, whether or not the last one has ended",
        old=END_LINE,
        new="        if data:\n",
        caught_by=(f"{CHECK}the_file_goes_on",),
    ),
    _server(
        name="log_goes_on_in_the_torn_line",
        mistake="writes behind the torn line",
        old=END_LINE,
        new="        if False:\n",
        caught_by=(f"{CHECK}a_torn_last_line_harms_nothing",),
    ),
]

MUTANTS = [*WRITING, *FILES, *READING]
