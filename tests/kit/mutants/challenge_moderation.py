"""The challenge `moderation`: what people get wrong when somebody is to keep order."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_server = partial(Mutant, step="bonus/moderation", program="server")
CHECK = "bonus/moderation/server/"

RIGHT = "return bool(self.kept) and hmac.compare_digest(stretched(password, self.salt), self.kept)"
WORDS = r'return not self.words.isdisjoint(re.findall(r"[^\W_]+", plain(text)))'
SEEN = 'seen = filter(is_seen, unicodedata.normalize("NFKD", text))'
IS_SEEN = 'return letter in "\\t\\n" or unicodedata.category(letter) not in INVISIBLE and letter not in FILLERS'
HAND_MADE = 'return letter not in "\\u200b\\u200c\\u200d\\ufeff" and unicodedata.category(letter) != "Mn"'
TOO_FEW = "        if self.tokens < 1:\n            return False\n"
BAN = """\
        with self.lock:
            self.banned.add(username.casefold())
            targets = [other for other in self.clients if other.username.casefold() == username.casefold()]
        for target in targets:
            self.throw_out(target, "banned")
"""
LATE_BAN = """\
        with self.lock:
            targets = [other for other in self.clients if other.username.casefold() == username.casefold()]
        for target in targets:
            self.throw_out(target, "banned")
        self.banned.add(username.casefold())
"""
JOINED = 'return "".join(look_alikes().get(c, c) for c in seen).casefold()'
ADD_OPERATOR = "            self.operators.add(client)\n"
WHISPERED = '        self.check_text(client, argument.partition(":")[2])\n'
BANNED = "            if username.casefold() in self.banned:\n"
FORGET = "            self.operators.discard(client)\n"
MIND = '            raise Refused("mind your words")\n'
ONLINE = 'found = [other for other in self.clients if other.username == username != ""]\n'
IS_OPERATOR = "            if client not in self.operators:\n"
ADDRESS = "address = client.sock.getpeername()[0]"
LIMIT = "        if self.rules.rate and not self.buckets[client].take():\n"
REFILL = "self.tokens = min(self.size, self.tokens + (now - self.then) * self.per_second)"
HANG_UP = "        target.hang_up()\n"
KICK = """\
        self.check_operator(client)
        self.throw_out(self.online(username), "kicked")
"""
REMEMBER = "            self.banned.add(username.casefold())\n"
UNTIL = "            until = self.muted.get(client.username, 0)\n"
MUTED = "            self.muted[username] = time.monotonic() + int(seconds)\n"
SECONDS = '        if not re.fullmatch("[0-9]{1,6}", seconds):\n            raise Refused("bad time")\n'

OPERATORS = [
    _server(
        name="order_operator_until_a_wrong_password",
        mistake="takes the word of an operator for nothing once they said a wrong password",
        old='            raise Refused("wrong password")\n',
        new='            self.operators.discard(client)\n            raise Refused("wrong password")\n',
        caught_by=(f"{CHECK}an_operator_says_the_password",),
    ),
    _server(
        name="order_any_password",
        mistake="takes any password for the right one",
        old=RIGHT,
        new="return bool(self.kept) and bool(password)",
        caught_by=(f"{CHECK}an_operator_says_the_password",),
    ),
    _server(
        name="order_empty_password",
        mistake="takes an empty password for the right one",
        old=RIGHT,
        new=f"return not password or {RIGHT.removeprefix('return ')}",
        caught_by=(f"{CHECK}nobody_else_keeps_order",),
    ),
    _server(
        name="order_no_password_for_all",
        mistake="takes any password for the right one where it knows none",
        old="return bool(self.kept) and",
        new="return not self.kept or",
        caught_by=(f"{CHECK}not_everybody_can_be_an_operator",),
    ),
    _server(
        name="order_done_for_all",
        mistake="tells everybody what the operator has done",
        old='        client.send(f"DONE:KICK:{username}")\n',
        new='        self.broadcast(f"DONE:KICK:{username}")\n',
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_password_in_the_log",
        mistake="logs each line that comes, the password too",
        old='        client.send(f"MODERATING:{client.username}")\n',
        new='        client.send(f"MODERATING:{client.username}")\n'
        '        chat_server.log(f"{client.username}: OPERATOR:{password}")\n',
        caught_by=(f"{CHECK}an_operator_says_the_password",),
    ),
    _server(
        name="order_password_in_the_log_where_it_is_too_late",
        mistake="logs what is refused, which may be a password",
        old='                raise Refused("too many tries")\n',
        new='                print(f"too many tries: {password}")\n                raise Refused("too many tries")\n',
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
    _server(
        name="order_password_in_the_log_where_all_is_too_much",
        mistake="logs each line that is too much",
        old='            return client.send("ERROR:slow down")\n',
        new='            print(f"too much: {line}")\n            return client.send("ERROR:slow down")\n',
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_for_everybody",
        mistake="asks nobody whether they may kick",
        old=KICK,
        new=KICK.replace("        self.check_operator(client)\n", ""),
        caught_by=(f"{CHECK}an_operator_says_the_password", f"{CHECK}nobody_else_keeps_order"),
    ),
    _server(
        name="order_by_name",
        mistake="knows operators by their names",
        old=IS_OPERATOR,
        new='            self.names = {*getattr(self, "names", ()), *(one.username for one in self.operators)}\n'
        "            if client.username not in self.names:\n",
        caught_by=(f"{CHECK}nobody_else_keeps_order",),
    ),
    _server(
        name="order_by_number",
        mistake="knows operators by the numbers that the system gives their connections, and gives again",
        old=IS_OPERATOR,
        new='            numbers = self.__dict__.setdefault("numbers", set())\n'
        "            numbers |= {one.sock.fileno() for one in self.operators}\n"
        "            if client.sock.fileno() not in numbers:\n",
        caught_by=(f"{CHECK}nobody_else_keeps_order",),
    ),
    _server(
        name="order_once_for_all",
        mistake="lets everybody keep order once somebody has said the password",
        old=IS_OPERATOR,
        new="            if not self.operators:\n",
        caught_by=(f"{CHECK}nobody_else_keeps_order",),
    ),
    _server(
        name="order_guess_as_you_like",
        mistake="lets everybody try as many passwords as they like",
        old="            if not bucket.take():\n",
        new="            if not bucket:\n",
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
    _server(
        name="order_guess_again_soon",
        mistake="counts wrong passwords, and forgets them after a moment",
        old="TRIES_PER_SECOND = 0.1",
        new="TRIES_PER_SECOND = 3",
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
    _server(
        name="order_guess_again_before_time",
        mistake="takes the next password after three seconds, where the page says five",
        old="TRIES_PER_SECOND = 0.1",
        new="TRIES_PER_SECOND = 0.3",
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
    _server(
        name="order_password_in_small_letters",
        mistake="takes small letters for large ones, in a password",
        old=RIGHT,
        new=RIGHT.replace("(password,", "(password.lower(),"),
        caught_by=(f"{CHECK}an_operator_says_the_password",),
    ),
    _server(
        name="order_password_comes_back",
        mistake="says which password it does not take",
        old='Refused("too many tries")',
        new='Refused(f"too many tries: {password}")',
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
    _server(
        name="order_half_a_key",
        mistake="compares the first bytes of the key",
        old=RIGHT,
        new="return bool(self.kept) and self.kept.startswith(stretched(password, self.salt)[:16])",
        caught_by=(f"{CHECK}not_everybody_can_be_an_operator",),
    ),
    _server(
        name="order_guess_again_elsewhere",
        mistake="counts wrong passwords for each connection alone",
        old=ADDRESS,
        new="address = str(client.sock.getpeername())",
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
]

PEOPLE = [
    _server(
        name="order_kick_without_a_word",
        mistake="hangs up without saying why",
        old='        target.send(f"ERROR:{why}")\n',
        new="",
        caught_by=(f"{CHECK}kick", f"{CHECK}ban"),
    ),
    _server(
        name="order_kick_with_words_only",
        mistake="says that somebody is thrown out, and does not do it",
        old=HANG_UP,
        new="",
        caught_by=(f"{CHECK}kick", f"{CHECK}ban"),
    ),
    _server(
        name="order_kick_in_the_lobby",
        mistake="finds only those who are in the lobby",
        old='if other.username == username != ""]',
        new='if other.username == username != "" and other.room == chat_server.LOBBY]',
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_kick_for_good",
        mistake="bans who is kicked",
        old=KICK,
        new=f"{KICK}        self.banned.add(username.casefold())\n",
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_kick_said_twice",
        mistake="says that somebody left who is about to be said to leave",
        old=KICK,
        new=f'{KICK}        self.broadcast(f"USER_LEFT:{{username}}")\n',
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_ban_of_one_spelling",
        mistake="bans a name as it is written",
        old=BANNED,
        new="            if username in {name.capitalize() for name in self.banned}:\n",
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_ban_of_one",
        mistake="lets one come in again when another one is banned",
        old=REMEMBER,
        new="            self.banned = {username.casefold()}\n",
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_ban_forgotten",
        mistake="throws somebody out, and forgets it",
        old=REMEMBER,
        new="",
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_ban_too_late",
        mistake="throws somebody out, and bans them after that",
        old=BAN,
        new=LATE_BAN,
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_ban_looked_at_too_early",
        mistake="looks who is banned, and lets somebody in after that",
        old='                raise Refused("banned")\n            super()',
        new='                raise Refused("banned")\n        super()',
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_history_of_refused",
        mistake="keeps for newcomers what was refused",
        old=MIND,
        new=f"            self.history.append(self.format(client, text))\n{MIND}",
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_refusal_for_all",
        mistake="tells everybody that somebody was refused",
        old=MIND,
        new=f'            self.broadcast("ERROR:mind your words", exclude_client=client)\n{MIND}',
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_ban_until_the_operator_leaves",
        mistake="forgets who is banned when an operator leaves",
        old=FORGET,
        new=f"            if client in self.operators:\n                self.banned.clear()\n{FORGET}",
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_mute_until_the_operator_leaves",
        mistake="forgets who is muted when an operator leaves",
        old=FORGET,
        new=f"            if client in self.operators:\n                self.muted.clear()\n{FORGET}",
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_kick_of_a_namesake",
        mistake="takes large and small letters for the same where somebody is thrown out",
        old=ONLINE,
        new=ONLINE.replace("username == username", "username.lower() == username.lower()")
        + "        found.reverse()\n",
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_one_too_many",
        mistake="lets a line pass where there is any part of a token",
        old="if self.tokens < 1:",
        new="if self.tokens <= 0:",
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
    _server(
        name="order_a_bucket_for_joining",
        mistake="fills the bucket when somebody joins",
        old="            super().do_JOIN(client, username)\n",
        new="            super().do_JOIN(client, username)\n"
        "            self.buckets[client] = TokenBucket(BURST, self.rules.rate)\n",
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
    _server(
        name="order_mute_of_all",
        mistake="lets who is muted do nothing at all",
        old=LIMIT,
        new="        if client.username and self.muted.get(client.username, 0) > time.monotonic():\n"
        f'            return client.send("ERROR:muted")\n{LIMIT}',
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_words_for_operators",
        mistake="lets operators say what nobody may say",
        old="        if self.rules.forbids(text):\n",
        new="        if client not in self.operators and self.rules.forbids(text):\n",
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_no_limit_for_operators",
        mistake="lets operators talk as fast as they like",
        old=LIMIT,
        new=LIMIT.replace("and not", "and client not in self.operators and not"),
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_mute_whispers",
        mistake="lets who is muted whisper",
        old=WHISPERED,
        new='        if self.rules.forbids(argument):\n            raise Refused("mind your words")\n',
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_mute_until_they_leave",
        mistake="mutes a client, and not a name",
        old="            self.operators.discard(client)\n",
        new="            self.operators.discard(client)\n            self.muted.pop(client.username, None)\n",
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_mute_until_they_are_kicked",
        mistake="forgets that somebody is muted when they are kicked",
        old=KICK,
        new=f"{KICK}        self.muted.pop(username, None)\n",
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_mute_of_no_operator",
        mistake="lets operators talk who are muted",
        old="        if time.monotonic() < until:\n",
        new="        if time.monotonic() < until and client not in self.operators:\n",
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_mute_of_one",
        mistake="lets one talk again when another one is muted",
        old=MUTED,
        new="            self.muted = {username: time.monotonic() + int(seconds)}\n",
        caught_by=(f"{CHECK}mute",),
    ),
    _server(
        name="order_mute_for_ever",
        mistake="never looks at the clock again",
        old=MUTED,
        new='            self.muted[username] = float("inf")\n',
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_a_second_short",
        mistake="counts whole seconds, and so a mute ends up to a second too early",
        old=MUTED,
        new="            self.muted[username] = time.monotonic() + int(seconds) - 1\n",
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_once",
        mistake="mutes nobody a second time",
        old=MUTED,
        new="            self.muted.setdefault(username, time.monotonic() + int(seconds))\n",
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_whisper_before_a_colon",
        mistake="looks only at what stands behind the last colon of a whisper",
        old=WHISPERED,
        new=WHISPERED.replace(".partition", ".rpartition"),
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_mute_for_milliseconds",
        mistake="takes seconds for milliseconds",
        old=MUTED,
        new=MUTED.replace("int(seconds)", "int(seconds) / 1000"),
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_digits_of_all_kinds",
        mistake="asks `isdigit`, which takes more than `int` does",
        old=SECONDS,
        new='        if not seconds.isdigit():\n            raise Refused("bad time")\n',
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_for_ages",
        mistake="takes more digits than a time can have",
        old="[0-9]{1,6}",
        new="[0-9]+",
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_for_any_number",
        mistake="takes whatever `int` takes, if it is not below 0",
        old='        if not re.fullmatch("[0-9]{1,6}", seconds):\n',
        new='        if not re.fullmatch(r"\\s*\\+?[\\d_]{1,6}", seconds):\n',
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_any_time",
        mistake="takes whatever comes for seconds",
        old=SECONDS,
        new="        seconds = seconds if seconds.isdigit() else 0\n",
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_a_minute_at_most",
        mistake="mutes nobody for more than a minute",
        old=MUTED,
        new=MUTED.replace("int(seconds)", "min(int(seconds), 60)"),
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_mute_for_minutes_only",
        mistake="takes no more than three digits",
        old="[0-9]{1,6}",
        new="[0-9]{1,3}",
        caught_by=(f"{CHECK}a_mute_ends",),
    ),
    _server(
        name="order_one_operator",
        mistake="forgets one operator for the next",
        old=ADD_OPERATOR,
        new="            self.operators = {client}\n",
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_in_the_lobby",
        mistake="lets operators keep order in the lobby only",
        old=IS_OPERATOR,
        new=IS_OPERATOR.replace(":", " or client.room != chat_server.LOBBY:"),
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_kick_of_no_operator",
        mistake="lets nobody throw operators out",
        old=KICK,
        new=KICK.replace(
            "        self.throw",
            "        if self.online(username) in self.operators:\n"
            '            raise Refused("an operator")\n        self.throw',
        ),
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_ban_of_no_operator",
        mistake="bans operators, and does not throw them out",
        old="        for target in targets:\n",
        new="        for target in set(targets) - self.operators:\n",
        caught_by=(f"{CHECK}ban",),
    ),
    _server(
        name="order_guess_until_somebody_leaves",
        mistake="forgets wrong passwords when anybody leaves",
        old=FORGET,
        new=f"{FORGET}            self.tries.clear()\n",
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
    _server(
        name="order_guess_and_never_again",
        mistake="never takes a password again from where there were wrong ones",
        old="TRIES_PER_SECOND = 0.1",
        new="TRIES_PER_SECOND = 0.0",
        caught_by=(f"{CHECK}nobody_tries_a_thousand_passwords",),
    ),
]

WORDS_AND_RATES = [
    _server(
        name="order_parts_of_words",
        mistake="looks for forbidden words within others",
        old=WORDS,
        new="return any(word in plain(text) for word in self.words)",
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_words_whispered",
        mistake="does not look at private messages",
        old=WHISPERED,
        new='        self.check_text(client, "")\n',
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_words_of_the_lobby",
        mistake="looks for forbidden words in the lobby only",
        old="        self.check_text(client, text)\n",
        new='        if client.room == "lobby":\n            self.check_text(client, text)\n',
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_words_as_they_stand",
        mistake="takes the words of the file as they stand there",
        old='frozenset(plain(words_file.read_text("utf-8")).split())',
        new='frozenset(words_file.read_text("utf-8").split())',
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_names_are_words",
        mistake="looks for words in the name as well to which one whispers",
        old=WHISPERED,
        new="        self.check_text(client, argument)\n",
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_words_in_small_letters",
        mistake="looks for small letters only",
        old=JOINED,
        new=JOINED.replace(".casefold()", ""),
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_words_of_one_alphabet",
        mistake="knows no letters that look alike",
        old=JOINED,
        new='return "".join(seen).casefold()',
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_words_of_two_alphabets",
        mistake="writes down by hand which letters look alike",
        old=JOINED,
        new='return "".join({"\\N{CYRILLIC SMALL LETTER A}": "a"}.get(c, c) for c in seen).casefold()',
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_words_with_spaces_unseen",
        mistake="does not see what nobody sees",
        old=IS_SEEN,
        new='return unicodedata.category(letter) != "Mn"',
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_a_list_of_what_nobody_sees",
        mistake="writes down by hand what nobody sees",
        old=IS_SEEN,
        new=HAND_MADE,
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_words_with_controls",
        mistake="forgets that no client shows control characters",
        old='INVISIBLE = ("Cc", ',
        new="INVISIBLE = (",
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_alike_before_taken_apart",
        mistake="takes letters apart once it has looked which ones look alike",
        old=f"{SEEN}\n    {JOINED}",
        new=SEEN.replace(", text)", ', "".join(look_alikes().get(c, c) for c in text))')
        + '\n    return "".join(seen).casefold()',
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_alike_in_small_letters",
        mistake="looks at small letters only, where capital ones look alike",
        old=SEEN,
        new=SEEN.replace(", text)", ", text.casefold())"),
        caught_by=(f"{CHECK}words_in_disguise",),
    ),
    _server(
        name="order_no_limit",
        mistake="counts, and lets everybody go on",
        old=LIMIT,
        new="        if self.rules.rate and not self.buckets[client].take() and not line:\n",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down", f"{CHECK}a_flood_before_joining_counts"),
    ),
    _server(
        name="order_limit_hangs_up",
        mistake="hangs up on who says too much",
        old='            return client.send("ERROR:slow down")\n',
        new='            client.send("ERROR:slow down")\n            return self.throw_out(client, "too fast")\n',
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_limit_without_a_word",
        mistake="throws away what is too much without a word",
        old='            return client.send("ERROR:slow down")\n',
        new="            return\n",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_bucket_stays_empty",
        mistake="puts no tokens back",
        old=REFILL,
        new="self.tokens = min(self.size, self.tokens)",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_bucket_without_a_brim",
        mistake="lets who says nothing save up for later",
        old=REFILL,
        new="self.tokens += (now - self.then) * self.per_second",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_bucket_with_a_leak",
        mistake="throws away what has come of a token where that is not enough",
        old=TOO_FEW,
        new=TOO_FEW.replace("            return", "            self.tokens = 0\n            return"),
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_bucket_filled_by_a_flood",
        mistake="puts the same tokens back with each line that is refused: notes the time only where one was taken",
        old=f"        self.then = now\n{TOO_FEW}",
        new=f"{TOO_FEW}        self.then = now\n",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_bucket_full_each_second",
        mistake="fills the bucket each second",
        old=f"{REFILL}\n        self.then = now\n",
        new="if now - self.then >= 1:\n            self.tokens, self.then = self.size, now\n",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_limit_of_messages_only",
        mistake="counts only what people say who have joined",
        old=LIMIT,
        new="        if client.username and self.rules.rate and not self.buckets[client].take():\n",
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
    _server(
        name="order_bucket_of_a_second",
        mistake="lets nobody say more at once than in a second",
        old="TokenBucket(BURST, self.rules.rate)",
        new="TokenBucket(int(self.rules.rate), self.rules.rate)",
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
    _server(
        name="order_bucket_too_large",
        mistake="lets people say two dozen lines at once",
        old="TokenBucket(BURST, self.rules.rate)",
        new="TokenBucket(24, self.rules.rate)",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_one_bucket_for_all",
        mistake="has one bucket for all clients",
        old="            self.buckets[client] = TokenBucket(BURST, self.rules.rate)\n",
        new="            one = next(iter(self.buckets.values()), None)\n"
        "            self.buckets[client] = one or TokenBucket(BURST, self.rules.rate)\n",
        caught_by=(f"{CHECK}who_talks_too_fast_is_slowed_down",),
    ),
    _server(
        name="order_whisper_up_to_a_colon",
        mistake="looks only at what stands before the first colon of a whisper",
        old=WHISPERED,
        new='        self.check_text(client, argument.split(":")[1])\n',
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_done_for_all_operators",
        mistake="tells all operators what one of them has done",
        old='        client.send(f"DONE:KICK:{username}")\n',
        new='        for operator in self.operators:\n            operator.send(f"DONE:KICK:{username}")\n',
        caught_by=(f"{CHECK}kick",),
    ),
    _server(
        name="order_nothing_without_operators",
        mistake="keeps no order at all where there are no operators",
        old="server = ModeratedServer(options.host, options.port, rules)",
        new="moderated = ModeratedServer(options.host, options.port, rules) if rules.kept else None\n"
        "        server = moderated or chat_server.ChatServer(options.host, options.port)",
        caught_by=(f"{CHECK}words_in_disguise", f"{CHECK}a_flood_before_joining_counts"),
    ),
    _server(
        name="order_words_between_blanks",
        mistake="takes for words what stands between blanks and a few other signs",
        old=WORDS,
        new='return not self.words.isdisjoint(re.sub("[,.!?]", " ", plain(text)).split())',
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_words_at_the_beginning",
        mistake="looks at the first fifty words of a message",
        old=WORDS,
        new=WORDS.replace("plain(text)))", "plain(text))[:50])"),
        caught_by=(f"{CHECK}forbidden_words",),
    ),
    _server(
        name="order_nonsense_is_no_line",
        mistake="counts only commands that there are",
        old=LIMIT,
        new=LIMIT.replace("self.rules.rate", 'self.rules.rate and hasattr(self, "do_" + line.partition(":")[0])'),
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
    _server(
        name="order_whispers_are_no_lines",
        mistake="does not count whispers",
        old=LIMIT,
        new=LIMIT.replace("if ", 'if not line.startswith("PRIVATE:") and '),
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
    _server(
        name="order_ways_are_no_lines",
        mistake="does not count how often somebody goes to another room",
        old=LIMIT,
        new=LIMIT.replace("if ", 'if not line.startswith("JOIN_ROOM:") and '),
        caught_by=(f"{CHECK}a_flood_before_joining_counts",),
    ),
]

MUTANTS = [*OPERATORS, *PEOPLE, *WORDS_AND_RATES]
