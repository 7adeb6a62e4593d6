#!/bin/sh
# Fits the shipped topics to the labelled pieces of $OPED_DATA/topics (default ../shared/data) and to further files, and
# prints how well each holds for papers and events that it was not fitted to. It writes nothing here.
#
#   sh bench/topics/fit.sh [MORE.jsonl ...]
set -eu
cd "$(dirname "$0")/../.."
data=${OPED_DATA:-../shared/data}/topics
[ -d "$data" ] || { echo "fit.sh needs labelled pieces in $data" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/oped" ./cmd/oped
cp -r config.yaml feeds.yaml topics "$work"
files="--on $data/dev.jsonl --on $data/second.jsonl --on $data/fresh.jsonl"
for more; do files="$files --on $more"; done
for topic in pak-us india-pakistan afghanistan pak-economy china-pakistan climate-water pak-politics; do
	echo "$topic"
	"$work/oped" --config "$work/config.yaml" topic fit "$topic" $files --force measured 2>&1 |
		grep -E '^ *(tp|by source|by event|in sample) ' || true
done
