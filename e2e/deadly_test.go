package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// deadlyPress has normal feeds, and one at /deadly. While kill is set, it kills the process fetching it.
type deadlyPress struct {
	mu    sync.Mutex
	asked []string // paths, in order
	kill  atomic.Pointer[func()]
	url   string
}

func newDeadlyPress(t *testing.T) *deadlyPress {
	p := &deadlyPress{}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *deadlyPress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.URL.Path)
	p.mu.Unlock()
	if kill := p.kill.Load(); kill != nil && r.URL.Path == "/deadly" {
		(*kill)()
	}
	w.Write(newstest.RSS("Paper", newstest.Items("https://paper.example"+r.URL.Path, 0, 3)...))
}

// run runs `oped once` as a process. It returns the requested paths, and whether the process was killed.
func (p *deadlyPress) run(t *testing.T, config string, flags ...string) (asked []string, died bool) {
	t.Helper()
	cmd := command(append([]string{"--config", config, "--quiet", "once"}, flags...)...)
	p.mu.Lock()
	p.asked = nil
	if p.kill.Load() != nil {
		kill := func() { cmd.Process.Kill() }
		p.kill.Store(&kill)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.mu.Unlock()
	died = cmd.Wait() != nil
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked, died
}

// A feed that kills the process is fetched last and alone by the next process, and after two deaths alone once a
// day. All other feeds are fetched. A success clears it.
func TestADeadlyFeedStopsNoOther(t *testing.T) {
	testkit.NotShort(t)
	press := newDeadlyPress(t)
	const others = 5
	var feeds strings.Builder
	// the first one to be due
	fmt.Fprintf(&feeds, "  - {name: deadly, url: \"%s/deadly\", publisher: Deadly}\n", press.url)
	for n := range others {
		fmt.Fprintf(&feeds, "  - {name: paper-%d, url: \"%s/%d\", publisher: Paper %d}\n", n, press.url, n, n)
	}
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, concurrency: 1, allow_private: [127.0.0.0/8]}\npublish: {dir: \"\"}\nterms: "+
			"{}\ntopics: {}\n"+
			"editions: {all: {}}\nfeeds:\n"+feeds.String())
	nothing := func() {}
	press.kill.Store(&nothing)

	if asked, died := press.run(t, config); !died || len(asked) != 1 {
		t.Fatalf("asked for %v, died %v; want it to die of the first feed", asked, died)
	}
	// Suspects are tried one at a time. Those not reached before the next death are no suspects for the next
	// process.
	for _, try := range []string{"first", "second"} {
		asked, died := press.run(t, config)
		if !died || len(asked) < 2 || asked[len(asked)-1] != "/deadly" ||
			slices.Index(asked, "/deadly") != len(asked)-1 {
			t.Errorf("%s try alone: asked for %v, died %v; want it to die of the deadly feed, fetched last", try,
				asked, died)
		}
	}
	if asked, died := press.run(t, config); died || len(asked) != 0 {
		t.Errorf("asked for %v, died %v; want no third try on this day", asked, died)
	}
	if n := len(archive(t, config)); n != 3*others {
		t.Errorf("%d entries are stored, want %d", n, 3*others)
	}
	if said := mustOped(t, "--config", config, "feeds", "deadly"); !strings.Contains(inOneLine(said),
		"oped ended while fetching this feed alone; next attempt") {
		t.Errorf("oped feeds says\n%s", said)
	}

	press.kill.Store(nil)
	if asked, died := press.run(t, config, "--all"); died || len(asked) != others+1 || asked[others] != "/deadly" {
		t.Errorf("asked for %v, died %v; want all feeds, the deadly one last", asked, died)
	}
	if said := mustOped(t, "--config", config, "feeds", "deadly"); strings.Contains(said, "ended") {
		t.Errorf("after a success oped feeds still says\n%s", said)
	}
	if asked, died := press.run(t, config, "--all"); died || len(asked) != others+1 || asked[0] == "" {
		t.Errorf("asked for %v, died %v; want all feeds", asked, died)
	}
}
