"""Works, with a child that works for it.

server right passes
"""

import multiprocessing, os
if hasattr(os, "fork"):
    multiprocessing.get_context("fork").Process(target=print, args=("from the child",)).start()
