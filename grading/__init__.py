"""How grading works. Students never need to look inside; whoever maintains the kit starts here."""
