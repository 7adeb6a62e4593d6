package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// answerTo returns the answer to one reader.
func answerTo(t *testing.T, url, agent string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", agent)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// untilAnswer asks again and again, each time as another reader, until the answer is as wanted.
func untilAnswer(t *testing.T, d *daemon, path string, good func(*http.Response) bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for i := 0; ; i++ {
		res := answerTo(t, d.address+path, fmt.Sprint("reader/", i))
		if good(res) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: %d %v\n%s", path, res.StatusCode, res.Header, d.said())
		}
	}
}

// TestO22_O24_O25_TheDaemonServes: answers are fresh until the next fetch, readers polling too often have to
// wait, and a removed edition is gone, with its files.
func TestO22_O24_O25_TheDaemonServes(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	head := "listen: 127.0.0.1:0\nfetch: {every: 40m, spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: " +
		"paper, url: \"" + paper.URL + "/feed\"}]\n"
	configPath := testkit.WriteConfig(t, head+"editions: {all: {title: All}, other: {title: Other}}\n")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	age := regexp.MustCompile(`^public, max-age=(\d+), `)
	untilAnswer(t, d, "/all.atom", func(r *http.Response) bool {
		m := age.FindStringSubmatch(r.Header.Get("Cache-Control"))
		if m == nil {
			return false
		}
		n, err := strconv.Atoi(m[1])
		return err == nil && n > 1800 && n <= 3600
	})

	refused := 0
	for range 15 {
		if r := answerTo(t, d.address+"/all.atom", "an eager reader"); r.StatusCode == http.StatusTooManyRequests &&
			r.Header.Get("Retry-After") != "" {
			refused++
		}
	}
	if refused != 5 {
		t.Errorf("of 15 requests at once, %d were refused", refused)
	}

	rewrite(t, configPath, head+"publish: {min_poll: 0s}\neditions: {all: {title: All}}\n")
	d.hup(t)
	untilAnswer(t, d, "/other.atom", func(r *http.Response) bool { return r.StatusCode == http.StatusGone })
	public := filepath.Join(filepath.Dir(configPath), "public")
	waitFor(t, d, func() bool {
		left, err := filepath.Glob(filepath.Join(public, "other*"))
		return err == nil && len(left) == 0 && strings.Contains(d.said(), " removed=6 ")
	})
	for range 15 {
		if r := answerTo(t, d.address+"/all.atom", "an eager reader"); r.StatusCode != http.StatusOK {
			t.Errorf("without a limit: %d", r.StatusCode)
		}
	}
}
