#!/bin/sh
# Measures oped against a feed farm on loopback: a cold run, a steady run, and an update of a fifth of the feeds.
#
#   sh bench/farm.sh [FEEDS] [ITEMS]        default 1000 30
#
# FARM is the folder of the feed farm's source (default ../shared/tools/feedfarm). Politeness is set aside for these runs, as
# the peers have none by default. Prints a line a run: wall and CPU seconds, peak memory, and oped's own summary.
set -eu
cd "$(dirname "$0")/.."
feeds=${1:-1000} items=${2:-30}
farm=${FARM:-../shared/tools/feedfarm}
work=$(mktemp -d)
trap 'kill $farm_pid 2>/dev/null || true; rm -rf "$work"' EXIT

CGO_ENABLED=0 go build -trimpath -o "$work/oped" ./cmd/oped
(cd "$farm" && go build -o "$work/feedfarm" .)
"$work/feedfarm" --feeds "$feeds" --items "$items" >"$work/farm.log" 2>&1 &
farm_pid=$!
control=http://127.0.0.1:7079
until curl -sf "$control/feeds" >"$work/feeds" 2>/dev/null; do kill -0 $farm_pid; done

{
	echo "base_url: http://127.0.0.1:8080"
	echo "store: oped.db"
	echo "publish: {dir: site}"
	echo "fetch: {every: 1h, spacing: 0s, concurrency: 16, per_host: 4, allow_private: [127.0.0.0/8]}"
	sed -n '/^terms:/,$p' config.yaml
	echo "feeds:"
	n=0
	for url in $(grep -o 'http://[^" ,]*' "$work/feeds"); do
		n=$((n + 1))
		echo "  - {name: farm-$n, url: \"$url\", publisher: \"Paper $n\", lang: en, opinion: always}"
	done
} >"$work/config.yaml"

measure() {
	name=$1
	shift
	# GNU time, from Debian's package `time`, where it is there; the shell's own otherwise.
	if [ -x /usr/bin/time ]; then
		/usr/bin/time -f "$name: wall %e s, CPU %U + %S s, peak %M KB" "$work/oped" --config "$work/config.yaml" --quiet "$@" 2>"$work/err" | tail -n 1
		tail -n 1 "$work/err"
	else
		time "$work/oped" --config "$work/config.yaml" --quiet "$@" | tail -n 1
	fi
}
measure cold once
measure steady once --all
curl -sf -X POST "$control/advance?new=3&share=0.2" >/dev/null
measure update once --all
measure steady-again once --all
ls -l "$work/oped.db" | awk '{print "database " $5 " bytes"}'
