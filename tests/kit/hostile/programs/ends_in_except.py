"""Swallows every exception, and ends.

server none fails
"""

try:
    import no_such_module_at_all
except BaseException:
    import os
    os._exit(0)
