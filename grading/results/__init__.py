"""What a grading found out, as plain values: the ground floor."""
