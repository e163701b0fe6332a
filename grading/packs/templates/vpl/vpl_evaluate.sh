#!/bin/sh
# VPL runs this beside the student's files, and then what it leaves as vpl_execution, whose output it reads.
cat > vpl_execution <<'END'
#!/bin/sh
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/work"
for file in *; do
    case $file in kit.zip | vpl_*) ;; *) cp -r "$file" "$place/work" ;; esac
done
"${KIT_PYTHON:-python3}" -m zipfile -e kit.zip "$place"
cd "$place/kit" || exit 1
"${KIT_PYTHON:-python3}" -m grading.cli.deliver @STEP@ "$place/work" --budget @BUDGET@ "vpl=$place/result" > /dev/null
cat "$place/result"
END
chmod +x vpl_execution
