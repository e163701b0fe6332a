#!/bin/sh
# PrairieLearn runs this in a container without a network. The results are there after every check.
root=${PACK_ROOT:-/grade}
mkdir -p "$root/results"
cd "$root/tests/chat-kit" || exit 1
"${KIT_PYTHON:-python3}" -m grading.cli.deliver @STEP@ "$root/student" --budget @BUDGET@ \
    "prairielearn=$root/results/results.json"
