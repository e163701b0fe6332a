"""Prints one line that never ends.

server none fails
"""

import sys
while True:
    sys.stdout.write("y" * 1000)
