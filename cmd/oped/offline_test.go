package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestOnceWithoutNetwork: it fails, counts nothing, and says so once, also in the health feed. A reachable host ends
// it.
func TestOnceWithoutNetwork(t *testing.T) {
	testkit.NotShort(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	l.Close()
	lost := ""
	for _, host := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.4"} {
		lost += "  - {url: \"http://" + host + ":" + port + "/\", publisher: \"" + host + "\"}\n"
	}
	text := "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\neditions: {all: {}}\nfeeds:\n" + lost
	config := testkit.WriteConfig(t, text)
	health := filepath.Join(filepath.Dir(config), "public", "health.atom")
	states := func() (rows []app.FeedHealth) {
		must(t, json.Unmarshal([]byte(mustOped(t, "--config", config, "feeds", "--json")), &rows))
		return rows
	}
	for range 2 {
		stdout, stderr, code := runOped(t, t.Context(), "--config", config, "once")
		if code != exitFailed || !strings.Contains(stderr, "no network: none of 3 hosts can be reached") ||
			!strings.Contains(stdout, "0 feeds fetched") || strings.Count(stderr, "network") != 2 {
			t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
		}
		for _, r := range states() {
			if r.State != "new" || r.Failures != 0 {
				t.Errorf("%+v", r)
			}
		}
		doc, err := os.ReadFile(health)
		if err != nil || strings.Count(string(doc), "<entry>") != 1 || !strings.Contains(string(doc), "No network") {
			t.Errorf("%v\n%s", err, doc)
		}
	}
	if table := mustOped(t, "--config", config, "feeds"); !strings.HasPrefix(table, "no network since ") {
		t.Error(table)
	}
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 2)...)
	must(t, os.WriteFile(config, []byte(text+"  - {url: \""+paper.URL+"/feed\"}\n"), 0o600))
	mustOped(t, "--config", config, "--quiet", "once")
	if rows := states(); rows[0].Failures != 1 || rows[3].State != "ok" {
		t.Errorf("%+v", rows)
	}
	if doc, err := os.ReadFile(health); err != nil || strings.Contains(string(doc), "No network") {
		t.Errorf("%v\n%s", err, doc)
	}
}
