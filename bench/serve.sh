#!/bin/sh
# Measures the serving of a feed of 200 KB beside nginx with the same files: whole, compressed, and unchanged (304).
# Each has core 0 alone, and wrk core 1.
#
#   sh bench/serve.sh [ROUNDS] [SECONDS]        default 3 5
#
# Needs nginx and wrk (Debian's nginx-light and wrk). Prints for each round the requests a second, and the server's
# computing time for a request, which other work disturbs less; at the end the medians of the ratios. On an otherwise
# idle core the two ratios are equal.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-3} seconds=${2:-5}
work=$(mktemp -d)
chmod 755 "$work" # the worker of nginx is another user
pids=
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT

go build -o "$work/serve" bench/serve/main.go
GOMAXPROCS=1 taskset -c 0 "$work/serve" 127.0.0.1:7181 "$work/site" &
ours=$! pids=$!
cat >"$work/nginx.conf" <<END
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 256; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 100000000;
	types { application/atom+xml atom; text/html html; }
	server {
		listen 127.0.0.1:7182;
		root $work/site;
		gzip_static on;
	}
}
END
until curl -sf -o "$work/oped.atom" http://127.0.0.1:7181/all.atom; do kill -0 $ours || exit 1; sleep 0.1; done
taskset -c 0 nginx -c "$work/nginx.conf" -p "$work" &
pids="$pids $!"
until curl -sf -o "$work/nginx.atom" http://127.0.0.1:7182/all.atom; do kill -0 $! && sleep 0.1; done
theirs=$(pgrep -P $! | head -n 1) # its worker
cmp "$work/oped.atom" "$work/nginx.atom"
echo "$(wc -c <"$work/oped.atom") bytes, $(wc -c <"$work/site/all.atom.gz") gzip, $(wc -c <"$work/site/all.atom.br") br, $(wc -c <"$work/site/all.atom.zst") zstd"

etag() { curl -sI "http://127.0.0.1:$1/all.atom" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p'; }

# A request of wrk: which headers make the mode.
header() {
	case $2 in
	plain) echo "Accept-Encoding: identity" ;;
	gzip) echo "Accept-Encoding: gzip" ;;
	304) echo "If-None-Match: $(etag "$1")" ;;
	esac
}

cpu() { awk '{print $14 + $15}' "/proc/$1/stat"; } # in ticks of 10 ms

# load PORT PID MODE: requests a second, and CPU-µs a request
load() {
	before=$(cpu "$2")
	taskset -c 1 wrk -t1 -c32 -d"${seconds}s" -H "$(header "$1" "$3")" "http://127.0.0.1:$1/all.atom" >"$work/wrk"
	awk -v cpu=$(($(cpu "$2") - before)) '/requests in/ {n = $1} /Requests\/sec/ {print $2, cpu * 10000 / n}' "$work/wrk"
}

median() { sort -n | awk '{r[NR] = $1} END {printf "%.2f", r[int((NR + 1) / 2)]}'; }

for mode in plain gzip 304; do
	for round in $(seq "$rounds"); do
		echo "$(load 7181 "$ours" $mode) $(load 7182 "$theirs" $mode)" | tee -a "$work/$mode" |
			awk -v mode=$mode '{printf "%s: oped %d requests/s, %.1f CPU-µs each; nginx %d, %.1f\n", mode, $1, $2, $3, $4}'
	done
	echo "$mode: requests/s $(awk '{print $1 / $3}' "$work/$mode" | median) of nginx, by computing time $(awk '{print $4 / $2}' "$work/$mode" | median)"
done
