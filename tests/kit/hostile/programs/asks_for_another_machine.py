"""Says that it asked for an address of somebody else.

server none fails
"""

import sys, time
stage = sys.modules.get("grading.stage.sockets")
if stage:
    stage.current.tell({"listening": [2, {{PORT}}], "asked": ["203.0.113.1", 80]})
time.sleep(20)
