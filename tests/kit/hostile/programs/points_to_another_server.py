"""Tells the grader that it listens where a right server does.

server none fails
"""

import sys, time
stage = sys.modules.get("grading.stage.sockets")
if stage:
    stage.current.tell({"listening": [2, {{PORT}}], "asked": ["localhost", 8080]})
time.sleep(20)
