"""Opens terminals until there are no more. Those of others have theirs.

server right passes
"""

import os
taken = []
try:
    while hasattr(os, "openpty"):
        taken.append(os.openpty())
except OSError:
    pass
for near, far in taken[-50:]:
    os.close(near)
    os.close(far)
