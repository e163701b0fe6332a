"""Grade a chat server and client: `python grader.py step3`. Everything else is in README.md."""

import os
import sys

if sys.version_info < (3, 10):  # an older Python must be able to read this file, but no other
    sys.stderr.write("This kit needs Python 3.10 or newer; this is Python %d.%d. " % sys.version_info[:2])
    sys.stderr.write("Type python3 or py instead, or get a newer one from https://www.python.org/downloads\n")
    sys.exit(2)


HERE = os.path.dirname(os.path.abspath(__file__))
OF_OTHERS = ("pytest", "rich")  # that are needed, too
NEVER_IMPORTED = ("test", "this")  # of Python's own


def hiding(folder):  # type: (str) -> str
    """Return what lies in a folder in the way of a module that is needed; empty if nothing does."""
    names = set(sys.stdlib_module_names).union(OF_OTHERS).difference(NEVER_IMPORTED)
    try:
        found = sorted(os.listdir(folder))
    except OSError:  # there is no such folder
        return ""
    for name in found:
        module, ending = os.path.splitext(name)
        if module in names and (ending == ".py" or os.path.isfile(os.path.join(folder, name, "__init__.py"))):
            return name
    return ""


def looks_elsewhere():  # type: () -> None
    """Look for no module where a shell or an editor adds a folder whose files hide what is needed."""
    added = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    spoilt = [entry for entry in added if entry and os.path.realpath(entry) != os.path.realpath(HERE) and hiding(entry)]
    if spoilt:
        os.environ["PYTHONPATH"] = os.pathsep.join(entry for entry in added if entry not in spoilt)
        gone = set(map(os.path.realpath, spoilt))
        sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) not in gone]


def main():  # type: () -> int
    """Grade, in a Python that has what this needs."""
    from grading.start import environment

    environment.ensure(maintainer=sys.argv[1:2] == ["kit"])
    from grading.cli.main import main as run

    ending.tidies_up_at_ctrl_c()
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.path.insert(0, HERE)  # some shells tell Python not to look here
    looks_elsewhere()
    if hiding(HERE):  # nothing of it is ever run
        sys.stderr.write("%s beside grader.py hides a part of Python that is needed: " % hiding(HERE))
        sys.stderr.write("give it another name, or move it to your programs, then run again.\n")
        sys.exit(2)
    try:
        from grading.start import ending

        ending.ends_with(main)
    except KeyboardInterrupt:  # too early for the above
        print("Stopped.")
        sys.exit(130)
