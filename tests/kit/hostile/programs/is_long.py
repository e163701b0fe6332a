"""A program of 25 MB, with nothing in it: nobody writes so much, and it is not even started.

long none fails
"""
