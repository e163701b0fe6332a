"""Writes entries into its log that nobody can read: nested too deeply, a list for a text. That is its own fault.

server@bonus/log:stay_private right fails
"""

import sys

if "--log" in sys.argv:
    with open(sys.argv[sys.argv.index("--log") + 1], "a") as file:
        file.write('{"kind": "message", "user": "Ann", "text": ["one"]}\n' + "[" * 200_000 + "]" * 200_000 + "\n")
