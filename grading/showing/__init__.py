"""How a grade is shown: on a terminal, as a picture, in a file."""
