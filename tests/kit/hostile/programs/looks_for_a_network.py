"""Looks for a way out of this machine.

server right passes network
"""

import os, socket
if any(name != "lo" for _, name in socket.if_nameindex()):
    os._exit(7)
