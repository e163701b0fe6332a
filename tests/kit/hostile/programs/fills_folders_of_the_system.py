"""Makes tens of thousands of files in the folders that are for everybody, where each takes memory. Few are too many.

server right passes room
"""

import os

MANY = 20_000


def fills(folder: str) -> None:
    for number in range(MANY):
        os.close(os.open(f"{folder}/{os.getpid()}-{number}", os.O_CREAT | os.O_WRONLY))


for folder in ("/tmp", "/dev/shm"):
    try:
        fills(folder)
        os._exit(7)
    except OSError:
        pass
