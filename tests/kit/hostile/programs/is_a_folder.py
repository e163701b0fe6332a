"""Its program is a folder.

folder any fails
"""
