"""A submission: what it is, and the copies that its runs get."""
