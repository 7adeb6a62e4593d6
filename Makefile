.PHONY: run demo test build install bench fuzz

PREFIX = /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share

run:            ## the main job: fetch, ingest, publish and serve, with config.yaml
	go run ./cmd/oped run

demo:           ## a first look without a network
	go run ./cmd/oped demo

test:           ## every check and every test; installs what they need where it can
	sh ./test.sh

build:          ## the binary that ships: no cgo
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o oped ./cmd/oped

install: build  ## the binary of make build, manual pages and completions, below PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions \
		$(SHARE)/fish/vendor_completions.d
	install -m 755 oped $(DESTDIR)$(PREFIX)/bin/oped
	./oped man $(SHARE)/man/man1
	./oped completion bash >$(SHARE)/bash-completion/completions/oped
	./oped completion zsh >$(SHARE)/zsh/site-functions/_oped
	./oped completion fish >$(SHARE)/fish/vendor_completions.d/oped.fish

bench:          ## the figures of bench/README.md that need no second program
	go test -run '^$$' -bench . -benchmem ./...

fuzz:           ## every fuzz target for ten minutes
	sh bench/fuzz.sh
