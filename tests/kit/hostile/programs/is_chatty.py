"""Works, and prints a thousand lines first.

server right passes
"""

for number in range(1000):
    print("starting", number)
