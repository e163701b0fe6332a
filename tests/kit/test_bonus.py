"""The challenges: what is handed out starts and passes what is finished, and the reference and its like pass all."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest

from grading.course import CHALLENGES, EXERCISES, KIT
from grading.people import chromium
from grading.people.secret import SecretRoom
from grading.people.web_room import WebRoom
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.results.values import SKIPPED, CheckResult
from grading.skeletons import all_files, finished, rendered_file
from grading.start.installed import missing
from grading.submission.arriving import arrived
from tests.kit.challengers import SKELETON, Work, own, variants
from tests.kit.killing import REFERENCE, Mutant, kill, play_a_part, run, submission

AT_ONCE = 3  # works that are graded side by side, since they mostly wait
each_challenge = pytest.mark.parametrize("challenge", CHALLENGES)


class Gradings:
    """What the wanted works get, graded side by side."""

    def __init__(self, wanted: list[Work], launcher: Launcher, pool: ThreadPoolExecutor) -> None:
        self.launcher = launcher
        self.futures: dict[Work, Future[list[CheckResult]]] = {work: pool.submit(self._grade, work) for work in wanted}

    def _grade(self, work: Work) -> list[CheckResult]:
        with tempfile.TemporaryDirectory() as folder:
            return run(submission(work.files(), folder), work.challenge, self.launcher, work.ids())

    def results(self, work: Work) -> list[CheckResult]:
        return self.futures[work].result()

    def failures(self, work: Work) -> list[CheckResult]:
        return [result for result in self.results(work) if not result.is_fine]


@pytest.fixture(scope="module")
def gradings(request: pytest.FixtureRequest, launcher: Launcher) -> Iterator[Gradings]:
    params = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    works = [one["work"] for one in params if isinstance(one.get("work"), Work)]
    with ThreadPoolExecutor(AT_ONCE) as pool, pytest.MonkeyPatch.context() as monkeypatch:
        play_a_part(monkeypatch, "challenges")
        yield Gradings(works, launcher, pool)


def told(failures: list[CheckResult]) -> list[str]:
    return [f"{r.id}: expected {r.expected}, got {r.got}, {r.because}" for r in failures]


@pytest.mark.takes(9)
@pytest.mark.parametrize("work", [Work(challenge, REFERENCE) for challenge in CHALLENGES], ids=str)
def test_the_reference_passes_advanced_and_the_challenge(work: Work, gradings: Gradings) -> None:
    assert told(gradings.failures(work)) == []


@pytest.mark.takes(4)
@pytest.mark.parametrize("work", [Work(challenge, SKELETON) for challenge in CHALLENGES], ids=str)
def test_a_skeleton_passes_advanced_and_fails_each_check_of_its_own(work: Work, gradings: Gradings) -> None:
    tried = [result.id for result in gradings.results(work) if result.outcome != SKIPPED]
    assert sorted(result.id for result in gradings.failures(work)) == sorted(set(own(work.challenge)) & set(tried))
    assert any("# TODO: " in text for text in work.files().values())


@pytest.mark.takes(3)
@pytest.mark.parametrize("work", variants(), ids=str)
def test_a_fair_variant_of_a_challenge_passes_it(work: Work, gradings: Gradings) -> None:
    assert told(gradings.failures(work)) == []


def test_what_is_handed_out_is_what_the_solution_renders_to() -> None:
    differing = [str(path) for path, text in all_files().items() if path.read_text("utf-8") != text]
    assert differing == []


@each_challenge
def test_mypy_has_nothing_to_say_about_a_challenge(challenge: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = submission(finished(challenge), folder)
        names = [path.name for path in work.glob("*.py")]
        cache = KIT / ".mypy_cache" / "linux"  # where what Python itself has was read before
        settings = ["--config-file", str(KIT / "pyproject.toml"), "--cache-dir", str(cache), "--platform", "linux"]
        read = [sys.executable, "-m", "mypy", *settings, *names]
        done = subprocess.run(read, cwd=work, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, f"Success: no issues found in {len(names)} source files\n")


def test_each_challenge_says_what_it_needs_exactly_where_it_needs_something() -> None:
    for challenge in CHALLENGES.values():
        assert challenge.pages
        assert (challenge.pages / "requirements.txt").is_file() == bool(challenge.needs)


def test_where_there_is_no_browser_the_page_is_left_out_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", str)
    wanted = [id for id in own("bonus/web") if "/page/" in id]
    with tempfile.TemporaryDirectory() as folder, Launcher() as launcher:
        results = run(submission(finished("bonus/web"), folder), "bonus/web", launcher, wanted)
    found = {(result.outcome, str(result.because)) for result in results if result.id in wanted}
    assert found == {(SKIPPED, chromium.NOT_INSTALLED)}


@pytest.mark.parametrize("step", ["step2", "step3", "step4"])
def test_the_gateway_works_with_the_server_of_an_earlier_step(step: str, launcher: Launcher) -> None:
    challenge = CHALLENGES["bonus/web"]
    with tempfile.TemporaryDirectory() as folder:
        server = finished(step)["chat_server.py"]
        work = arrived(submission({**finished(challenge.name), "chat_server.py": server}, folder))
        with contextlib.closing(Production(launcher, work, challenge)) as production:
            with contextlib.closing(WebRoom(production, EXERCISES[step])) as room:
                room.at_terminals = ("Cyd",)
                ann, cyd = room.enter("Ann", "Cyd")
                ann.says("Is anybody here?")
                cyd.hears(ann, "Is anybody here?")
                cyd.says("I am, at a terminal.")
                ann.hears(cyd, "I am, at a terminal.")
                room.adds_up()


def heard_by_openssl(room: SecretRoom, *typed: str) -> list[str]:
    """Return what `openssl s_client` hears from the server; each line is typed once the last was answered."""
    where = ["-connect", f"localhost:{room.server.listening[0][1]}", "-CAfile", str(room.certificates.ca)]
    command = ["openssl", "s_client", "-quiet", "-verify_return_error", *where]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True) as client:
        assert client.stdin and client.stdout
        heard = []
        for line in typed:
            print(line, file=client.stdin, flush=True)
            heard.append(client.stdout.readline().strip())
        client.kill()
    return heard


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl here")
def test_openssl_talks_with_the_encrypted_reference(launcher: Launcher) -> None:
    challenge = CHALLENGES["bonus/encryption"]
    with tempfile.TemporaryDirectory() as folder:
        work = arrived(submission(finished(challenge.name), folder))
        with contextlib.closing(Production(launcher, work, challenge)) as production:
            with contextlib.closing(SecretRoom(production, challenge)) as room:
                ann = room.connect("Ann")
                ann.joins()
                assert heard_by_openssl(room, "JOIN:Zoe", "LIST_USERS") == ["JOINED:Zoe", "USERS:Ann,Zoe"]
                ann.is_told("USER_JOINED:Zoe")
                ann.is_told("USER_LEFT:Zoe")


def test_what_a_challenge_needs_can_be_found_here_once_it_is_installed() -> None:
    assert [missing(list(challenge.requirements)) for challenge in CHALLENGES.values()] == [[]] * len(CHALLENGES)


def test_in_the_script_of_a_page_two_slashes_stand_for_a_hash(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("  #log { }\n  // STEP bonus: Say it.\n  say();\n\n  // As ever\n  go();  // now\n", "utf-8")
    assert (
        rendered_file(page, "bonus", solved=False)
        == "  #log { }\n  // TODO: Say it.\n\n  // As ever\n  go();  // now\n"
    )
    assert rendered_file(page, "bonus", solved=True) == page.read_text("utf-8").replace("STEP bonus: ", "")


@pytest.mark.takes(2)
@pytest.mark.skipif(os.name != "posix", reason="There, no name of a file holds a colon.")
def test_a_client_that_offers_a_file_up_to_a_colon_is_caught(launcher: Launcher) -> None:
    mutant = Mutant(
        name="files_offered_up_to_a_colon",
        mistake="offers a file under its name up to the first colon",
        step="bonus/files",
        program="client",
        old="printable(os.path.basename(path))",
        new='printable(os.path.basename(path)).partition(":")[0]',
        caught_by=("bonus/files/client/a_file_is_sent",),
    )
    assert kill(mutant, launcher)
