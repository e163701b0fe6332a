"""Leaves files for the programs of others in folders that are for everybody. Nothing stays there.

server right passes files
"""

for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock"):
    try:
        open(f"{folder}/hostile-was-here", "w").close()
    except OSError:
        pass
