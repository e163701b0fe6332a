"""Writes file after file, as long as there is room. It gets a part of it, and the next run all of that again.

server right passes room
"""

import os

try:
    for number in range(40):
        with open(f"big{number}", "wb") as file:
            for _ in range(60):
                file.write(bytes(1_000_000))
    os._exit(7)
except OSError:
    pass
