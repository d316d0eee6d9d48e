#!/usr/bin/env bash
# Does what the Dockerfile says in a clean folder, for where there is no Docker: copies, installs, starts as a user without
# rights, asks the health check, stops with SIGTERM. Every path and every command is read from the Dockerfile.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" # Node 24, like the image

clean=$(mktemp -d)
chmod 755 "$clean"
app=
trap '[ -z "$app" ] || kill -KILL "$app" 2>/dev/null || true; rm -rf "$clean"' EXIT

copy() {
  case $1 in --from=*) return ;; esac # both stages share the folder
  local target="$clean/${*: -1}" source
  mkdir -p "$target"
  for source in "${@:1:$#-1}"; do
    if [ -d "$source" ]; then cp -R "$source/." "$target"; else cp "$source" "$target"; fi
  done
}

# The words of an instruction in its JSON form.
words() { node -e 'for (const word of JSON.parse(process.argv[1])) process.stdout.write(`${word}\0`)' "$1"; }

environment=()
while read -r instruction arguments; do
  case $instruction in
    COPY) copy $arguments ;;
    RUN) (cd "$clean" && sh -c "$arguments" </dev/null) ;;
    ENV) environment+=($arguments) ;;
    HEALTHCHECK) mapfile -d '' health < <(words "${arguments#*CMD }") ;;
    CMD) mapfile -d '' command < <(words "$arguments") ;;
  esac
done <Dockerfile

mkdir "$clean/bin"
cp "$(node -p process.execPath)" "$clean/bin/node"
port=$(node -e 'const s = require("net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })')
# Nothing of this shell's environment, and of root's rights nothing, as in the container.
run=(env -i "${environment[@]}" "PORT=$port" "PATH=$clean/bin")
[ "$(id -u)" -ne 0 ] || run=(setpriv --reuid=65534 --regid=65534 --clear-groups "${run[@]}")

cd "$clean"
"${run[@]}" "${command[@]}" >"$clean/log" 2>&1 </dev/null &
app=$!
for ((tries = 50; tries > 0; tries--)); do
  if "${run[@]}" "${health[@]}"; then break; fi
  kill -0 "$app" 2>/dev/null || break
  sleep 0.2
done
kill -TERM "$app" 2>/dev/null || true
status=0
wait "$app" || status=$?
app=

if [ "$tries" -eq 0 ] || [ "$status" -ne 0 ]; then
  cat "$clean/log" >&2
  echo "The replay failed: healthy after $((50 - tries)) of 50 tries, exit $status after SIGTERM." >&2
  exit 1
fi
echo "The replay was healthy after $((50 - tries)) tries, and exited with 0 after SIGTERM."
