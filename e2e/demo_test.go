package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/text"
)

// TestDemoEditionsAreTrue prints everything the demo's newspapers have, and compares each topic's edition with
// the subjects of the pieces. Each piece is there once, however many papers carry it; there is no news, and
// pak-us has nothing else.
func TestDemoEditionsAreTrue(t *testing.T) {
	testkit.NotShort(t)
	world, dir := demoFetched(t, time.Hour)
	all := map[string][]string{}
	for _, truth := range world.Truth() {
		if truth.Kind == oped.News {
			continue
		}
		for _, topic := range append(truth.Topics, "everything") {
			all[topic] = append(all[topic], text.Fold(truth.Title))
		}
	}
	for edition, want := range all {
		var got []string
		for _, e := range testkit.ReadAtom(t, filepath.Join(dir, "public", edition+".atom")).Entries {
			got = append(got, text.Fold(e.Title))
		}
		if edition == "everything" { // longer than its head
			if len(got) != 50 {
				t.Errorf("%s has %d pieces at its head", edition, len(got))
			}
			continue
		}
		found := 0
		for _, title := range want {
			switch times(got, title) {
			case 0:
				t.Logf("%s lacks %q", edition, title)
			case 1:
				found++
			default:
				t.Errorf("%s has %q more than once", edition, title)
			}
		}
		for _, title := range got {
			if !slices.Contains(want, title) {
				t.Logf("%s has %q, which is not about it", edition, title)
			}
		}
		t.Logf("%s: %d of %d, and %d that are not about it", edition, found, len(want), len(got)-found)
		if edition == "pak-us" && (len(got) > found || found*10 < len(want)*7) {
			t.Errorf("%s has %d of its %d pieces and %d others", edition, found, len(want), len(got)-found)
		}
	}
}

// TestDemoHasPairsToReview: two papers print one editorial, each with its own beginning and end, and one paper has
// nothing but the headline of a piece of another. The pairs page has both, and no other pair.
func TestDemoHasPairsToReview(t *testing.T) {
	testkit.NotShort(t)
	_, dir := demoFetched(t, 0)
	var queue struct {
		Pairs []struct {
			Guard  string
			Pieces []struct{ Title string }
		}
	}
	must(t, json.Unmarshal([]byte(mustOped(t, "--config", filepath.Join(dir, "config.yaml"), "dedup", "queue", "--json")),
		&queue))
	got := map[string]string{}
	for _, p := range queue.Pairs {
		titles := []string{p.Pieces[0].Title, p.Pieces[1].Title}
		slices.Sort(titles)
		got[p.Guard] += strings.Join(titles, " | ") + "\n"
	}
	want := map[string]string{
		"G8": "One winter sky over both countries | One winter sky over the two countries\n",
		"G9": "The cheapest lesson is lunch | The cheapest lesson is lunch - The Doab Courier\n",
	}
	if !maps.Equal(got, want) {
		t.Errorf("pairs to review: %v", got)
	}
}

// demoFetched fetches once what the demo's newspapers have some time after their start. It returns them, and the
// folder of the configuration and of what is published.
func demoFetched(t *testing.T, after time.Duration) (world *newstest.Press, dir string) {
	t.Helper()
	began := time.Now()
	world, dir = newstest.NewPress(began), t.TempDir()
	press := httptest.NewServer(world.Handler(func() time.Time { return began.Add(after) }))
	t.Cleanup(press.Close)
	path := filepath.Join(dir, "config.yaml")
	configuration := string(world.Config(press.URL, "http://127.0.0.1:8080", dir)) + testkit.IncludeTopics() +
		testkit.ShippedEditions()
	must(t, os.WriteFile(path, []byte(configuration), 0o644))
	t.Log(lastLine(mustOped(t, "--config", path, "once")))
	return world, dir
}

// TestDemoNamesThePaperOfTheLink: the paper named beside the headline of a piece is the one whose feed is in the
// folder that the address of the headline is in, though papers link to each other.
func TestDemoNamesThePaperOfTheLink(t *testing.T) {
	testkit.NotShort(t)
	_, dir := demoFetched(t, 0)
	configuration, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	must(t, err)
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`url: "http://[^/]+/(\w+)/.*"\n +publisher: "(.*)"`).FindAllStringSubmatch(
		string(configuration), -1) {
		names[m[1]] = m[2]
	}
	page, err := os.ReadFile(filepath.Join(dir, "public", "everything", "index.html"))
	must(t, err)
	all := regexp.MustCompile(`<li[^>]*>(?:<h3>)?<a href="http://[^/]+/(\w+)/[^"]+">.*\n<p>(.*)</p>`).
		FindAllStringSubmatch(string(page), -1)
	if len(all) < 20 {
		t.Fatalf("%d pieces on the page", len(all))
	}
	for _, m := range all {
		if !strings.Contains(m[2], names[m[1]]) {
			t.Errorf("an address of %s has no %s beside it: %s", m[1], names[m[1]], m[2])
		}
	}
}

func times(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// read returns the body at an address.
func read(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	must(t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	must(t, err)
	return string(page)
}

// TestDemoShowsSomethingWithinThreeSeconds runs the real demo, as a new user would.
func TestDemoShowsSomethingWithinThreeSeconds(t *testing.T) {
	testkit.NotShort(t)
	cmd := command("demo", "--listen", "127.0.0.1:0")
	reading, err := cmd.StdoutPipe()
	must(t, err)
	began := time.Now()
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	var said bytes.Buffer
	buf := make([]byte, 4096)
	for !strings.Contains(said.String(), "pak-us\n") {
		n, err := reading.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
	t.Logf("the first piece on pak-us after %v", time.Since(began).Round(time.Millisecond))
	go io.Copy(io.Discard, reading)
	tour := regexp.MustCompile(`http://\S+`).FindAllString(said.String(), -1)
	if len(tour) != 7 {
		t.Fatal(said.String())
	}
	for i, want := range []string{
		"The Loopback Review", "Pak–US relations", "پاک امریکہ تعلقات",
		"The daily digest", "never delivered", "Your name",
	} {
		if page := read(t, tour[i]); !strings.Contains(page, want) || i > 0 && strings.Contains(page, "Nothing here yet") {
			t.Errorf("stop %d of the tour, %s, has no %s", i+1, tour[i], want)
		}
	}
	base := tour[0]
	everything := read(t, base+"everything.atom")
	for what, has := range map[string]bool{
		"a withdrawn piece":      strings.Contains(everything, "deleted-entry"),
		"an archive":             strings.Contains(everything, `rel="prev-archive"`),
		"a hub":                  strings.Contains(everything, `rel="hub"`),
		"an issue of the digest": strings.Contains(read(t, base+"daily.atom"), "<entry"),
		"a curator's note":       strings.Contains(read(t, base+"picks.atom"), "with the budget of the week"),
		"a piece in four papers": strings.Contains(read(t, base+"india-pakistan.json"), "Pearl Coast Monitor"),
	} {
		if !has {
			t.Errorf("the demo does not show %s", what)
		}
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the demo ended: %v", err)
	}
}
