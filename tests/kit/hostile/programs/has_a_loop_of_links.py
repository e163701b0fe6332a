"""Has links beside it that lead to each other.

link-loop right passes
"""
