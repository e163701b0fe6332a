"""Answers every question with something of another type.

server wrong fails
"""

import sys
stage = sys.modules.get("grading.stage.control")
if stage:
    stage.Control._answer = lambda self, request: {"places": 7, "held": [1], "threads": "many"}
