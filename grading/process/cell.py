"""What surrounds the fork server of one grading: its folders, its account, what it sees of the disk, its limits.

With `bubblewrap` it sees nothing but the interpreter, the stage and the copies of the work, and no process but its own.
Without, the stage does itself what the system allows (`stage/confining.py`). What is missing has a name and a line.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import site
import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from grading.course import KIT
from grading.process import jail
from grading.process.jail import Jail
from grading.stage import messages
from grading.submission.scratch import OF_SYSTEM, Place

if sys.platform == "win32":
    from grading.system import jobs

STAGE = ("grading/__init__.py", "grading/stage")  # all that programs need of the kit
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store")
SETTINGS = (  # in /etc, of the system; no secrets
    "alternatives", "ca-certificates", "gai.conf", "group", "host.conf", "hostname", "hosts", "ld.so.cache",
    "ld.so.conf", "ld.so.conf.d", "locale.alias", "localtime", "mime.types", "networks", "nsswitch.conf", "passwd",
    "pki", "protocols", "resolv.conf", "services", "ssl", "terminfo", "timezone",
)  # fmt: skip
PACKAGES = ("site-packages", "dist-packages")  # how the folders are called into which packages are installed
DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "shm")  # in /dev, harmless ones
NAMESPACES = ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--new-session", "--as-pid-1")
KEPT_RIGHTS = ("CAP_KILL", "CAP_SETGID", "CAP_SETUID")  # of a root that starts programs as somebody else
FIRST_SPARE, SPARE = 20_000, 40_000  # accounts that nobody has: where they begin, and how many
LAYERS = {
    "files": "programs can read what you can",
    "room": "programs can fill the disk",
    "processes": "programs see other processes",
    "network": "programs can reach other services",
    "account": "programs run in your account",
    "rights": "programs have the rights of root",
    "calls": "programs can take memory that nobody counts",
    "limits": "programs can take what there is of memory, processors and processes",
}
COUNTS_PER_NAMESPACE = (5, 14)  # the Linux that counts a user's processes in each user namespace


@dataclass(frozen=True)
class Way:
    """How a fork server is started: what stands before its command, what it is held to, and what it lacks."""

    before: tuple[str, ...]
    cell: messages.Cell
    lacks: frozenset[str] = frozenset()

    def command(self, descriptor: int) -> list[str]:
        """Return what to start; `descriptor` is its end of the line to us."""
        stage = [sys.executable, "-m", "grading.stage", "serve", str(descriptor), json.dumps(self.cell)]
        return [*self.before, *stage]


def spare_account() -> int:
    """Return the number of an account that nobody else uses just now, where we can become anybody; else 0."""
    if sys.platform != "linux" or os.geteuid():
        return 0
    number = FIRST_SPARE + os.getpid() % SPARE
    return number if _has(number, "/proc/self/uid_map") and _has(number, "/proc/self/gid_map") else 0


def _has(number: int, table: str) -> bool:
    """Tell whether there is such an account here; some containers have few, see user_namespaces(7)."""
    try:
        rows = [[int(field) for field in line.split()] for line in Path(table).read_text().splitlines()]
    except OSError:  # there is no /proc
        return False
    return any(first <= number < first + count for first, _, count in rows)


def ways(rules: Jail, place: Place) -> Iterator[Way]:
    """Yield the ways to start a fork server, the safest first."""
    around = frozenset() if jail.is_alone() else frozenset({"network"})
    around |= frozenset() if place.is_limited else frozenset({"room"})
    wrap = shutil.which("bwrap") if sys.platform == "linux" and rules.walls else None
    if wrap:
        yield Way((wrap, *_walls(rules, place)), _cell(rules, place.owner, ["calls"]), around)
    paths = [*_interpreter(), *map(str, place.folders)]
    user = place.owner if all(map(_is_open, paths)) else 0
    lacks = around | ({"account"} if not user else set())
    layers = ["processes", "files", "rights", "calls"] if sys.platform == "linux" and rules.walls else []
    for own in [layers, layers[1:], []] if layers else [[]]:
        rights = {"rights"} if place.owner else set()
        missing = ({"processes", "files", "calls"} | rights) - set(own)
        yield Way((), _cell(rules, user, own, place), lacks | missing)


def _cell(rules: Jail, user: int, layers: list[str] | None = None, place: Place | None = None) -> messages.Cell:
    writes = [*map(str, place.folders)] if place else []
    devices = [f"/dev/{name}" for name in DEVICES]
    limits = {name: limit for name, limit in asdict(rules.limits).items() if limit is not None}
    return {
        "layers": layers or [],
        "reads": [*_readable(), *_kit(), "/proc"],
        "writes": [*writes, *devices],
        "user": user,
        "limits": limits,
        "counts_processes": bool(user) or bool(not place and _counts_per_namespace()),
    }


def _walls(rules: Jail, place: Place) -> Iterator[str]:
    """Yield the words by which `bwrap` shows a program what it needs, and nothing else."""
    yield from NAMESPACES
    yield from ("--cap-drop", "ALL")
    if sys.platform != "win32" and os.geteuid() == 0:
        for right in KEPT_RIGHTS:
            yield from ("--cap-add", right)
    else:
        yield "--unshare-user"
    yield from ("--proc", "/proc", "--dev", "/dev")
    for folder in OF_SYSTEM:
        if made := place.of_system.get(folder):
            yield from ("--bind", str(made), folder)
        else:  # how many files it holds, nobody limits there
            yield from ("--perms", "1777", "--size", str(messages.SYSTEM_BYTES), "--tmpfs", folder)
    known: set[str] = set()
    within = [path for path in _readable() if Path(path).is_relative_to(KIT)]
    around = [path for path in _readable() if path not in within]
    for path in around:
        yield from _seen(path, known)
    if any(KIT.is_relative_to(path) for path in around):
        yield from ("--tmpfs", str(KIT))
    for path in (*within, *_kit()):
        yield from _seen(path, known)
    for folder in map(str, place.folders):
        yield from _parents(folder, known)
        yield from ("--bind", folder, folder)
    yield from ("--remount-ro", "/", "--chdir", str(KIT))


def _seen(path: str, known: set[str]) -> Iterator[str]:
    yield from _parents(path, known)
    if os.path.islink(path) and os.path.dirname(path) == "/":
        yield from ("--symlink", os.readlink(path), path)
    else:
        yield from ("--ro-bind", path, path)
    known.add(path)


def _parents(path: str, known: set[str]) -> Iterator[str]:
    """Yield how the folders above `path` are made: they would be closed to others otherwise."""
    for folder in map(str, reversed(Path(path).parents)):
        if folder not in known | {"/", "/tmp", "/dev", "/dev/shm"}:
            known.add(folder)
            yield from ("--perms", "0755", "--dir", folder)


def _kit() -> list[str]:
    return [str(KIT / name) for name in STAGE]


def _readable() -> list[str]:
    """Return what programs may read, besides the kit: the system and the interpreter, each thing once."""
    settings = [f"/etc/{name}" for name in SETTINGS]
    paths = [path for path in (*SYSTEM, *settings, *_interpreter()) if os.path.exists(path)]
    found: list[str] = []
    for path in sorted(dict.fromkeys(paths), key=len):
        if not any(path.startswith(f"{other}/") for other in found):
            found.append(path)
    return found


def _interpreter() -> list[str]:
    """Return the folders in which this Python finds itself and its modules."""
    homes = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    homes += [os.path.dirname(os.path.realpath(sys.executable)), os.path.dirname(sys.executable)]
    chosen = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    modules = [os.path.abspath(entry) for entry in sys.path if entry.endswith(PACKAGES) or entry in chosen]
    forbidden = {str(path) for path in (KIT, *KIT.parents, Path.home(), *Path.home().parents)}
    return [path for path in dict.fromkeys([*homes, *modules]) if path not in forbidden and _is_ours(path)]


def _is_ours(path: str) -> bool:
    """Tell whether a folder belongs to the interpreter: the kit's own folders do not."""
    inside = Path(path).is_relative_to(KIT)
    return not inside or Path(path).is_relative_to(sys.prefix)


def _is_open(path: str) -> bool:
    """Tell whether other accounts can come as far as `path`."""
    try:
        return all(os.stat(folder).st_mode & 0o001 for folder in Path(path).absolute().parents)
    except OSError:
        return False


def _counts_per_namespace() -> bool:
    numbers = [int(part) for part in platform.release().split(".")[:2] if part.isdigit()]
    return tuple(numbers) >= COUNTS_PER_NAMESPACE


def own_packages() -> dict[str, str]:
    """Return the variable by which a program with another home finds what was installed for this user alone."""
    return {"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}


def lacking_without_fork() -> frozenset[str]:
    """Return what does not surround programs that are started one by one: on Windows, a Job Object does its part."""
    held = frozenset({"limits", "calls"} if sys.platform == "win32" and jobs.can_limit() else ())
    return frozenset(LAYERS) - held


def told(lacks: Collection[str]) -> str:
    """Return a line about what does not hold programs here; empty where everything does."""
    missing = [sentence for layer, sentence in LAYERS.items() if layer in lacks]
    if not missing:
        return ""
    wanted = sys.platform == "linux" and not shutil.which("bwrap")
    return f"The jail has gaps here: {'; '.join(missing)}.{' Installing bubblewrap closes them.' * wanted}"
