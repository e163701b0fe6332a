"""Says nonsense about its threads. It only spoils its own story.

server wrong fails
"""

import sys
stage = sys.modules.get("grading.stage.threads")
if stage:
    stage.stacks = lambda own: [{"id": 1e308, "thread": [], "places": {"a": 1}}, 7, None, {"id": "x"}, [[[]]]]
