#!/bin/bash
# Loads the sensor's BPF programs (`spy` lists them on stderr) and says how many this kernel takes. A
# stock kernel must see system calls at their functions, and prove it to itself.
list=$TMPDIR/programs
"$1" >/dev/null 2>"$list" &
spy=$!
for _ in $(seq 120); do
    sleep 1
    kill -0 $spy 2>/dev/null || break
    grep -q '^list_processes' "$list" && break
done
kill $spy 2>/dev/null
wait $spy 2>/dev/null
taken=$(grep -cE '^[a-z_0-9]+ +ok$' "$list")
if grep -q '^list_processes' "$list" && ! grep -vE '^#' "$list" | grep -qvE '^[a-z_0-9]+ +ok$' &&
    grep -q '^# back-end fexit, ' "$list" && grep -q '^# self-test passed$' "$list"; then
    echo "test result: ok. $taken passed; 0 failed; 0 ignored"
else
    cat "$list"
    refused=$(grep -cE '^(on_|adopt|list)[a-z_0-9]* ' "$list")
    echo "test result: FAILED. $taken passed; $((refused > taken ? refused - taken : 1)) failed; 0 ignored"
    exit 1
fi
