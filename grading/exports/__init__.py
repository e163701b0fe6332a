"""Grades in the forms that other programs read: pure functions of a grade, or of a class. No disk, no colour."""
