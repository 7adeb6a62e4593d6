.PHONY: run demo test build bench fuzz

run:            ## the main job: fetch, ingest, publish and serve, with config.yaml
	go run ./cmd/oped run

demo:           ## a first look without a network
	go run ./cmd/oped demo

test:           ## every check and every test; installs what they need where it can
	sh ./test.sh

build:          ## the binary that ships: no cgo
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o oped ./cmd/oped

bench:          ## the figures of bench/README.md that need no second program
	go test -run '^$$' -bench . -benchmem ./...

fuzz:           ## every fuzz target for ten minutes
	sh bench/fuzz.sh
