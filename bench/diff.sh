#!/bin/sh
# Measures topic diff, apply and undo over a large archive. Fetches FEEDS × ITEMS pieces from a feed farm on loopback,
# drafts three changes of pak-us (a new term; a lower threshold; a lower review), and times each.
#
#   sh bench/diff.sh [FEEDS] [ITEMS]        default 1000 100
#
# FARM is the folder of the feed farm's source (default ../shared/tools/feedfarm). WORK is a folder to keep the archive
# for the next run.
set -eu
cd "$(dirname "$0")/.."
feeds=${1:-1000} items=${2:-100}
farm=${FARM:-../shared/tools/feedfarm}
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work" && work=$(cd "$work" && pwd)

CGO_ENABLED=0 go build -trimpath -o "$work/oped" ./cmd/oped
if [ ! -f "$work/oped.db" ]; then
	(cd "$farm" && go build -o "$work/feedfarm" .)
	"$work/feedfarm" --feeds "$feeds" --items "$items" --port 7180 --control 127.0.0.1:7179 --epoch now >"$work/farm.log" 2>&1 &
	farm_pid=$!
	until curl -sf http://127.0.0.1:7179/feeds >"$work/feeds" 2>/dev/null; do kill -0 $farm_pid; done
	{
		echo "base_url: http://127.0.0.1:8080"
		echo "store: $work/oped.db"
		echo "publish: {dir: site}"
		echo "fetch: {every: 1h, spacing: 0s, concurrency: 16, per_host: 4, ports: [7180], allow_private: [127.0.0.0/8]}"
		echo "include: [topics/*.yaml, topics/packs/*.yaml]"
		sed -n '/^editions:/,$p' config.yaml
		echo "feeds:"
		n=0
		for url in $(grep -o 'http://[^" ,]*' "$work/feeds"); do
			n=$((n + 1))
			echo "  - {name: farm-$n, url: \"$url\", publisher: \"Paper $n\", lang: en, opinion: always}"
		done
	} >"$work/config.yaml"
	cp -r topics "$work"
	"$work/oped" --config "$work/config.yaml" once 2>"$work/err" | tail -n 1
	kill $farm_pid
fi

# draft NAME FILE SED: the configuration with one file of topics changed.
draft() {
	rm -rf "$work/$1" && mkdir "$work/$1" && cp -r "$work/config.yaml" "$work/topics" "$work/$1"
	sed -i "$3" "$work/$1/topics/$2"
}
draft term packs/countries.yaml 's/^  us: \[/  us: [Foggy Bottom, /'
draft threshold pak-us.yaml 's/threshold: 12/threshold: 10/'
draft review pak-us.yaml 's/review: 6/review: 5/'
for name in term threshold review; do
	echo "draft: $name"
	for run in 1 2 3; do
		"$work/oped" --config "$work/$name/config.yaml" topic diff pak-us --limit 1 | grep -E "had to be judged|nothing was written"
	done
done
time "$work/oped" --config "$work/term/config.yaml" --quiet topic apply pak-us
time "$work/oped" --config "$work/term/config.yaml" --quiet topic undo
