"""Is no Python.

server none fails
"""

def f(:
