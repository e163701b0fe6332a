"""A regular expression keeps the interpreter busy for ever.

server none fails
"""

import re
re.match(r"(a+)+$", "a" * 60 + "b")
