"""Calls itself without end.

server none fails
"""

def f():
    f()
f()
