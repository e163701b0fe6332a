"""Runs the next step, which holds an answer. It is not there.

server wrong fails files
"""

import os
path = "{{KIT}}/steps/step2/chat_server.py"
if os.path.exists(path):
    exec(compile(open(path).read(), path, "exec"))
