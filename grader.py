"""Grade a chat server and client: `python grader.py step3`. Everything else is in README.md."""

import sys

from grading import environment

environment.ensure(maintainer=sys.argv[1:2] == ["kit"])

from grading import commands  # noqa: E402

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
