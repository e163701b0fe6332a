"""Leaves folders in folders that nobody may enter. None stays.

server right passes
"""

import os
here = os.getcwd()
for _ in range(300):
    os.mkdir("deep")
    os.chdir("deep")
os.chdir(here)
os.chmod("deep", 0)
