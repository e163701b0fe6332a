"""How long anybody waits for anything.

What a program must do is waited for in heartbeats (see Program.patience), not in seconds: where the machine is too busy
to run the program, its heart beats slowly, and the patience lasts longer.
"""

from __future__ import annotations

import os

SLICE = 0.05  # seconds between two looks at whatever is awaited; also the time of one heartbeat
PATIENCE = 40  # heartbeats until something that does not come is missed
PATIENCE_FOR_START = 100 if hasattr(os, "fork") else 300  # without fork, what a program starts takes its time, too
PATIENCE_FOR_END = 80  # the protocol page allows 3 seconds, which are 60
WORD_FROM_STAGE = 4  # for what the stage told before the program went on
GRACE = 16  # heartbeats for the right thing to come once a wrong one has
KNOCK = 10  # heartbeats for the echo by which a newcomer knows that the server counts it in
BUSY_SECONDS = 1.0  # by which a wait exceeded its heartbeats, or for which threads got no core: that is the machine
STUCK_SECONDS = 30.0  # without a heartbeat: then the process is stopped or its interpreter is blocked
LAST_WORDS_SECONDS = 5.0  # for what a program that has ended printed to reach us; a child of its may hold the screen
