"""What stands around the work of one person: what is remembered of it, and who watches it."""
