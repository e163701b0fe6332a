"""A whole class: what it handed in, and its grades."""
