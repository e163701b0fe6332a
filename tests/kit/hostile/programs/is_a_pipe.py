"""Its program is a named pipe, from which nothing ever comes.

pipe any fails
"""
