"""Makes a file of two gigabytes. It does not get it.

server right passes
"""

import os
try:
    with open("big", "wb") as file:
        file.truncate(2_000_000_000)
    os._exit(7)
except OSError:
    pass
