"""Grade a class: what is stored already is not run again, and what cannot be graded is told and is no 0."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from grading.course import Exercise
from grading.exports import spreadsheet, whole_json
from grading.exports.spreadsheet import AGAIN, GRADED, REFUSED
from grading.grade import versions_here
from grading.klass.arrival import Arrival, Class
from grading.klass.identities import Moved, moved
from grading.klass.parcel import Order
from grading.klass.recipes import recipes
from grading.klass.reuse import Known, known_of, left, together
from grading.klass.shards import Shard
from grading.klass.store import GONE, Line, Store, name_of
from grading.klass.team import Graders, Outcome, Task
from grading.results.values import ERROR, CheckResult, Grade, Versions
from grading.submission.values import Submission
from grading.suite import collect
from grading.system import files
from grading.telling.choice import to_tell

TABLE, LINES, INDEX = "results.csv", "results.jsonl", "results.sha256"


@dataclass(frozen=True)
class Watching:
    """Who is told of what happens meanwhile; nobody, as a rule."""

    starts: Callable[[int], None] = lambda count: None
    progresses: Callable[[str, int, int], None] = lambda who, done, left: None
    ended: Callable[[str, Outcome], None] = lambda who, outcome: None


@dataclass
class Batch:
    """One class at one exercise, and the results that are there."""

    arrived: Class
    exercise: Exercise
    store: Store
    seed: int | None = None
    shard: Shard | None = None  # the part that is graded here; None for all
    faults: dict[str, Grade] = field(default_factory=dict)  # by the name that a result would have
    fresh: set[str] = field(default_factory=set)  # the names of results that were found just now
    before: dict[str, Line] = field(default_factory=dict)  # what everybody had, by the log
    moved: Moved = field(default_factory=Moved)  # against that
    pythons: tuple[str, ...] = ()  # with which all of it was graded before, if never with this one
    _points: dict[str, tuple[int, int, bool]] = field(default_factory=dict)  # that results are known to give
    _older: list[tuple[Versions, dict[str, str]]] = field(default_factory=list)  # what decided checks before

    def name(self, one: Arrival) -> str:
        """Return what the result of a submission is called; nothing where there is none to grade."""
        if not one.submission:
            return ""
        return name_of(one.submission.digest, self.exercise.name, versions_here(self.exercise), self.seed)

    def runs(self, graders: Graders, watching: Watching, counts: bool = True) -> None:
        """Grade what has no result yet; write down who got what if it counts."""
        own = {one.who: one.submission.digest if one.submission else "" for one in self.arrived.arrivals}
        self.before = dict(self.store.last)
        self.moved = moved(self.before, own)
        whose: dict[str, list[Arrival]] = {}
        for one in self.arrived.arrivals:
            whose.setdefault(self.name(one), []).append(one)
        todo = [own[0] for name, own in whose.items() if name and self._is_ours(name) and not self.store.has(name)]
        tasks = self._tasks(todo)
        watching.starts(len(tasks))
        for outcome in graders.grades(tasks, watching.progresses):
            if outcome.is_last:
                outcome = self._whole(outcome)
                name = self._keeps(outcome)
                if counts:
                    self._logs(whose.get(name, []))
            watching.ended(outcome.task.who, outcome)

    def _is_ours(self, name: str) -> bool:
        return self.shard is None or self.shard.has(name)

    def _tasks(self, todo: list[Arrival]) -> list[Task]:
        """Return what is to be run; whatever is known already is not, not even in part."""
        if not todo:
            return []
        self._older = self.store.recipes(self.exercise.name)
        before, here = {_python(versions) for versions, _ in self._older}, _python(versions_here(self.exercise))
        self.pythons = () if here in before else tuple(sorted(before))
        self.store.remembers(self.exercise.name, versions_here(self.exercise), recipes(self.exercise))
        return [task for one in todo if one.submission and (task := self._task(one.who, one.submission))]

    def _task(self, who: str, submission: Submission) -> Task | None:
        older, known = self._known(submission)
        only = left(collect(self.exercise), known) if known else None
        if older and only is not None and not only:
            checks, versions = together(collect(self.exercise), known), versions_here(self.exercise)
            self._keep(replace(older, checks=checks, versions=versions))
            return None
        return Task(who, Order(self.exercise.key, self.seed, submission, only))

    def _known(self, submission: Submission) -> tuple[Grade | None, Known]:
        """Return what was found out with other versions and would be the same today; and one of those grades."""
        grade, known, today = None, dict[str, CheckResult](), recipes(self.exercise)
        for versions, decided in self._older:
            name = name_of(submission.digest, self.exercise.name, versions, self.seed)
            if self.store.has(name) and (older := self.store.read(name)):
                grade = older
                found = known_of(older).items()
                known.update((id, check) for id, check in found if decided.get(id) == today.get(id, ""))
        return grade, known

    def _whole(self, outcome: Outcome) -> Outcome:
        """Return how a task ended, with all that was known before."""
        grade, order = outcome.grade, outcome.task.order
        if grade is None or order.only is None:
            return outcome
        found = {check.id: check for check in grade.checks if not check.is_waiting}
        checks = together(collect(self.exercise), {**self._known(order.submission)[1], **found})
        return replace(outcome, grade=replace(grade, checks=checks))

    def _keeps(self, outcome: Outcome) -> str:
        """Write a result down, and return its name; what is our fault is remembered for today only."""
        if outcome.grade and not outcome.grade.is_fault:
            name = self._keep(outcome.grade)
            self.fresh.add(name)
            return name
        order = outcome.task.order
        name = name_of(order.submission.digest, self.exercise.name, versions_here(self.exercise), order.seed)
        self.faults[name] = outcome.grade or self._lost(order, outcome.trouble)
        return name

    def _keep(self, grade: Grade) -> str:
        name = self.store.keep(grade)
        self._points[name] = _points(grade)
        return name

    def _lost(self, order: Order, why: str) -> Grade:
        """Return the grade of a submission that nobody could grade: our fault, and no 0."""
        checks = (replace(check.untried(), outcome=ERROR, got=why) for check in collect(self.exercise))
        versions = versions_here(self.exercise)
        return Grade(self.exercise.name, tuple(checks), order.submission.digest, versions, order.seed)

    def grade(self, one: Arrival) -> Grade | None:
        """Return somebody's grade; None where there is none."""
        name = self.name(one)
        found = self.faults.get(name) or (self.store.read(name) if name else None)
        if found:
            self._points[name] = _points(found)
        return found

    def line(self, one: Arrival) -> Line:
        """Return what somebody gets, as the log says it; what it says already is not looked up again."""
        name = self.name(one)
        last = self.store.last.get(one.who)
        if last and last.name == name and last.state == GRADED and self.store.has(name):
            return last
        if not one.submission:
            return Line(one.who, "", None, None, REFUSED, False)
        if name in self.faults or not (name in self._points or self.grade(one)):
            return Line(one.who, "", None, None, AGAIN, False)
        points, max_points, passed = self._points[name]
        return Line(one.who, name, points, max_points, GRADED, passed)

    def _logs(self, arrivals: Iterable[Arrival]) -> None:
        lines = []
        for one in arrivals:
            line = replace(self.line(one), submission=one.submission.digest if one.submission else None)
            lines.append((line, {**self._with_what(), "late": one.late, "trouble": one.trouble}))
        self.store.log(lines)

    def _with_what(self) -> dict[str, object]:
        return {"exercise": self.exercise.name, **vars(versions_here(self.exercise)), "seed": self.seed}

    def lines(self) -> list[Line]:
        """Return what everybody gets."""
        return [self.line(one) for one in self.arrived.arrivals]

    def counts(self) -> None:
        """Write down what everybody has, in the log and for the whole class."""
        self._exports()
        self._logs(self.arrived.arrivals)
        left = [*self.moved.gone, *self.moved.renamed]
        self.store.log((Line(who, "", None, None, GONE, False), self._with_what()) for who in left)

    def _exports(self) -> None:
        """Write the table and the lines of the whole class, unless those that are there are the same."""
        everyone = self.arrived.arrivals
        rows = [
            (*_of_a_class(one), one.who, self.name(one) or one.word, self.name(one) in self.faults) for one in everyone
        ]
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        paths = [self.store.folder / name for name in (TABLE, LINES, INDEX)]
        if (
            not self.faults
            and all(path.is_file() for path in paths)
            and paths[2].read_text("ascii", "replace") == digest
        ):
            return
        ids = [check.id for check in collect(self.exercise)]
        table = [spreadsheet.head(ids, spreadsheet.OF_A_CLASS)]
        files.replace(paths[1], self._whole_lines(table, ids), for_good=True)
        files.replace(paths[0], (row.encode("utf-8", "backslashreplace") for row in table), for_good=True)
        files.replace(paths[2], [digest.encode()], for_good=True)

    def _whole_lines(self, table: list[str], ids: list[str]) -> Iterator[bytes]:
        """Yield a line for each grade, and put its row into `table`: no more than one grade is read at a time."""
        for one in self.arrived.arrivals:
            if grade := self.grade(one):
                table.append(spreadsheet.row(one.who, grade, ids, _of_a_class(one)))
                yield whole_json.lines([(one.who, grade)]).encode("utf-8", "backslashreplace")
            elif not one.submission:
                more = _of_a_class(one)
                table.append(spreadsheet.refused(one.who, self.exercise.name, one.word, ids, more))

    def _whole_grades(self) -> Iterator[tuple[str, Grade]]:
        for one in self.arrived.arrivals:
            if grade := self.grade(one):
                yield one.who, grade

    def graded(self) -> Iterator[tuple[str, Grade]]:
        """Yield everybody's grade, with no other story than the one that is told."""
        for who, grade in self._whole_grades():
            yield who, _slim(grade)


def _of_a_class(one: Arrival) -> tuple[str, str]:
    """Return what stands of somebody in the columns that only a class has."""
    return one.name, "late" if one.late else ""


def _python(versions: Versions) -> str:
    return f"{versions.python} on {versions.platform}"


def _points(grade: Grade) -> tuple[int, int, bool]:
    return grade.points, grade.max_points, grade.passed


def _slim(grade: Grade) -> Grade:
    """Return a grade without what was said meanwhile, but for the failure that is told: a class of them fits."""
    told = to_tell(grade)
    checks = (check if told and check.id == told.id else replace(check, events=()) for check in grade.checks)
    return replace(grade, checks=tuple(checks))


@dataclass(frozen=True)
class Change:
    """What a check would give that it did not give before, or the other way round."""

    who: str
    check: str  # its id; empty where the whole result is new or gone
    before: int | None
    after: int | None


def changes(batch: Batch) -> list[Change]:
    """Return every point that somebody gains or loses against what the log said."""
    found = []
    for last, new, one in _then_and_now(batch):
        before = last.points if last else None
        if last == new or before is new.points is None:
            continue
        old, grade = batch.store.read(last.name) if last and last.name else None, batch.grade(one)
        if not old or not grade or new.state != GRADED:
            found.append(Change(one.who, "", before, new.points))
        else:
            found += list(_between(one.who, old, grade))
    return [*found, *(Change(who, "", batch.before[who].points, None) for who in batch.moved.gone)]


def regraded(batch: Batch) -> list[Change]:
    """Return whoever had points by the log, and has others now, or none."""
    had = ((last.points, new.points, one.who) for last, new, one in _then_and_now(batch) if last)
    return [Change(who, "", before, after) for before, after, who in had if before is not None and before != after]


def _then_and_now(batch: Batch) -> Iterator[tuple[Line | None, Line, Arrival]]:
    """Yield what everybody had, under whatever name, and has now."""
    renamed = {new: old for old, new in batch.moved.renamed.items()}
    for one in batch.arrived.arrivals:
        last = batch.before.get(renamed.get(one.who, one.who))
        yield replace(last, who=one.who) if last else None, batch.line(one), one


def _between(who: str, old: Grade, new: Grade) -> Iterator[Change]:
    before, after = ({check.id: check.points for check in grade.checks} for grade in (old, new))
    for id in dict.fromkeys([*before, *after]):
        if before.get(id) != after.get(id):
            yield Change(who, id, before.get(id), after.get(id))


def default_folder(submissions: Path, exercise: Exercise) -> Path:
    """Return where the results of a class go: beside what it handed in, never into it."""
    real = submissions.resolve()
    return real.with_name(f"{real.name}-{exercise.name.replace('/', '-')}-results")
