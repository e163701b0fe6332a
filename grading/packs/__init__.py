"""The kit as a platform wants it, ready to be uploaded: the same bytes each time, and no solution in it."""
