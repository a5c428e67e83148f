#!/bin/bash
# An agent of bash alone, which opens the connection itself.
port=$1
done='{"role":"user","content":"Do the next step."}'
while true; do
  body="{\"model\":\"any\",\"messages\":[$done]}"
  exec 3<> "/dev/tcp/${MODEL_HOST:-127.0.0.1}/$port" || exit 1
  printf 'POST /v1/chat/completions HTTP/1.1\r\nhost: model\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s' "${#body}" "$body" >&3
  answer=
  while read -r -t 5 line <&3; do
    line=${line%$'\r'}
    case $line in content-length:*) length=${line#*: } ;; '') break ;; esac
  done
  read -r -N "$length" -t 5 answer <&3
  exec 3>&-
  command=$(sed -n 's/.*\\"command\\":\\"\([^"\\]*\)\\".*/\1/p' <<< "$answer")
  [ -n "$command" ] || exit 0
  sh -c "$command" > result 2>&1
  done="$done,{\"role\":\"tool\",\"content\":\"done\"}"
done
