"""A file beside it is named like an order to the terminal.

escape-name right passes
"""
