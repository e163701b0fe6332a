"""Says nonsense about exceptions. It only spoils its own story.

server wrong fails
"""

import sys
stage = sys.modules.get("grading.stage.sockets")
for error in (7, None, [], {"type": 1}, {"type": "E", "message": {}, "module": [], "places": 5}) if stage else ():
    stage.current.tell({"exception": error})
if stage:
    place = {"file": [], "line": 1e999, "function": {}, "code": None}
    stage.current.tell({"exception": {"type": 5, "message": None, "module": 0, "places": [place] * 3}})
