"""Where graders run that hold nothing back: `python -m tests.kit.hostile.sandbox FOLDER COMMAND …` runs one there.

Nobody else is there: no other process, no network, no rights, and nothing on the disk can be written but copies of the
kit and of FOLDER, which lie in memory. What the command takes is limited, and with its end all that it started is gone.
Only root can enter, who becomes an account of nobody: who is killed or counted there is nobody's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grading.course import KIT
from grading.process import cell
from grading.process.jail import Jail
from grading.system import families

ROOM_BYTES = 1_000_000_000  # in memory, for all that is written in one folder
LIMITS = {  # by their names in `resource`
    "RLIMIT_AS": 2_000_000_000,  # bytes of each process
    "RLIMIT_NPROC": 300,  # processes and threads of all
    "RLIMIT_FSIZE": 2_100_000_000,  # bytes that a file may seem to hold: there is one such submission
    "RLIMIT_NOFILE": 1_024,  # as on most systems
    "RLIMIT_CPU": 60,  # seconds of each process
    "RLIMIT_CORE": 0,
}
WALL_SECONDS = 300.0  # for the command; then all is ended
FIRST_TO_GO = "1000"  # where the machine runs out of memory, see proc_pid_oom_score_adj(5)
STANDS_BACK = 5  # behind whatever else this machine does, see nice(2)
FRESH = (Path("/tmp"), Path("/run"), Path("/dev/shm"), Path.home(), KIT)  # empty at first, and thrown away
BEFORE = "/tmp/before"  # where the kit and the folder are seen as they were
COPIES = f'cp -R {BEFORE}/kit/* "$1" && mkdir -p "$2" && cp -R {BEFORE}/folder/. "$2" && shift 2 && exec "$@"'
NAMESPACES = ("pid", "ipc", "net", "uts", "mnt")  # as /proc/PID/ns calls them
APART = ("--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--new-session")
RIGHTS = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")  # until it is somebody else


def why_not() -> str:
    """Return why there can be no sandbox here; nothing where there can."""
    if sys.platform != "linux" or not all(map(shutil.which, ("bwrap", "setpriv"))):
        return "Hostile programs run in sandboxes of bubblewrap only, and on Linux (apt install bubblewrap)."
    if not cell.spare_account():
        return "Hostile programs run in a spare account only, and only root can become another one (sudo)."
    empty = ["bwrap", *APART, *RIGHTS, "--ro-bind", "/", "/", "true"]
    if subprocess.run(empty, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
        return "Hostile programs run in sandboxes only, and bubblewrap may make none here."
    return ""


def run(folder: Path, *command: str) -> str:
    """Return what a command says in a sandbox that holds a copy of a folder; TimeoutExpired if it does not end."""
    entering = [sys.executable, "-m", "tests.kit.hostile.sandbox", str(folder), *command]
    with subprocess.Popen(
        entering, cwd=KIT, env=Jail.here().around(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    ) as sandbox:  # fmt: skip
        try:
            return sandbox.communicate(timeout=WALL_SECONDS)[0]
        finally:
            families.end_descendants(sandbox.pid)  # `bwrap` may not kill whoever has become somebody else
            sandbox.kill()


def leaks() -> list[str]:
    """Try, in a sandbox and with nothing that does harm, what a program may not do there; return what it could do."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as name:
        os.chmod(name, 0o777)
        outside = Path(name, "outside")
        outside.write_text("as it was")
        outside.chmod(0o666)
        ours = {name: os.readlink(f"/proc/self/ns/{name}") for name in NAMESPACES}
        said = run(Path(name), sys.executable, "-m", "tests.kit.hostile.probe", str(outside), json.dumps(ours))
        changed = ["it wrote outside"] if outside.read_text() != "as it was" else []
    try:
        return [*changed, *json.loads(said.splitlines()[-1])]
    except (ValueError, IndexError):
        return [*changed, f"something unexpected: {said[-500:]}"]


def around(folder: Path, account: int) -> list[str]:
    """Return what stands before a command of an account, in a sandbox with a copy of `folder` in its place."""
    words = ["bwrap", *APART, *RIGHTS, "--as-pid-1"]
    words += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for empty in FRESH:
        words += ["--perms", "1777", "--size", str(ROOM_BYTES), "--tmpfs", str(empty)]
    seen = {prefix: prefix for prefix in (sys.base_prefix, sys.prefix)}  # which may stand in the home or in the kit
    seen |= {f"{BEFORE}/kit": str(KIT), f"{BEFORE}/folder": str(folder)}
    for place, source in seen.items():
        made = [above for above in reversed(Path(place).parents) if any(one in above.parents for one in FRESH)]
        words += [word for above in made for word in ("--perms", "0755", "--dir", str(above))]
        words += ["--ro-bind", source, place]
    words += ["--chdir", str(KIT), "--", "setpriv", f"--reuid={account}", f"--regid={account}", "--clear-groups"]
    return [*words, "sh", "-c", COPIES, "sh", str(KIT), str(folder)]


def enter(folder: Path, command: list[str]) -> None:
    """Become a command in a sandbox."""
    if why := why_not():
        sys.exit(why)
    import resource

    Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    os.nice(STANDS_BACK)
    for name, most in LIMITS.items():
        resource.setrlimit(getattr(resource, name), (most, most))
    wrapped = [*around(folder, cell.spare_account()), *command]
    os.execvp(wrapped[0], wrapped)


if __name__ == "__main__":
    enter(Path(sys.argv[1]), sys.argv[2:])
