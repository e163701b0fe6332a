"""Its program is a link to a device without end.

device any fails
"""
