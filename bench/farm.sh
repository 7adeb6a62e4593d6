#!/bin/sh
# Measures oped against a feed farm on loopback, in four rounds: cold, steady (304s), update (a fifth of the feeds got
# three new entries each), steady again. Compares the entries stored with those that the farm served, and counts the
# files published.
#
#   sh bench/farm.sh [FEEDS] [ITEMS]        default 1000 30
#
# OPED=PATH    measures another binary, such as an older commit's; without it the script builds the tree
# FILES=no     publishes no files
# DAEMON=yes   measures rounds of one `oped run`; without it each round is an `oped once`
# FARM=FOLDER  has the source of the feed farm (default ../shared/tools/feedfarm)
# PORT=N       is the port of the farm's hosts; its control listens on N-1 (default 7080)
#
# Needs Linux, curl, sqlite3 and GNU time (Debian's packages curl, sqlite3 and time). Politeness is off, as the peers
# have none by default. Exits with 1 after the loss or the doubling of an entry.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
feeds=${1:-1000} items=${2:-30} port=${PORT:-7080}
control=http://127.0.0.1:$((port - 1))
for tool in curl sqlite3 /usr/bin/time; do
	command -v $tool >/dev/null || { echo "farm.sh needs $tool" >&2; exit 2; }
done
work=$(mktemp -d)
farm_pid='' daemon=''
trap 'kill $daemon $farm_pid 2>/dev/null || true; wait; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM

if [ -z "${OPED:-}" ]; then
	OPED=$work/oped
	CGO_ENABLED=0 go build -trimpath -o "$OPED" ./cmd/oped
fi
(cd "${FARM:-../shared/tools/feedfarm}" && go build -o "$work/feedfarm" .)
"$work/feedfarm" --feeds "$feeds" --items "$items" --port "$port" --control "${control#http://}" 2>"$work/farm.log" &
farm_pid=$!
until curl -sf "$control/feeds" >"$work/feeds"; do
	kill -0 $farm_pid 2>/dev/null || { cat "$work/farm.log" >&2; exit 2; }
	sleep 1
done

dir=site
[ "${FILES:-yes}" = yes ] || dir='""'
{
	echo "base_url: http://127.0.0.1:8080"
	echo "listen: 127.0.0.1:0"
	echo "store: oped.db"
	echo "publish: {dir: $dir}"
	echo "fetch: {every: 24h, spacing: 0s, concurrency: 16, per_host: 4, allow_private: [127.0.0.0/8]}"
	cat bench/farm-topics.yaml
	echo "feeds:"
	grep -o 'http://[^" ,]*' "$work/feeds" |
		awk '{print "  - {name: farm-" NR ", url: \"" $0 "\", publisher: Paper " NR ", lang: en, opinion: always}"}'
} >"$work/config.yaml"

sql() { sqlite3 -cmd '.timeout 60000' "$work/oped.db" "$@"; }
farmed() { curl -sf "$control/stats" | sed -n "s/^ \"$1\": \([0-9]*\).*/\1/p"; }
clock() { cut -d ' ' -f 1 /proc/uptime; }
cpu() { awk '{print $14 + $15}' "/proc/$daemon/stat"; } # user and system, in hundredths of a second
minus() { echo "$1 $2" | awk '{print $1 - $2}'; }

# report NAME COUNT UNIT WALL CPU KB prints the seconds of a round, its CPU time for each of COUNT units, peak memory.
report() {
	awk -v name="$1" -v n="$2" -v unit="$3" -v wall="$4" -v cpu="$5" -v kb="$6" 'BEGIN {
		printf "%s: wall %.2f s, CPU %.2f s, %.2f CPU-ms %s, ", name, wall, cpu, 1000 * cpu / n, unit
		printf "peak %.0f MB\n", kb / 1024}'
}

# once NAME COUNT UNIT measures a round as a program that starts and ends.
once() {
	/usr/bin/time -o "$work/time" -f '%e %U %S %M' "$OPED" --config "$work/config.yaml" once --all >"$work/out" 2>"$work/err"
	read -r wall user system peak <"$work/time"
	report "$@" "$wall" "$(minus "$user" "-$system")" "$peak"
	tail -n 1 "$work/out"
}

# running NAME COUNT UNIT measures a round of the daemon, from the first request until every feed was asked and the
# daemon is quiet: five seconds with at most 1 % of a core. Wall is good to a second, CPU to 10 ms; the peak is the
# highest since the start.
running() {
	curl -sf -X POST "$control/reset"
	if [ "$daemon" ]; then
		from=$(cpu)
		sql "UPDATE feed SET next_fetch = 0" # the daemon looks every 30 s
	else
		from=0
		"$OPED" --config "$work/config.yaml" --quiet run 2>"$work/err" &
		daemon=$!
	fi
	until [ "$(farmed requests)" -gt 0 ]; do alive; done
	start=$(clock) end=$start before=$from quiet=0
	until [ "$(farmed hits_min)" -gt 0 ] && [ $quiet -ge 5 ]; do
		alive
		now=$(cpu) quiet=$((quiet + 1))
		[ $((now - before)) -le 1 ] || quiet=0 end=$(clock)
		before=$now
	done
	peak=$(awk '/^VmHWM/ {print $2}' "/proc/$daemon/status")
	report "$@" "$(minus "$end" "$start")" "$(minus "${now}e-2" "${from}e-2")" "$peak"
}
alive() {
	kill -0 $daemon 2>/dev/null || { cat "$work/err" >&2; exit 2; }
	sleep 1
}

# truth compares the entries stored with all that the farm served so far.
truth() {
	curl -sf "$control/truth" | sed '
		s/\\u0026/\&/g
		s/.*"feed":"\([^"]*\.rdf\)".*"link":"\([^"]*\)".*/\1 \2/ # an item of RSS 1.0 has its link for a guid
		s/.*"feed":"\([^"]*\)","guid":"\([^"]*\)".*/\1 \2/' >>"$work/served"
	sort -u "$work/served" >"$work/truth"
	sql "SELECT feed.url || ' ' || guid FROM entry JOIN feed ON feed.id = entry.feed" | sort >"$work/stored"
	truth=$(wc -l <"$work/truth")
	lost=$(sort -u "$work/stored" | comm -23 "$work/truth" - | wc -l)
	doubled=$(($(wc -l <"$work/stored") - truth + lost))
	echo "truth: $((truth - lost)) of $truth stored, $lost lost, $doubled doubled"
	[ $((lost + doubled)) -eq 0 ] || exit 1
}

round=once
[ "${DAEMON:-no}" = no ] || round=running
$round cold $((feeds * items)) "an entry"
truth
$round steady "$feeds" "a feed"
new=$(curl -sf -X POST "$control/advance?new=3&share=0.2" | sed -n 's/.*"new_items": \([0-9]*\).*/\1/p')
$round update "$new" "a new entry"
truth
$round steady-again "$feeds" "a feed"
if [ "$daemon" ]; then
	kill "$daemon"
	wait "$daemon"
	daemon=''
fi
size() { du -sk "$@" | awk '{printf "%.1f MB", $1 / 1024}'; }
echo "database: $(size --apparent-size "$work/oped.db")"
if [ $dir = site ]; then
	echo "files: $(find "$work/site" -type f | wc -l), $(size --apparent-size "$work/site"), $(size "$work/site") on disk"
fi
