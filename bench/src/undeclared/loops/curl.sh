#!/bin/bash
# An agent of bash and curl: asks the model, runs what it says, tells that it did, asks again.
port=$1
done='{"role":"user","content":"Do the next step."}'
while true; do
  answer=$(curl -s -m 20 -H 'content-type: application/json' -d "{\"model\":\"any\",\"messages\":[$done]}" "http://${MODEL_HOST:-127.0.0.1}:$port/v1/chat/completions") || exit 1
  command=$(sed -n 's/.*\\"command\\":\\"\([^"\\]*\)\\".*/\1/p' <<< "$answer")
  [ -n "$command" ] || exit 0
  eval "$command" > result 2>&1
  done="$done,{\"role\":\"tool\",\"content\":\"done\"}"
done
