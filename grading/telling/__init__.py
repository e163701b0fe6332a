"""Words: what happened and why, told to a student. No file is opened here, and no colour known."""
