package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"oped/internal/testkit"
)

// TestMessagesHaveNoPasswords: neither the log nor a message shows a password in an address, as given or stored.
func TestMessagesHaveNoPasswords(t *testing.T) {
	const address = "http://ann:p4ssw0rd@127.0.0.1:1/f?token=s3cret"
	good := testkit.WriteConfig(t, "fetch: {allow_private: [127.0.0.0/8]}\neditions: {all: {}}\n"+
		"feeds: [{name: a, url: \""+address+"\"}]\n")
	wrong := testkit.WriteConfig(t, "editions: {all: {}}\nfeeds:\n  - {url: \""+address+"\", nme: x}\n"+
		"  - {url: \"ftp://ann:p4ssw0rd@a.example/\"}\n")
	for _, format := range []string{"text", "json"} {
		for _, args := range [][]string{
			{"check", "--config", wrong},
			{"feeds", "add", address, "--config", good},
			{"feeds", "fetch", address, "--config", good},
			{"feeds", "fetch", address + "2", "--config", good},
			{"feeds", "pause", address + "2", "--config", good},
			{"feeds", "--json", "--config", good},
			{"once", "--json", "--config", good},
		} {
			out, said, _ := runOped(t, t.Context(), append(args, "--log", format)...)
			if all := out + said; all == "" || strings.Contains(all, "p4ssw0rd") || strings.Contains(all, "s3cret") {
				t.Errorf("%q: %s", args, all)
			}
		}
		var said bytes.Buffer
		log, err := (&cli{stderr: &said, logFormat: format}).newLog()
		must(t, err)
		log.With("url", address).Info("see "+address, "err", errors.New("get "+address))
		if s := said.String(); strings.Contains(s, "p4ssw0rd") || strings.Count(s, "http://127.0.0.1:1/f") != 3 {
			t.Error(s)
		}
	}
}
