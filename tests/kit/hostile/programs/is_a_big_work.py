"""Has so many files beside it that each grading would copy for minutes.

many-files right any
"""
