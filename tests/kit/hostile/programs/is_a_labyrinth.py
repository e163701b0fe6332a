"""Empty lines and tasks by the ten thousand, and functions in one another. All of it is read in one pass.

labyrinth none fails
"""
