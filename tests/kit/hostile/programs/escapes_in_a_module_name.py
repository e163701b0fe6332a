"""The module that it lacks is an order to the terminal.

server none fails
"""

raise ModuleNotFoundError("No module named \x1b[2J", name="\x1b[2J")
