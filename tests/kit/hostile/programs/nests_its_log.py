"""Writes entries into its log that nobody can read: nested too deeply. That is its own fault.

server@bonus/log:nobody_forges right fails
"""

import json

as_it_was = json.dumps
json.dumps = lambda what, **how: "[" * 20_000 + "]" * 20_000 if "user" in what else as_it_was(what, **how)
