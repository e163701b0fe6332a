"""The kit on Windows, as far as a machine without it can tell: a Windows build of Python, under wine."""
