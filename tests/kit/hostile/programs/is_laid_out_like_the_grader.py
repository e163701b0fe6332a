"""Has modules, settings and tests beside it that are called like the grader's own. They are files of the work.

shadows right passes
"""
