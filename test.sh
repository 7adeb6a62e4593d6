#!/bin/sh
# Runs every check and every test of oped. Installs from Debian what the end-to-end tests need, where it can (root and
# apt-get), and says aloud what is skipped where it cannot. Go is all that is needed otherwise.
set -eu
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$*"; }

# The tests write a hundred thousand small files and sync many of them: in memory that takes a third of the time.
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 {print $4}')" -gt 6000000 ] &&
	[ "$(awk '/^MemAvailable/ {print $2}' /proc/meminfo)" -gt 9000000 ]; then
	memory=$(mktemp -d /dev/shm/oped.XXXXXX)
	trap 'rm -rf "$memory"' EXIT
	printf '#!/bin/sh\n' >"$memory/program"
	chmod +x "$memory/program"
	if "$memory/program" 2>/dev/null; then # often no program may run there
		export TMPDIR="$memory"
	fi
fi

# Programs of the end-to-end tests, and the Debian package of each.
missing=
for pair in newsboat:newsboat jing:jing chromium:chromium sqlite3:sqlite3 r2e:rss2email nginx:nginx-light; do
	command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
/usr/bin/python3 -c 'import feedparser' >/dev/null 2>&1 || missing="$missing python3-feedparser"
if [ -n "$missing" ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		say "installing$missing"
		# A test that misses its program skips aloud: no package here is worth ending the run for.
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 ||
			echo "could not install$missing: the tests that need them are skipped"
	else
		echo "not installed:$missing (Debian packages): the tests that need them are skipped"
	fi
fi

say "gofmt"
unformatted=$(gofmt -l $(find . -name '*.go' -not -path './.git/*'))
if [ -n "$unformatted" ]; then
	echo "gofmt would change:"
	echo "$unformatted"
	exit 1
fi

say "go vet"
go vet ./...
go vet bench/serve/main.go
go vet bench/hostile/main.go

say "staticcheck"
go tool -modfile=tools/go.mod staticcheck ./...

say "dependencies"
sqlite_libc=$(sed -n 's/^[[:space:]]*modernc.org\/libc \(v[^ ]*\).*/\1/p' "$(go list -m -f '{{.Dir}}' modernc.org/sqlite)/go.mod")
our_libc=$(go list -m -f '{{.Version}}' modernc.org/libc)
if [ "$sqlite_libc" != "$our_libc" ]; then
	echo "modernc.org/libc is $our_libc, but modernc.org/sqlite pins $sqlite_libc"
	exit 1
fi
go mod tidy -diff

# The tests of e2e run the program as it ships, without the race detector: with parts unwatched, it sees races in encoding/xml.
say "build without cgo"
OPED_BINARY=$(mktemp)
log=$(mktemp)
unraced=$(mktemp)
beside=
export OPED_BINARY
trap 'if [ -n "$beside" ]; then kill "$beside" 2>/dev/null; fi; rm -rf "$log" "$unraced" "$OPED_BINARY" "${memory:-}"' EXIT
trap 'exit 1' INT TERM
CGO_ENABLED=0 go build -trimpath -o "$OPED_BINARY" ./cmd/oped

# The race detector needs a C compiler. What a test skips, it says: -v is too much, so the skips are picked out.
# It watches our code and what calls it, not the insides of SQLite and of the codings, which took most of its time: each is used by one goroutine at a time,
# and that is what it watches. With modernc.org/... unwatched, it reports races that it does not report with all watched, in what uses sync.Map, as encoding/xml
# does: see whether a race is there without -gcflags before mending it.
race=-race
unwatched='-race=false -d=checkptr=0'
command -v gcc >/dev/null 2>&1 || { race=; unwatched=; echo "no gcc: the tests run without the race detector"; }
say "go test $race ./..."
status=0
# Packages that start no goroutine: there is no race to find in their own tests. The tests of others watch them at work.
single="oped oped/config oped/dedup oped/internal/regular oped/logistic oped/parse oped/publish/chart oped/publish/coding oped/publish/feed oped/publish/page oped/text oped/topic"
watched=./...
# Nor is the race detector for what starts hundreds of programs, or does ten thousand things. All this runs beside the others, which leave a core idle
# while they wait for programs, and while the longest package ends alone.
if [ -n "$race" ]; then
	watched=$(go list ./... | grep -vxF "$(printf '%s\n' $single)")
	nice go test -vet=off -p 1 -timeout 40m -json -run 'PagesFollow|Killed|RealAndNasty|TestO1Every|TestO16|TestCurators|ThousandGUIDs|HealthSwitches|Variants|Shuffles|SixtyDays|Thousands|Hostile|WorkIsLinear|InABrowser|TestManuals|TestTranscripts|ShippedTopics|QueueKeepsUp|UndoOfAll|UndoOfChoices|ChoicesMove|AnyQuery|PayloadsAnywhere|TestReplay' \
		./app ./e2e ./ingest ./publish ./cmd/oped >"$unraced" &
	beside=$!
fi
go test $race -vet=off -gcflags="modernc.org/...=$unwatched" -gcflags="github.com/andybalholm/...=$unwatched" -gcflags="github.com/klauspost/...=$unwatched" \
	-timeout 40m -json $watched >"$log" || status=$?
if [ -n "$beside" ]; then
	go test -vet=off -timeout 40m -json $single >>"$log" || status=$?
	wait "$beside" || status=$?
	beside=
fi
cat "$unraced" >>"$log"
go run ./internal/testlog <"$log" || status=1
exit $status
