"""A million empty lines, fifty thousand tasks above as many lines, and functions in one another: read in one pass.

labyrinth none fails
"""
