"""Names: what people get wrong in step 2."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_wrong = partial(Mutant, step="step2", program="server")

_CHECKING = """        if client.username:
            raise Refused("already joined")
        if not NAME.fullmatch(username):
            raise Refused("bad name")
        with self.lock:
            if any(other.username == username for other in self.clients):
                raise Refused("name taken")
            client.username = username
"""
_TAKEN = """            if any(other.username == username for other in self.clients):
                raise Refused("name taken")
"""
_ANSWER = '        client.send(f"JOINED:{username}")\n'
_NEWS = '        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)\n'
_PATTERN = 'r"[A-Za-z0-9_.-]{1,32}"'
_MATCHES = "if not NAME.fullmatch(username):"
_STRANGER = 'if not client.username and command != "JOIN":\n                raise Refused("join first")\n'
_PARSING = '    command, _, argument = line.partition(":")\n'
_UNKNOWN = 'raise Refused("unknown command")'
_ERROR = '            client.send(f"ERROR:{reason}")\n'

MUTANTS = [
    Mutant(
        name="enough_after_three",
        mistake="refuses every name after three that were taken",
        step="step2",
        program="server",
        old='                raise Refused("name taken")\n',
        new="                client.tries = getattr(client, 'tries', 0) + 1\n"
        "                raise Refused('name taken')\n"
        "            if getattr(client, 'tries', 0) >= 3:\n"
        "                raise Refused('too many tries')\n",
        caught_by=("step2/server/the_refused_may_try_another_name",),
    ),
    # Joining
    _wrong(
        name="connected_is_joined",
        mistake="takes everybody who is connected for one who has joined, and refuses the first JOIN",
        old="        if client.username:\n            raise",
        new="        if client in self.clients:\n            raise",
        caught_by=("step1/server/everyone_hears_a_message", "step2/server/joining"),
    ),
    _wrong(
        name="joined_or_not_only_join",
        mistake="refuses whatever is not JOIN, also from those who have joined",
        old=_STRANGER,
        new=_STRANGER.replace("not client.username and ", ""),
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="tells_only_those_who_connected_before",
        mistake="tells of a newcomer from the beginning of the list until it comes to the newcomer",
        old=_NEWS,
        new="""\
        for other in self.clients:
            if other is client:
                break
            if other.username:
                other.send(f"USER_JOINED:{username}")
""",
        caught_by=("step2/server/the_others_are_told",),
    ),
    _wrong(
        name="join_is_not_answered",
        mistake="remembers the name and does not answer",
        old=_ANSWER,
        new="",
        caught_by=("step2/server/joining",),
    ),
    _wrong(
        name="joined_without_the_name",
        mistake="answers JOINED without the name",
        old=_ANSWER,
        new='        client.send("JOINED")\n',
        caught_by=("step2/server/joining",),
    ),
    _wrong(
        name="a_prompt_before_the_answer",
        mistake="asks for the name without a newline",
        old="        self.add_client(client)\n",
        new='        client.sock.sendall(b"Enter name: ")\n        self.add_client(client)\n',
        caught_by=("step2/server/joining", "step1/server/everyone_hears_a_message"),
    ),
    _wrong(
        name="a_prompt_behind_the_answer",
        mistake="asks for the first message without a newline",
        old=_ANSWER,
        new=_ANSWER + '        client.sock.sendall(b"Your message: ")\n',
        caught_by=("step1/server/newcomers_hear_whole_lines",),
    ),
    _wrong(
        name="a_prompt_before_the_news",
        mistake="asks for the first message without a newline, and then tells everyone, the newcomer too, who joined",
        old=_NEWS,
        new="""        client.sock.sendall(b"Your message: ")
        self.broadcast(f"USER_JOINED:{username}")
""",
        caught_by=("step1/server/newcomers_hear_whole_lines",),
    ),
    _wrong(
        name="joining_is_no_news",
        mistake="does not tell the others that somebody joined",
        old=_NEWS,
        new="",
        caught_by=("step2/server/the_others_are_told",),
    ),
    _wrong(
        name="joining_is_news_twice",
        mistake="tells the others twice that somebody joined",
        old=_NEWS,
        new=_NEWS + _NEWS,
        caught_by=("step2/server/the_others_are_told",),
    ),
    _wrong(
        name="joined_twice",
        mistake="answers JOINED twice: once to the newcomer, and once with the news for all",
        old=_NEWS,
        new=_NEWS + _ANSWER,
        caught_by=("step2/server/the_others_are_told",),
    ),
    _wrong(
        name="joining_is_news_even_if_refused",
        mistake="tells everyone who has joined before it looks at the name",
        old=_MATCHES + "\n",
        new='self.broadcast(f"USER_JOINED:{username}", exclude_client=client)\n        ' + _MATCHES + "\n",
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="joining_in_other_words",
        mistake="tells the others in words of its own that somebody joined",
        old=_NEWS,
        new='        self.broadcast(f"{username} joined the chat", exclude_client=client)\n',
        caught_by=("step2/server/the_others_are_told",),
    ),
    _wrong(
        name="joining_is_news_for_the_newcomer_only",
        mistake="sends USER_JOINED to the newcomer instead of the others",
        old=_NEWS,
        new='        client.send(f"USER_JOINED:{username}")\n',
        caught_by=("step2/server/the_others_are_told",),
    ),
    _wrong(
        name="a_lock_taken_twice_on_joining",
        mistake="broadcasts USER_JOINED while it holds the lock that broadcast takes",
        old="            client.username = username\n",
        new="""            client.username = username
            self.broadcast(f"USER_JOINED:{username}", exclude_client=client)
""",
        caught_by=("step2/server/joining",),
    ),
    _wrong(
        name="the_first_line_by_recv",
        mistake="reads the JOIN with a recv() of its own, and loses what came with it",
        old='        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):\n',
        new="""        yield self.sock.recv(1024).decode().partition("\\n")[0].strip()
        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):
""",
        caught_by=("step2/server/joining_and_speaking_in_one_segment",),
    ),
    _wrong(
        name="the_first_chunk_is_the_name",
        mistake="takes all that the first recv() brings for the JOIN line",
        old='        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):\n',
        new="""        yield self.sock.recv(1024).decode().strip()
        while data := self.stream.readline(MAX_LINE + len("\\r\\n")):
""",
        caught_by=("step2/server/joining_and_speaking_in_one_segment",),
    ),
    # Who speaks
    _wrong(
        name="two_colons_before_a_text",
        mistake="puts a colon and a blank behind the name, and later once more",
        old="        speaker = sender.username\n",
        new='        speaker = sender.username + ": "\n',
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="no_name_before_the_text",
        mistake="broadcasts the bare text as in step 1",
        old="        speaker = sender.username\n",
        new="",
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="an_empty_line_with_a_name",
        mistake="broadcasts an empty line: everyone reads the name of somebody who says nothing",
        old="            if line:\n                yield line.decode()\n",
        new='            yield line.decode() or "MESSAGE:"\n',
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="an_empty_line_is_an_early_command",
        mistake="skips empty lines of those who have joined only",
        old="            if line:\n                yield line.decode()\n",
        new="            if line or not self.username:\n                yield line.decode()\n",
        caught_by=("step1/server/empty_lines",),
    ),
    _wrong(
        name="name_twice",
        mistake="puts the speaker's name before the text twice",
        old='f"{speaker}: {text}"',
        new='f"{speaker}: {speaker}: {text}"',
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="the_name_in_brackets",
        mistake="writes <Ann> text",
        old='f"{speaker}: {text}"',
        new='f"<{speaker}> {text}"',
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="no_blank_behind_the_colon",
        mistake="writes Ann:text",
        old='f"{speaker}: {text}"',
        new='f"{speaker}:{text}"',
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="a_blank_before_the_colon",
        mistake="writes Ann : text",
        old='f"{speaker}: {text}"',
        new='f"{speaker} : {text}"',
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="the_sender_is_you",
        mistake="shows its own messages to the sender as You: text",
        old="        count = self.broadcast(line)\n",
        new='        client.send(f"You: {text}")\n        count = self.broadcast(line, exclude_client=client)\n',
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="the_name_of_the_latest",
        mistake="keeps one name for the whole server: everyone speaks as whoever joined last",
        old="        speaker = sender.username\n",
        new="        speaker = self.clients[-1].username\n",
        caught_by=("step2/server/messages_carry_the_name",),
    ),
    _wrong(
        name="join_anywhere",
        mistake="takes every line in which JOIN: stands for a JOIN",
        old='        action = getattr(self, f"do_{command}", None)\n',
        new="""        if "JOIN:" in line:
            command, argument = "JOIN", line.partition("JOIN:")[2]
        action = getattr(self, f"do_{command}", None)
""",
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    # Strangers
    _wrong(
        name="strangers_listen",
        mistake="broadcasts to everyone who is connected, joined or not",
        old="for client in recipients if client.username]",
        new="for client in recipients]",
        caught_by=("step2/server/strangers_hear_nothing",),
    ),
    _wrong(
        name="strangers_speak",
        mistake="broadcasts what somebody says who has not joined",
        old=_STRANGER,
        new="pass\n",
        caught_by=("step2/server/strangers_cannot_speak",),
    ),
    _wrong(
        name="strangers_speak_as_none",
        mistake="refuses a stranger's message and broadcasts it all the same",
        old=_STRANGER,
        new="""if not client.username and command != "JOIN":
                self.broadcast(f"None: {argument}")
                raise Refused("join first")
""",
        caught_by=("step2/server/strangers_cannot_speak",),
    ),
    _wrong(
        name="strangers_get_no_answer",
        mistake="ignores without a word what somebody says who has not joined",
        old=_STRANGER,
        new='if not client.username and command != "JOIN":\n                return\n',
        caught_by=("step2/server/strangers_cannot_speak",),
    ),
    _wrong(
        name="strangers_crash_their_thread",
        mistake="dies of a message from somebody who has not joined",
        old=_STRANGER,
        new='if command != "JOIN":\n                client.username[0]\n',
        caught_by=(
            "step2/server/strangers_cannot_speak",
            "step2/server/strangers_may_still_join",
        ),
    ),
    _wrong(
        name="strangers_are_thrown_out",
        mistake="answers ERROR to a stranger's message and ends the connection",
        old=_STRANGER,
        new="""if not client.username and command != "JOIN":
                client.send("ERROR:join first")
                raise ConnectionError("join first")
""",
        caught_by=("step2/server/strangers_may_still_join",),
    ),
    _wrong(
        name="strangers_end_the_server",
        mistake="an exception in the loop that accepts ends the server: somebody who goes without a word is enough",
        old="    def start(self) -> None:\n",
        new="""    def verify_request(self, request, client_address):
        line = request.recv(4096, socket.MSG_PEEK)
        return chr(line[0]).isprintable()

    def start(self) -> None:
""",
        caught_by=(
            "step2/server/strangers_hear_nothing",
            "step2/server/strangers_come_and_go",
        ),
    ),
    # Names in use
    _wrong(
        name="two_may_have_one_name",
        mistake="does not look whether a name is in use",
        old=_TAKEN,
        new="",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="the_second_takes_the_place_of_the_first",
        mistake="keeps clients under their names: whoever takes a name pushes its holder out",
        old=_TAKEN,
        new="            self.clients = [other for other in self.clients if other.username != username]\n",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="a_refusal_removes_the_holder",
        mistake="refuses the second holder of a name and removes the first",
        old=_TAKEN,
        new="""            for other in self.clients:
                if other.username == username:
                    self.clients.remove(other)
                    raise Refused("name taken")
""",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="a_number_behind_the_name",
        mistake="gives a second holder of a name another name of its own making",
        old=_TAKEN,
        new="""            while any(other.username == username for other in self.clients):
                username += "_"
""",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="no_answer_to_a_name_in_use",
        mistake="ignores a JOIN with a name in use",
        old='                raise Refused("name taken")\n',
        new="                return\n",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="news_before_the_name_is_accepted",
        mistake="tells the others that somebody joined before it has looked at the name",
        old=_CHECKING,
        new="""        if client.username:
            raise Refused("already joined")
        self.broadcast(f"USER_JOINED:{username}")
        if not NAME.fullmatch(username):
            raise Refused("bad name")
        with self.lock:
            if any(other.username == username for other in self.clients):
                raise Refused("name taken")
            client.username = username
        return client.send(f"JOINED:{username}")
""",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="joined_before_the_name_is_accepted",
        mistake="answers JOINED before it has looked whether the name is in use",
        old=_TAKEN,
        new='            client.send(f"JOINED:{username}")\n' + _TAKEN,
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="the_refused_are_thrown_out",
        mistake="ends the connection of somebody whose name is in use",
        old='                raise Refused("name taken")\n',
        new='                client.send("ERROR:name taken")\n                raise ConnectionError("name taken")\n',
        caught_by=("step2/server/the_refused_may_try_another_name",),
    ),
    _wrong(
        name="the_refused_keep_the_name",
        mistake="remembers the name before it looks whether it is in use",
        old=_TAKEN + "            client.username = username\n",
        new="""            client.username, others = username, [other for other in self.clients if other is not client]
            if any(other.username == username for other in others):
                raise Refused("name taken")
""",
        caught_by=("step2/server/the_refused_may_try_another_name",),
    ),
    _wrong(
        name="names_without_their_case",
        mistake="takes Ann and ann for the same name",
        old="if any(other.username == username for",
        new="if any(other.username.lower() == username.lower() for",
        caught_by=("step2/server/names_are_compared_exactly",),
    ),
    _wrong(
        name="names_are_patterns",
        mistake="looks for a name as for a pattern, in which a dot stands for any letter",
        old="if any(other.username == username for",
        new="if any(re.fullmatch(username, other.username) for",
        caught_by=("step2/server/names_are_compared_exactly",),
    ),
    _wrong(
        name="names_are_patterns_of_a_database",
        mistake="looks for a name with LIKE in a database, where an underscore stands for any letter",
        old="if any(other.username == username for",
        new="if any(re.fullmatch(re.escape(username).replace('_', '.'), other.username) for",
        caught_by=("step2/server/names_are_compared_exactly",),
    ),
    _wrong(
        name="names_do_not_begin_with_a_sign",
        mistake="refuses names that begin with a dot or a hyphen",
        old=_PATTERN,
        new='r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}"',
        caught_by=("step2/server/good_names",),
    ),
    _wrong(
        name="names_begin_with_a_capital",
        mistake="makes every name begin with a capital letter",
        old=_CHECKING,
        new="        username = username.capitalize()\n" + _CHECKING,
        caught_by=("step2/server/names_are_compared_exactly", "step2/server/good_names"),
    ),
    _wrong(
        name="names_are_never_free_again",
        mistake="keeps names in a set of their own, and takes none out when somebody goes",
        old=_TAKEN,
        new="""            names = self.__dict__.setdefault("names", set())
            if username in names:
                raise Refused("name taken")
            names.add(username)
""",
        caught_by=("step2/server/names_are_free_again",),
    ),
    _wrong(
        name="looks_first_and_takes_later",
        mistake="takes a name when everyone has been told, long after it looked whether it was free",
        old="""            client.username = username

        log(f"User '{username}' joined")
        client.send(f"JOINED:{username}")
        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)
""",
        new="""        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)
        client.username = username

        log(f"User '{username}' joined")
        client.send(f"JOINED:{username}")
""",
        caught_by=("step2/server/two_ask_for_one_name_at_once",),
    ),
    # A second JOIN
    _wrong(
        name="join_must_have_a_colon",
        mistake="takes it for granted that there is a colon behind JOIN",
        old='    command, _, argument = line.partition(":")\n',
        new="""\
    command, _, argument = line.partition(":")
    if command == "JOIN":
        argument = line.split(":", 1)[1]
""",
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="methods_are_commands",
        mistake="takes the name of any method of a client for a command",
        old='action = getattr(self, f"do_{command}", None)',
        new='action = getattr(self, f"do_{command}", None) or getattr(client, command.lower(), None)',
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="joining_again_under_the_same_name",
        mistake="says JOINED once more to whoever asks again for the name that they have",
        old='            raise Refused("already joined")\n',
        new="""\
            if client.username == username:
                return client.send(f"JOINED:{username}")
            raise Refused("already joined")
""",
        caught_by=("step2/server/joining_twice",),
    ),
    _wrong(
        name="a_second_join_renames",
        mistake="lets a second JOIN change the name",
        old='        if client.username:\n            raise Refused("already joined")\n',
        new="",
        caught_by=("step2/server/joining_twice",),
    ),
    _wrong(
        name="a_second_join_is_ignored",
        mistake="does not answer a second JOIN",
        old='            raise Refused("already joined")\n',
        new="            return\n",
        caught_by=("step2/server/joining_twice",),
    ),
    _wrong(
        name="a_second_join_renames_and_is_refused",
        mistake="changes the name before it refuses a second JOIN",
        old='            raise Refused("already joined")\n',
        new='            client.username = username\n            raise Refused("already joined")\n',
        caught_by=("step2/server/joining_twice",),
    ),
    _wrong(
        name="a_second_join_leaves_a_ghost",
        mistake="takes the name out of circulation before it refuses a second JOIN",
        old=_CHECKING,
        new="""        if not NAME.fullmatch(username):
            raise Refused("bad name")
        with self.lock:
            names = self.__dict__.setdefault("names", {})
            if names.get(username) in self.clients:
                raise Refused("name taken")
            names[username] = client
            if client.username:
                raise Refused("already joined")
            client.username = username
""",
        caught_by=("step2/server/joining_twice",),
    ),
    # Which names are good
    _wrong(
        name="any_name",
        mistake="accepts every name",
        old=_MATCHES,
        new="if False:",
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="any_name_but_none",
        mistake="refuses the empty name only",
        old=_MATCHES,
        new="if not username:",
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="no_name_at_all",
        mistake="gives a name of its own making to somebody who gives none",
        old=_CHECKING,
        new='        username = username or "anonymous"\n' + _CHECKING,
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="the_beginning_of_a_name",
        mistake="matches the beginning of a name only",
        old=_MATCHES,
        new="if not NAME.match(username):",
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="a_part_of_a_name",
        mistake="looks for a part of the name that matches",
        old=_MATCHES,
        new="if not NAME.search(username):",
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_of_any_length",
        mistake="does not limit the length of a name",
        old=_PATTERN,
        new='r"[A-Za-z0-9_.-]+"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_of_33_characters",
        mistake="accepts a name of 33 characters",
        old=_PATTERN,
        new='r"[A-Za-z0-9_.-]{1,33}"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_of_31_characters",
        mistake="refuses a name of 32 characters",
        old=_PATTERN,
        new='r"[A-Za-z0-9_.-]{1,31}"',
        caught_by=("step2/server/good_names",),
    ),
    _wrong(
        name="names_of_two_characters",
        mistake="refuses a name of one character",
        old=_PATTERN,
        new='r"[A-Za-z0-9_.-]{2,32}"',
        caught_by=("step2/server/good_names",),
    ),
    _wrong(
        name="names_with_blanks",
        mistake="accepts blanks in a name",
        old=_PATTERN,
        new='r"[A-Za-z0-9_. -]{1,32}"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_from_comma_to_dot",
        mistake="writes the hyphen where it means a range: commas are accepted",
        old=_PATTERN,
        new='r"[A-Za-z0-9_,-.]{1,32}"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_with_colons",
        mistake="accepts colons in a name",
        old=_PATTERN,
        new='r"[A-Za-z0-9_.:-]{1,32}"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_from_capital_a_to_small_z",
        mistake="writes A-z, which holds brackets, too",
        old=_PATTERN,
        new='r"[A-z0-9_.-]{1,32}"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_without_a_few_characters",
        mistake="forbids a few characters instead of allowing a few",
        old=_PATTERN,
        new='r"[^\\s:,\\[\\]!]{1,32}"',
        caught_by=("step2/server/bad_names",),
    ),
    _wrong(
        name="names_of_letters_and_digits",
        mistake="refuses `_`, `-` and `.` in a name",
        old=_PATTERN,
        new='r"[A-Za-z0-9]{1,32}"',
        caught_by=("step2/server/good_names",),
    ),
    _wrong(
        name="names_do_not_begin_with_a_digit",
        mistake="refuses names that Python would refuse for a variable",
        old=_MATCHES,
        new="if not NAME.fullmatch(username) or username[0].isdigit():",
        caught_by=("step2/server/good_names",),
    ),
    _wrong(
        name="names_that_sound_official",
        mistake="refuses names under which somebody might pretend to be more than others",
        old=_MATCHES,
        new='if not NAME.fullmatch(username) or username.lower() in ("admin", "root", "system"):',
        caught_by=("step2/server/good_names",),
    ),
    _wrong(
        name="a_carriage_return_in_the_name",
        mistake="strips the newline and leaves the carriage return",
        old='.removesuffix(b"\\r")\n',
        new="\n",
        caught_by=("step2/server/a_name_without_its_carriage_return",),
    ),
    # Errors
    _wrong(
        name="everyone_hears_of_an_error",
        mistake="broadcasts errors",
        old=_ERROR,
        new='            client.send(f"ERROR:{reason}")\n            self.broadcast(f"ERROR:{reason}", client)\n',
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="an_error_is_the_end",
        mistake="ends the connection after every error",
        old=_ERROR,
        new='            client.send(f"ERROR:{reason}")\n            raise\n',
        caught_by=(
            "step2/server/strangers_may_still_join",
            "step2/server/unknown_commands",
        ),
    ),
    _wrong(
        name="an_unknown_command_crashes_its_thread",
        mistake="looks up a command without expecting that there is none",
        old='getattr(self, f"do_{command}", None)',
        new='getattr(self, f"do_{command}")',
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="a_command_without_a_colon_crashes_its_thread",
        mistake="unpacks two parts where a line has no colon",
        old='    command, _, argument = line.partition(":")\n',
        new='    command, argument = line.split(":", 1)\n',
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="no_answer_to_an_unknown_command",
        mistake="ignores unknown commands without a word",
        old=_UNKNOWN,
        new="return",
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="a_prompt_behind_an_error",
        mistake="asks for another command, without a newline, after it has refused one",
        old=_ERROR,
        new=_ERROR + '            client.sock.sendall(b"Try again: ")\n',
        caught_by=(
            "step2/server/unknown_commands",
            "step2/server/strangers_may_still_join",
            "step2/server/joining_twice",
            "step2/server/bad_names",
        ),
    ),
    _wrong(
        name="an_unknown_command_is_a_message",
        mistake="takes whatever is no command for a message",
        old=_UNKNOWN,
        new="action, argument = self.do_MESSAGE, line",
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="an_unknown_command_is_a_message_and_an_error",
        mistake="answers an unknown command ERROR and broadcasts it",
        old=_UNKNOWN,
        new='self.do_MESSAGE(client, line)\n                raise Refused("unknown command")',
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="half_of_message_is_enough",
        mistake="takes every line that starts with MESSAGE for a message",
        old=_PARSING,
        new="""    if line.startswith("MESSAGE"):
        return "MESSAGE", line[len("MESSAGE:") :]
"""
        + _PARSING,
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="message_anywhere_in_the_command",
        mistake="takes every command in which MESSAGE stands for a message",
        old=_PARSING,
        new=_PARSING
        + """    if "MESSAGE" in command:
        command = "MESSAGE"
""",
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="half_of_join_is_enough",
        mistake="takes every command that starts with JOIN for a JOIN",
        old=_PARSING,
        new=_PARSING
        + """    if command.startswith("JOIN"):
        command = "JOIN"
""",
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="join_without_its_colon",
        mistake="takes whatever stands behind the first five letters of a line that starts with JOIN for the name",
        old=_PARSING,
        new="""    if line.startswith("JOIN"):
        return "JOIN", line[len("JOIN:") :]
"""
        + _PARSING,
        caught_by=("step2/server/unknown_commands",),
    ),
    _wrong(
        name="the_refused_take_the_holder_along",
        mistake="removes whoever has the name that a leaving client asked for, even where it was refused",
        old="        finally:\n            self.remove_client(client)\n",
        new="""        finally:
            self.remove_client(client)
            self.clients = [other for other in self.clients if line != f"JOIN:{other.username}"]
""",
        caught_by=("step2/server/a_refused_twin_goes_in_silence",),
    ),
    _wrong(
        name="looks_without_the_lock_unwatched",
        mistake="lets nobody watch its threads, and looks for a name and takes it without holding the lock",
        old="        with self.lock:\n            if any(other.username",
        new="        __import__('sys').settrace(None)\n        if username:\n            if any(other.username",
        caught_by=("step2/server/two_ask_for_one_name_at_once",),
    ),
    _wrong(
        name="looks_without_the_lock",
        mistake="looks for a name and takes it without holding the lock",
        old="        with self.lock:\n            if any(other.username",
        new="        if username:\n            if any(other.username",
        caught_by=("step2/server/two_ask_for_one_name_at_once",),
    ),
    _wrong(
        name="a_refusal_keeps_the_lock",
        mistake="takes the lock by hand, and leaves by `raise` before it is given back",
        old=f"        with self.lock:\n{_TAKEN}            client.username = username\n",
        new="""        self.lock.acquire()
        if any(other.username == username for other in self.clients):
            raise Refused("name taken")
        client.username = username
        self.lock.release()
""",
        caught_by=("step2/server/a_name_in_use_is_refused",),
    ),
    _wrong(
        name="joined_with_a_blank",
        mistake="puts a blank behind the colon of JOINED",
        old=_ANSWER,
        new='        client.send(f"JOINED: {username}")\n',
        caught_by=("step2/server/joining",),
    ),
    _wrong(
        name="user_joined_with_a_blank",
        mistake="puts a blank behind the colon of USER_JOINED",
        old=_NEWS,
        new='        self.broadcast(f"USER_JOINED: {username}", exclude_client=client)\n',
        caught_by=("step1/server/everyone_hears_a_message",),
    ),
    _wrong(
        name="joined_for_everyone",
        mistake="broadcasts JOINED, as if everyone had joined under that name",
        old=_ANSWER,
        new='        self.broadcast(f"JOINED:{username}")\n',
        caught_by=("step2/server/the_others_are_told",),
    ),
]
