"""Scenes played with right and wrong servers: what is drawn of them shows the mistake."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from xml.dom import minidom

import pytest

from grading.course import EXERCISES
from grading.drawing.svg import svg
from grading.drawing.text import WIDTH, Scroll
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.results.events import SEGMENT, SILENCE, Event
from grading.skeletons import finished, handed_out
from grading.submission.values import Submission
from grading.wire.play import Play
from grading.wire.record import Record
from grading.wire.scene import Misunderstood, read_scene
from tests.kit.conftest import grader
from tests.kit.killing import Mutant, submission
from tests.kit.mutants import MUTANTS

TWO = "Alice joins\nBob joins\n"
GLUED = TWO + "glue\nAlice: one\nAlice: two"
LETTER_CUT = TWO + "cut 12\nAlice: schön\nAlice: again"
BOB_STALLS = TWO + "stall Bob\nAlice talks 30\nDan joins"
FREE_LOCK = "        for client in recipients:\n"
HELD_LOCK = Mutant(
    "a_lock_held_while_sending",
    "sends to everyone while it holds the lock",
    "step3",
    "server",
    FREE_LOCK,
    f"        with self.lock:\n  {FREE_LOCK}",
    (),
)


class Watcher:
    """Keeps what is drawn live."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._scroll = Scroll("server")

    def add(self, event: Event) -> None:
        self.lines += self._scroll.add(event)

    def rename(self, name: str, new: str) -> None:
        self._scroll.rename(name, new)


class Played:
    """A scene that was played: what was drawn while it was, what was recorded, and what was said no to."""

    def __init__(self, launcher: Launcher, step: str, files: dict[str, str], scene: str) -> None:
        watcher = Watcher()
        self.record = Record(watcher, clock=lambda: 0.0)
        self.refused: list[str] = []
        work = Submission({name: text.encode() for name, text in files.items()})
        with contextlib.closing(Production(launcher, work, EXERCISES[step])) as production:
            with contextlib.closing(Play(production, EXERCISES[step], self.record)) as play:
                play.begins()
                for act in read_scene(scene.splitlines()):
                    try:
                        play.does(act)
                    except Misunderstood as error:
                        self.refused.append(str(error))
                play.finishes()
        self.text = "\n".join(watcher.lines)

    def sent(self, source: str) -> list[str]:
        """Return the segments that somebody sent."""
        return [event.data for event in self.record.events if (event.kind, event.source) == (SEGMENT, source)]

    def heard(self, who: str) -> str:
        """Return all that somebody heard, however it was cut."""
        events = [event for event in self.record.events if event.kind == SEGMENT]
        return "".join(event.data for event in events if event.target == who)


def mutant(name: str) -> Mutant:
    return next(one for one in MUTANTS if one.name == name)


def test_glued_lines_are_one_segment_and_a_server_that_takes_it_for_one_message_is_seen(launcher: Launcher) -> None:
    right = Played(launcher, "step1", finished("step1"), GLUED)
    assert right.sent("Alice") == ["MESSAGE:one\nMESSAGE:two\n"]
    assert right.heard("Bob") == "one\ntwo\n"
    assert "┌─ MESSAGE:one" in right.text and "└─ MESSAGE:two ─" in right.text
    wrong = Played(launcher, "step1", mutant("one_recv_is_one_message").sources(), GLUED)
    assert wrong.sent("Alice") == right.sent("Alice")
    assert re.search(r"└─ MESSAGE:two ─+▶│$", wrong.text, re.MULTILINE), wrong.text  # Bob hears the command


def test_a_letter_is_cut_and_a_server_that_dies_of_it_is_seen(launcher: Launcher) -> None:
    right = Played(launcher, "step1", finished("step1"), LETTER_CUT)
    assert right.sent("Alice")[:2] == ["MESSAGE:sch\\xc3", "\\xb6n\n"]
    assert right.heard("Bob") == "schön\nagain\n"
    assert "no \\n yet" in right.text
    wrong = Played(launcher, "step1", mutant("decodes_every_chunk").sources(), LETTER_CUT)
    assert "closes the connection" in wrong.text
    assert "UnicodeDecodeError" in wrong.text
    assert wrong.refused == ["Alice is not here. Type: Alice joins"]


def test_who_hears_nothing_of_what_others_hear_is_drawn(launcher: Launcher) -> None:
    scene = "Alice joins\nBob joins\nAlice: one\nBob: two\nEve sends LIST_USERS\\n\nAlice: three"
    right = Played(launcher, "step2", finished("step2"), scene)
    assert "hears nothing" not in right.text
    wrong = Played(launcher, "step2", mutant("not_to_the_sender").sources(), scene)
    assert [event.source for event in wrong.record.events if event.kind == SILENCE and event.source != "server"] == [
        "Alice",
        "Bob",
        "Alice",
    ]


def test_a_traceback_that_comes_in_pieces_is_not_drawn(launcher: Launcher) -> None:
    scene = "Alice joins\nAlice sends boom\\n\nAlice: hi"
    program = finished("step1")["chat_server.py"].replace(
        "        command, argument = parse(line)\n",
        "        if line == 'boom':\n"
        "            print('Traceback (most recent call last):')\n"
        "        else:\n"
        "            print('  File \"a.py\", line 1, in b')\n"
        "        command, argument = parse(line)\n",
        1,
    )
    assert "a.py" not in Played(launcher, "step1", {"chat_server.py": program}, scene).text


def test_who_stops_reading_stops_others_where_a_lock_is_held_while_sending(launcher: Launcher) -> None:
    right = Played(launcher, "step3", finished("step3"), BOB_STALLS)
    assert right.heard("Dan").startswith("JOINED:Dan\n"), right.text
    wrong = Played(launcher, "step3", HELD_LOCK.sources(), BOB_STALLS)
    assert wrong.heard("Dan") == ""
    assert "sends nothing" in wrong.text.rpartition("JOIN:Dan")[2]


def test_who_leaves_resets_or_half_closes_is_drawn_and_the_picture_is_well_formed(launcher: Launcher) -> None:
    scene = TWO + "Cyd joins\nDan joins\nAlice leaves\nBob breaks\nCyd half-closes\nDan sends LO\\xff\nquit"
    played = Played(launcher, "step3", finished("step3"), scene.removesuffix("\nquit"))
    assert [line for line in played.heard("Dan").splitlines() if "LEFT" in line] == [
        f"USER_LEFT:{name}" for name in ("Alice", "Bob", "Cyd")
    ]
    assert max(map(len, played.text.splitlines())) <= WIDTH
    picture = svg(played.record.diagram(), "A scene")
    minidom.parseString(picture)
    for words in ("resets the connection", "closes its sending half", "LO\\xff"):
        assert words in played.text and words in picture


def test_what_cannot_be_done_now_is_told_and_the_scene_goes_on(launcher: Launcher) -> None:
    played = Played(launcher, "step3", finished("step3"), "Bob: hi\nstall Bob\nBob joins\nBob joins\nBob: hi")
    assert played.refused == [
        "Bob is not here. Type: Bob joins",
        "Bob is not here. Type: Bob joins",
        "Bob is here already. Type for example: Bob: hello",
    ]
    assert played.heard("Bob").endswith("Bob: hi\n")


def test_a_scene_is_shown_and_saved_as_a_person_asks_for_it(tmp_path: Path) -> None:
    work = submission(finished("step2"), str(tmp_path))
    scene, picture = tmp_path / "scene.txt", tmp_path / "talk.svg"
    scene.write_text("Alice joins\nAlice: hello\nquit\nAlice: more", "utf-8")
    done = grader("play", "step", "2", "--work", str(work), "--scene", str(scene), "--save", str(picture))
    assert done.returncode == 0, done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80 or str(tmp_path) in done.stdout.splitlines()[-1]
    assert "◀─ Alice: hello ─" in done.stdout and "more" not in done.stdout
    minidom.parse(str(picture))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["play", "step9"], "There is no step9"),
        (["play", "web"], "No server is written in bonus/web."),
        (["play", "bonus"], "Here one at a time: bonus/encryption or"),
        (["play", "step1", "--scene", "no such file"], "no such file cannot be read"),
        (["play", "step1", "--work", "no such folder"], "There is no folder"),
        (["play", "step1", "--work", "solution/README.md"], "chat_server.py is not in"),
        (["tap", "--listen", "9000", "--to", "9000"], "the same port"),
        (["tap", "--listen", "0", "--to", "9000"], "'0' is no port"),
        (["tap", "--listen", "9000"], "required: --to"),
    ],
)
def test_a_wrong_word_on_the_command_line_is_told_in_one_line(words: list[str], told: str) -> None:
    done = grader(*words)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
    assert len((done.stdout + done.stderr).splitlines()) == 1


def played(tmp_path: Path, files: dict[str, str], scene: str, *words: str) -> str:
    """Return what a person sees who plays with a challenge."""
    (tmp_path / "work").mkdir()
    work = submission(files, str(tmp_path / "work"))
    (tmp_path / "scene.txt").write_text(scene, "utf-8")
    return grader("play", words[0], "--work", str(work), "--scene", str(tmp_path / "scene.txt"), *words[1:]).stdout


def test_with_an_encrypted_server_people_speak_tls_and_the_arrows_show_what_others_can_see(tmp_path: Path) -> None:
    seen = played(tmp_path, finished("bonus/encryption"), f"{TWO}Alice: hello\nBob leaves", "encryption")
    arrows = [line for line in seen.splitlines() if re.search("──▶|◀─", line)]
    assert "All speak TLS." in seen
    assert arrows and all(re.search(r"1[467] 03 0[13] … \d+ bytes|closes", line) for line in arrows)
    for said in ("(Alice says MESSAGE:hello)", "]: hello)", "(Alice reads USER_LEFT:Bob)"):
        assert said in seen


def test_with_a_server_that_is_still_in_clear_nobody_agrees_on_a_key(tmp_path: Path) -> None:
    files = {**finished("bonus/encryption"), **handed_out("bonus/encryption")}
    seen = played(tmp_path, files, "Alice joins", "encryption")
    assert "cannot read that: it is no TLS" in seen
    assert "Your server does not agree with Alice on a key." in seen


def test_a_server_is_started_with_what_is_typed_behind_with(tmp_path: Path) -> None:
    seen = played(tmp_path, finished("bonus/log"), "Alice joins", "log", "--with", "--log-bytes", "many")
    assert "usage: chat_server.py" in seen and "it ended with exit status 2" in seen
