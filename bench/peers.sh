#!/bin/sh
# Measures yarr and Miniflux with PostgreSQL against the feed farm, in the rounds of bench/farm.sh. That script measures
# oped: run both, one after the other.
#
#   YARR=PATH MINIFLUX=PATH sh bench/peers.sh [FEEDS] [ITEMS]        default 300 30
#
# YARR, MINIFLUX   are their binaries, not part of this project; without one, that program is left out
# FARM, PORT       as in bench/farm.sh (default ../shared/tools/feedfarm, 7080); the programs listen at PORT-2 and
#                  PORT-3, PostgreSQL at PORT-4
#
# Needs Linux, curl and sqlite3; for Miniflux also Debian's postgresql, and root to start it as the user postgres. CPU
# is user and system time of the program and of the whole database server. A round ends when the program is quiet: five
# seconds with at most 1 % of a core.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
feeds=${1:-300} items=${2:-30} port=${PORT:-7080}
control=http://127.0.0.1:$((port - 1)) yarr=127.0.0.1:$((port - 2)) miniflux=127.0.0.1:$((port - 3))
work=$(mktemp -d)
chmod 755 "$work"
farm_pid='' server='' postmaster=''
trap 'kill $server $farm_pid 2>/dev/null || true; stop_postgres; wait; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
(cd "${FARM:-../shared/tools/feedfarm}" && go build -o "$work/feedfarm" .)

farm() { # a new one, with the same feeds
	[ -z "$farm_pid" ] || { kill $farm_pid; wait $farm_pid || true; }
	"$work/feedfarm" --feeds "$feeds" --items "$items" --port "$port" --control "${control#http://}" 2>"$work/farm.log" &
	farm_pid=$!
	until curl -sf "$control/opml" -o "$work/farm.opml"; do kill -0 $farm_pid; sleep 1; done
}
farmed() { curl -sf "$control/stats" | sed -n "s/^ \"$1\": \([0-9]*\).*/\1/p"; }

# cpu is what the program has computed, and its database server: the postmaster with its children, those that ended and those that run, in hundredths of a second.
cpu() {
	{
		cat "/proc/$server/stat"
		if [ "$postmaster" ]; then
			cat "/proc/$postmaster/stat" | sed 's/$/ ended/'
			for child in $(cat "/proc/$postmaster/task/$postmaster/children"); do cat "/proc/$child/stat" 2>/dev/null || true; done
		fi
	} | awk '{sum += $14 + $15} /ended$/ {sum += $16 + $17} END {print sum}'
}
peak() { awk '/^VmHWM/ {printf "%.0f", $2 / 1024}' "/proc/$server/status"; }
shared() { # MB of the database server, pages that its processes share counted once
	[ -z "$postmaster" ] || for p in $postmaster $(cat "/proc/$postmaster/task/$postmaster/children"); do cat "/proc/$p/smaps_rollup" 2>/dev/null || true; done |
		awk '/^Pss:/ {sum += $2} END {printf " + %.0f MB", sum / 1024}'
}

# round NAME COUNT UNIT COMMAND...: the command makes the program ask all feeds
round() {
	name=$1 n=$2 unit=$3
	shift 3
	curl -sf -X POST "$control/reset"
	from=$(cpu) before=0 quiet=0
	"$@"
	until [ "$(farmed hits_min)" -gt 0 ] && [ $quiet -ge 5 ]; do
		kill -0 $server
		sleep 1
		now=$(cpu) quiet=$((quiet + 1))
		[ $((now - before)) -le 1 ] || quiet=0
		before=$now
	done
	echo "$n $((now - from))" | awk -v name="$name" -v unit="$unit" '{printf "%s: CPU %.2f s, %.2f CPU-ms %s, ", name, $2 / 100, $2 * 10 / $1, unit}'
	echo "peak $(peak) MB$(shared); stored: $(stored)"
}
rounds() { # NAME IMPORT REFRESH
	round "$1 cold" $((feeds * items)) "an entry" "$2"
	round "$1 steady" "$feeds" "a feed" "$3"
	new=$(curl -sf -X POST "$control/advance?new=3&share=0.2" | sed -n 's/.*"new_items": \([0-9]*\).*/\1/p')
	round "$1 update" "$new" "a new entry" "$3"
	round "$1 steady-again" "$feeds" "a feed" "$3"
	kill $server
	wait $server || true
}

if [ "${YARR:-}" ]; then
	farm
	"$YARR" -addr "$yarr" -db "$work/yarr.db" >"$work/yarr.log" 2>&1 &
	server=$!
	until curl -sf -o /dev/null "http://$yarr/"; do kill -0 $server; sleep 0.2; done
	stored() { sqlite3 "$work/yarr.db" 'SELECT count(*) FROM items'; }
	import() { curl -sf -F "opml=@$work/farm.opml" "http://$yarr/opml/import"; }
	refresh() { curl -sf -X POST "http://$yarr/api/feeds/refresh"; }
	rounds yarr import refresh
	server=''
fi

pg() { su postgres -c "$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/$*"; }
stop_postgres() { [ -z "$postmaster" ] || pg "pg_ctl -D $work/pg -m fast stop" >/dev/null; postmaster=''; }
if [ "${MINIFLUX:-}" ]; then
	farm
	mkdir "$work/pg"
	chown postgres "$work/pg"
	pg "initdb -D $work/pg -A trust" >/dev/null
	pg "pg_ctl -D $work/pg -w -l $work/pg/log -o '-p $((port - 4)) -k $work/pg -h 127.0.0.1' start" >/dev/null
	postmaster=$(head -n 1 "$work/pg/postmaster.pid")
	pg "createdb -h 127.0.0.1 -p $((port - 4)) miniflux"
	sql() { psql -qtA -h 127.0.0.1 -p $((port - 4)) -U postgres miniflux -c "$1"; }
	env -u PORT DATABASE_URL="postgres://postgres@127.0.0.1:$((port - 4))/miniflux?sslmode=disable" LISTEN_ADDR=$miniflux RUN_MIGRATIONS=1 CREATE_ADMIN=1 ADMIN_USERNAME=admin \
		ADMIN_PASSWORD=measured DISABLE_SCHEDULER_SERVICE=1 FETCHER_ALLOW_PRIVATE_NETWORKS=1 "$MINIFLUX" >"$work/miniflux.log" 2>&1 &
	server=$!
	until curl -sf -o /dev/null "http://$miniflux/healthcheck"; do kill -0 $server || { tail -n 1 "$work/miniflux.log" >&2; exit 2; }; sleep 0.2; done
	stored() { sql 'SELECT count(*) FROM entries'; }
	api() { curl -sf -u admin:measured "http://$miniflux/v1/$1" -X "$2" ${3:-}; }
	import() {
		api import POST "--data-binary @$work/farm.opml -o /dev/null"
		refresh
	}
	refresh() {
		sql "UPDATE feeds SET next_check_at = now() - interval '1 hour'"
		api feeds/refresh PUT
	}
	rounds miniflux import refresh
	server=''
fi
