#!/bin/sh
# Vocareum runs this in the student's folder. Both files are there after every check.
root=${PACK_ROOT:-/voc}
cd "$root/scripts/kit" || exit 1
"${KIT_PYTHON:-python3}" -m grading.cli.deliver @STEP@ "$root/work" --budget @BUDGET@ \
    "vocareum=$vocareumGradeFile" "vocareum-report=$vocareumReportFile"
