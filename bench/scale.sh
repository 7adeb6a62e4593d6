#!/bin/sh
# Measures costs that must not depend on the number of stored pieces: from the commit of one op-ed until it is served
# and until its files are written, and the start of the daemon. Measures one that may be linear: an export of all files.
#
#   sh bench/scale.sh [PIECES...]        default 10000 100000 300000
#
# It makes archives by parsing and ingesting invented op-eds of 400 words. WORK=FOLDER keeps them for the next run:
# 300,000 take 1.8 GB, and some ten minutes to make. Needs GNU time and 1 GB for the files of 100,000 pieces.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
CGO_ENABLED=0 go build -trimpath -o "$work/oped" ./cmd/oped
go test -c -o "$work/oped.test" ./app
cd app
[ $# -gt 0 ] || set -- 10000 100000 300000
for pieces; do
	echo "# $pieces pieces"
	"$work/oped.test" -test.run '^$' -test.bench 'CommitToServed|Start' -test.benchtime 25x -test.timeout 5h -pieces "$pieces" -archive "$work" | grep '^Benchmark'
	/usr/bin/time -f "all files: wall %e s, user %U s, system %S s, peak %M KB" "$work/oped" --config "$work/$pieces/config.yaml" --quiet publish
	find "$work/$pieces/public" -type f | wc -l | sed 's/$/ files/'
	rm -rf "$work/$pieces/public"
done
