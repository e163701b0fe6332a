"""Says that it listens at ports that are no numbers, or no ports.

server none fails
"""

import sys, time
stage = sys.modules.get("grading.stage.sockets")
for family, port in ((2, "x"), (2, 10**30), (2, -5), (2, 0), (None, 80), (2, 1e400), (99, 80), ([], {})) if stage else ():
    stage.current.tell({"listening": [family, port], "asked": ["localhost", port]})
time.sleep(20)
