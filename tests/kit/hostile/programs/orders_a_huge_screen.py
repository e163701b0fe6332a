"""A client that orders its screen to make room for a billion letters, with numbers and titles without end.

client none fails
"""

import time

input("Enter username: ")
print("abc\x1b[2D\x1b[999999999@\x1b[" + "9" * 5000 + "A" + "\x1b]" * 90_000 + "\x07")
time.sleep(1000)
