"""Prints lines as fast as it can, for ever.

server none fails
"""

while True:
    print("x" * 70)
