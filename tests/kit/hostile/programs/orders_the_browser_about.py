"""Looks for the browser in which its page is tried, to give it orders: it could read what is not for it. Nobody listens.

gateway@bonus/web:text_is_never_html right passes
"""

import glob
import os
import re
import threading
import time


def is_reached(process: str) -> bool:
    try:
        about = open(f"{process}/cmdline").read()
        if "--remote-debugging-pipe" in about:
            os.close(os.open(f"{process}/fd/3", os.O_WRONLY | os.O_NONBLOCK))
            return True
        if "--remote-debugging-port" in about:
            folder = re.search("--user-data-dir=([^\0]*)", about).group(1)
            return bool(open(f"{folder}/DevToolsActivePort").read())
    except OSError:
        pass
    return False


def looks() -> None:
    while True:
        if any(map(is_reached, glob.glob("/proc/[0-9]*"))):
            os._exit(7)
        time.sleep(0.1)


threading.Thread(target=looks, daemon=True).start()
