package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestS28_PrivateHubIsNotLinked: a hub in a private network gets pings, but no document links to it,
// unless readers are on the same host.
func TestS28_PrivateHubIsNotLinked(t *testing.T) {
	cfg := &config.Config{BaseURL: "https://feeds.example", Publish: config.Publish{
		HubSelf: true,
		Hubs:    []string{"https://hub.example/", "http://10.0.0.7/hub", "http://127.0.0.1:82/hub"},
	}}
	if got := strings.Join(hubAddresses(cfg), " "); got != "https://feeds.example/hub https://hub.example/" {
		t.Error(got)
	}
	cfg.BaseURL = "http://127.0.0.1:8080"
	if got := strings.Join(hubAddresses(cfg), " "); got != "http://127.0.0.1:8080/hub https://hub.example/ http://127.0.0.1:82/hub" {
		t.Error(got)
	}
}

// TestO29R14R17OncePingsHubs: `oped once` pings a hub about changed feeds only, after writing the files. An
// unreachable hub does not fail the run, and the next run pings it, once.
func TestO29R14R17OncePingsHubs(t *testing.T) {
	testkit.NotShort(t)
	paper, hub := newstest.New(t), testkit.NewParty(t)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("base_url: https://feeds.example\npublish: {hub: %q}\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: %q}]\neditions: {all: {}, none: {langs: xx}}\n", hub.URL, paper.URL+"/feed"))
	later := time.Duration(0)
	once := func(items int) (known int, stderr string) {
		t.Helper()
		paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, items)...)
		before := hub.Pings("https://feeds.example/all.atom")
		later += time.Hour
		cfg, err := config.Load(configPath)
		must(t, err)
		var said bytes.Buffer
		now := func() time.Time { return time.Now().Add(later) }
		p, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.NewTextHandler(&said, nil)), Now: now})
		must(t, err)
		defer p.Close()
		_, err = p.Once(t.Context(), true)
		must(t, err)
		return hub.Pings("https://feeds.example/all.atom") - before, said.String()
	}
	if known, _ := once(3); known != 1 {
		t.Errorf("the first run pinged %d times", known)
	}
	if known, _ := once(3); known != 0 {
		t.Errorf("a run without a change pinged %d times", known)
	}
	if known, _ := once(4); known != 1 {
		t.Errorf("a change: pinged %d times", known)
	}
	hub.Answer(http.StatusServiceUnavailable)
	for i := range 3 {
		if known, log := once(5 + i); known != 1 || !strings.Contains(log, "ping failed") {
			t.Errorf("a hub that is down was asked %d times\n%s", known, log)
		}
	}
	hub.Answer(0)
	later += 6 * time.Hour
	if known, _ := once(7); known != 1 {
		t.Errorf("three changes: pinged %d times", known)
	}
	if known, _ := once(7); known != 0 {
		t.Errorf("and %d times again", known)
	}
	text, err := os.ReadFile(configPath)
	if err != nil {
		t.Fatal(err)
	}
	must(t, os.WriteFile(configPath, []byte(strings.Replace(string(text), "all: {}", "all: {title: All of it}", 1)), 0o644))
	if known, _ := once(7); known != 1 {
		t.Errorf("another title: pinged %d times", known)
	}
	if known, _ := once(7); known != 0 {
		t.Errorf("another title: pinged %d times again", known)
	}
	if n := hub.Pings("https://feeds.example/none.atom"); n != 0 {
		t.Errorf("an edition that never changed: pinged %d times", n)
	}
	if body, err := os.ReadFile(filepath.Join(filepath.Dir(configPath), "public", "all.atom")); err != nil ||
		strings.Count(string(body), "<entry") != 7 {
		t.Errorf("the files: %v", err)
	}
}
