"""`grader.py play step3`: a student's server, people whom one lets talk to it, and a drawing of all that passes."""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import ssl
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from grading.cli import needs
from grading.cli.names import Unknown, exercise_named
from grading.cli.wiring import can_be_saved, saves
from grading.course import CHALLENGES, EXERCISES, KIT, Exercise
from grading.people.certificates import make_certificates
from grading.process.launcher import Launcher
from grading.process.patience import SLICE
from grading.process.production import Production
from grading.results.unmet import Unmet
from grading.results.visible import visible
from grading.showing.rolling import Rolling
from grading.showing.terminal import command, make_console, shown_path
from grading.start.ending import FAILED, PASSED, UNUSABLE
from grading.submission.arriving import arrived
from grading.submission.values import BadSubmission, Submission, TooBig
from grading.wire.play import Play
from grading.wire.record import Record
from grading.wire.scene import HELP, HELP_LINES, QUIT, SERVER, Act, Misunderstood, read_scene, understood

ENCRYPTED = CHALLENGES["bonus/encryption"]  # whose people speak TLS


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `play`."""
    parser.add_argument("step", nargs="+", metavar="STEP", help=", ".join(EXERCISES))
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder with the server (default: steps/STEP)")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="what happens, a line each, as you would type it")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write a picture of the whole talk (SVG) at the end")
    started = "start the server with all that comes behind: --with --log chat.log"
    parser.add_argument("--with", dest="args", nargs=argparse.REMAINDER, default=[], metavar="ARGUMENT", help=started)


def run(arguments: argparse.Namespace) -> int:
    """Play what is typed, or a scene; return the exit status."""
    try:
        exercise = _with_server(EXERCISES[exercise_named(arguments.step)])
        scene = _scene(arguments.scene)
        submission = _server(Path(os.path.realpath(arguments.work or KIT / "steps" / exercise.name)), exercise)
    except OSError as error:
        print(f"{visible(shown_path(arguments.scene))} cannot be read: {error.strerror}.")
        return UNUSABLE
    except (Unknown, BadSubmission, TooBig, Misunderstood) as error:
        print(visible(str(error)))
        return UNUSABLE
    if not can_be_saved(arguments.save):
        return UNUSABLE
    screen = Rolling(make_console(), SERVER)
    if not needs.has_all(exercise, screen):
        return UNUSABLE
    record = Record(screen)
    place = ["--work", str(arguments.work)] if arguments.work else []
    again = command(exercise.name, *place)
    status = _plays(submission, exercise, arguments.args, record, scene, screen, again)
    return saves(arguments.save, record, f"Playing with the server of {exercise.name}", status)


def _with_server(exercise: Exercise) -> Exercise:
    """Return the exercise; Unknown where no server is written in it."""
    if any(role.name == "server" for role in exercise.roles):
        return exercise
    raise Unknown(f"No server is written in {exercise.name}. What passes between its programs, tap shows.")


def _scene(path: Path | None) -> list[Act] | None:
    """Return what is in a file, or comes where no person types; None where one does."""
    if path:
        return read_scene(path.read_text("utf-8-sig", "replace").splitlines())
    if sys.stdin and sys.stdin.isatty():
        return None
    return read_scene(sys.stdin or [])


def _server(work: Path, exercise: Exercise) -> Submission:
    """Return the folder with the server; BadSubmission or TooBig where there is none, or too much."""
    program = exercise.program("server")
    is_folder = os.path.isdir(work)
    submission = arrived(work) if not is_folder or os.path.isfile(work / program) else Submission({})
    if program not in submission:
        raise BadSubmission(f"{program} is not in {shown_path(work)}.")
    return submission


def _plays(
    submission: Submission,
    exercise: Exercise,
    args: list[str],
    record: Record,
    scene: list[Act] | None,
    screen: Rolling,
    again: str,
) -> int:
    """Let the server run, and play; return the exit status. What grades that server is called `again`."""
    with Launcher() as launcher, contextlib.closing(Production(launcher, submission, exercise)) as production:
        secret, context = _secrets(production) if exercise is ENCRYPTED else ((), None)
        with contextlib.closing(Play(production, exercise, record, (*secret, *args), context)) as play:
            try:
                play.begins()
                if context:
                    screen.says("All speak TLS. What the arrows show is all that somebody on the way can see.")
                return _follows(scene, play, screen) if scene is not None else _listens(play, screen)
            except Unmet as unmet:
                play.prints()
                screen.says(f"Nobody can come in: {unmet.got}. Why: {again}")
                return FAILED
            except KeyboardInterrupt:
                screen.ends()
                screen.says("Stopped.")
                return PASSED


def _secrets(production: Production) -> tuple[tuple[str, ...], ssl.SSLContext]:
    """Return with what a server is started that speaks TLS, and whom people believe."""
    certificates = production.once(make_certificates)
    return certificates.right.args, certificates.context()


def _follows(scene: Iterable[Act], play: Play, screen: Rolling) -> int:
    """Play a scene to its end."""
    for act in scene:
        if act.verb == QUIT:
            break
        try:
            _does(act, play, screen)
        except Misunderstood as error:  # often as the server has hung up: that is what is to be seen
            screen.says(str(error))
    play.finishes()
    return PASSED


def _listens(play: Play, screen: Rolling) -> int:
    """Play what a person types."""
    screen.says("Your server runs. Type for example: Alice joins, Alice: hello, help, quit.")
    for line in _typed(play, screen):
        try:
            act = understood(line)
            if act and act.verb == QUIT:
                break
            if act:
                _does(act, play, screen)
        except Misunderstood as error:
            screen.says(str(error))
    screen.ends()
    play.finishes()
    return PASSED


def _does(act: Act, play: Play, screen: Rolling) -> None:
    if act.verb == HELP:
        screen.says(*(f"  {line}" for line in HELP_LINES))
    else:
        play.does(act)


def _typed(play: Play, screen: Rolling) -> Iterator[str]:
    """Yield each line that is typed; meanwhile, show what the server prints."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_reads_keyboard, args=(lines,), daemon=True).start()
    while True:
        screen.asks()
        line = _awaited(lines, play)
        screen.was_answered()
        if not line:
            return
        yield line


def _reads_keyboard(lines: queue.SimpleQueue[str]) -> None:
    while True:
        try:
            line = sys.stdin.readline()
        except (OSError, ValueError):
            line = ""
        lines.put(line)
        if not line:
            return


def _awaited(lines: queue.SimpleQueue[str], play: Play) -> str:
    while True:
        with contextlib.suppress(queue.Empty):
            return lines.get(timeout=SLICE)
        play.looks_up()
