#!/bin/sh
# Runs every fuzz target for a while, one after the other, and prints a line for each: its tries and its result.
#
#   sh bench/fuzz.sh [TIME] [WORKERS] [PATTERN]        default 10m 1 .
#
# A failing input stays in the package's testdata/fuzz, and `go test` tries it from then on.
set -eu
cd "$(dirname "$0")/.."
time=${1:-10m} workers=${2:-1} pattern=${3:-.}
status=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' | grep -E "$pattern" || true); do
		outcome=clean
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -parallel "$workers" "$package" >"$log" 2>&1 || { outcome=FAILED; status=1; }
		tried=$(grep -o 'execs: [0-9]*' "$log" | tail -n 1)
		new=$(grep -o 'new interesting: [0-9]* (total: [0-9]*)' "$log" | tail -n 1)
		echo "$package $target: $outcome after $time; ${tried:-no execs}; ${new:-nothing new}"
		[ "$outcome" = clean ] || tail -n 40 "$log"
	done
done
exit $status
