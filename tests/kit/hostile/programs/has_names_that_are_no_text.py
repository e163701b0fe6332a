"""Has files beside it whose names are no text.

odd-names right passes
"""
