"""Leaving: what people get wrong in step 3."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_wrong = partial(Mutant, step="step3", program="server")

_QUIT = """                if line == "QUIT":
                    break
"""
_FINALLY = """        except OSError:
            pass

        finally:
            self.remove_client(client)
"""
_REMOVING = """            if client not in self.clients:
                return
            self.clients.remove(client)
"""
_FAREWELL = '            self.broadcast(f"USER_LEFT:{client.username}")\n'
_SENDING_TO_EACH = """            self.try_send(client, message)
        return len(recipients)
"""
_FAILED = """        except OSError:
            client.hang_up()
"""
_END_OF_LINES = 'while data := self.stream.readline(MAX_LINE + len("\\r\\n")):'
_TOO_LONG = """                self.send("ERROR:line too long")
                continue
"""
_NOT_UTF8 = """            if not is_utf8(line):
                self.send("ERROR:not UTF-8")
                continue
"""
_BY_QUIT = "step3/server/leaving_with_quit"
_BY_QUIT_AND_CLOSING = "step3/server/leaving_with_quit_and_closing"
_BY_CLOSING = "step3/server/leaving_by_closing"
_BY_HALF_CLOSING = "step3/server/leaving_by_half_closing"
_BY_RESET = "step3/server/leaving_by_a_reset"
_MID_BROADCAST = "step3/server/recipients_die_in_mid_broadcast"
_AFTER_A_DEATH = "step3/server/after_a_death_the_room_stays_open"
TALKING = """            for line in client.lines():
                # `QUIT` is the polite way to leave: nothing that comes after it counts any
                # more.
                if line == "QUIT":
                    break

                self.obey(client, line)
"""


def with_a_loop(loop: str) -> str:
    """Return what stands for `TALKING` where a `loop` overwrites `client` after each line."""
    talking = TALKING.replace("for line in client", "me = client\n            for line in client")
    return talking.replace("obey(client, line)\n", "obey(me, line)\n" + loop)


MUTANTS = [
    _wrong(
        name="who_cannot_hear_has_left",
        mistake="removes a client where sending to it fails, in the middle of what it says itself",
        old="            client.hang_up()\n\n    def format",
        new="            self.remove_client(client)\n\n    def format",
        caught_by=("step3/server/leaving_by_a_reset",),
    ),
    _wrong(
        name="a_rest_for_each_guest",
        mistake="takes its time to part from each client when Ctrl+C is pressed",
        old='            log("Chat server stopped")\n',
        new="            for _ in self.clients:\n                threading.Event().wait(2)\n",
        caught_by=("step3/server/ctrl_c_ends_the_server",),
    ),
    _wrong(
        name="quit_counts_first",
        mistake="looks for QUIT in all that came, before what was said before it",
        old='                if line == "QUIT":\n',
        new='                if line == "QUIT" or client.stream.peek() == b"QUIT\\n":\n',
        caught_by=("step3/server/leaving_with_quit",),
    ),
    # Saying that somebody has left
    _wrong(
        name="leaving_is_no_news",
        mistake="does not tell the others that somebody has left",
        old=_FAREWELL,
        new="            pass\n",
        caught_by=(_BY_QUIT, _BY_CLOSING, _BY_RESET),
    ),
    _wrong(
        name="leaving_is_news_after_quit_only",
        mistake="removes a client, and says so, only where it said QUIT",
        old=_FINALLY,
        new="""        except OSError:
            pass

        finally:
            if client.username and line == "QUIT":
                self.remove_client(client)
""",
        caught_by=(_BY_CLOSING, _BY_HALF_CLOSING, _BY_RESET),
    ),
    _wrong(
        name="leaving_is_news_after_an_exception_only",
        mistake="removes a client, and says so, only where its connection broke",
        old=_FINALLY,
        new="        except OSError:\n            self.remove_client(client)\n",
        caught_by=(_BY_QUIT, _BY_CLOSING, _BY_HALF_CLOSING),
    ),
    _wrong(
        name="leaving_is_no_news_after_an_exception",
        mistake="puts the farewell behind the loop, where an exception does not pass",
        old=_FINALLY,
        new="        except OSError:\n            return\n        self.remove_client(client)\n",
        caught_by=(_BY_RESET,),
    ),
    _wrong(
        name="a_reset_is_not_expected",
        mistake="does not expect ConnectionResetError, which ends the thread before the farewell",
        old=_FINALLY,
        new="        except ValueError:\n            pass\n        self.remove_client(client)\n",
        caught_by=(_BY_RESET,),
    ),
    _wrong(
        name="a_reset_is_no_news",
        mistake="removes a client whose connection broke without telling anybody",
        old=_FINALLY,
        new="""        except OSError:
            with self.lock:
                self.clients.remove(client)

        finally:
            self.remove_client(client)
""",
        caught_by=(_BY_RESET,),
    ),
    _wrong(
        name="quit_is_obeyed_and_refused",
        mistake="looks for QUIT once the line went to what knows all other commands",
        old=_QUIT + "\n                self.obey(client, line)\n",
        new="""                self.obey(client, line)
                if line == "QUIT":
                    break
""",
        caught_by=(_BY_QUIT, "step3/server/strangers_leave_in_silence"),
    ),
    _wrong(
        name="quit_is_no_news",
        mistake="removes a client that said QUIT without telling anybody",
        old=_QUIT,
        new="""                if line == "QUIT":
                    with self.lock:
                        self.clients.remove(client)
                    break
""",
        caught_by=(_BY_QUIT,),
    ),
    _wrong(
        name="leaving_in_other_words",
        mistake="tells the others in words of its own that somebody has left",
        old=_FAREWELL,
        new='            self.broadcast(f"{client.username} left the chat")\n',
        caught_by=(_BY_QUIT,),
    ),
    _wrong(
        name="leaving_for_a_reason",
        mistake="puts behind the name why somebody has left",
        old=_FAREWELL,
        new='            self.broadcast(f"USER_LEFT:{client.username} (connection closed)")\n',
        caught_by=(_BY_QUIT,),
    ),
    _wrong(
        name="leaving_without_a_name",
        mistake="forgets the name before it says who has left",
        old=_FAREWELL,
        new='            client.username = ""\n' + _FAREWELL,
        caught_by=(_BY_QUIT,),
    ),
    _wrong(
        name="leaving_is_news_twice_after_quit",
        mistake="says that somebody has left at QUIT, and once more at the end of the connection",
        old=_QUIT,
        new="""                if line == "QUIT":
                    self.broadcast(f"USER_LEFT:{client.username}")
                    break
""",
        caught_by=(_BY_QUIT, _BY_QUIT_AND_CLOSING),
    ),
    _wrong(
        name="leaving_is_news_twice_after_quit_and_closing",
        mistake="says at QUIT that somebody has left, goes on reading, and says it again at the end of the connection",
        old=_QUIT,
        new="""                if line == "QUIT":
                    self.broadcast(f"USER_LEFT:{client.username}", exclude_client=client)
                    continue
""",
        caught_by=(_BY_QUIT_AND_CLOSING,),
    ),
    _wrong(
        name="leaving_is_news_twice_after_a_reset",
        mistake="says that somebody has left where the connection breaks, and once more in `finally`",
        old=_FINALLY,
        new="""        except OSError:
            self.broadcast(f"USER_LEFT:{client.username}", exclude_client=client)

        finally:
            self.remove_client(client)
""",
        caught_by=(_BY_RESET,),
    ),
    _wrong(
        name="strangers_leave_under_no_name",
        mistake="tells everyone that somebody has left who never joined",
        old="        if client.username:\n            log(f\"User '{client.username}' disconnected\")\n",
        new="        if True:\n            log(f\"User '{client.username}' disconnected\")\n",
        caught_by=("step3/server/strangers_leave_in_silence",),
    ),
    # Forgetting whoever has left
    _wrong(
        name="whoever_has_left_stays_in_the_list",
        mistake="says that somebody has left, and leaves the client in the list",
        old="            self.clients.remove(client)\n",
        new="",
        caught_by=("step3/server/coming_back_after_leaving", "step2/server/names_are_free_again"),
    ),
    _wrong(
        name="a_name_is_not_free_after_a_reset",
        mistake="says goodbye after a reset, but leaves the client in the list",
        old=_FINALLY,
        new="""        except OSError:
            if client.username:
                self.broadcast(f"USER_LEFT:{client.username}", exclude_client=client)
        else:
            self.remove_client(client)
""",
        caught_by=("step3/server/coming_back_after_leaving",),
    ),
    _wrong(
        name="the_end_is_not_noticed",
        mistake="reads on after b'', again and again",
        old=_END_OF_LINES,
        new='while True:\n            data = self.stream.readline(MAX_LINE + len("\\r\\n"))',
        caught_by=(_BY_CLOSING, _BY_HALF_CLOSING),
    ),
    _wrong(
        name="the_end_is_an_empty_message",
        mistake="takes b'' for an empty message, and broadcasts it again and again",
        old=_END_OF_LINES,
        new='while data := self.stream.readline(MAX_LINE + len("\\r\\n")) or b"MESSAGE:\\n":',
        caught_by=(_BY_CLOSING, _BY_HALF_CLOSING),
    ),
    _wrong(
        name="a_lock_taken_twice_on_leaving",
        mistake="says goodbye while it holds the lock that broadcast takes",
        old="            self.clients.remove(client)\n",
        new="""            self.clients.remove(client)
            if client.username:
                self.broadcast(f"USER_LEFT:{client.username}")
""",
        caught_by=(_BY_QUIT, _BY_CLOSING),
    ),
    # QUIT
    _wrong(
        name="quit_is_unknown",
        mistake="does not know QUIT",
        old=_QUIT,
        new="                pass\n",
        caught_by=(_BY_QUIT,),
    ),
    _wrong(
        name="quit_in_small_letters_only",
        mistake="compares with quit, which is what people type, not what is sent",
        old='if line == "QUIT":',
        new='if line == "quit":',
        caught_by=(_BY_QUIT,),
    ),
    _wrong(
        name="quit_with_a_carriage_return",
        mistake="compares a line with QUIT before the carriage return is off",
        old='.removesuffix(b"\\r")\n',
        new="\n",
        caught_by=("step3/server/quit_from_telnet",),
    ),
    _wrong(
        name="quit_inside_a_text",
        mistake="looks for QUIT anywhere in the line",
        old='if line == "QUIT":',
        new='if "QUIT" in line:',
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    _wrong(
        name="quit_at_the_end_of_a_text",
        mistake="looks for QUIT at the end of a line",
        old='if line == "QUIT":',
        new='if line.endswith("QUIT"):',
        caught_by=("step1/server/command_words_in_a_text",),
    ),
    _wrong(
        name="joins_again_after_quit",
        mistake="forgets the name at QUIT, and lets the same connection join anew",
        old=_QUIT,
        new="""                if line == "QUIT":
                    self.remove_client(client)
                    client.username = ""
                    self.add_client(client)
                    continue
""",
        caught_by=("step3/server/after_quit_nothing_counts",),
    ),
    _wrong(
        name="goes_on_after_quit",
        mistake="says goodbye at QUIT, and goes on with the next line",
        old=_QUIT,
        new="""                if line == "QUIT":
                    self.remove_client(client)
                    continue
""",
        caught_by=("step3/server/after_quit_nothing_counts",),
    ),
    # Recipients that die
    _wrong(
        name="the_first_dead_recipient_evicts_the_sender",
        mistake="lets the exception of a dead recipient out of the broadcast, into the thread of the sender",
        old="            self.try_send(client, message)\n",
        new="            client.send(message)\n",
        caught_by=(_MID_BROADCAST, _AFTER_A_DEATH),
    ),
    _wrong(
        name="the_first_dead_recipient_ends_the_broadcast",
        mistake="stops a broadcast at the first recipient that is dead",
        old=_SENDING_TO_EACH,
        new="""            try:
                client.send(message)
            except OSError:
                client.hang_up()
                break
        return len(recipients)
""",
        caught_by=(_MID_BROADCAST,),
    ),
    _wrong(
        name="a_dead_recipient_evicts_the_sender",
        mistake="sends to all, and then raises on behalf of a dead recipient in the thread of the sender",
        old=_SENDING_TO_EACH,
        new="""            try:
                client.send(message)
            except OSError as error:
                failed = error
        if "failed" in locals():
            raise failed
        return len(recipients)
""",
        caught_by=(
            _MID_BROADCAST,
            _AFTER_A_DEATH,
        ),
    ),
    _wrong(
        name="removes_from_the_list_it_loops_over",
        mistake="removes dead recipients from the list that it loops over, so that the next one is skipped",
        old=_SENDING_TO_EACH,
        new="""            try:
                client.send(message)
            except OSError:
                recipients.remove(client)
                client.hang_up()
        return len(recipients)
""",
        caught_by=(_MID_BROADCAST,),
    ),
    _wrong(
        name="a_lock_taken_twice_in_a_broadcast",
        mistake="removes a dead recipient while it holds the lock that removing takes",
        old=_SENDING_TO_EACH,
        new="""            with self.lock:
                try:
                    client.send(message)
                except OSError:
                    self.remove_client(client)
        return len(recipients)
""",
        caught_by=(
            _MID_BROADCAST,
            _AFTER_A_DEATH,
        ),
    ),
    _wrong(
        name="a_lock_that_is_never_given_back",
        mistake="calls acquire() and release() without `finally`: an exception keeps the lock",
        old=_SENDING_TO_EACH,
        new="""            self.lock.acquire()
            client.send(message)
            self.lock.release()
        return len(recipients)
""",
        caught_by=(
            _MID_BROADCAST,
            _AFTER_A_DEATH,
        ),
    ),
    _wrong(
        name="a_dead_recipient_is_announced_by_all",
        mistake="says that somebody has left wherever sending fails, and in the client's own thread once more",
        old=_FAILED,
        new="""        except OSError:
            client.hang_up()
            self.broadcast(f"USER_LEFT:{client.username}", exclude_client=client)
""",
        caught_by=(_MID_BROADCAST,),
    ),
    _wrong(
        name="a_dead_recipient_is_announced_to_the_dead",
        mistake="broadcasts that a recipient is dead to the dead recipient as well: that fails again, and again",
        old=_FAILED,
        new="""        except OSError:
            self.broadcast(f"USER_LEFT:{client.username}")
            client.hang_up()
""",
        caught_by=(_MID_BROADCAST,),
    ),
    _wrong(
        name="a_second_removal_raises",
        mistake="removes a dead recipient from the list, where its own thread has removed it already",
        old=_FAILED,
        new="""        except OSError:
            self.remove_client(client)
            self.clients.remove(client)
""",
        caught_by=(_MID_BROADCAST,),
    ),
    # Lines that are no lines
    _wrong(
        name="dies_of_bytes_that_are_not_utf8",
        mistake="does not expect that decoding can fail",
        old=_NOT_UTF8,
        new="",
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="bytes_that_are_not_utf8_end_the_connection",
        mistake="ends the connection of whoever sends bytes that are not UTF-8",
        old='                self.send("ERROR:not UTF-8")\n                continue\n',
        new='                self.send("ERROR:not UTF-8")\n                return\n',
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="a_prompt_behind_a_refused_line",
        mistake="asks for another line, without a newline, after one that is not UTF-8",
        old=_NOT_UTF8,
        new=_NOT_UTF8.replace("continue", 'self.sock.sendall(b"Try again: ")\n                continue'),
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="bytes_that_are_not_utf8_are_replaced",
        mistake="broadcasts question marks where bytes are not UTF-8",
        old=_NOT_UTF8,
        new='            line = line.decode("utf-8", "replace").encode()\n',
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="bytes_that_are_not_utf8_are_ignored",
        mistake="leaves out bytes that are not UTF-8 and broadcasts the rest",
        old=_NOT_UTF8,
        new='            line = line.decode("utf-8", "ignore").encode()\n',
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="no_answer_to_bytes_that_are_not_utf8",
        mistake="throws a line away that is not UTF-8, without a word",
        old='                self.send("ERROR:not UTF-8")\n',
        new="",
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="half_a_pair_of_utf16_is_text",
        mistake="finds nothing wrong with half a pair of UTF-16 in UTF-8, and cannot decode it afterwards",
        old="        data.decode()\n",
        new='        data.decode("utf-8", "surrogatepass")\n',
        caught_by=("step3/server/bytes_that_are_not_utf8",),
    ),
    _wrong(
        name="a_long_line_ends_the_connection",
        mistake="ends the connection of whoever sends too long a line",
        old=_TOO_LONG,
        new='                self.send("ERROR:line too long")\n                return\n',
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="a_long_line_takes_others_along",
        mistake="throws away all that came with the end of too long a line",
        old="                    data = self.stream.readline(MAX_LINE)\n",
        new="                    data = self.stream.read1(MAX_LINE)\n",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="a_whole_piece_has_no_newline",
        mistake="takes a piece that is as long as may be read for one whose newline is still to come",
        old='                while data and not data.endswith(b"\\n"):\n',
        new="                while len(data) >= MAX_LINE:\n",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="too_long_is_counted_in_the_text",
        mistake="does not count the command among the bytes of a line",
        old="            if len(line) > MAX_LINE:\n",
        new='            if len(line.partition(b":")[2]) > MAX_LINE:\n',
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="a_line_is_measured_in_letters",
        mistake="lets a line pass that has no more than 4096 letters, in however many bytes",
        old="            if len(line) > MAX_LINE:\n",
        new='            if len(line.decode(errors="replace")) > MAX_LINE:\n',
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="last_words_of_those_who_have_gone",
        mistake="looks whether somebody is still there before it does what they said last",
        old="                self.obey(client, line)\n",
        new="""\
                client.sock.setblocking(False)
                try:
                    if not client.sock.recv(1, socket.MSG_PEEK):
                        break
                except BlockingIOError:
                    pass
                finally:
                    client.sock.setblocking(True)
                self.obey(client, line)
""",
        caught_by=("step3/server/leaving_by_half_closing",),
    ),
    _wrong(
        name="who_left_takes_the_name_along",
        mistake="frees a name when its holder leaves, and forgets whoever has it once that was told",
        old="""\
            if client not in self.clients:
                return
            self.clients.remove(client)
""",
        new="""\
            if client not in self.clients:
                return
            self.clients.remove(client)
        self.try_send(client, "Goodbye")
        with self.lock:
            self.clients = [other for other in self.clients if other.username != client.username or not client.username]
""",
        caught_by=("step3/server/coming_back_after_leaving",),
    ),
    _wrong(
        name="a_farewell_for_each_name",
        mistake="says USER_LEFT once for each name, and not when somebody leaves again",
        old=_FAREWELL,
        new="""\
            if client.username not in vars(self).setdefault("told", set()):
                vars(self)["told"].add(client.username)
                self.broadcast(f"USER_LEFT:{client.username}")
""",
        caught_by=("step3/server/coming_back_after_leaving",),
    ),
    _wrong(
        name="no_answer_to_a_long_line",
        mistake="throws too long a line away without a word",
        old=_TOO_LONG,
        new="                continue\n",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="a_long_line_is_delivered",
        mistake="sends lines on that are too long",
        old="MAX_LINE = 4096",
        new="MAX_LINE = 100_000_000",
        caught_by=("step3/server/a_line_that_is_too_long", "step3/server/a_line_without_end"),
    ),
    _wrong(
        name="a_long_line_is_cut",
        mistake="takes the first 4096 bytes of too long a line for a line",
        old="            if len(line) > MAX_LINE:\n",
        new="            if False:\n",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="a_long_line_is_buffered",
        mistake="collects too long a line to its end before it looks at its length",
        old='readline(MAX_LINE + len("\\r\\n"))',
        new="readline()",
        caught_by=("step3/server/a_line_without_end",),
    ),
    _wrong(
        name="too_long_a_line_is_given_up",
        mistake="looks for the end of too long a line in its first megabyte only, and waits then for ever",
        old="""\
                while data and not data.endswith(b"\\n"):
                    data = self.stream.readline(MAX_LINE)
""",
        new="""\
                pieces = iter(range(1_000_000 // MAX_LINE))
                while data and not data.endswith(b"\\n"):
                    if next(pieces, None) is None:
                        threading.Event().wait()
                    data = self.stream.readline(MAX_LINE)
""",
        caught_by=("step3/server/a_line_without_end",),
    ),
    _wrong(
        name="the_longest_line_is_too_long",
        mistake="refuses a line of exactly 4096 bytes",
        old="            if len(line) > MAX_LINE:\n",
        new="            if len(line) >= MAX_LINE:\n",
        caught_by=("step1/server/a_long_line",),
    ),
    _wrong(
        name="lines_of_1024_bytes",
        mistake="refuses lines of more than 1024 bytes",
        old="MAX_LINE = 4096",
        new="MAX_LINE = 1024",
        caught_by=("step1/server/a_long_line",),
    ),
    # Ctrl+C
    _wrong(
        name="threads_keep_the_server_alive",
        mistake="does not set daemon_threads: Ctrl+C waits for everyone to leave",
        old="    daemon_threads = True\n",
        new="    daemon_threads = False\n",
        caught_by=("step3/server/ctrl_c_ends_the_server",),
    ),
    _wrong(
        name="strangers_keep_the_server_alive",
        mistake="hangs up on all who have joined when it gets Ctrl+C, and waits for those who have not",
        old="    daemon_threads = True\n",
        new="""\
    def server_close(self):
        for client in self.clients:
            if client.username:
                client.hang_up()
        super().server_close()
""",
        caught_by=("step3/server/ctrl_c_ends_the_server",),
    ),
    _wrong(
        name="ctrl_c_is_ignored",
        mistake="catches Ctrl+C and goes on",
        old='            log("Chat server stopped")\n',
        new="            self.serve_forever()\n",
        caught_by=("step3/server/ctrl_c_ends_the_server",),
    ),
    _wrong(
        name="the_refused_leave_under_the_name_of_another",
        mistake="remembers a name before it looks whether it is in use: its holder seems to leave with the twin",
        old="        with self.lock:\n            if any(other.username == username for other in self.clients):\n",
        new="""        client.username = username
        with self.lock:
            if any(other.username == username for other in self.clients if other is not client):
""",
        caught_by=(
            "step2/server/the_refused_may_try_another_name",
            "step2/server/a_refused_twin_goes_in_silence",
        ),
    ),
    _wrong(
        name="a_loop_takes_the_variable",
        mistake="uses the variable of its own client for those in a loop as well, and takes the last of them along",
        old=TALKING,
        new=with_a_loop("""                if line.startswith("MESSAGE:"):
                    for client in list(self.clients):
                        log(f"{client.username} should have heard that")
"""),
        caught_by=(_BY_QUIT, _BY_CLOSING, _BY_RESET, "step2/server/names_are_free_again"),
    ),
    _wrong(
        name="a_loop_takes_the_variable_from_behind",
        mistake="uses the variable of its own client for those in a loop from the end of the list as well",
        old=TALKING,
        new=with_a_loop("""                for client in reversed(self.clients[:]):
                    log(f"{client.username} should know that")
"""),
        caught_by=(_BY_QUIT, _BY_QUIT_AND_CLOSING, _BY_HALF_CLOSING),
    ),
    _wrong(
        name="joining_takes_the_variable",
        mistake="uses the variable of its own client for those who hear that it joined",
        old=TALKING,
        new=with_a_loop("""                if line.startswith("MESSAGE:"):
                    client = me
                for client in [other for other in self.clients if other is not me and line.startswith("JOIN:")]:
                    log(f"{client.username} should know that")
"""),
        caught_by=(_BY_QUIT_AND_CLOSING,),
    ),
    _wrong(
        name="one_leaver_for_all",
        mistake="keeps who is leaving in an attribute of the server, which all threads share",
        old="""            log(f"User '{client.username}' disconnected")
"""
        + _FAREWELL,
        new="""            self.leaver = client.username
            log(f"User '{client.username}' disconnected")
            self.broadcast(f"USER_LEFT:{self.leaver}")
""",
        caught_by=("step3/server/several_leave_at_once",),
    ),
    _wrong(
        name="a_new_list_of_those_who_stay",
        mistake="makes a new list of those who stay without holding the lock: whoever comes meanwhile is lost",
        old="        with self.lock:\n" + _REMOVING,
        new="""        others = list(self.clients)
        others.remove(client)
        self.clients = others
""",
        caught_by=("step3/server/people_come_and_go_while_others_talk",),
    ),
    _wrong(
        name="loops_over_the_list_itself",
        mistake="loops over the list of clients while other threads change it",
        old="        for client in recipients:\n",
        new="""        for client in self.clients:
            if client is exclude_client or not client.username:
                continue
""",
        caught_by=("step3/server/leaving_in_mid_broadcast",),
    ),
    _wrong(
        name="one_at_a_time_reads_a_line",
        mistake="holds a lock that all share until the line that somebody began has ended",
        old=_END_OF_LINES,
        new="""while self.stream.peek(1):
            with vars(socketserver).setdefault("reading", threading.Lock()):
                data = self.stream.readline(MAX_LINE + len("\\r\\n"))""",
        caught_by=("step3/server/half_a_line",),
    ),
    _wrong(
        name="the_rest_of_a_long_line_is_a_line",
        mistake="refuses the beginning of too long a line, and takes the rest for lines of its own",
        old="""                while data and not data.endswith(b"\\n"):
                    data = self.stream.readline(MAX_LINE)
""",
        new="",
        caught_by=("step3/server/a_line_that_is_too_long",),
    ),
    _wrong(
        name="skips_a_long_line_for_ever",
        mistake="looks for the newline of too long a line, and never for the end of the connection",
        old='                while data and not data.endswith(b"\\n"):\n',
        new='                while not data.endswith(b"\\n"):\n',
        caught_by=("step3/server/half_a_line",),
    ),
]
