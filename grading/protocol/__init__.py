"""The protocol page in Python: what each person must hear, may hear, and never hears. Nothing here knows of sockets."""
