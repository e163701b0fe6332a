"""A student's program in its process: start, terminal, screen, keyboard, end."""
