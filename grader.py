"""Grade a chat server and client: `python grader.py step3`. Everything else is in README.md."""

import os
import sys

if sys.version_info < (3, 10):  # an older Python must be able to read this file, but no other
    sys.stderr.write("This kit needs Python 3.10 or newer; this is Python %d.%d. " % sys.version_info[:2])
    sys.stderr.write("Type python3 or py instead, or get a newer one from https://www.python.org/downloads\n")
    sys.exit(2)


def main():  # type: () -> int
    """Grade, in a Python that has what this needs."""
    from grading.start import environment

    environment.ensure(maintainer=sys.argv[1:2] == ["kit"])
    from grading.cli.main import main as run

    ending.tidies_up_at_ctrl_c()
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # some shells tell Python not to look here
    try:
        from grading.start import ending

        ending.ends_with(main)
    except KeyboardInterrupt:  # too early for the above
        print("Stopped.")
        sys.exit(130)
