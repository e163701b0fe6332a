"""`grader.py`: show how far each step is. `grader.py bonus`: show how far each challenge is."""

from __future__ import annotations

from pathlib import Path

from grading.cli import hint
from grading.cli.guarding import status_of
from grading.cli.work import handed_in, reference
from grading.course import CHALLENGES, EXERCISES, KIT, STEPS, Exercise
from grading.grade import How, grade, works_of
from grading.home.memory import Memory, Run
from grading.results.values import Grade
from grading.showing import terminal
from grading.showing.terminal import Report
from grading.start import environment
from grading.start.ending import PASSED, UNUSABLE
from grading.start.installed import missing
from grading.submission.values import BadSubmission, TooBig
from grading.suite import collect
from grading.telling.advice import advice


def steps(report: Report) -> int:
    """Grade step after step until one is not finished."""
    report.says("where you stand", "bold")
    found = None
    for step in filter(lambda step: (KIT / "steps" / step).is_dir(), STEPS):
        work = KIT / "steps" / step
        if found and not found.passed:
            won, of = _remembered(EXERCISES[step], work)
            report.bar(step, won, of, hours=EXERCISES[step].hours, note="as graded last" if of else "")
        else:
            submission = handed_in(work, EXERCISES[step])
            found = grade(submission, EXERCISES[step], How(report.progresses, starts=Memory(work).starts()))
            if not Memory(work).last(step):  # else the next run of it alone tells what has changed
                keeps(work, found)
            own = found.of_exercise(step)
            won, of = sum(check.points for check in own), sum(check.at_stake for check in own)
            report.bar(step, won, of, hours=EXERCISES[step].hours)
            if not found.passed:
                report.tells_of_earlier_steps(found)
    if not found:
        report.says("There is no step in steps/.")
        return UNUSABLE
    exercise, again = EXERCISES[found.exercise], terminal.command(found.exercise)
    steps = advice(found, exercise, terminal.typing(KIT / "steps" / exercise.name, again))
    report.ends_with(steps if found.passed else [*steps[:-1][:1], f"What fails, and why: {again}"])
    return status_of(found)


def challenges(is_solution: bool, report: Report) -> int:
    """Grade each challenge that is here, and show how far it is."""
    here = [one for one in CHALLENGES.values() if is_solution or (KIT / "steps" / one.name).is_dir()]
    files = [file for challenge in here for file in challenge.requirements]
    if missing(files):
        environment.go_on_with(files)
    report.says("the challenges", "bold")
    statuses, steps = [PASSED] if here else [UNUSABLE], []
    for challenge in here:
        again = terminal.command(challenge.name, *(["--solution"] if is_solution else []))
        if missing(list(challenge.requirements)):
            steps.append(f"What {challenge.name} needs: {again}")
            continue
        found = _challenge(challenge, is_solution, report)
        statuses.append(status_of(found))
        steps += [] if found.passed else [f"What fails, and why: {again}"]
    report.ends_with(steps or ["All of these pass." if here else "There is no challenge in steps/."])
    return max(statuses)


def _challenge(challenge: Exercise, is_solution: bool, report: Report) -> Grade:
    name = challenge.name
    submission = reference(challenge) if is_solution else handed_in(KIT / "steps" / name, challenge)
    found = grade(submission, challenge, How(report.progresses))
    own = found.of_exercise(name)
    report.bar(name, sum(c.points for c in own), sum(c.at_stake for c in own), max(map(len, CHALLENGES)))
    report.tells_of_earlier_steps(found)
    return found


def _remembered(exercise: Exercise, work: Path) -> tuple[int, int]:
    """Return what the last run of a later step won, of how much; zeros where its work is another one by now."""
    run = Memory(work).last(exercise.name)
    try:
        if not run or run.works != works_of(handed_in(work, exercise), exercise):
            return 0, 0
    except (BadSubmission, TooBig):
        return 0, 0
    own = [check for check in collect(exercise) if check.exercise is exercise and check.id in run.true | run.not_true]
    return sum(one.terms.points for one in own if one.id in run.true), sum(one.terms.points for one in own)


def keeps(work: Path, found: Grade) -> None:
    """Remember a grading of what is in a folder."""
    memory = Memory(work)
    hint.keeps(memory, found)
    memory.keeps(found.exercise, (memory.last(found.exercise) or Run()).followed_by(found))
