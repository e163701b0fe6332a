"""What surrounds a student's program while it runs: its port, its clock, its locks, its last words.

This package runs inside the student's process, so it imports nothing of the kit, and the kit believes
nothing that it reports: a report may explain a failure, but only the wire and the screen decide.
"""
