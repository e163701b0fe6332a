"""Private messages, rooms, the list, history, readers that stop: what people get wrong in the advanced server."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_server = partial(Mutant, step="advanced", program="server")

PRIVATE = 'found[0].send(f"PRIVATE:{client.username}:{text}")'
UNKNOWN = '        if not found:\n            raise Refused("no such user")\n'
IN_ROOM = "recipients = self.members(room)"
MOVE = "            client.room = room\n"
CHECK_ROOM = '        if not NAME.fullmatch(room):\n            raise Refused("bad name")\n'
NAMES = "names = sorted(other.username for other in self.clients if other.username)"
USERS = "client.send(f\"USERS:{','.join(names)}\")"
REPLAY = "            for line in self.history:\n                client.send(line)\n"
REMEMBER = "            if room == LOBBY:\n                self.history.append(line)\n"
DEQUE = "self.history: collections.deque[str] = collections.deque(maxlen=HISTORY)"
POST = "            self.post(recipients, line)\n"
FLUSH = "self.outbox = self.outbox[send_now(self.sock, self.outbox) :]"
ROUND = "            for client in waiting:\n                client.flush()\n"
ADMIT = """\
        with self.lock:
            if any(other.username == username for other in self.clients):
                raise Refused("name taken")
            client.username = username
"""


TALKING = """\
            for line in client.lines():
                # `QUIT` is the polite way to leave: nothing that comes after it counts any
                # more.
                if line == "QUIT":
                    break

                if not client.username and re.fullmatch(r"[A-Z]+ .*HTTP/[0-9.]+", line):
                    log(f"{address} speaks HTTP, like a browser: hung up")
                    break
                while self.posted_bytes > MAX_POSTED:
                    time.sleep(RETRY_SECONDS)  # nobody talks faster than the postman goes

                self.obey(client, line)
"""


def taking(word: str) -> str:
    """Return what stands for `TALKING` where a loop overwrites `client` after each line that starts with `word`."""
    return f"""\
            me = client
{TALKING.replace("obey(client, line)", "obey(me, line)")}\
                client = me
                if line.startswith("{word}"):
                    for client in self.clients[:]:
                        log(f"{{client.username}} is here, too")
"""


PRIVATE_MESSAGES = [
    _server(
        name="private_to_all",
        mistake="broadcasts private messages",
        old=PRIVATE,
        new='self.broadcast(f"PRIVATE:{client.username}:{text}")',
        caught_by=("advanced/server/private_messages",),
    ),
    _server(
        name="a_text_for_somebody_is_private",
        mistake="takes a text that begins with @ and a name for a private message, as other chats do",
        old="        line = self.format(client, text)\n",
        new="""        if text.startswith("@"):
            return self.do_PRIVATE(client, text[1:].replace(" ", ":", 1))
        line = self.format(client, text)
""",
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    _server(
        name="half_of_private_is_enough",
        mistake="takes every command that starts with PRIVATE for a PRIVATE",
        old='    command, _, argument = line.partition(":")\n',
        new="""    command, _, argument = line.partition(":")
    if command.startswith("PRIVATE"):
        command = "PRIVATE"
""",
        caught_by=("step2/server/unknown_commands",),
    ),
    _server(
        name="half_of_the_list_is_enough",
        mistake="takes every command that starts with LIST for LIST_USERS",
        old='    command, _, argument = line.partition(":")\n',
        new="""    command, _, argument = line.partition(":")
    if command.startswith("LIST"):
        command = "LIST_USERS"
""",
        caught_by=("step2/server/unknown_commands",),
    ),
    _server(
        name="a_command_without_a_colon_loses_its_end",
        mistake="cuts a line at `find`, which is -1 where there is no colon: LIST_USERS is LIST_USER",
        old='    command, _, argument = line.partition(":")\n',
        new='    colon = line.find(":")\n    command, argument = line[:colon], line[colon + 1 :]\n',
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_takes_the_variable",
        mistake="uses the variable of its own client for those among whom it looks for the target as well",
        old=TALKING,
        new=taking("PRIVATE"),
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_to_the_sender_only",
        mistake="answers a private message instead of passing it on",
        old=PRIVATE,
        new='client.send(f"PRIVATE:{client.username}:{text}")',
        caught_by=("advanced/server/private_messages",),
    ),
    _server(
        name="private_to_the_sender_too",
        mistake="sends the sender a copy of a private message",
        old=PRIVATE,
        new='for reader in (client, found[0]):\n            reader.send(f"PRIVATE:{client.username}:{text}")',
        caught_by=("advanced/server/private_messages",),
    ),
    _server(
        name="private_with_the_name_of_the_target",
        mistake="passes on the name of the recipient instead of the sender's",
        old=PRIVATE,
        new='found[0].send(f"PRIVATE:{target}:{text}")',
        caught_by=("advanced/server/private_messages",),
    ),
    _server(
        name="private_to_those_without_a_name",
        mistake="finds those who have not joined by their empty name",
        old='other.username == target != ""]',
        new="other.username == target]",
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_to_a_room",
        mistake="looks for the target among the rooms as well",
        old=UNKNOWN,
        new=f"""\
        if any(other.room == target for other in self.clients):
            self.tell_room(target, f"PRIVATE:{{client.username}}:{{text}}")
            return
{UNKNOWN}""",
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_must_be_whole",
        mistake="takes it for granted that there is a text behind the target",
        old='target, _, text = argument.partition(":")',
        new='target, text = argument.split(":", 1)',
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_without_a_name",
        mistake="does not say who whispers",
        old=PRIVATE,
        new='found[0].send(f"PRIVATE:{text}")',
        caught_by=("advanced/server/private_messages",),
    ),
    _server(
        name="private_looks_like_a_message",
        mistake="sends a private message in the form of a public one",
        old=PRIVATE,
        new="found[0].send(self.format(client, text))",
        caught_by=("advanced/server/private_messages",),
    ),
    _server(
        name="private_cut_at_a_blank",
        mistake="passes on the first word of a private message",
        old=PRIVATE,
        new='found[0].send(f"PRIVATE:{client.username}:{text.split()[0]}")',
        caught_by=(
            "advanced/server/private_messages",
            "advanced/server/any_private_text",
        ),
    ),
    _server(
        name="private_cut_at_a_colon",
        mistake="splits a private message at all its colons",
        old='target, _, text = argument.partition(":")',
        new='target, text = argument.split(":")[:2]',
        caught_by=("advanced/server/any_private_text",),
    ),
    _server(
        name="private_cut_at_the_last_colon",
        mistake="looks for the colon between target and text from the right",
        old='target, _, text = argument.partition(":")',
        new='target, _, text = argument.rpartition(":")',
        caught_by=("advanced/server/any_private_text",),
    ),
    _server(
        name="private_cut_before_a_smiley",
        mistake="takes the colon of a smiley for the one behind the target, and then the one before it",
        old='target, _, text = argument.partition(":")',
        new="""\
target, _, text = argument.partition(":")
        if argument.endswith(":)"):
            target, _, text = argument[:-2].rpartition(":")
            text += ":)"
""".rstrip("\n"),
        caught_by=("advanced/server/any_private_text",),
    ),
    _server(
        name="private_blanks_collapsed",
        mistake="splits a private message into words and joins them again",
        old=PRIVATE,
        new="found[0].send(f\"PRIVATE:{client.username}:{' '.join(text.split())}\")",
        caught_by=("advanced/server/any_private_text",),
    ),
    _server(
        name="private_to_nobody_crashes",
        mistake="takes the target for granted",
        old=UNKNOWN,
        new="",
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_to_nobody_ignored",
        mistake="says nothing about a target who is not there",
        old=UNKNOWN,
        new="        if not found:\n            return\n",
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_to_nobody_goes_to_all",
        mistake="broadcasts a private message whose target is not there",
        old=UNKNOWN,
        new='        if not found:\n            return self.broadcast(f"PRIVATE:{client.username}:{text}")\n',
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="private_within_the_room_only",
        mistake="looks for the target in the room of the sender",
        old='if other.username == target != ""]',
        new='if other.username == target != "" and other.room == client.room]',
        caught_by=("advanced/server/news_reach_every_room",),
    ),
]

ROOMS = [
    _server(
        name="rooms_take_the_variable",
        mistake="uses the variable of its own client for those in the room that it leaves as well",
        old=TALKING,
        new=taking("JOIN_ROOM"),
        caught_by=("advanced/server/news_reach_every_room",),
    ),
    _server(
        name="rooms_without_walls",
        mistake="sends to everyone, whatever room they are in",
        old=IN_ROOM,
        new="recipients = [other for other in self.clients if other.username]",
        caught_by=("advanced/server/rooms", "advanced/server/other_rooms_are_not_heard"),
    ),
    _server(
        name="rooms_hear_the_lobby",
        mistake="sends what is said in the lobby to every room",
        old=IN_ROOM,
        new="recipients = [other for other in self.clients if other.username and room in (other.room, LOBBY)]",
        caught_by=("advanced/server/other_rooms_are_not_heard",),
    ),
    _server(
        name="the_lobby_hears_the_rooms",
        mistake="sends what is said in a room to the lobby, too",
        old=IN_ROOM,
        new="recipients = [other for other in self.clients if other.username and other.room in (room, LOBBY)]",
        caught_by=("advanced/server/rooms",),
    ),
    _server(
        name="the_sender_stays_in_the_lobby",
        mistake="sends every message to the lobby, whatever room its sender is in",
        old="count = self.tell_room(client.room, line)",
        new="count = self.tell_room(LOBBY, line)",
        caught_by=("advanced/server/rooms",),
    ),
    _server(
        name="room_answered_but_not_entered",
        mistake="answers JOIN_ROOM and forgets to remember the room",
        old=MOVE,
        new="",
        caught_by=("advanced/server/rooms", "advanced/server/other_rooms_are_not_heard"),
    ),
    _server(
        name="room_entered_but_not_answered",
        mistake="goes into the room without a word",
        old='            client.send(f"JOINED_ROOM:{room}")\n',
        new="",
        caught_by=("advanced/server/rooms",),
    ),
    _server(
        name="room_answered_as_joining",
        mistake="answers JOINED with the name of the room",
        old='            client.send(f"JOINED_ROOM:{room}")\n',
        new='            client.send(f"JOINED:{room}")\n',
        caught_by=("advanced/server/rooms",),
    ),
    _server(
        name="only_the_first_room_counts",
        mistake="lets nobody leave the first room that they went to",
        old=MOVE,
        new="            client.room = room if client.room == LOBBY else client.room\n",
        caught_by=("advanced/server/one_room_at_a_time", "advanced/server/back_to_the_lobby"),
    ),
    _server(
        name="ten_rooms",
        mistake="has ten rooms, counts each one to which somebody has ever gone, and refuses the next",
        old="            client.room = room\n            self.empty_rooms()\n",
        new="""            opened = self.__dict__.setdefault("opened", {LOBBY})
            opened.add(room)
            if len(opened) > 10:
                raise Refused("too many rooms")
            client.room = room
            self.empty_rooms()
""",
        caught_by=("advanced/server/back_to_the_lobby",),
    ),
    _server(
        name="room_names_in_small_letters",
        mistake="takes Lobby for the lobby",
        old="            client.room = room\n            self.empty_rooms()\n",
        new="            client.room = room.lower()\n            self.empty_rooms()\n",
        caught_by=("advanced/server/other_rooms_are_not_heard",),
    ),
    _server(
        name="commands_before_joining",
        mistake="lets whoever has not joined look who is there",
        old='if not client.username and command != "JOIN":',
        new='if not client.username and command not in ("JOIN", "LIST_USERS"):',
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="room_names_unchecked",
        mistake="takes any name for a room",
        old=CHECK_ROOM,
        new="",
        caught_by=("advanced/server/bad_room_names",),
    ),
    _server(
        name="room_names_checked_at_the_beginning_only",
        mistake="uses match where fullmatch is meant",
        old="if not NAME.fullmatch(room):",
        new="if not NAME.match(room):",
        caught_by=("advanced/server/bad_room_names",),
    ),
    _server(
        name="room_names_of_letters_and_digits",
        mistake="takes no room whose name holds `_`, `-` or `.`",
        old="if not NAME.fullmatch(room):",
        new="if not NAME.fullmatch(room) or not room.isalnum():",
        caught_by=("advanced/server/bad_room_names",),
    ),
    _server(
        name="room_names_with_a_letter_or_a_digit",
        mistake="takes no room whose name holds nothing but `_`, `-` and `.`",
        old="if not NAME.fullmatch(room):",
        new='if not NAME.fullmatch(room) or not room.strip("_-."):',
        caught_by=("advanced/server/bad_room_names",),
    ),
    _server(
        name="room_names_checked_too_late",
        mistake="moves first and checks the name afterwards",
        old=CHECK_ROOM,
        new="        client.room = room\n" + CHECK_ROOM,
        caught_by=("advanced/server/bad_room_names",),
    ),
    _server(
        name="who_is_refused_a_room_is_in_the_lobby",
        mistake="sets the room before it looks at the name, and back to the lobby where that is bad",
        old=CHECK_ROOM,
        new=CHECK_ROOM.replace("            raise", "            client.room = LOBBY\n            raise"),
        caught_by=("advanced/server/bad_room_names",),
    ),
    _server(
        name="a_room_belongs_to_a_name",
        mistake="remembers by their names in which room people are, and forgets none",
        old="    def lines(self) -> Iterator[str]:\n",
        new="""\
    rooms: dict[str, str] = {}

    @property
    def room(self) -> str:
        return self.rooms.get(self.username, LOBBY)

    @room.setter
    def room(self, room: str) -> None:
        self.rooms[self.username] = room

    def lines(self) -> Iterator[str]:
""",
        caught_by=("advanced/server/back_to_the_lobby",),
    ),
    _server(
        name="the_lobby_has_another_name",
        mistake="calls the room in which everyone starts by another name",
        old='LOBBY = "lobby"',
        new='LOBBY = "general"',
        caught_by=("advanced/server/back_to_the_lobby",),
    ),
    _server(
        name="leaving_told_in_the_room_only",
        mistake="tells only the room of the leaver",
        old='self.broadcast(f"USER_LEFT:{client.username}")',
        new='self.tell_room(client.room, f"USER_LEFT:{client.username}")',
        caught_by=("advanced/server/news_reach_every_room",),
    ),
    _server(
        name="joining_told_in_the_lobby_only",
        mistake="tells only the lobby who comes",
        old='self.broadcast(f"USER_JOINED:{username}", exclude_client=client)',
        new='self.tell_room(LOBBY, f"USER_JOINED:{username}")',
        caught_by=("advanced/server/news_reach_every_room",),
    ),
    _server(
        name="changing_rooms_is_told_as_leaving",
        mistake="tells USER_LEFT when somebody goes to another room",
        old=MOVE,
        new="""\
            for other in self.clients:
                if other.username and other is not client and other.room == client.room:
                    other.send(f"USER_LEFT:{client.username}")
            client.room = room
""",
        caught_by=("advanced/server/rooms",),
    ),
]

LIST = [
    _server(
        name="list_takes_the_variable",
        mistake="uses the variable of its own client for those whose names it collects as well",
        old=TALKING,
        new=taking("LIST_USERS"),
        caught_by=("advanced/server/the_list_after_leaving",),
    ),
    _server(
        name="list_without_oneself",
        mistake="leaves out who asks",
        old=NAMES,
        new=NAMES.replace("if other.username", "if other.username and other is not client"),
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_of_the_room",
        mistake="lists only who is in the same room",
        old=NAMES,
        new=NAMES.replace("if other.username", "if other.username and other.room == client.room"),
        caught_by=("advanced/server/news_reach_every_room",),
    ),
    _server(
        name="list_with_oneself_twice",
        mistake="adds who asks to a list in which everyone is",
        old=NAMES,
        new=f"{NAMES} + [client.username]",
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="users_no_more_than_fifty",
        mistake="lists no more than fifty people",
        old=USERS,
        new="client.send(f\"USERS:{','.join(names[:50])}\")",
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_with_blanks_between",
        mistake="puts blanks between the names instead of commas",
        old=USERS,
        new="client.send(f\"USERS:{' '.join(names)}\")",
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_as_python_prints_it",
        mistake="sends the list as Python prints it",
        old=USERS,
        new='client.send(f"USERS:{names}")',
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_with_a_trailing_comma",
        mistake="puts a comma after each name, the last one included",
        old=USERS,
        new='client.send("USERS:" + "".join(f\'{name},\' for name in names))',
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_in_many_lines",
        mistake="sends a line per name",
        old=USERS,
        new='for name in names:\n            client.send(f"USERS:{name}")',
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_without_its_command",
        mistake="sends the names alone",
        old=USERS,
        new='client.send(",".join(names))',
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="list_to_everyone",
        mistake="broadcasts the list",
        old=USERS,
        new="self.broadcast(f\"USERS:{','.join(names)}\")",
        caught_by=("advanced/server/the_list_after_leaving",),
    ),
    _server(
        name="leavers_stay_in_the_list",
        mistake="tells that somebody has left, and forgets to remove them",
        old="            self.clients.remove(client)\n",
        new="",
        caught_by=(
            "advanced/server/private_to_nobody",
            "advanced/server/the_list_after_leaving",
        ),
    ),
    _server(
        name="list_with_strangers",
        mistake="lists connections that have not joined",
        old=NAMES,
        new=NAMES.replace(" if other.username", ""),
        caught_by=("advanced/server/the_list_of_users",),
    ),
]

HISTORY = [
    _server(
        name="history_missing",
        mistake="keeps a history and shows it to nobody",
        old=REPLAY,
        new="",
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_newest_first",
        mistake="sends the history from its end",
        old=REPLAY,
        new=REPLAY.replace("self.history", "reversed(self.history)"),
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_with_a_new_time",
        mistake="puts the time of joining on old messages",
        old=REPLAY,
        new="""\
            for line in self.history:
                client.send(re.sub(r"\\[.*?\\]", time.strftime("[%H:%M:%S]"), line, count=1))
""",
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_of_bare_texts",
        mistake="keeps the texts without name and time",
        old=REMEMBER,
        new='            if room == LOBBY:\n                self.history.append(line.partition("]: ")[2])\n',
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_marked_as_old",
        mistake="puts a word before each old message",
        old=REPLAY,
        new=REPLAY.replace("send(line)", 'send(f"[history] {line}")'),
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_in_one_line",
        mistake="sends the history as one line",
        old=REPLAY,
        new='            client.send(" | ".join(self.history))\n',
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_too_short",
        mistake="keeps ten messages",
        old="HISTORY = 20",
        new="HISTORY = 10",
        caught_by=("advanced/server/the_history_is_limited",),
    ),
    _server(
        name="history_short_by_one",
        mistake="is off by one",
        old=REPLAY,
        new=REPLAY.replace("self.history", "list(self.history)[-HISTORY + 1 :]"),
        caught_by=("advanced/server/the_history_is_limited",),
    ),
    _server(
        name="history_without_the_last_one",
        mistake="ends one message before the end",
        old=REPLAY,
        new=REPLAY.replace("self.history", "list(self.history)[:-1]"),
        caught_by=("advanced/server/history", "advanced/server/the_history_is_limited"),
    ),
    _server(
        name="history_without_end",
        mistake="keeps all messages",
        old=DEQUE,
        new="self.history: collections.deque[str] = collections.deque()",
        caught_by=("advanced/server/the_history_is_limited",),
    ),
    _server(
        name="history_of_the_first_messages",
        mistake="stops keeping messages once there are enough",
        old=REMEMBER,
        new=REMEMBER.replace("if room == LOBBY:", "if room == LOBBY and len(self.history) < HISTORY:"),
        caught_by=("advanced/server/the_history_is_limited",),
    ),
    _server(
        name="history_of_all_rooms",
        mistake="keeps what is said in other rooms",
        old=REMEMBER,
        new="            self.history.append(line)\n",
        caught_by=("advanced/server/the_history_keeps_secrets",),
    ),
    _server(
        name="history_of_all_rooms_looked_through",
        mistake="keeps the last messages of all rooms, and looks among them for those of the lobby",
        old=REMEMBER,
        new="""\
            self.history.append(line if room == LOBBY else "")
            while self.history and not self.history[0]:
                self.history.popleft()
""",
        caught_by=("advanced/server/the_history_keeps_secrets",),
    ),
    _server(
        name="history_without_slashes",
        mistake="takes a text that begins with a slash for a command, and does not keep it",
        old=REMEMBER,
        new="""\
            if room == LOBBY and not line.partition("]: ")[2].startswith("/"):
                self.history.append(line)
""",
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_ends_with_the_last_one",
        mistake="empties the history when nobody is there any more",
        old="            self.clients.remove(client)\n",
        new="""\
            self.clients.remove(client)
            if not self.clients:
                self.history.clear()
""",
        caught_by=("advanced/server/history",),
    ),
    _server(
        name="history_of_private_messages",
        mistake="keeps private messages",
        old=PRIVATE,
        new='self.history.append(f"PRIVATE:{client.username}:{text}")\n        ' + PRIVATE,
        caught_by=("advanced/server/the_history_keeps_secrets",),
    ),
    _server(
        name="history_for_everyone",
        mistake="sends the history to everyone when somebody joins",
        old=REPLAY,
        new="""\
            for line in self.history:
                for other in self.clients:
                    other.send(line)
""",
        caught_by=("advanced/server/the_history_is_for_the_newcomer",),
    ),
    _server(
        name="the_old_connection_takes_the_name_along",
        mistake="forgets everyone of that name once the last line of somebody who left is sent",
        old="            time.sleep(FLUSH_SECONDS / 50)\n",
        new="""\
            time.sleep(FLUSH_SECONDS / 50)
        with self.lock:
            self.clients = [other for other in self.clients if other.username != client.username]
            self.empty_rooms()
""",
        caught_by=("advanced/server/a_reader_that_reads_again",),
    ),
    _server(
        name="two_doors_are_locked_in_turn",
        mistake="locks the room that somebody leaves, and then the one where they go",
        old="    def do_JOIN_ROOM(self, client: Client, room: str) -> None:\n",
        new="""\
    def do_JOIN_ROOM(self, client, room):
        doors = vars(self).setdefault("doors", collections.defaultdict(threading.RLock))
        with doors[client.room]:
            with doors[room]:
                self.goes(client, room)

    def goes(self, client: Client, room: str) -> None:
""",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _server(
        name="history_before_joining",
        mistake="sends the history before the newcomer hears what is said",
        old=ADMIT,
        new=f"""\
        for line in list(self.history):
            client.send(line)
{ADMIT}\
        client.send(f"JOINED:{{username}}")
        self.broadcast(f"USER_JOINED:{{username}}", exclude_client=client)
        return

        with self.lock:
""",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _server(
        name="history_after_joining",
        mistake="answers and sends the history after letting go of the lock: what is said meanwhile comes twice",
        old='            client.send(f"JOINED:{username}")\n' + REPLAY,
        new='        client.send(f"JOINED:{username}")\n'
        "        for line in list(self.history):\n            client.send(line)\n",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _server(
        name="history_behind_what_is_new",
        mistake="copies the history while it holds the lock, and sends it later: what is said meanwhile comes first",
        old='            client.send(f"JOINED:{username}")\n' + REPLAY,
        new="            before = list(self.history)\n"
        '        client.send(f"JOINED:{username}")\n'
        "        for line in before:\n            client.send(line)\n",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _server(
        name="moves_beside_the_lock",
        mistake="moves without the lock: who speaks meanwhile remembers whoever goes where they were, from then on",
        old="""\
        with self.lock:
            client.room = room
""",
        new="""\
        if True:
            client.room = room
""",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _server(
        name="moves_without_the_lock",
        mistake="fills all rooms anew without the lock: who speaks meanwhile speaks to half a room",
        old="""\
        with self.lock:
            client.room = room
            self.empty_rooms()
            client.send(f"JOINED_ROOM:{room}")
""",
        new="""\
        client.room = room
        self.rooms = {name: [] for name in self.rooms}
        for other in list(self.clients):
            self.rooms.setdefault(other.room, []).append(other)
        client.send(f"JOINED_ROOM:{room}")
""",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _server(
        name="history_for_the_first_newcomer_only",
        mistake="empties the history while sending it",
        old=REPLAY,
        new="            while self.history:\n                client.send(self.history.popleft())\n",
        caught_by=("advanced/server/history",),
    ),
]

STOPPED_READERS = [
    _server(
        name="round_that_ends_at_the_first_slow_reader",
        mistake="leaves the round where somebody does not take everything, and by that serves nobody after",
        old=ROUND,
        new="""\
            for client in [client for client in self.clients if client in waiting]:
                client.flush()
                if client.outbox:
                    break
""",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="sendall_in_the_broadcast",
        mistake="sends from the thread of whoever speaks",
        old=POST,
        new='            for reader in recipients:\n                reader.sock.sendall(f"{line}\\n".encode())\n',
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="whispers_past_the_postman",
        mistake="sends private messages from the thread of whoever whispers",
        old=PRIVATE,
        new='found[0].sock.sendall(f"PRIVATE:{client.username}:{text}\\n".encode())',
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="arrivals_past_the_postman",
        mistake="tells who has joined from the thread of whoever joins",
        old='        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)\n',
        new="""\
        for other in [other for other in self.clients if other.username and other is not client]:
            other.sock.sendall(f"USER_JOINED:{username}\\n".encode())
""",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="the_history_past_the_postman",
        mistake="sends the history itself, and holds the lock meanwhile",
        old=REPLAY,
        new='            for line in self.history:\n                client.sock.sendall(f"{line}\\n".encode())\n',
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="the_list_past_the_postman",
        mistake="sends the list of users itself, and holds the lock meanwhile",
        old=f"        {USERS}",
        new="            client.sock.sendall(f\"USERS:{','.join(names)}\\n\".encode())",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="postman_waits_for_the_reader",
        mistake="lets the one thread that sends for all wait until the reader has taken everything",
        old=FLUSH,
        new='self.outbox = self.sock.sendall(self.outbox) or b""',
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="outbox_that_waits_for_room",
        mistake="waits until there is room in the outbox of everyone",
        old=POST,
        new="""\
            while any(len(reader.outbox) > 65536 for reader in recipients):
                time.sleep(0.001)
            self.post(recipients, line)
""",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="what_does_not_go_at_once_is_lost",
        mistake="looks at what `send` returns and forgets to keep the rest",
        old=FLUSH,
        new='self.outbox = b"" if send_now(self.sock, self.outbox) else self.outbox',
        caught_by=("advanced/server/a_reader_that_reads_again",),
    ),
    _server(
        name="what_does_not_go_at_once_never_goes",
        mistake="tries those again who did not read when somebody speaks, and not before",
        old="self.sort(RETRY_SECONDS if waiting else None)",
        new="self.sort(None)",
        caught_by=("advanced/server/a_reader_that_reads_again",),
    ),
    _server(
        name="too_much_is_thrown_away",
        mistake="throws away what waits where it is too much, and goes on as if nothing had happened",
        old="                raise BrokenPipeError\n",
        new='                self.outbox = b""\n',
        caught_by=("advanced/server/a_reader_that_reads_again",),
    ),
    _server(
        name="who_is_dropped_is_not_told",
        mistake="forgets the name of whom it drops, and so nobody hears that they have left",
        old="                raise BrokenPipeError\n",
        new='                self.username = ""\n                raise BrokenPipeError\n',
        caught_by=("advanced/server/a_reader_that_reads_again",),
    ),
    _server(
        name="round_without_those_who_wait",
        mistake="serves those who got a letter, and forgets those in whose outboxes something stayed",
        old="waiting |= self.sort(",
        new="waiting = self.sort(",
        caught_by=("advanced/server/a_reader_that_reads_again",),
    ),
    _server(
        name="postman_waits_for_the_reader_at_the_end",
        mistake="waits at Ctrl+C until everyone has read what waits for them",
        old='            log("Chat server stopped")\n',
        new="            while any(client.outbox for client in self.clients):\n                time.sleep(0.01)\n",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _server(
        name="postman_who_keeps_the_server_alive",
        mistake="makes the thread that sends for all one that the end of the program waits for",
        old="threading.Thread(target=self.deliver, daemon=True).start()",
        new="threading.Thread(target=self.deliver).start()",
        caught_by=("step3/server/ctrl_c_ends_the_server",),
    ),
]

MUTANTS = [
    _server(
        name="tries_again_for_nobody",
        mistake="tries those again, for ever, for whom nothing waits any more",
        old="            waiting = {client for client in waiting if client.outbox}\n",
        new="",
        caught_by=("step3/server/nothing_is_kept_of_those_who_have_gone",),
    ),
    _server(
        name="calls_the_postman",
        mistake="calls deliver instead of handing it to the thread",
        old="threading.Thread(target=self.deliver, daemon=True).start()",
        new="threading.Thread(target=self.deliver(), daemon=True).start()",
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _server(
        name="postman_goes_one_round",
        mistake="sends in a thread of its own what waits by then, and lets that thread end",
        old="        while True:\n            waiting |=",
        new="        for _ in range(1):\n            waiting |=",
        caught_by=("step1/server/everyone_hears_a_message", "step1/server/the_sender_hears_it_too"),
    ),
    _server(
        name="private_by_the_beginning",
        mistake="finds the target of PRIVATE by the beginning of a name",
        old='if other.username == target != ""]',
        new="if target and other.username.startswith(target)]",
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _server(
        name="list_without_the_lock",
        mistake="loops over the clients without the lock: whoever leaves meanwhile makes the loop skip somebody",
        old="""\
        with self.lock:
            names = sorted(""",
        new="""\
        if True:
            names = sorted(""",
        caught_by=("advanced/server/the_list_after_leaving",),
    ),
    _server(
        name="search_without_the_lock",
        mistake="looks for the target without the lock: whoever leaves meanwhile hides somebody who is there",
        old="""\
        with self.lock:
            found = [""",
        new="""\
        if True:
            found = [""",
        caught_by=("advanced/server/the_list_after_leaving",),
    ),
    _server(
        name="news_without_the_lock",
        mistake="tells who has joined without the lock: whoever leaves meanwhile makes the loop skip somebody",
        old='        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)\n',
        new="""\
        others = [other for other in self.clients if other.username and other is not client]
        self.post(others, f"USER_JOINED:{username}")
""",
        caught_by=("advanced/server/the_list_after_leaving",),
    ),
    _server(
        name="a_list_of_sixteen",
        mistake="lists sixteen people at the most",
        old=USERS,
        new="client.send(f\"USERS:{','.join(names[:16])}\")",
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="a_list_in_small_letters",
        mistake="takes ann and Ann for one person in the list",
        old=USERS,
        new="client.send(f\"USERS:{','.join({name.lower(): name for name in names}.values())}\")",
        caught_by=("advanced/server/the_list_of_users",),
    ),
    _server(
        name="rooms_like_the_lobby",
        mistake="remembers what is said in every room whose name begins with lobby",
        old="            if room == LOBBY:\n                self.history",
        new="            if room.startswith(LOBBY):\n                self.history",
        caught_by=("advanced/server/the_history_keeps_secrets",),
    ),
    _server(
        name="forgets_after_a_hundred",
        mistake="forgets the history after a hundred messages",
        old=REMEMBER,
        new=REMEMBER + "                self.said = getattr(self, 'said', 0) + 1\n"
        "                if self.said == 100:\n                    self.history.clear()\n",
        caught_by=("advanced/server/the_history_is_limited",),
    ),
    *PRIVATE_MESSAGES,
    *ROOMS,
    *LIST,
    *HISTORY,
    *STOPPED_READERS,
]
