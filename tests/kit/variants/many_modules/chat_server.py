"""The server of a submission in many modules; one of them is called queue.py, like the standard library's."""

from reception import main

main()
