"""Puts functions of its own in the place of Python's.

server wrong fails
"""

import json, os, sys, time
json.dumps = lambda *a, **k: "{}"
time.monotonic = lambda: 0.0
os.getpid = lambda: 1
sys.settrace = print
