"""Overwrites its own file. The next run gets a fresh one.

server right passes
"""

with open("chat_server.py", "w") as file:
    file.write("raise SystemExit(7)")
