"""Takes the interpreter down.

server none fails
"""

import ctypes
ctypes.string_at(0)
