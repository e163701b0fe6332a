"""Reads a secret in the instructor's home. It is not there.

server right passes files
"""

import os
try:
    open("{{HOME}}/secret.txt").close()
    os._exit(7)
except OSError:
    pass
