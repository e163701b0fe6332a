"""Its exception is 20 MB long.

server none fails
"""

raise ValueError("x" * 20_000_000)
