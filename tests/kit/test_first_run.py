"""Whatever the Python, the shell and the folder are like, the first run grades, or says in words why it cannot."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
from pathlib import Path

import pytest

from grading.course import KIT, STEP1
from grading.skeletons import finished
from grading.start import ending, installed, venvs
from grading.suite import collect
from tests.kit.killing import submission

PARTS = ["grader.py", "grading", "requirements.txt", "solution", "steps", "tests/step1"]
NOWHERE = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONSTRAINT": ""}
OF_OTHER_PROJECTS = {
    "PIP_USER": "1",
    "PYTEST_ADDOPTS": "-n auto",
    "PYTEST_PLUGINS": "no_such_plugin",
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNDEFAULTENCODING": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONWARNINGS": "error",
}
WEIRD = "[CS101] Networks" if sys.platform == "win32" else "[CS101] a::b"
FIRST_LINE = "from __future__ import annotations\n"
PYTHON_IS_LEFT = "    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\n"
A_PYTHON_IS_CHOSEN = "def _ready(files: list[Path]) -> Path | None:\n"
HERE_IT_COMES = "import os as o, signal as s\no.kill(o.getpid(), s.SIGINT)\n"
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="there, Ctrl+C cannot be pressed for another process")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A copy of the kit as it comes, without a virtual environment."""
    copy = tmp_path / WEIRD
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__")
        if (KIT / part).is_dir():
            shutil.copytree(KIT / part, copy / part, ignore=ignored)
        else:
            copy.mkdir(exist_ok=True)
            shutil.copy(KIT / part, copy / part)
    return copy


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A Python that has no packages."""
    return make_venv(tmp_path / "bare")


def make_venv(folder: Path, *packages_from: str) -> Path:
    """Make a virtual environment that has nothing, or what other folders have; return its Python."""
    with tempfile.TemporaryDirectory() as elsewhere:  # not every folder is welcome
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"{elsewhere}/venv"], check=True)
        shutil.move(f"{elsewhere}/venv", folder)
    (packages(folder) / "others.pth").write_text("".join(f"{folder}\n" for folder in packages_from), "utf-8")
    return venvs._python_of(folder)


def packages(folder: Path) -> Path:
    return next(folder.rglob("site-packages"))


def put(package: str, version: str, folder: Path) -> None:
    """Install an empty package into a folder."""
    about = folder / f"{package}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    (about / "RECORD").write_text(f"{package}/__init__.py,,\n")
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()


def run(kit: Path, python: Path | str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Type `python grader.py` in a copy of the kit."""
    plain = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", **variables}
    command = [str(python), "grader.py", *arguments]
    done = subprocess.run(command, cwd=kit, env=plain, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def insert(text: str, file: Path, after: str) -> None:
    """Change a copy of the kit."""
    old = file.read_text("utf-8")
    assert old.count(after) == 1
    file.write_text(old.replace(after, after + text), "utf-8")


# Which Python


def test_an_old_python_can_read_the_program_that_says_so() -> None:
    ast.parse((KIT / "grader.py").read_text("utf-8"), feature_version=(3, 4))


def test_an_old_python_is_told_what_to_type_instead() -> None:
    pretend = "import sys; sys.version_info = (3, 9, 1); exec(open('grader.py').read())"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=KIT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("This kit needs Python 3.10 or newer; this is Python 3.9. Type python3")


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "tests/kit/requirements.txt",
        "solution/requirements.txt",
        "grading/pages/requirements.txt",
    ],
)
def test_this_python_meets_what_the_kit_asks_for(name: str) -> None:
    assert installed.missing([KIT / name]) == []


@pytest.mark.parametrize(
    ("requirement", "version", "complaint"),
    [
        ("rich>=13.0,<16", "13", ""),
        ("rich>=13.0,<16", "15.9.1", ""),
        ("rich>=13.0,<16", "16.0", "rich>=13.0,<16 (here is 16.0)"),
        ("rich>=13.0,<16", "9.11", "rich>=13.0,<16 (here is 9.11)"),
        ("rich>=13.0,<16", "14.0rc1", ""),
        ("rich >= 13.0", "13.0.1", ""),
        ("rich", "0.1", ""),
        ("rich>=13.0", "", "rich>=13.0"),
        ("rich>=13.0", "unknown", "rich>=13.0 (here is unknown)"),
    ],
)
def test_versions_are_compared_number_by_number(
    requirement: str, version: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "_version", lambda name: version)
    assert installed.complaint(requirement) == complaint


def test_an_old_package_that_the_shell_adds_hides_no_better_one(tmp_path: Path) -> None:
    put("rich", "11.2.0", tmp_path)
    asked = [sys.executable, "-m", "grading.start.installed", "requirements.txt"]
    assert subprocess.run(asked, cwd=KIT, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False).returncode == 0


# A whole first run


@pytest.mark.takes(6)
def test_what_is_too_old_is_named_and_what_pip_said_is_shown(kit: Path, bare: Path) -> None:
    for package, version in {"rich": "11.2.0", "pytest": "6.2.5"}.items():
        put(package, version, packages(bare.parent.parent))
    make_venv(kit / ".venv")
    before = sorted((kit / ".venv").rglob("*"))
    done = run(kit, bare, "step1", "--solution", **NOWHERE, **OF_OTHER_PROJECTS)
    assert done.returncode == 2
    assert "rich>=13.0,<16 (here is 11.2.0). Getting what is missing into .venv-kit, once." in done.stdout
    assert "Its last words: ERROR: No matching distribution found" in done.stderr
    assert sorted((kit / ".venv").rglob("*")) == before
    assert (kit / ".venv-kit" / venvs.MARK).is_file()


@pytest.mark.takes(6)
def test_settings_for_other_projects_do_not_matter(kit: Path, bare: Path, tmp_path: Path) -> None:
    make_venv(kit / ".venv", sysconfig.get_path("purelib"))
    result = tmp_path / "result.json"
    done = run(kit, bare, "step1", "--solution", "--json", str(result), **OF_OTHER_PROJECTS)
    assert (done.returncode, done.stderr) == (0, "")
    titles = [check["title"] for check in json.loads(result.read_text("utf-8"))["checks"]]
    assert titles == [check.untried().title for check in collect(STEP1)]


def test_a_python_told_to_drop_our_sentences_is_started_anew(kit: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-OO", "-P" if sys.version_info >= (3, 11) else "-B", "grader.py", "step1"],
        cwd=kit, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "✗ What one person says, everyone else who is connected hears." in done.stdout


def test_a_fault_of_ours_at_the_start_is_status_3(kit: Path) -> None:
    insert("raise LookupError('we forgot something')\n", kit / "grading" / "cli" / "main.py", after=FIRST_LINE)
    done = run(kit, sys.executable, "step1")
    assert done.returncode == 3
    assert "LookupError: we forgot something. This is not your fault." in done.stdout


@pytest.mark.parametrize("packaged", [True, False])
def test_a_module_that_only_the_typed_python_has_is_explained(
    packaged: bool, kit: Path, bare: Path, tmp_path: Path
) -> None:
    own = packages(bare.parent.parent)
    put("rarely_used", "1.0", own)
    if not packaged:
        shutil.rmtree(own / "rarely_used-1.0.dist-info")
    make_venv(kit / ".venv", sysconfig.get_path("purelib"))
    files = finished("step1")
    files["chat_server.py"] = files["chat_server.py"].replace("import threading", "import rarely_used, threading", 1)
    result, work = tmp_path / "result.json", tmp_path / "work"
    work.mkdir()
    submission(files, str(work))
    assert run(kit, bare, "step1", "--work", str(work), "--json", str(result)).returncode == 1
    because = json.loads(result.read_text("utf-8"))["checks"][0]["because"].splitlines()
    assert because[0].endswith("ModuleNotFoundError: No module named 'rarely_used'")
    assert because[1] == "The Python that you typed has it; the one that grades has not."
    assert because[2].endswith("pip install rarely_used" if packaged else "pip install -r requirements.txt")


@pytest.mark.parametrize("name", ["queue.py", "signal.py", "rich.py", "typing/__init__.py"])
def test_what_lies_beside_the_grader_hides_nothing_and_is_never_run(name: str, kit: Path) -> None:
    hides(kit, name)
    done = run(kit, sys.executable, "step1")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name.partition('/')[0]} beside grader.py hides" in done.stderr


def test_only_what_is_needed_is_in_the_way(kit: Path) -> None:
    for name in ("test.py", "chat_server.py", "queue.txt", "notes/__init__.py"):
        hides(kit, name)
    assert run(kit, sys.executable, "step1", "--work", "nowhere").returncode == 2


@pytest.mark.parametrize("name", ["queue.py", "signal.py", "rich.py", "pytest/__init__.py"])
def test_a_folder_that_an_editor_adds_hides_nothing_and_is_never_run(name: str, kit: Path, tmp_path: Path) -> None:
    hides(tmp_path / "added", name)
    added = os.pathsep.join([str(tmp_path / "nowhere"), str(tmp_path / "added"), str(kit)])
    done = run(kit, sys.executable, "step1", "--work", str(kit), PYTHONPATH=added)
    assert (done.returncode, done.stderr) == (2, "")
    assert "Neither chat_server.py nor chat_client.py is in" in done.stdout


def hides(folder: Path, name: str) -> None:
    """Put something there that tells if it is run."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("raise SystemExit('this was run')\n")


# Ctrl+C


@on_posix
@pytest.mark.parametrize("file", ["start/ending.py", "start/environment.py", "cli/main.py"])
def test_ctrl_c_while_the_grader_starts_is_answered(file: str, kit: Path) -> None:
    insert(HERE_IT_COMES, kit / "grading" / file, after=FIRST_LINE)
    done = run(kit, sys.executable, "step1")
    assert (done.returncode, done.stdout, done.stderr) == (130, "Stopped.\n", "")


@on_posix
@pytest.mark.parametrize(
    ("file", "moment"), [("start/venvs.py", A_PYTHON_IS_CHOSEN), ("start/environment.py", PYTHON_IS_LEFT)]
)
def test_ctrl_c_on_the_way_to_another_python_is_answered(file: str, moment: str, kit: Path, bare: Path) -> None:
    make_venv(kit / ".venv", sysconfig.get_path("purelib"))
    insert(textwrap.indent(HERE_IT_COMES, "    "), kit / "grading" / file, after=moment)
    done = run(kit, bare, "step1")
    assert (done.returncode, done.stdout, done.stderr) == (130, "Stopped.\n", "")


@on_posix
def test_ctrl_c_is_answered_where_python_would_ignore_it() -> None:
    program = """
        import os, signal
        from grading.start import ending

        class Unlucky:
            def __del__(self):
                os.kill(os.getpid(), signal.SIGINT)
                print("going on")

        def main():
            ending.tidies_up_at_ctrl_c()
            Unlucky()
            return 0

        ending.ends_with(main)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=KIT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "Stopped.\n", "")


# Getting what is missing


class Machine:
    """Stands in for all commands that look for something or install it; a broken one says why."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folders = [folder / ".venv", folder / ".venv-kit"]
        self.pythons = [venvs._python_of(folder) for folder in self.folders]
        self.broken: dict[str, str] = {}
        self.commands: list[str] = []
        monkeypatch.setattr(venvs, "FOLDERS", self.folders)
        monkeypatch.setattr(venvs, "_run", self.run)
        monkeypatch.setattr(ending, "tidies_up_at_ctrl_c", lambda: None)

    def run(self, *command: str | Path) -> tuple[bool, str]:
        words = " ".join(map(str, command))
        said = next((said for broken, said in self.broken.items() if broken in words), None)
        if said is not None:
            return False, said
        python = Path(command[0])
        if "grading.start.installed" in words:  # have you got what is needed?
            return any(f"{python} -m pip install" in done or f"{python} install" in done for done in self.commands), ""
        if "-m venv" in words and "--help" not in words:
            made = venvs._python_of(Path(command[-1]))
            made.parent.mkdir(parents=True)
            made.touch()
        self.commands.append(words)
        return python.exists(), ""

    def gets_ready(self) -> Path:
        return venvs.python_with([installed.STUDENTS], ["rich>=13"])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_what_is_missing_is_got_once(machine: Machine) -> None:
    assert machine.gets_ready() == machine.pythons[0]
    count = len(machine.commands)
    assert machine.gets_ready() == machine.pythons[0]
    assert machine.commands[count:] == []


def test_a_venv_of_somebody_else_is_used_if_it_has_what_is_needed(machine: Machine) -> None:
    machine.commands = [f"{machine.pythons[0]} -m pip install"]
    assert machine.gets_ready() == machine.pythons[0]
    assert not machine.folders[0].exists()


@pytest.mark.parametrize("kind", ["a folder", "a file"])
def test_otherwise_it_is_left_alone(kind: str, machine: Machine) -> None:
    if kind == "a file":
        machine.folders[0].touch()
    else:
        machine.folders[0].mkdir()
    assert machine.gets_ready() == machine.pythons[1]
    assert machine.folders[0].is_file() or list(machine.folders[0].iterdir()) == []


def test_two_folders_of_somebody_else_are_too_many(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in machine.folders:
        folder.mkdir()
    with pytest.raises(SystemExit, match="2"):
        machine.gets_ready()
    assert "Please remove .venv-kit." in capsys.readouterr().err


@pytest.mark.parametrize("state", [venvs.IN_WORK, venvs.WHOLE])
def test_only_a_folder_left_behind_in_the_middle_is_made_anew(state: str, machine: Machine) -> None:
    machine.run(sys.executable, "-m", "venv", machine.folders[0])
    venvs._mark(machine.folders[0], state)
    (machine.folders[0] / "a package of the student").touch()
    assert machine.gets_ready() == machine.pythons[0]
    assert (machine.folders[0] / "a package of the student").exists() == (state == venvs.WHOLE)
    assert venvs._state(machine.folders[0]) == venvs.WHOLE


def test_without_ensurepip_the_pip_of_this_python_does(machine: Machine) -> None:
    machine.broken = {"-m ensurepip": "", f"-m venv {machine.folders[0]}": "", f"{machine.pythons[0]} -m pip": ""}
    assert machine.gets_ready() == machine.pythons[0]
    assert any("--without-pip" in command for command in machine.commands)
    assert f"{sys.executable} -m pip --python {machine.pythons[0]} install" in machine.commands[-1]


@pytest.mark.parametrize(
    ("missing", "apt", "advice"),
    [
        ("ensurepip", "/usr/bin/apt", f"sudo apt install python3.{sys.version_info.minor}-venv"),
        ("venv", "/usr/bin/apt", f"sudo apt install python3.{sys.version_info.minor}-venv"),
        ("ensurepip", None, "https://www.python.org/downloads"),
    ],
)
def test_a_missing_part_of_python_is_named_with_what_helps(
    missing: str,
    apt: str | None,
    advice: str,
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: apt)
    machine.broken = {f"-m {missing}": "", f"-m venv {machine.folders[0]}": "", "-m pip": ""}
    with pytest.raises(SystemExit, match="2"):
        machine.gets_ready()
    told = capsys.readouterr().err
    assert f"comes without {missing}" in told
    assert advice in told


@pytest.mark.parametrize("what", ["venv", "pip"])
def test_the_last_words_of_what_fails_are_shown(
    what: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    command = f"-m venv {machine.folders[0]}" if what == "venv" else "-m pip install"
    machine.broken = {command: "Looking in indexes\nERROR: \x1b[31mNo space left\n\n"}
    with pytest.raises(SystemExit, match="2"):
        machine.gets_ready()
    assert "ERROR: [31mNo space left\n" in capsys.readouterr().err


def test_what_pip_was_told_for_other_projects_does_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in venvs.NOT_HERE:
        monkeypatch.setenv(name, "1")
    told = "import os; print([name for name in os.environ if name.startswith(('PIP_', 'PYTHONPATH'))])"
    assert not set(ast.literal_eval(venvs._run(sys.executable, "-c", told)[1])) & set(venvs.NOT_HERE)


def test_of_two_first_runs_one_waits_until_the_other_has_ended() -> None:
    holds = """
import sys
from grading.start import venvs
with venvs._alone():
    print("in", flush=True)
    sys.stdin.read()
"""

    def start() -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", holds], cwd=KIT, stdin=pipe, stdout=pipe, text=True)

    with start() as first:
        assert first.stdout and first.stdout.readline() == "in\n"
        with start() as second:
            assert second.stdout and second.stdout.readline().startswith("Another run")
            first.kill()
            assert second.stdout.readline() == "in\n"
            second.kill()


# The suites
