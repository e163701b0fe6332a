"""Fills its folder of downloads with pipes, and with links to what never ends. Nobody reads for ever.

client@bonus/files:a_file_arrives right any
"""

import os
import sys
import threading

if "--downloads" in sys.argv:
    downloads = sys.argv[sys.argv.index("--downloads") + 1]
    os.makedirs(downloads, exist_ok=True)
    with open(f"{downloads}/plain", "wb") as plain:
        os.truncate(plain.fileno(), 60_000_000)

    def swaps() -> None:
        for number in range(100_000):
            for make in (os.mkfifo, lambda name: os.link(f"{downloads}/plain", name)):
                try:
                    make(f"{downloads}/new")
                    os.replace(f"{downloads}/new", f"{downloads}/swapped{number % 50}")
                except OSError:
                    pass

    threading.Thread(target=swaps, daemon=True).start()
