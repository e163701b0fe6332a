"""What does not start as a person starts it gets no points, whatever the stage makes of it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from grading.course import EXERCISES
from grading.process import real_start
from grading.process.launcher import Launcher
from grading.results.values import FAILED, PASSED, SKIPPED, CheckResult
from grading.skeletons import finished
from grading.suite import collect
from grading.system.addresses import free_port, meet
from tests.kit.killing import run, some_of_step, submission

BY_HAND = {"server": "step1/server/a_start_by_hand", "client": "step1/client/a_start_by_hand"}
BEFORE_HANDLER = "class ChatHandler"


def changed(program: str, old: str, new: str, step: str = "step1") -> dict[str, str]:
    """Return the reference with one place changed."""
    files = finished(step)
    assert old in files[f"chat_{program}.py"]
    return {**files, f"chat_{program}.py": files[f"chat_{program}.py"].replace(old, new, 1)}


def graded(files: dict[str, str], folder: Path, launcher: Launcher, share: str = "") -> dict[str, CheckResult]:
    ids = [*BY_HAND.values(), *some_of_step("step1", share)] if share else []
    return {result.id: result for result in run(submission(files, str(folder)), "step1", launcher, ids)}


def points(results: dict[str, CheckResult], program: str) -> int:
    return sum(result.points for id, result in results.items() if f"/{program}/" in id)


ON_EVERY_PYTHON = {
    "a subclass of Lock": "class Mine(threading.Lock): pass",
    "an unknown attribute": "sys.no_such_thing",
}
BEFORE_3_13 = {
    "an annotation with Lock": "mine: threading.Lock | None = None",
    "isinstance of Lock": "assert isinstance(threading.Lock(), threading.Lock)",
}


@pytest.mark.parametrize("what", ON_EVERY_PYTHON | (BEFORE_3_13 if sys.version_info < (3, 13) else {}))
def test_a_server_that_does_not_start_gets_no_points(what: str, tmp_path: Path, launcher: Launcher) -> None:
    line = {**ON_EVERY_PYTHON, **BEFORE_3_13}[what]
    source = changed("server", BEFORE_HANDLER, f"import sys\n{line}\n\n\n{BEFORE_HANDLER}")
    source["chat_server.py"] = source["chat_server.py"].replace("from __future__ import annotations\n", "")
    results = graded(source, tmp_path, launcher)
    assert points(results, "server") == 0
    assert points(results, "client") > 0


def test_what_the_stage_lets_pass_is_seen_by_hand_and_told_with_its_line(tmp_path: Path, launcher: Launcher) -> None:
    files = {**finished("step1"), "selectors.py": "mine = 42\n"}
    results = graded(files, tmp_path, launcher)
    told = results[BY_HAND["server"]]
    assert told.outcome == FAILED
    assert told.because.startswith("chat_server.py:")
    assert "selectors.py beside it hides Python's own selectors" in told.because
    others = [result for id, result in results.items() if "/server/" in id and result is not told]
    assert {result.outcome for result in others} == {SKIPPED}


def test_bytes_that_python_refuses_are_no_program(tmp_path: Path, launcher: Launcher) -> None:
    files = finished("step1")
    submission(files, str(tmp_path))
    for name, text in files.items():
        (tmp_path / name).write_bytes(b"# caf\xe9\n" + text.encode())
    results = {result.id: result for result in run(tmp_path, "step1", launcher)}
    assert points(results, "server") + points(results, "client") == 0
    assert "SyntaxError" in results[BY_HAND["server"]].because


ADDRESSES = {
    "a port that is none": ("server", "default=8080", "default=80800"),
    "a host with a typo": ("server", 'default="localhost"', 'default="locahlost"'),
    "another port than the server's": ("client", "default=8080", "default=9999"),
    "another port that is none": ("client", "default=8080", "default=80800"),
    "a host with a typo, for the client": ("client", 'default="localhost"', 'default="locahlost"'),
}


@pytest.mark.parametrize("what", ADDRESSES)
def test_an_address_that_cannot_work_gets_no_points(what: str, tmp_path: Path, launcher: Launcher) -> None:
    program, old, new = ADDRESSES[what]
    results = graded(changed(program, old, new), tmp_path, launcher)
    assert points(results, program) <= 1  # it may start, but never meets the other one
    assert all(result.outcome in (FAILED, SKIPPED, PASSED) for result in results.values())


@pytest.mark.takes(6)
def test_two_programs_that_agree_on_another_port_pass(tmp_path: Path, launcher: Launcher) -> None:
    files = {name: text.replace("default=8080", "default=5005") for name, text in finished("step1").items()}
    results = graded(files, tmp_path, launcher)
    assert [id for id, result in results.items() if result.outcome != PASSED] == []


def test_where_the_port_is_in_use_the_programs_are_asked_to_take_another_one(
    tmp_path: Path, launcher: Launcher
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]
        files = {name: text.replace("default=8080", f"default={port}") for name, text in finished("step1").items()}
        results = graded(files, tmp_path, launcher)
    assert [id for id, result in results.items() if result.outcome != PASSED] == []


@pytest.mark.parametrize("program", ("server", "client"))
def test_who_runs_and_does_nothing_when_started_by_hand_is_not_told_as_one_that_ended(
    program: str, tmp_path: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real_start, "seconds_by_hand", lambda: iter([None]))
    idle = "import sys, threading\nif 'grading.stage.control' not in sys.modules:\n    threading.Event().wait()\n"
    files = finished("step1")
    source = f"chat_{program}.py"
    results = graded({**files, source: files[source].replace(FUTURE, FUTURE + idle, 1)}, tmp_path, launcher)
    assert results[BY_HAND[program]].got.startswith("it runs, but never ")


def test_a_client_alone_may_go_to_any_port(tmp_path: Path, launcher: Launcher) -> None:
    files = changed("client", "default=8080", f"default={free_port()}")
    del files["chat_server.py"]
    results = graded(files, tmp_path, launcher)
    assert [id for id, result in results.items() if "/client/" in id and result.outcome != PASSED] == []


MAIN = 'if __name__ == "__main__":\n    main()\n'
SPAWNED = """if __name__ == "__main__":
    import multiprocessing

    multiprocessing.set_start_method("{}")
    process = multiprocessing.Process(target=main)
    process.start()
    process.join()
"""


@pytest.mark.takes(3)
@pytest.mark.parametrize("method", ["spawn"] if sys.platform == "win32" else ["spawn", "fork", "forkserver"])
def test_a_server_may_run_in_a_process_of_its_own(method: str, tmp_path: Path, launcher: Launcher) -> None:
    files = changed("server", MAIN, SPAWNED.format(method))
    results = graded(files, tmp_path, launcher, share=method)
    assert [id for id, result in results.items() if result.outcome != PASSED] == []


FUTURE = "from __future__ import annotations\n"
INTERNAL = """
import socket
import threading

_inner = socket.create_server(("127.0.0.1", {port}))


def _talks_to_itself():
    while True:
        with _inner.accept()[0] as sock:
            sock.sendall(b"for ourselves\\n")


threading.Thread(target=_talks_to_itself, daemon=True).start()
with socket.create_connection(_inner.getsockname()) as _own:
    assert _own.recv(100) == b"for ourselves\\n"
"""


@pytest.mark.parametrize("port", (0, free_port()), ids=("any", "its own"))
def test_a_server_may_listen_for_itself_before_it_listens_for_others(
    port: int, tmp_path: Path, launcher: Launcher
) -> None:
    files = finished("step1")
    files["chat_server.py"] = files["chat_server.py"].replace(FUTURE, FUTURE + INTERNAL.format(port=port), 1)
    results = graded(files, tmp_path, launcher, share=str(bool(port)))
    assert [id for id, result in results.items() if result.outcome != PASSED] == []


ANEW = """
import os
import sys

if not os.environ.get("PYTHONUNBUFFERED"):
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.execv(sys.executable, {words})
"""


@pytest.mark.takes(4)
@pytest.mark.skipif(sys.platform == "win32", reason="There, os.execv starts another process, and ends this one.")
@pytest.mark.parametrize("words", ("[sys.executable, __file__, *sys.argv[1:]]", "sys.orig_argv"))
def test_programs_may_start_themselves_anew(words: str, tmp_path: Path, launcher: Launcher) -> None:
    anew = ANEW.format(words=words)
    files = {name: text.replace(FUTURE, FUTURE + anew) for name, text in finished("step1").items()}
    assert all(anew in text for text in files.values())
    results = graded(files, tmp_path, launcher, share=words)
    assert [id for id, result in results.items() if result.outcome != PASSED] == []


OTHER_VARIABLES = """
import os
import subprocess
import sys

if "OF_OUR_OWN" not in os.environ:
    {start}
"""
STARTS = {
    "subprocess": "sys.exit(subprocess.run([sys.executable, *sys.argv], env={'OF_OUR_OWN': '1'}).returncode)",
    "exec": "os.execve(sys.executable, [sys.executable, *sys.argv], {'OF_OUR_OWN': '1'})",
    "spawn": "pid = os.posix_spawn(sys.executable, [sys.executable, *sys.argv], {'OF_OUR_OWN': '1'})"
    "; sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
}


@pytest.mark.skipif(sys.platform == "win32", reason="There, a program without the usual variables does not even start.")
@pytest.mark.parametrize("start", STARTS)
def test_what_a_server_starts_with_variables_of_its_own_has_the_same_time(
    start: str, tmp_path: Path, launcher: Launcher
) -> None:
    files = finished("step4")
    again = OTHER_VARIABLES.format(start=STARTS[start])
    files["chat_server.py"] = files["chat_server.py"].replace(FUTURE, FUTURE + again, 1)
    of_step = [check.id for check in collect(EXERCISES["step4"]) if check.id.startswith("step4/server/")]
    about_time = [id for id in of_step if not id.endswith("/conversations")]
    results = run(submission(files, str(tmp_path)), "step4", launcher, about_time)
    assert [result.id for result in results if not result.is_fine] == []


def test_who_goes_where_somebody_listens_meets_them() -> None:
    assert meet(("localhost", 8080), ("127.0.0.1", 8080))
    assert meet(("127.0.0.1", 8080), ("", 8080))
    assert meet(("127.0.0.1", 8080), ("::1", 8080))  # which one `localhost` becomes is free
    assert not meet(("localhost", 8080), ("localhost", 8081))
    assert not meet(("192.0.2.1", 8080), ("", 8080))  # an address that is nobody's (RFC 5737)
