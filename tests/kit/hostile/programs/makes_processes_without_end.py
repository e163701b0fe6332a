"""Forks, and so do its children, without end. There is an end to that.

server none fails
"""

import os

while hasattr(os, "fork"):
    try:
        os.fork()
    except OSError:
        pass
