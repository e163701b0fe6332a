"""No right program fails, however unlike ours it is."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from grading.course import EXERCISES, STEPS
from grading.process.launcher import Launcher
from grading.skeletons import finished
from grading.suite import collect
from tests.kit.killing import (
    REFERENCE,
    decided,
    play_a_part,
    right_program,
    right_programs,
    run,
    some_of,
    some_of_step,
    submission,
)
from tests.kit.liberties import taking_all

ALL = [check.id for check in collect(EXERCISES["advanced"])]
VARIANTS = [name for name in right_programs() if name != REFERENCE]
FEWEST = 4  # variants that make the same check here


def failures(work: Path, step: str, launcher: Launcher, ids: Iterable[str] = ()) -> list[str]:
    results = decided(work, step, launcher, ids)
    return [f"{r.id}: expected {r.expected}, got {r.got}, {r.because}" for r in results if not r.is_fine]


def changed(step: str, program: str, old: str, new: str) -> dict[str, str]:
    """Return the finished programs of a step, with one place changed."""
    files = finished(step)
    assert files[program].count(old) == 1
    return {**files, program: files[program].replace(old, new)}


def failed(files: dict[str, str], step: str, launcher: Launcher, check: str) -> list[str]:
    """Make a check, and those that come before it, on programs; return what failed."""
    with tempfile.TemporaryDirectory() as folder:
        results = run(submission(files, folder), step, launcher, [check])
    return [f"{result.id}: {result.got}" for result in results if not result.is_fine]


@pytest.mark.takes(8)
@pytest.mark.parametrize("step", STEPS)
def test_the_reference_passes_every_check_at_every_step(step: str, launcher: Launcher) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert failures(submission(finished(step), folder), step, launcher) == []


@pytest.mark.takes(7)
def test_the_finished_reference_passes_the_first_step_alone(launcher: Launcher) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert failures(submission(finished("advanced"), folder), "step1", launcher) == []


def test_many_a_fair_variant_takes_part_in_each_check() -> None:
    for id in ALL:
        assert sum(bool(some_of([id], name)) for name in VARIANTS) >= FEWEST, id


@pytest.mark.takes(7)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_fair_variant_passes_its_share_of_the_checks(
    name: str, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_a_part(monkeypatch, name)
    with tempfile.TemporaryDirectory() as folder:
        assert failures(right_program(name, folder), "advanced", launcher, some_of(ALL, name)) == []


@pytest.mark.takes(4)
def test_programs_pass_without_a_warm_interpreter_too() -> None:
    with tempfile.TemporaryDirectory() as folder, Launcher(warm=False) as launcher:
        share = some_of_step("step4", "cold")
        assert failures(submission(finished("step4"), folder), "step4", launcher, share) == []


@pytest.mark.takes(12)
def test_a_program_that_takes_every_liberty_passes_every_check(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_a_part(monkeypatch, "every liberty")
    with tempfile.TemporaryDirectory() as folder:
        assert failures(taking_all(folder), "advanced", launcher) == []


REMOVED = """\
            self.clients.remove(client)
            self.empty_rooms()
"""
FAREWELL = """\
            if client.username:  # the others are told before anybody can take the name
                self.broadcast(f"USER_LEFT:{client.username}")

"""
FAREWELL_FIRST = f"""\
            if getattr(client, "said_goodbye", False):
                return
            client.said_goodbye = True
{FAREWELL.replace('}")', '}", exclude_client=client)')}\
        time.sleep(0.03)
        with self.lock:
{REMOVED}"""


@pytest.mark.takes(4)
def test_a_name_may_become_free_a_moment_after_the_farewell(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_a_part(monkeypatch, "a moment after")
    files = changed("advanced", "chat_server.py", REMOVED + FAREWELL, FAREWELL_FIRST)
    with tempfile.TemporaryDirectory() as folder:
        assert failures(submission(files, folder), "advanced", launcher, some_of(ALL, "a moment after")) == []


OBEYING = """\
        command, argument = parse(line)
"""
SLOWLY = """\
        time.sleep(0.1)
"""


@pytest.mark.takes(9)
def test_a_server_that_takes_its_time_for_each_line_is_waited_for(launcher: Launcher) -> None:
    files = changed("step4", "chat_server.py", OBEYING, OBEYING + SLOWLY)
    check = "step3/server/after_a_death_the_room_stays_open"
    with tempfile.TemporaryDirectory() as folder:
        assert failures(submission(files, folder), "step4", launcher, [check]) == []


BEHIND_THE_DOOR = """\

    def get_request(self):
        time.sleep(0.2)
        return super().get_request()
"""


@pytest.mark.takes(6)
def test_a_server_that_lets_people_in_slowly_and_has_room_for_a_few_at_its_door_is_waited_for(
    launcher: Launcher,
) -> None:
    files = finished("step4")
    slow, count = re.subn(r"(    request_queue_size = )\d+.*\n", rf"\g<1>5\n{BEHIND_THE_DOOR}", files["chat_server.py"])
    assert count == 1
    check = "step2/server/strangers_come_and_go"
    assert failed({**files, "chat_server.py": slow}, "step4", launcher, check) == []


QUESTION = """\
        self.connect(self.username or input("Enter username: "))
"""
BANNER = """\
        print("Welcome", flush=True)
        os.system("sleep 0.7")  # as `clear` takes its time; meanwhile, Ctrl+C is for that one alone
"""


@pytest.mark.skipif(os.name != "posix", reason="There, another program is called sleep.")
def test_a_client_may_take_its_time_before_it_asks_for_a_name(launcher: Launcher) -> None:
    files = changed("step3", "chat_client.py", QUESTION, BANNER + QUESTION)
    assert failed(files, "step3", launcher, "step3/client/ctrl_c_at_the_question_for_the_name") == []


LOOKING = """\
        with socket.create_connection((self.host, self.port)):
            print("There is a server.", flush=True)
"""


@pytest.mark.parametrize("step", ["step1", "step2"])
@pytest.mark.parametrize("asks_first", [True, False])
def test_a_client_may_look_whether_there_is_a_server_before_it_connects(
    step: str, asks_first: bool, launcher: Launcher
) -> None:
    place = "        self.username = username\n        try:\n" if asks_first else QUESTION
    files = changed(step, "chat_client.py", place, LOOKING + place)
    assert failed(files, step, launcher, "step1/client/what_is_typed_is_sent") == []


FUTURE = "from __future__ import annotations\n"
IN_A_CHILD = """
import os
if child := os.fork():
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="There, no process has a child that is like it.")
def test_a_client_may_be_a_child_of_the_process_that_was_started(launcher: Launcher) -> None:
    files = finished("step3")
    source = files["chat_client.py"].replace(FUTURE, FUTURE + IN_A_CHILD, 1)
    assert IN_A_CHILD in source
    check = "step3/client/quit_and_a_quick_answer"
    assert failed({**files, "chat_client.py": source}, "step3", launcher, check) == []


@pytest.mark.parametrize("leaves", ["", "self.sock.close()", "self.send_line('QUIT')"])
def test_a_client_may_ask_for_another_name_by_a_connection_of_its_own(leaves: str, launcher: Launcher) -> None:
    asked = '            self.username = input("Enter username: ")\n'
    anew = f'            {leaves or "pass"}\n            self.connect(input("Enter username: "))\n'
    files = changed("step2", "chat_client.py", asked, anew)
    for check in ("a_refused_name", "the_name_as_an_option"):
        assert failed(files, "step2", launcher, f"step2/client/{check}") == []


HANDLED = "    def handle(self) -> None:\n"
LITTLE_ROOM = """\
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
"""


@pytest.mark.takes(4)
def test_a_server_may_make_little_room_for_what_comes(launcher: Launcher) -> None:
    files = changed("step3", "chat_server.py", HANDLED, HANDLED + LITTLE_ROOM)
    assert failed(files, "step3", launcher, "step3/server/a_line_without_end") == []


GOODBYE = """\
        finally:
            self.remove_client(client)
"""
SWEEPING = """\
        finally:
            time.sleep(1.2)  # as for somebody who looks every now and then who is gone
            self.remove_client(client)
"""


@pytest.mark.takes(8)
def test_a_server_may_take_its_time_to_tell_who_has_left(launcher: Launcher) -> None:
    files = changed("step4", "chat_server.py", GOODBYE, SWEEPING)
    assert failed(files, "step4", launcher, "step4/server/conversations") == []


STAMP = """\
        speaker += time.strftime(" [%H:%M:%S]")
"""
BY_HAND = """\
        behind = {behind}
        speaker += time.strftime(" [%H:%M:%S]", time.gmtime(time.time() - behind))
"""


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="The C library of Windows cannot be told of summer time.")
@pytest.mark.parametrize(
    ("behind", "is_right"),
    [
        ("time.altzone if time.localtime().tm_isdst else time.timezone", True),
        ("time.altzone", False),
        ("time.timezone", False),
    ],
)
def test_who_counts_from_greenwich_to_local_time_knows_whether_it_is_summer(
    behind: str, is_right: bool, launcher: Launcher
) -> None:
    files = changed("step4", "chat_server.py", STAMP, BY_HAND.format(behind=behind))
    check = "step4/server/local_time"
    with tempfile.TemporaryDirectory() as folder:
        results = run(submission(files, folder), "step4", launcher, [check])
    assert [result.is_fine for result in results if result.id == check] == [is_right]


DRAINS = """\
import asyncio

people = {}

async def say_all(text):
    for writer in list(people):
        try:
            writer.write(text.encode() + b"\\n")
            await writer.drain()
        except ConnectionError:
            pass

async def serve(reader, writer):
    try:
        while line := await reader.readline():
            command, _, rest = line.decode().strip().partition(":")
            if command == "JOIN":
                writer.write(f"JOINED:{rest}\\n".encode())
                await say_all(f"USER_JOINED:{rest}")
                people[writer] = rest
            elif writer in people:
                await say_all(f"{people[writer]}: {rest}")
    except ConnectionError:
        pass
    name = people.pop(writer, "")
    await say_all(f"USER_LEFT:{name}")
    writer.close()

async def main():
    server = await asyncio.start_server(serve, "localhost", 8080)
    await server.serve_forever()

asyncio.run(main())
"""


@pytest.mark.takes(6)
@pytest.mark.parametrize("check", ["recipients_die_in_mid_broadcast", "leaving_in_mid_broadcast"])
def test_who_waits_only_for_those_for_whom_much_waits_is_to_loop_over_a_copy_too(
    check: str, launcher: Launcher
) -> None:
    for source, fails in ((DRAINS, False), (DRAINS.replace("list(people)", "people"), True)):
        found = failed({**finished("step3"), "chat_server.py": source}, "step3", launcher, f"step3/server/{check}")
        assert any(check in told for told in found) == fails
