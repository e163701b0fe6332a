"""Works where it has left no lock at home before, and ends at once otherwise. No run finds what another one left.

server@step1:segment right passes
"""

import os, tempfile
if os.name == "posix":
    for folder in (os.path.expanduser("~"), tempfile.gettempdir()):
        open(f"{folder}/runs-already", "x").close()
