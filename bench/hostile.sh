#!/bin/sh
# Measures oped against the hostile press of internal/hostile: each feed alone, a daemon with fifty honest feeds beside
# all of them, and SIGTERM at random moments.
#
#   sh bench/hostile.sh [FLAGS]        go run bench/hostile/main.go -h lists them; OPED=PATH measures another binary
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${OPED:-}" ]; then
	CGO_ENABLED=0 go build -trimpath -o "$work/oped" ./cmd/oped
	OPED=$work/oped
fi
go build -o "$work/hostile" bench/hostile/main.go
"$work/hostile" -oped "$OPED" "$@"
