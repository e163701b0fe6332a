"""The challenge `files`: what people get wrong when bytes travel beside a talk, and when strangers name them."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_server = partial(Mutant, step="bonus/files", program="server")
_client = partial(Mutant, step="bonus/files", program="client")
_passing = partial(Mutant, step="bonus/files", program="server", file="transfer.py")
_taking = partial(Mutant, step="bonus/files", program="client", file="downloads.py")
SERVER, CLIENT = "bonus/files/server/", "bonus/files/client/"

PIECE = "source.read1(min(wanted, AT_ONCE))"
NO_LINES = '        raise ConnectionAbortedError("what comes now are no lines")  # and so nobody reads them as such\n'
PASS_ON = "pass_on(sender.stream, receiver.sock.sendall, transfer.size)"
HEAR = "            self.hear_answer(transfer)\n"
ANSWER = 'transfer.answer = transfer.ends[DOWNLOAD].stream.readline(len("RECEIVED\\r\\n")).rstrip()'
MEETS = "        transfer.receiver_is_there.wait(MEETING_SECONDS)\n"
GOES = '        transfer.ends[UPLOAD].sock.sendall(b"GO\\n")\n'
CARRIED = "            has_arrived = self.meet_and_pass_on(transfer)\n"
ENDED = '            self.end(transfer, "FINISHED" if has_arrived else "FAILED")\n'
HANG_UP = "        for end in ends:\n            end.hang_up()\n"
OFFERED = 'receivers[0].send(f"OFFERED:'
TOO_LARGE = "        if int(size) > self.most_bytes:\n"
IN_USE = "            if ticket in self.transfers:\n"
CONCERNS = "if transfer is None or client not in (transfer.sender, transfer.receiver):"
MAY_ACCEPT = "if client is not transfer.receiver or transfer.accepted:"
MAY_COME = "if transfer is None or not transfer.accepted or command in transfer.ends:"
COMES = f"""        with self.lock:
            transfer = self.transfers.get(ticket)
            {MAY_COME}
                raise Refused("no such ticket")
            transfer.ends[command] = client
"""
NAMED = "        place = claim(folder, safe_name(offered))\n"
COMES_IN = f"""\
    part = folder / f".{{secrets.token_hex(8)}}.part"
    try:
        with part.open("xb") as file:
            yield file
{NAMED}"""
LEFT = "if client in (one.sender, one.receiver)]"
LEAVING = '        for transfer in left:\n            self.end(transfer, "FAILED")\n'

BY_THE_SERVER = [
    _server(
        name="files_offer_comes_back",
        mistake="tells the sender as well what is offered",
        old=OFFERED,
        new=f"client.send(f'OFFERED:{{ticket}}')\n        {OFFERED}",
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _server(
        name="files_within_a_room",
        mistake="looks for the receiver in the room of the sender only",
        old='other.username == target != ""]',
        new='other.username == target != "" and other.room == client.room]',
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _server(
        name="files_with_tickets_in_small_letters",
        mistake="writes down a ticket in small letters, and passes that on",
        old="ticket, target, size, name = found.groups()",
        new="ticket, target, size, name = found.groups()\n        ticket = ticket.lower()",
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _server(
        name="files_name_without_folders",
        mistake="passes on the end of a name only",
        old='{size}:{name}")',
        new='{size}:" + name.rpartition("/")[2])',
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _passing(
        name="files_whole_in_memory",
        mistake="reads all of a file before it sends any of it",
        old=PIECE,
        new="source.read(wanted)",
        caught_by=(
            f"{SERVER}a_sender_who_breaks_off",
            f"{SERVER}a_big_file_passes_through_little_memory",
            f"{CLIENT}a_big_file_takes_little_memory",
        ),
    ),
    _passing(
        name="files_more_than_wanted",
        mistake="passes on whatever comes, and not what was promised",
        old=PIECE,
        new="source.read1(AT_ONCE)",
        caught_by=(f"{SERVER}a_sender_who_sends_too_much", f"{CLIENT}no_half_files"),
    ),
    _server(
        name="files_from_the_socket",
        mistake="reads bytes from the socket, and lines from its buffer",
        old=PASS_ON,
        new=PASS_ON.replace("sender.stream", 'sender.sock.makefile("rb")'),
        caught_by=(f"{SERVER}bytes_pass_as_they_are",),
    ),
    _server(
        name="files_then_lines",
        mistake="reads on after the bytes as if lines came",
        old=NO_LINES,
        new="",
        caught_by=(f"{SERVER}a_sender_who_sends_too_much",),
    ),
    _server(
        name="files_under_the_lock",
        mistake="holds the lock while a file travels",
        old=CARRIED,
        new=f"            with self.lock:\n    {CARRIED}",
        caught_by=(f"{SERVER}a_slow_receiver_slows_nobody",),
    ),
    _server(
        name="files_go_alone",
        mistake="lets the sender go before the receiver is there",
        old=MEETS,
        new=f"{GOES}{MEETS}",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_finished_once_sent",
        mistake="takes what is sent for what has arrived",
        old=HEAR,
        new='            transfer.answer = b"RECEIVED"\n            transfer.has_answered.set()\n'
        "            transfer.ends[DOWNLOAD].stream.read()\n",
        caught_by=(f"{SERVER}a_receiver_who_vanishes",),
    ),
    _server(
        name="files_asked_for_where_one_talks",
        mistake="hangs up on who asks for the bytes of a file where they talk",
        old="if client.username or command not in (UPLOAD, DOWNLOAD):",
        new="if command not in (UPLOAD, DOWNLOAD):",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_finished_by_a_word",
        mistake="takes RECEIVED for the end, whether or not all bytes have come",
        old='        if transfer.answer != b"RECEIVED":\n            self.end(transfer, "FAILED")\n',
        new='        self.end(transfer, "FINISHED" if transfer.answer == b"RECEIVED" else "FAILED")\n',
        caught_by=(f"{SERVER}a_sender_who_breaks_off",),
    ),
    _server(
        name="files_for_a_receiver_who_is_gone",
        mistake="notices that the receiver has gone when there is more to send",
        old='        if transfer.answer != b"RECEIVED":\n            self.end(transfer, "FAILED")\n',
        new="",
        caught_by=(f"{SERVER}a_receiver_who_vanishes",),
    ),
    _server(
        name="files_finished_by_any_word",
        mistake="takes whatever the receiver says for RECEIVED",
        old=ANSWER,
        new='if transfer.ends[DOWNLOAD].stream.readline():\n                transfer.answer = b"RECEIVED"',
        caught_by=(f"{SERVER}a_receiver_who_vanishes",),
    ),
    _server(
        name="files_received_in_one_piece",
        mistake="takes for RECEIVED what one read brings",
        old=ANSWER,
        new=ANSWER.replace("readline(", "read1("),
        caught_by=(f"{SERVER}bytes_pass_as_they_are",),
    ),
    _server(
        name="files_received_without_return",
        mistake="knows one end of a line behind RECEIVED",
        old=ANSWER,
        new=ANSWER.replace(".rstrip()", '.rstrip(b"\\n")'),
        caught_by=(f"{SERVER}bytes_pass_as_they_are",),
    ),
    _server(
        name="files_sender_must_stay",
        mistake="takes a sender who closes behind the last byte for one who breaks off",
        old="            transfer.has_answered.wait()\n",
        new="            if not sender.stream.read1(1):\n                return False\n",
        caught_by=(f"{SERVER}a_sender_who_breaks_off",),
    ),
    _server(
        name="files_offered_to_who_leaves",
        mistake="looks who is there, and writes down an offer to them after that",
        old='                raise Refused("too many offers")\n            self',
        new='                raise Refused("too many offers")\n        self',
        caught_by=(f"{SERVER}nothing_is_kept_of_files",),
    ),
    _server(
        name="files_two_at_once",
        mistake="looks whether somebody has come with a ticket, and writes it down after that",
        old=COMES,
        new=COMES.replace("        with self.lock:\n", "").replace("\n    ", "\n").removeprefix("    "),
        caught_by=(f"{SERVER}nothing_is_kept_of_files",),
    ),
    _server(
        name="files_failed_twice",
        mistake="tells of the end of a file whoever notices it, and so twice",
        old="            if self.transfers.pop(transfer.ticket, None) is None:\n                return\n",
        new="            self.transfers.pop(transfer.ticket, None)\n",
        caught_by=(f"{SERVER}a_sender_who_breaks_off",),
    ),
    _server(
        name="files_no_word_of_failure",
        mistake="tells nobody that a file did not arrive",
        old=ENDED,
        new=f"            if has_arrived:\n    {ENDED}",
        caught_by=(f"{SERVER}a_sender_who_breaks_off",),
    ),
    _server(
        name="files_break_with_a_traceback",
        mistake="lets an exception end the thread that should tell how it ended",
        old="        with contextlib.suppress(OSError):\n            for end in (receiver",
        new="        with contextlib.nullcontext():\n            for end in (receiver",
        caught_by=(f"{SERVER}a_sender_who_breaks_off",),
    ),
    _server(
        name="files_wait_for_ever",
        mistake="lets a thread wait for the end of a file, and does not tell it",
        old=HEAR,
        new=f"{HEAR}            threading.Event().wait()\n",
        caught_by=(f"{SERVER}nothing_is_kept_of_files",),
    ),
    _server(
        name="files_keep_who_waits_alone",
        mistake="hangs up on the two connections of a file only where both are there",
        old=HANG_UP,
        new="        for end in ends if len(ends) == 2 else ():\n            end.hang_up()\n",
        caught_by=(f"{SERVER}either_of_the_two_can_decline",),
    ),
    _server(
        name="files_for_quick_receivers",
        mistake="gives a receiver some seconds for each piece",
        old="            pass_on(sender.stream",
        new="            receiver.sock.settimeout(5)\n            pass_on(sender.stream",
        caught_by=(f"{SERVER}a_slow_receiver_slows_nobody",),
    ),
    _server(
        name="files_from_quick_senders",
        mistake="gives a sender some seconds for each piece",
        old="            pass_on(sender.stream",
        new="            sender.sock.settimeout(5)\n            pass_on(sender.stream",
        caught_by=(f"{SERVER}a_slow_receiver_slows_nobody",),
    ),
    _server(
        name="files_keep_the_line_open",
        mistake="forgets a file, and leaves its connections open",
        old=HANG_UP,
        new="",
        caught_by=(f"{SERVER}either_of_the_two_can_decline",),
    ),
    _server(
        name="files_two_travel",
        mistake="lets no more than two files travel at once",
        old=MAY_COME,
        new=MAY_COME.replace(":", " or sum(bool(one.ends) for one in self.transfers.values()) > 2:"),
        caught_by=(f"{SERVER}a_slow_receiver_slows_nobody",),
    ),
    _server(
        name="files_waits_a_moment",
        mistake="waits a second for the other side, and not ten",
        old="MEETING_SECONDS = 10.0",
        new="MEETING_SECONDS = 1.0",
        caught_by=(f"{SERVER}either_of_the_two_can_decline",),
    ),
]

WHO_MAY = [
    _server(
        name="files_offered_to_all",
        mistake="tells everyone what is offered to one",
        old=OFFERED,
        new='self.broadcast(f"OFFERED:',
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _server(
        name="files_cut_at_colons",
        mistake="takes no name with a colon in it",
        old=":(.+)",
        new=":([^:]+)",
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _server(
        name="files_less_than_nothing",
        mistake="takes any number for a size",
        old=":([0-9]{1,15}):",
        new=":(-?[0-9]{1,15}):",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_in_any_digits",
        mistake="takes the digits of all alphabets for a size",
        old=":([0-9]{1,15}):",
        new=r":(\d{1,15}):",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_with_tickets_that_are_not_long",
        mistake="takes no ticket that is as long as the page allows",
        old="{16,64}",
        new="{16,63}",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_with_tickets_of_any_length",
        mistake="takes a ticket that is too long",
        old="{16,64}",
        new="{16,}",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_with_short_tickets",
        mistake="takes a ticket that is too short",
        old="{16,64}",
        new="{8,64}",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_sixteen_for_one_receiver",
        mistake="counts what is offered to one person, and not what one person offers",
        old="sum(transfer.sender is client for",
        new="sum(transfer.receiver is receivers[0] for",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_with_short_names",
        mistake="cuts a name that is long",
        old=':{size}:{name}")',
        new=':{size}:{name[:200]}")',
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_fewer_than_sixteen",
        mistake="refuses the sixteenth offer",
        old="MOST_OFFERS = 16",
        new="MOST_OFFERS = 15",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_sixteen_for_all",
        mistake="counts the offers of all people together",
        old="if sum(transfer.sender is client for transfer in self.transfers.values()) >= MOST_OFFERS:",
        new="if len(self.transfers) >= MOST_OFFERS:",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_without_a_limit",
        mistake="forgets the limit",
        old=TOO_LARGE,
        new="        if False:\n",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_over_each_other",
        mistake="lets a new offer take the ticket of another one",
        old=IN_USE,
        new="            if False:\n",
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_over_those_that_travel",
        mistake="takes the ticket of a file that travels for a free one",
        old=IN_USE,
        new=IN_USE.replace("in self.transfers", "in [t for t, one in self.transfers.items() if not one.accepted]"),
        caught_by=(f"{SERVER}offers_of_no_good_are_refused",),
    ),
    _server(
        name="files_for_any_client",
        mistake="believes whoever knows the ticket",
        old=CONCERNS,
        new="if transfer is None:",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_accepted_by_the_sender",
        mistake="lets the sender accept for the receiver",
        old=MAY_ACCEPT,
        new="if transfer.accepted:",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_accepted_twice",
        mistake="lets the receiver accept again and again",
        old=MAY_ACCEPT,
        new="if client is not transfer.receiver:",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_to_oneself",
        mistake="tells somebody twice who is sender and receiver",
        old="for person in {transfer.sender, transfer.receiver}:  # who may be the same",
        new="for person in (transfer.sender, transfer.receiver):",
        caught_by=(f"{SERVER}a_file_is_handed_over",),
    ),
    _server(
        name="files_unasked",
        mistake="lets bytes come that nobody has accepted",
        old=MAY_COME,
        new="if transfer is None or command in transfer.ends:",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_to_the_last_who_asks",
        mistake="lets a second receiver take the place of the first",
        old=MAY_COME,
        new="if transfer is None or not transfer.accepted:",
        caught_by=(f"{SERVER}only_those_whom_it_concerns",),
    ),
    _server(
        name="files_of_those_who_left",
        mistake="keeps the offers of those who have left",
        old=LEAVING,
        new="",
        caught_by=(f"{SERVER}who_leaves_takes_no_more_files",),
    ),
    _server(
        name="files_to_those_who_left",
        mistake="forgets that the receiver may leave, too",
        old=LEFT,
        new="if client is one.sender]",
        caught_by=(f"{SERVER}who_leaves_takes_no_more_files",),
    ),
]

SPLIT = 're.split(r"[/\\\\:]", offered)[-1]'
LETTERS = 'letters = "".join(c if c.isprintable() and c not in FORBIDDEN else "_" for c in last)'
STRIPPED = 'letters[-MOST_LETTERS:].strip(". ") or "file"'
DEVICE = 'return f"_{name}" if RESERVED.fullmatch(name) else name'
CLAIMED = 'path.open("xb").close()'
PART = 'part = folder / f".{secrets.token_hex(8)}.part"'
REPLACE = """\
        place = claim(folder, safe_name(offered))
        os.replace(part, place)
        print(f"{place} has arrived", flush=True)
"""
REMOVED = "        part.unlink(missing_ok=True)\n"
WHOLE = f"""\
    {PART}
    try:
        with part.open("xb") as file:
            yield file
{REPLACE}\
    finally:
{REMOVED}"""
ARRIVED = """\
            with arriving(self.downloads, offer.name) as file:
                pass_on(stream, told(offer.name, offer.size, file.write), offer.size)
"""
SAY_RECEIVED = '            sock.sendall(b"RECEIVED\\n")\n'
STARTS = "            thread.start()\n"
BEGINS = 'if offer and (offer.path or offer.answer == "ACCEPT") and not offer.travels:'
TELL = '            self.tell(f"{person} offers'
AT_ONCE = """\
            self.offers[ticket].answer = "ACCEPT"
            self.send_line(f"ACCEPT:{ticket}")
"""
SENT = "pass_on(file, told(offer.name, offer.size, sock.sendall), offer.size)"

BY_THE_CLIENT = [
    _client(
        name="files_with_folders",
        mistake="tells in which folders a file lies",
        old="printable(os.path.basename(path))",
        new="printable(path)",
        caught_by=(f"{CLIENT}a_file_is_sent",),
    ),
    _client(
        name="files_tickets_in_order",
        mistake="counts its tickets",
        old="secrets.token_hex(16)",
        new='f"ticket{len(self.offers):010}"',
        caught_by=(f"{CLIENT}a_file_is_sent",),
    ),
    _client(
        name="files_with_tickets_of_their_names",
        mistake="makes the ticket of what everybody knows",
        old="secrets.token_hex(16)",
        new='f"{name}{size}".encode().hex().ljust(16, "0")[:64]',
        caught_by=(f"{CLIENT}a_file_is_sent",),
    ),
    _client(
        name="files_with_digests_for_tickets",
        mistake="makes a ticket of what others can know, which looks like chance",
        old="secrets.token_hex(16)",
        new='__import__("hashlib").md5(f"{name}{len(self.offers)}".encode()).hexdigest()',
        caught_by=(f"{CLIENT}a_file_is_sent",),
    ),
    _client(
        name="files_of_nobody",
        mistake="shows what is offered, and not by whom",
        old='f"{person} offers {name} ({int(size):,} bytes): /accept {person} or /decline {person}"',
        new='f"{name} is offered ({int(size):,} bytes)"',
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_of_anybody",
        mistake="answers the oldest offer, whoever it is from",
        old="if offer.person == person and not",
        new="if not",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_received_without_end",
        mistake="says RECEIVED, and does not end the line",
        old='b"RECEIVED\\n"',
        new='b"RECEIVED"',
        caught_by=(f"{CLIENT}a_file_arrives",),
    ),
    _client(
        name="files_that_are_folders",
        mistake="offers whatever is there, a folder as well",
        old="os.path.isfile(path)",
        new="os.path.exists(path)",
        caught_by=(f"{CLIENT}no_such_file",),
    ),
    _client(
        name="files_as_long_as_they_are",
        mistake="sends as much as is there by now",
        old=SENT,
        new="pass_on(file, sock.sendall, os.path.getsize(offer.path))",
        caught_by=(f"{CLIENT}no_more_than_was_offered",),
    ),
    _client(
        name="files_accepted_in_any_letters",
        mistake="takes ann for Ann, and accepts what she has offered",
        old="if offer.person == person and",
        new="if offer.person.lower() == person.lower() and",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_accepted_by_a_beginning",
        mistake="takes a name for whoever's begins so",
        old="if offer.person == person and",
        new="if offer.person.startswith(person) and",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_accepted_at_once",
        mistake="accepts what is offered without asking anybody",
        old=TELL,
        new=f"{AT_ONCE}{TELL}",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_that_were_taken_back",
        mistake="keeps an offer that was taken back",
        old="offer = self.offers.pop(ticket, None)",
        new="offer = self.offers.get(ticket)",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_whatever_the_server_says",
        mistake="fetches what the server says is wanted",
        old=BEGINS,
        new="if offer and not offer.travels:",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_past_the_buffer",
        mistake="reads the answer from a buffer, and the bytes from the socket",
        old="pass_on(stream, told",
        new='pass_on(sock.makefile("rb"), told',
        caught_by=(f"{CLIENT}a_file_arrives",),
    ),
    _client(
        name="files_received_too_early",
        mistake="says that a file has arrived before it has its name",
        old=ARRIVED + SAY_RECEIVED,
        new=f"{ARRIVED}    {SAY_RECEIVED}",
        caught_by=(f"{CLIENT}a_file_arrives",),
    ),
    _client(
        name="files_never_received",
        mistake="does not say that a file has arrived",
        old=SAY_RECEIVED,
        new="",
        caught_by=(f"{CLIENT}a_file_arrives",),
    ),
    _client(
        name="files_that_go_soon",
        mistake="gives the server some seconds to say GO",
        old="socket.create_connection((self.host, self.port))",
        new="socket.create_connection((self.host, self.port), 5)",
        caught_by=(f"{CLIENT}the_talk_goes_on",),
    ),
    _client(
        name="files_that_come_soon",
        mistake="gives the server some seconds for each piece",
        old="pass_on(stream, told",
        new="sock.settimeout(5)\n                pass_on(stream, told",
        caught_by=(f"{CLIENT}the_talk_goes_on",),
    ),
    _client(
        name="files_before_the_talk",
        mistake="lets the thread that shows the talk fetch a file",
        old=STARTS,
        new="            thread.run()\n",
        caught_by=(f"{CLIENT}the_talk_goes_on",),
    ),
    _client(
        name="files_out_in_small_letters",
        mistake="offers a file under a name in small letters",
        old="name, size = printable(os.path.basename(path)),",
        new="name, size = printable(os.path.basename(path).lower()),",
        caught_by=(f"{CLIENT}a_file_is_sent",),
    ),
    _client(
        name="files_that_are_ones_own",
        mistake="accepts for somebody else what it has offered to them itself",
        old="offer.person == person and not offer.path and",
        new="offer.person == person and",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _client(
        name="files_of_two_gigabytes",
        mistake="shows no offer of more than two gigabytes",
        old="        if size.isdecimal() and",
        new="        if size.isdecimal() and int(size) < 2**31 and",
        caught_by=(f"{CLIENT}nothing_is_accepted_unasked",),
    ),
    _taking(
        name="files_named_at_the_beginning",
        mistake="chooses the name of a file when it begins to come",
        old=COMES_IN,
        new="    place = claim(folder, safe_name(offered))\n    place.unlink()\n" + COMES_IN.replace(NAMED, ""),
        caught_by=(f"{CLIENT}the_same_name_twice",),
    ),
]

NAMES = [
    _taking(
        name="files_anywhere",
        mistake="takes a name as a stranger gives it",
        old=f"    last = {SPLIT}\n",
        new="    return offered\n    last = offered\n",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_past_one_separator",
        mistake="knows the separator of one system only",
        old=SPLIT,
        new='offered.split("/")[-1]',
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_with_control_characters",
        mistake="keeps what no system prints, and what some do not take",
        old=LETTERS,
        new="letters = last",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_of_any_length",
        mistake="keeps a name of any length",
        old="letters[-MOST_LETTERS:].strip",
        new="letters.strip",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_named_like_devices",
        mistake="knows nothing of the devices of Windows",
        old=DEVICE,
        new="return name",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_named_like_rare_devices",
        mistake="knows only the devices of Windows that people still have",
        old="CON|PRN|AUX|NUL|COM\\d|LPT\\d",
        new="CON|AUX|NUL|COM\\d",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_in_small_letters",
        mistake="changes a name that is good as it is",
        old=f"    {DEVICE}\n",
        new=f"    name = name.lower()\n    {DEVICE}\n",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_of_so_many_letters",
        mistake="counts letters, where systems count bytes",
        old="letters[-MOST_LETTERS:].strip",
        new='"".join(c if c.isascii() or c.isalpha() else "_" for c in letters)[-200:].strip',
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_named_like_the_other_ports",
        mistake="knows the first port of Windows, and no other",
        old=r"COM\d|LPT\d",
        new="COM1|LPT1",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_of_letters_of_three_bytes",
        mistake="takes three bytes for the most that a letter can have",
        old="MOST_LETTERS = 60",
        new="MOST_LETTERS = 80",
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_with_long_second_names",
        mistake="makes a name too long by the number of the second one",
        old="letters[-MOST_LETTERS:].strip",
        new='letters.encode()[-255:].decode(errors="ignore").strip',
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_with_a_dot_at_the_end",
        mistake="keeps dots and blanks at the end",
        old=STRIPPED,
        new='letters[-MOST_LETTERS:].lstrip(". ") or "file"',
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_with_a_dot_behind_letters",
        mistake="keeps a name as it is that holds letters and dots alone",
        old=STRIPPED,
        new=f'letters if re.fullmatch(r"[a-z.]{{1,60}}", letters) else {STRIPPED}',
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_with_a_blank_before_the_dot",
        mistake="drops the blanks at the end before the dots, and not those that come to light then",
        old=STRIPPED,
        new=STRIPPED.replace('.strip(". ")', '.lstrip(". ").rstrip(" ").rstrip(".")'),
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_cut_behind_a_dot",
        mistake="looks for dots at the end, and cuts a long name after that",
        old=STRIPPED,
        new='letters.strip(". ")[:MOST_LETTERS] or "file"',
        caught_by=(f"{CLIENT}names_that_lead_elsewhere",),
    ),
    _taking(
        name="files_over_the_third",
        mistake="knows one other name for a file whose name is taken",
        old=CLAIMED,
        new='path.open("xb" if number == 1 else "wb").close()',
        caught_by=(f"{CLIENT}the_same_name_twice",),
    ),
    _taking(
        name="files_over_parts",
        mistake="writes over a file that is called like one that comes",
        old=f'{PART}\n    try:\n        with part.open("xb")',
        new='part = folder / f"{safe_name(offered)}.part"\n    try:\n        with part.open("wb")',
        caught_by=(f"{CLIENT}the_same_name_twice",),
    ),
    _taking(
        name="files_by_way_of_another_folder",
        mistake="lets a file come into the folder for temporary files, and moves it from there",
        old=WHOLE,
        new=WHOLE.replace("part = folder /", 'part = Path(__import__("tempfile").gettempdir()) /').replace(
            "os.replace", '__import__("shutil").move'
        ),
        caught_by=(f"{CLIENT}no_half_files",),
    ),
    _taking(
        name="files_into_a_folder_that_is_there",
        mistake="makes the folder for downloads where that above it is there",
        old="folder.mkdir(parents=True, exist_ok=True)",
        new="folder.mkdir(exist_ok=True)",
        caught_by=(f"{CLIENT}a_file_arrives",),
    ),
    _taking(
        name="files_over_files",
        mistake="writes over what is there",
        old=CLAIMED,
        new='path.open("wb").close()',
        caught_by=(f"{CLIENT}the_same_name_twice",),
    ),
    _taking(
        name="files_look_before_they_take",
        mistake="looks whether a name is free, and takes it a moment later",
        old=CLAIMED,
        new="if path.exists():\n                raise FileExistsError",
        caught_by=(f"{CLIENT}the_same_name_twice",),
    ),
    _taking(
        name="files_with_their_name_from_the_start",
        mistake="writes a file under its own name while it comes",
        old=f"{PART}\n",
        new="part = folder / safe_name(offered)\n",
        caught_by=(f"{CLIENT}no_half_files",),
    ),
    _taking(
        name="files_half_there",
        mistake="leaves what has come of a file that broke off",
        old=WHOLE,
        new="""\
    with claim(folder, safe_name(offered)).open("wb") as file:
        yield file
""",
        caught_by=(f"{CLIENT}no_half_files",),
    ),
    _taking(
        name="files_under_another_name",
        mistake="leaves the file with the other name where it broke off",
        old=REMOVED,
        new="        pass\n",
        caught_by=(f"{CLIENT}no_half_files",),
    ),
]

LEAVES = """\
        super().disconnect()
        self.break_off()
"""
IS_LOST = """\
        self.break_off()
        super().lost()
"""

AT_THE_END = [
    _client(
        name="files_left_behind",
        mistake="leaves half a file where its person quits",
        old=LEAVES,
        new="        super().disconnect()\n",
        caught_by=(f"{CLIENT}who_leaves_keeps_no_half_file",),
    ),
    _client(
        name="files_lost_with_the_server",
        mistake="leaves half a file where the server is lost",
        old=IS_LOST,
        new="        super().lost()\n",
        caught_by=(f"{CLIENT}a_lost_server_leaves_no_half_file",),
    ),
]

MUTANTS = [*BY_THE_SERVER, *WHO_MAY, *BY_THE_CLIENT, *NAMES, *AT_THE_END]
