"""Ends at once.

server none fails
"""

raise SystemExit(0)
