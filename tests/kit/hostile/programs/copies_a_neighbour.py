"""Runs what somebody else has handed in. It is not there.

server wrong fails files
"""

import os
path = "{{NEIGHBOUR}}/chat_server.py"
if os.path.exists(path):
    exec(compile(open(path).read(), path, "exec"))
