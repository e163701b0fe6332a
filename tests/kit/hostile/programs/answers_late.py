"""Answers each sign of life after a good while. There is an end to that.

server wrong fails
"""

import sys, time
stage = sys.modules.get("grading.stage.control")
if stage:
    stage.Control._answer = lambda self, request: time.sleep(5) or request.get("number")
