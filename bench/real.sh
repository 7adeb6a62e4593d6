#!/bin/sh
# Measures oped over real feed documents: one `oped once` with files, and the sizes of the files by kind. Then, on a
# daemon with those pieces, it measures a reload with an edition for each publisher and for each author of three pieces,
# and `topic apply` beside another curator's `piece tag`.
#
#   sh bench/real.sh [DOCUMENTS]        default 97: those of 11 to 499 entries, and three of 500
#
# OPED=PATH    measures another binary; without it the script builds the tree
# OPED_DATA    is the folder of real feeds (default ../shared/data)
# PORT=N       is the daemon's port; the documents are served at N+1 (default 7380)
#
# Needs Linux, python3, curl, sqlite3 and GNU time. The peak of a step is that of the step alone (VmHWM, reset through
# clear_refs).
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
data=$(cd "${OPED_DATA:-../shared/data}/feeds" && pwd)
port=${PORT:-7380} most=${1:-1000}
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; wait; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM

if [ -z "${OPED:-}" ]; then
	OPED=$work/oped
	CGO_ENABLED=0 go build -trimpath -o "$OPED" ./cmd/oped
fi
python3 -m http.server --bind 127.0.0.1 --directory "$data" $((port + 1)) >/dev/null 2>&1 &
pids=$!
until curl -sf -o /dev/null "http://127.0.0.1:$((port + 1))/MANIFEST.tsv"; do kill -0 $pids; sleep 0.1; done

# configuration EDITIONS: whether publishers and authors have editions
configuration() {
	echo "base_url: http://127.0.0.1:$port"
	echo "listen: 127.0.0.1:$port"
	echo "store: oped.db"
	echo "publish: {dir: public, min_poll: 0s, publishers: $1, authors: $1}"
	echo "fetch: {every: 24h, spacing: 0s, concurrency: 16, per_host: 16, allow_private: [127.0.0.0/8]}"
	cat bench/farm-topics.yaml
	echo "feeds:"
	awk -F'\t' -v at="http://127.0.0.1:$((port + 1))/" -v most="$most" '
		$1 ~ /^(real|aggregator)\// && $9 >= 11 && ($9 < 500 || ++large <= 3) && ++n <= most {
			print "  - {name: real-" n ", url: \"" at $1 "\", publisher: \"" $10 "\", opinion: always}"}' "$data/MANIFEST.tsv"
}

oped() { "$OPED" --config "$work/config.yaml" --quiet "$@"; }
cpu() { awk '{print ($14 + $15) / 100}' "/proc/$daemon/stat"; } # seconds, user and system
peak() { awk '/^VmHWM/ {printf "%.0f MB", $2 / 1024}' "/proc/$daemon/status"; }
clock() { cut -d ' ' -f 1 /proc/uptime; }
minus() { echo "$1 $2" | awk '{printf "%.2f", $1 - $2}'; }
status() { curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/$1"; }
timed() { # LABEL COMMAND...: its time by the clock, and its computing time
	label=$1
	shift
	/usr/bin/time -o "$work/$label.time" -f "$label: answered in %e s" "$@" >"$work/$label.out" 2>&1 || cat "$work/$label.out"
}
begin() { # a step
	echo 5 >"/proc/$daemon/clear_refs"
	from=$(cpu) start=$(clock)
}
settle() { # waits for five seconds with at most 1 % of a core, and tells what the step took
	quiet=0 before=$(cpu)
	while [ $quiet -lt 5 ]; do
		sleep 1
		now=$(cpu) quiet=$((quiet + 1))
		[ "$(minus "$now" "$before" | tr -d .)" -le 001 ] || quiet=0
		before=$now
	done
	echo "$1: until quiet $(minus "$(minus "$(clock)" 5)" "$start") s, CPU $(minus "$now" "$from") s, peak $(peak)"
}

configuration false >"$work/config.yaml"
/usr/bin/time -o "$work/time" -f 'once: wall %e s, user %U s, system %S s, peak %M KB' "$OPED" --config "$work/config.yaml" --quiet once --all 2>"$work/err" | tail -n 1
cat "$work/time"

find "$work/public" -printf '%y %s %k %P\n' | awk '
	$1 == "d" {folders++; disk += $3; next}
	{
		disk += $3
		kind = "heads, abouts and lists"
		if ($4 ~ /^piece\//) kind = "pages of pieces"
		if ($4 ~ /^publisher\//) kind = "pages of publishers"
		if ($4 ~ /^author\//) kind = "pages of authors"
		if ($4 ~ /\/archive\/.*html$/) kind = "pages of archives"
		if ($4 ~ /\/archive\/.*(atom|json)$/) kind = "archives"
		if ($4 ~ /\.(gz|br|zst)$/) kind = "codings"
		if ($4 ~ /manifest$/) kind = "the manifest"
		n[kind]++; bytes[kind] += $2; all += $2; files++
	}
	END {
		printf "files: %d, %.1f MB; %d folders; %.1f MB on disk\n", files, all / 1e6, folders, disk * 1024 / 1e6
		for (k in n) printf "  %.1f MB in %d: %s\n", bytes[k] / 1e6, n[k], k
	}' | sort -k1,1r -k2,2rn

"$OPED" --config "$work/config.yaml" --quiet run 2>"$work/err" &
daemon=$!
pids="$pids $daemon"
until [ "$(status everything.atom)" = 200 ]; do kill -0 $daemon; sleep 0.05; done
from=0 start=$(clock)
settle "start"

echo "reload: $(sqlite3 "$work/oped.db" 'SELECT count(*) FROM edition') editions before"
configuration true >"$work/config.yaml"
last=$(awk -F'"' '/publisher:/ {print tolower($4)}' "$work/config.yaml" | tail -n 1 | tr -c 'a-z0-9\n' '-')
begin
kill -HUP $daemon
until [ "$(status "publisher-$last.atom")" = 200 ]; do
	kill -0 $daemon
	echo "$(status everything.atom)"
	sleep 0.05
done | sort | uniq -c | sed 's/^/old editions answer meanwhile: /'
echo "reload: new editions served after $(minus "$(clock)" "$start") s"
settle reload
echo "reload: $(sqlite3 "$work/oped.db" 'SELECT count(*) FROM edition') editions after"

sed -i '/^  climate-water:/,/threshold:/s/threshold: .*/threshold: 6/' "$work/config.yaml"
oped topic diff climate-water --limit 0 | sed -n 's/^ *\(+.*had to be judged\)/draft: \1/p'
begin
timed apply "$OPED" --config "$work/config.yaml" --quiet topic apply climate-water &
applying=$!
sleep 0.1
timed tag "$OPED" --config "$work/config.yaml" --quiet piece tag 5 pak-us --why "measured"
wait $applying
cat "$work/apply.time" "$work/tag.time"
settle apply
