"""Its exception is an order to the terminal. It is shown, not obeyed.

server none fails
"""

raise ValueError("\x1b]0;owned\x07\x1b[2J\x1b[31mPASSED \x9b5m")
