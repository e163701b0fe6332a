"""Looks for a secret in its environment.

server right passes
"""

import os
if "{{SECRET}}" in os.environ.values():
    os._exit(7)
