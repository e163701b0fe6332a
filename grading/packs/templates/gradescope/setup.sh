#!/bin/sh
# Gradescope runs this once, when it builds the image: it gets Python, and what the grader needs.
set -e
source=${PACK_ROOT:-/autograder}/source
apt-get update
apt-get install -y python3 python3-venv bubblewrap
python3 -m venv "$source/kit/.venv"
"$source/kit/.venv/bin/python" -m pip install -r "$source/kit/pins.txt"
