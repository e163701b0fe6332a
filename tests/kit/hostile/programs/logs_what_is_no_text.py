"""Writes entries into its log in which a list stands for a text. That is its own fault.

server@bonus/log:entries_are_whole right fails
"""

import json

as_it_was = json.dumps
json.dumps = lambda what, **how: as_it_was({**what, "text": [1]} if "user" in what else what, **how)
