#!/usr/bin/env bash
# Builds, starts and waits until the server is ready: scripts/deploy.sh [--pid-file FILE] [--log FILE] [--wait SECONDS]
# The configuration is that of the environment and of .env. The server goes on when this script has ended.
set -euo pipefail
cd "$(dirname "$0")/.."

main=$PWD/dist/apps/api/main.js
pid_file=data/server.pid
log=logs/server.log
wait_seconds=60
while (($# > 0)); do
  case $1 in
    --pid-file) pid_file=${2:?} ;;
    --log) log=${2:?} ;;
    --wait) wait_seconds=${2:?} ;;
    *) sed -n '2,3s/^# //p' "$0"; exit 2 ;;
  esac
  shift 2
done

step() { printf '== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

step 'the environment'
command -v node >/dev/null || fail 'node is not installed: Node 20.19 or newer is needed'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node 20.19 or newer is needed, and here is $(node --version)"
[[ -d node_modules ]] || { step 'the packages'; npm ci || fail 'npm ci'; }

step 'the build'
node scripts/build-if-needed.mjs || fail 'the build'

step 'the configuration'
node dist/apps/cli/src/main.js config check || fail 'the configuration; what is wrong is above'

url=$(node -e '
  try { process.loadEnvFile(); } catch { /* there is no .env */ }
  const { HOST = "", PORT = "" } = process.env;
  const host = ["", "0.0.0.0", "::"].includes(HOST.trim()) ? "127.0.0.1" : HOST.trim();
  console.log("http://" + (host.includes(":") ? "[" + host + "]" : host) + ":" + (PORT.trim() || 8000));
')
mkdir -p "$(dirname "$pid_file")" "$(dirname "$log")"

# A pid file outlives a restart of the machine: its number may be another program's by now.
runs() { { tr '\0' ' ' <"/proc/$1/cmdline" || ps -ww -o args= -p "$1"; } 2>/dev/null | grep -qF "$main"; }
former=$(cat "$pid_file" 2>/dev/null || true)
if [[ $former =~ ^[0-9]+$ ]] && runs "$former"; then
  step "the end of the server that runs (process $former)"
  kill -TERM "$former"
  for ((i = 0; i < 90; i++)); do
    runs "$former" || break
    sleep 0.5
  done
  ! runs "$former" || fail 'it has not ended within 45 s'
fi

ready() {
  node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(2000) }).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))' "$url/health/ready"
}
if ready; then fail "another server answers on $url already"; fi

step "the start, with its log in $log"
touch "$log"
before=$(wc -c <"$log")
# The reason may stand above what was logged: the log is written a little later.
last_words() { tail -c "+$((before + 1))" "$log" | grep -v '"level":"info"' | tail -10 >&2 || true; }
nohup node "$main" >>"$log" 2>&1 </dev/null &
pid=$!
echo "$pid" >"$pid_file"

started=$SECONDS
until ready; do
  kill -0 "$pid" 2>/dev/null || { last_words; rm -f "$pid_file"; fail 'the server has ended; its last words are above'; }
  if ((SECONDS - started >= wait_seconds)); then
    last_words
    fail "it is not ready after $wait_seconds s; process $pid goes on"
  fi
  printf '   not ready yet, %s of %s s\n' $((SECONDS - started)) "$wait_seconds"
  sleep 1
done
step "ready on $url, process $pid"
