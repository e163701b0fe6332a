"""Its source takes the compiler gigabytes.

nested any fails
"""
