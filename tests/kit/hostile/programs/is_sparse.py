"""Its program seems to hold two gigabytes.

sparse any fails
"""
