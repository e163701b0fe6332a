"""Mistakes in programs that are built quite differently: what is graded is what they do, not how."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_streams = partial(Mutant, step="advanced", program="server", base="asyncio_streams")
_protocol = partial(Mutant, step="advanced", program="server", base="asyncio_protocol")
_plain = partial(Mutant, step="advanced", program="server", base="plain_sockets")
_selectors = partial(Mutant, step="advanced", program="server", base="selectors_loop")
_queues = partial(Mutant, step="advanced", program="server", base="queue_writer")
_dispatcher = partial(Mutant, step="advanced", program="server", base="dispatcher")
_modules = partial(Mutant, step="advanced", program="server", base="many_modules")
_minimal = partial(Mutant, step="advanced", program="server", base="minimalist")

SERVERS = [
    _queues(
        name="queues_whose_writers_never_end",
        mistake="starts a thread that writes for each client, and ends none of them",
        old="        self.queue.put(None)\n        self.writer.join(PATIENCE)\n",
        new="",
        caught_by=("step3/server/nothing_is_kept_of_those_who_have_gone",),
    ),
    _queues(
        name="queues_with_too_little_room",
        mistake="waits for room in the queue of somebody whose writer has ended",
        old="self.queue: queue.Queue[bytes | None] = queue.Queue()",
        new="self.queue: queue.Queue[bytes | None] = queue.Queue(10)",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _queues(
        name="queues_are_emptied_at_quit",
        mistake="throws away what waits to be sent to somebody who says QUIT",
        old="        self.queue.put(None)\n        self.writer.join(PATIENCE)\n",
        new="""\
        while not self.queue.empty():
            self.queue.get()
        self.queue.put(None)
        self.writer.join(PATIENCE)
""",
        caught_by=("step3/server/leaving_with_quit",),
    ),
    _plain(
        name="plain_sockets_note_that_a_name_is_free",
        mistake="notes under the lock whether a name is free, gives the lock back, and acts on what it noted",
        old="""\
        else:
            fehler = ""
            k["name"] = name
""",
        new="""\
        else:
            fehler = ""
    with schloss:
        if not fehler:
            k["name"] = name
""",
        caught_by=("step2/server/two_ask_for_one_name_at_once",),
    ),
    _plain(
        name="plain_sockets_are_never_closed",
        mistake="keeps the sockets of those who have left",
        old="        kappe(sock)\n        sock.close()\n",
        new='        kappe(sock)\n        an_alle.__dict__.setdefault("frueher", []).append(sock)\n',
        caught_by=("step3/server/nothing_is_kept_of_those_who_have_gone",),
    ),
    _plain(
        name="plain_sockets_throw_away_what_follows_a_long_line",
        mistake="throws away, with the end of a line that is too long, what came behind its newline",
        old='        for nr, teil in enumerate(stueck.split(b"\\n")):\n',
        new="""\
        if schlucken and b"\\n" in stueck:
            schlucken = False
            continue
        for nr, teil in enumerate(stueck.split(b"\\n")):
""",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _plain(
        name="plain_sockets_throw_away_what_follows_bytes_that_are_no_text",
        mistake="throws away, with bytes that are not UTF-8, what came behind them in the same segment",
        old="                yield fertig if len(fertig) <= MAX_ZEILE else None\n",
        new="""\
                yield fertig if len(fertig) <= MAX_ZEILE else None
                if "\N{REPLACEMENT CHARACTER}" in fertig.decode(errors="replace"):
                    halb.clear()
                    break
""",
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _plain(
        name="plain_sockets_ask_at_the_door_who_it_is",
        mistake="asks a connection where it is from in the loop that accepts, and it may have ended by then",
        old="            time.sleep(0.05)\n            continue\n        try:\n",
        new="            time.sleep(0.05)\n            continue\n        woher = sock.getpeername()\n        try:\n",
        caught_by=("step2/server/strangers_come_and_go",),
    ),
    _streams(
        name="streams_remember_later",
        mistake="puts a line into the history a moment after it was sent: who joins meanwhile never hears it",
        old="        history.append(line)\n",
        new="        asyncio.get_running_loop().call_later(0.001, history.append, line)\n",
        caught_by=("advanced/server/joining_while_others_talk",),
    ),
    _streams(
        name="streams_cut_letters",
        mistake="decodes with errors ignored and so accepts anything",
        old='raw.decode("utf-8").partition(":")',
        new='raw.decode("utf-8", "ignore").partition(":")',
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _streams(
        name="streams_read_instead_of_readuntil",
        mistake="takes one read() for one line",
        old='line = await reader.readuntil(b"\\n")',
        new='line = await reader.read(4096) or await reader.readuntil(b"\\n")',
        caught_by=("step1/server/two_messages_in_one_segment", "step1/server/a_message_in_pieces"),
    ),
    _streams(
        name="streams_end_at_a_long_line",
        mistake="does not expect a line that is longer than the limit of its reader",
        old="except asyncio.LimitOverrunError as overrun:\n            too_long = True\n",
        new="except asyncio.LimitOverrunError as overrun:\n            raise\n",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _streams(
        name="streams_names_not_unique",
        mistake="lets a second person take the place of the first",
        old='    elif name in members:\n        peer.error("name taken")\n',
        new="",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _streams(
        name="streams_say_goodbye_twice",
        mistake="says goodbye in two places, for strangers as well",
        old="    peers.discard(peer)\n",
        new='    peers.discard(peer)\n    tell_all(f"USER_LEFT:{peer.name}")\n',
        caught_by=(
            "step3/server/leaving_with_quit",
            "step3/server/leaving_by_closing",
            "step3/server/strangers_leave_in_silence",
        ),
    ),
    _streams(
        name="streams_farewell_after_quit_only",
        mistake="says goodbye for QUIT only",
        old="    finally:\n        leave(peer)\n",
        new="    else:\n        leave(peer)\n    finally:\n",
        caught_by=(
            "advanced/server/the_list_after_leaving",
            "step3/server/leaving_by_closing",
            "step3/server/leaving_by_half_closing",
        ),
    ),
    _streams(
        name="streams_time_of_greenwich",
        mistake="shows the time of Greenwich",
        old="datetime.now()",
        new="datetime.utcnow()",
        caught_by=(
            "step4/server/hours_minutes_seconds",
            "step4/server/local_time",
        ),
    ),
    _protocol(
        name="protocol_forgets_half_a_line",
        mistake="forgets what came before a newline in an earlier segment",
        old="            if not self.overlong:\n                self.buffer += piece\n",
        new="            if not self.overlong:\n                self.buffer[:] = piece\n",
        caught_by=("step1/server/a_message_in_pieces", "step1/server/the_rest_of_a_segment_is_kept"),
    ),
    _protocol(
        name="protocol_leaves_twice",
        mistake="says USER_LEFT at QUIT, and again at the end of the connection",
        old="""\
        name, self.name = self.name, None
        if name is not None:
            del self.chat.by_name[name]
""",
        new="""\
        name = self.name
        if name is not None:
            self.chat.by_name.pop(name, None)
""",
        caught_by=("step3/server/leaving_with_quit", "step3/server/leaving_with_quit_and_closing"),
    ),
    _protocol(
        name="protocol_cuts_its_time_short",
        mistake="cuts the seconds off the time",
        old="time.ctime()[11:19]",
        new="time.ctime()[11:16]",
        caught_by=(
            "advanced/server/private_messages",
            "step4/server/messages_carry_the_time",
        ),
    ),
    _protocol(
        name="protocol_history_of_all_rooms",
        mistake="keeps what is said in other rooms for those who join",
        old='        if self.room == "lobby":\n            self.chat.lobby.append(line)\n',
        new="        self.chat.lobby.append(line)\n",
        caught_by=("advanced/server/the_history_keeps_secrets",),
    ),
    _plain(
        name="plain_keeps_no_rest",
        mistake="throws half a line away when the next segment comes",
        old="            if not schlucken:\n                halb += teil\n",
        new="            if not schlucken:\n                halb = bytearray(teil)\n",
        caught_by=("step1/server/a_message_in_pieces",),
    ),
    _plain(
        name="plain_without_patience",
        mistake="hangs up on whoever says nothing for a minute, by `select`",
        old="            stueck = sock.recv(8192)\n",
        new="            import select\n"
        "            stueck = sock.recv(8192) if select.select([sock], [], [], 60)[0] else b''\n",
        caught_by=("step1/server/listening_is_enough",),
    ),
    _streams(
        name="streams_without_patience",
        mistake="hangs up on whoever says nothing for five minutes, by `wait_for`",
        old="raw = await next_line(peer.reader)",
        new="raw = await asyncio.wait_for(next_line(peer.reader), 300)",
        caught_by=("step1/server/listening_is_enough",),
    ),
    _plain(
        name="plain_farewell_not_at_a_reset",
        mistake="gets an exception from a broken connection, and no goodbye is said",
        old="        except OSError:\n            return\n        if not stueck:\n",
        new="        except OSError:\n            threading.Event().wait()\n        if not stueck:\n",
        caught_by=("step3/server/leaving_by_a_reset",),
    ),
    _plain(
        name="plain_twelve_hours",
        mistake="takes %I for the hour",
        old="time.strftime('%H:%M:%S')",
        new="time.strftime('%I:%M:%S')",
        caught_by=("step4/server/hours_minutes_seconds",),
    ),
    _plain(
        name="plain_takes_its_lock_twice",
        mistake="takes a lock that is not reentrant, and takes it twice",
        old="schloss = threading.RLock()",
        new="schloss = threading.Lock()",
        caught_by=(
            "advanced/server/private_messages",
            "step2/server/joining",
        ),
    ),
    _selectors(
        name="selectors_keep_half_a_line_for_the_next_one",
        mistake="keeps half lines under the number of the connection, which the next one gets again",
        old="        self.inbuf = bytearray()\n",
        new="        self.inbuf = main.__dict__.setdefault(sock.fileno(), bytearray())\n",
        caught_by=("step3/server/half_a_line",),
    ),
    _selectors(
        name="selectors_strangers_hear_all",
        mistake="broadcasts to connections instead of members",
        old="audience = [m for m in self.members.values() if",
        new="audience = [m for m in self.connections if",
        caught_by=("step2/server/strangers_hear_nothing",),
    ),
    _selectors(
        name="selectors_ignore_the_end",
        mistake="looks away when the stream ends",
        old="        if not data:\n            self.end(c)\n",
        new="        if not data:\n            self.selector.unregister(c.sock)\n            return\n",
        caught_by=(
            "step2/server/names_are_free_again",
            "step3/server/leaving_by_half_closing",
            "step3/server/leaving_by_closing",
        ),
    ),
    _selectors(
        name="selectors_wait_for_a_reader",
        mistake="makes its sockets wait, and everyone with them",
        old="            sock.setblocking(False)\n            sock.setsockopt",
        new="            sock.setblocking(True)\n            sock.setsockopt",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
    _selectors(
        name="selectors_names_stay_taken",
        mistake="keeps the names of leavers",
        old="            del self.members[name]\n",
        new="",
        caught_by=(
            "advanced/server/private_to_nobody",
            "step2/server/names_are_free_again",
            "advanced/server/the_list_after_leaving",
        ),
    ),
    _queues(
        name="queues_carriage_return_in_the_text",
        mistake="cuts the newline and leaves the carriage return",
        old='self.answer(line[:-1].removesuffix(b"\\r"))',
        new="self.answer(line[:-1])",
        caught_by=("step2/server/a_name_without_its_carriage_return", "step3/server/quit_from_telnet"),
    ),
    _queues(
        name="queues_check_then_take",
        mistake="looks whether a name is free, and takes it later",
        old="            handler.username = name\n            self.members[name] = handler\n",
        new="            pass\n        time.sleep(0)\n        with self.lock:\n"
        "            handler.username = name\n            self.members[name] = handler\n",
        caught_by=("step2/server/two_ask_for_one_name_at_once",),
    ),
    _queues(
        name="queues_history_to_everyone",
        mistake="sends the history to all when somebody joins",
        old="            for line in self.history:\n                handler.send(line)\n",
        new="            for line in self.history:\n                self._broadcast(line)\n",
        caught_by=("advanced/server/the_history_is_for_the_newcomer",),
    ),
    _dispatcher(
        name="dispatcher_tells_whom_instead_of_who",
        mistake="puts the name of the recipient on a private message",
        old='f"PRIVATE:{member.name}:{text}"',
        new='f"PRIVATE:{target}:{text}"',
        caught_by=("advanced/server/private_messages",),
    ),
    _dispatcher(
        name="dispatcher_time_of_the_connection",
        mistake="keeps the time at which the connection began",
        old="        self.server.dispatcher.events.put((kind, member, line, datetime.now()))\n",
        new="        self.began = vars(self).get('began') or datetime.now()\n"
        "        self.server.dispatcher.events.put((kind, member, line, self.began))\n",
        caught_by=("step4/server/the_time_moves",),
    ),
    _dispatcher(
        name="dispatcher_dies",
        mistake="lets one unknown target end the thread that does everything",
        old="                if target in self.members:\n",
        new="                if self.members[target]:\n",
        caught_by=("advanced/server/private_to_nobody",),
    ),
    _modules(
        name="modules_split_at_all_colons",
        mistake="takes the text up to its first colon",
        file="wire.py",
        old='word, colon, argument = text.partition(":")',
        new='word, *rest = text.split(":")\n        colon, argument = (":", rest[0]) if rest else ("", "")',
        caught_by=(
            "advanced/server/private_messages",
            "step1/server/colons_in_a_text",
        ),
    ),
    _modules(
        name="modules_list_of_the_room",
        mistake="lists who is in the same room",
        file="rooms.py",
        old='",".join(sorted(self.guests, key=str.lower))',
        new='",".join(name for name, other in self.guests.items() if other.room == guest.room)',
        caught_by=("advanced/server/news_reach_every_room",),
    ),
    _modules(
        name="modules_names_of_other_letters",
        mistake="checks the length of a name and nothing else",
        file="wire.py",
        old="if not 1 <= len(text) <= NAME_LIMIT or not NAME_CHARACTERS.issuperset(text):",
        new="if not 1 <= len(text) <= NAME_LIMIT:",
        caught_by=(
            "advanced/server/bad_room_names",
            "step2/server/bad_names",
        ),
    ),
    _minimal(
        name="minimal_names_in_capitals",
        mistake="makes the whole line upper case, to take commands in any case",
        old='command, _, text = line.partition(":")\n',
        new='command, _, text = line.upper().partition(":")\n',
        caught_by=(
            "advanced/server/private_messages",
            "step2/server/joining",
        ),
    ),
    _minimal(
        name="minimal_no_farewell_at_a_reset",
        mistake="lets the exception of a broken connection pass the farewell",
        old="        try:\n            self.listen()\n        except OSError:\n            pass\n",
        new="        self.listen()\n",
        caught_by=("step3/server/leaving_by_a_reset",),
    ),
    _minimal(
        name="minimal_error_to_everyone",
        mistake="broadcasts its errors",
        old='                        self.put("ERROR:" + problem)\n',
        new='                        tell("ERROR:" + problem)\n',
        caught_by=(
            "step2/server/strangers_cannot_speak",
            "step2/server/unknown_commands",
        ),
    ),
    _streams(
        name="streams_wait_for_the_reader",
        mistake="waits until the audience has read, and so for a reader that stopped",
        old="            COMMANDS[verb](peer, argument)\n",
        new="            COMMANDS[verb](peer, argument)\n"
        "            await asyncio.gather(*(other.writer.drain() for other in members.values()))\n",
        caught_by=("advanced/server/a_reader_that_stops_reading",),
    ),
]

CLIENTS = [
    Mutant(
        name="streams_client_hangs_after_the_server",
        mistake="goes on asking when the server has gone",
        base="asyncio_streams",
        step="advanced",
        program="client",
        old="await asyncio.wait({listening, talking}, return_when=asyncio.FIRST_COMPLETED)",
        new="await asyncio.wait({listening, talking}, return_when=asyncio.ALL_COMPLETED)",
        caught_by=(
            "step1/client/quit_ends_the_client",
            "step3/client/the_server_hangs_up",
        ),
    ),
    Mutant(
        name="plain_client_shows_control_characters",
        mistake="shows what comes as it comes",
        base="plain_sockets",
        step="advanced",
        program="client",
        old=".translate(STEUER)",
        new="",
        caught_by=("step3/client/control_characters",),
    ),
    Mutant(
        name="minimal_client_stays_at_a_reset",
        mistake="says nothing when the connection breaks",
        base="minimalist",
        step="advanced",
        program="client",
        old="    except OSError:\n        pass\n    if not leaving.is_set():\n",
        new="    except OSError:\n        return\n    if not leaving.is_set():\n",
        caught_by=("step3/client/the_connection_breaks",),
    ),
    Mutant(
        name="modules_client_says_error_for_users",
        mistake="takes the list of users for something that it does not know",
        base="many_modules",
        step="advanced",
        program="client",
        file="screen.py",
        old='case ["/users"]:\n',
        new='case ["/list"]:\n',
        caught_by=("advanced/client/users",),
    ),
    Mutant(
        name="protocol_client_keeps_no_rest",
        mistake="forgets half a line when the next segment comes",
        base="asyncio_protocol",
        step="advanced",
        program="client",
        old="        self.buffer += data\n",
        new="        self.buffer = bytearray(data)\n",
        caught_by=("step1/client/a_line_in_pieces",),
    ),
]

MUTANTS = [*SERVERS, *CLIENTS]
