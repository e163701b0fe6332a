"""Its exception is no text that any encoding has.

server none fails
"""

raise ValueError("\ud800\udfff" * 10)
