#!/bin/sh
# Measures how oped serves a feed of 200 KB beside nginx with the same files: whole, compressed, and unchanged (304). Each has core 0 alone, and wrk core 1.
#
#   sh bench/serve.sh [ROUNDS] [SECONDS]        default 3 5
#
# Needs nginx and wrk (Debian's nginx-light and wrk). Prints requests a second and the ratio of each round, and the median of the ratios.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-3} seconds=${2:-5}
work=$(mktemp -d)
chmod 755 "$work" # the worker of nginx is another user
pids=
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT

go build -o "$work/serve" bench/serve/main.go
GOMAXPROCS=1 taskset -c 0 "$work/serve" 127.0.0.1:7181 "$work/site" &
pids=$!
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
until curl -sf -o "$work/oped.atom" http://127.0.0.1:7181/all.atom; do kill -0 $pids; done
taskset -c 0 nginx -c "$work/nginx.conf" -p "$work" &
pids="$pids $!"
until curl -sf -o "$work/nginx.atom" http://127.0.0.1:7182/all.atom; do kill -0 $!; done
cmp "$work/oped.atom" "$work/nginx.atom"
echo "$(wc -c <"$work/oped.atom") bytes, $(wc -c <"$work/site/all.atom.gz") gzip, $(wc -c <"$work/site/all.atom.br") br, $(wc -c <"$work/site/all.atom.zst") zstd"

etag() { curl -sI "http://127.0.0.1:$1/all.atom" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p'; }

# once PORT MODE: requests a second
once() {
	case $2 in
	plain) set -- "$1" "Accept-Encoding: identity" ;;
	gzip) set -- "$1" "Accept-Encoding: gzip" ;;
	304) set -- "$1" "If-None-Match: $(etag "$1")" ;;
	esac
	taskset -c 1 wrk -t1 -c32 -d"${seconds}s" -H "$2" "http://127.0.0.1:$1/all.atom" | awk '/Requests\/sec/ {print $2}'
}

for mode in plain gzip 304; do
	: >"$work/$mode"
	for round in $(seq "$rounds"); do
		ours=$(once 7181 $mode) theirs=$(once 7182 $mode)
		echo "$ours $theirs" | awk -v mode=$mode '{printf "%s: oped %d, nginx %d requests/s, ratio %.2f\n", mode, $1, $2, $1 / $2; print $1 / $2 >> "'"$work/$mode"'"}'
	done
	sort -n "$work/$mode" | awk -v mode=$mode '{r[NR] = $1} END {printf "%s: median ratio %.2f\n", mode, r[int((NR + 1) / 2)]}'
done
