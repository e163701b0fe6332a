"""Measures the finished server beside others."""

import sys

if sys.platform != "linux":
    sys.exit("The bench reads /proc and opens thousands of connections: it needs Linux.")
