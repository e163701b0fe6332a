"""Its source is bytes that are no text.

no-text any fails
"""
