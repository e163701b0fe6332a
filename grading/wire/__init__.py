"""The wire made visible: what passes between two programs, and a server that one plays with."""
