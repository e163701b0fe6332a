"""Pages that people open in a browser: one file each, nothing to fetch, and complete without a script."""
