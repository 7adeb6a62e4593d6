package e2e

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/store"
)

const killFeeds, killItems = 16, 10

// killPress serves feeds with new items in every edition; every fifth item is in two of them.
func killPress(t testing.TB) (press *newstest.Paper, print func(edition int)) {
	press = newstest.New(t)
	print = func(edition int) {
		for f := range killFeeds {
			items := newstest.Items(fmt.Sprintf("https://paper-%d.example", f), edition*3, killItems)
			for i := range items {
				items[i].HTML = "<p>The US and Pakistan. " + newstest.Words(f*1_000_003+edition*3+i, 60) + "</p>"
				if i%5 == 0 && f%2 == 1 { // the neighbour's text under another address
					items[i].HTML = "<p>The US and Pakistan. " + newstest.Words((f-1)*1_000_003+edition*3+i, 60) +
						"</p>"
				}
			}
			press.Edition(fmt.Sprintf("/feed/%d", f), fmt.Sprintf("Paper %d", f), items...)
		}
	}
	return press, print
}

func killConfig(t testing.TB, press *newstest.Paper) string {
	var feeds strings.Builder
	for f := range killFeeds {
		fmt.Fprintf(&feeds, "  - {name: paper-%d, url: \"%s/feed/%d\", publisher: Paper %d}\n", f, press.URL, f, f)
	}
	// One small topic: eighty runs shall not spend their time on reading the shipped ones.
	const head = "fetch: {every: 1h, spacing: 0s, per_host: 8, allow_private: [127.0.0.0/8]}\n" +
		"terms: {pk: [Pakistan], us: [US/caps]}\ntopics: {pak-us: {score: {'DYAD($pk, $us, 5)': 2}, threshold: 1}}\n" +
		"editions: {pak-us: {topics: pak-us}, everything: {limit: 500}}\n"
	return testkit.WriteConfig(t, head+"feeds:\n"+feeds.String())
}

// TestR1KilledTwentyTimes kills oped somewhere among its fetches, twenty times, while the papers go on printing.
// Then a clean run has the same as one without kills: nothing lost, nothing twice, the same ids, the same files.
func TestR1KilledTwentyTimes(t *testing.T) {
	testkit.NotRaced(t)
	press, print := killPress(t)
	killed, calm := killConfig(t, press), killConfig(t, press)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	atomIDs := map[string]string{}
	inTime, midway := 0, 0
	for round := range 20 {
		print(round)
		mustOped(t, "--config", calm, "--quiet", "once", "--all")
		stored := len(archive(t, killed))
		if !killOnce(t, killed, random.IntN(killFeeds-2)) {
			inTime++
		}
		if n := len(archive(t, killed)); n > stored && n < len(archive(t, calm)) {
			midway++
		}
		checkIDs(t, killed, atomIDs)
		// An edition of a paper stays long enough for one run to see it: items never fetched are not ours to
		// lose.
		mustOped(t, "--config", killed, "once", "--all")
	}
	t.Logf("%d of 20 runs were killed with a part of their entries stored, %d ended before they were killed", midway,
		inTime)
	if midway < 5 {
		t.Errorf("%d of 20 runs were killed midway: this proves little", midway)
	}
	got, want := archive(t, killed), archive(t, calm)
	if len(got) != len(want) {
		t.Errorf("%d entries after the kills, %d without", len(got), len(want))
	}
	for key, n := range got {
		if n != 1 || want[key] != 1 {
			t.Errorf("%s is there %d times, without kills %d times", key, n, want[key])
		}
	}
	checkIDs(t, killed, atomIDs)
	again := mustOped(t, "--config", killed, "once", "--all")
	if !strings.Contains(
		again, fmt.Sprintf("%d feeds fetched (%d unchanged, 0 failed), 0 entries (0 new, 0 joined, 0 changed)",
			killFeeds, killFeeds)) {
		t.Errorf("the run after: %s", lastLine(again))
	}
}

// killOnce starts the real command and kills it after this many ingested fetches; 0: right after its first
// output. It reports whether the command was still running.
func killOnce(t testing.TB, config string, fetches int) bool {
	t.Helper()
	cmd := command("--config", config, "once", "--all")
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	killed := false
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "msg=fetched") {
			fetches--
		}
		if fetches <= 0 {
			cmd.Process.Kill()
			killed = true
			break
		}
	}
	for lines.Scan() { // what was said before the kill
	}
	err = cmd.Wait()
	if err != nil && !killed {
		t.Errorf("a run failed by itself: %v", err)
	}
	return err != nil
}

// archive counts the entries of a database by feed and guid.
func archive(t testing.TB, configPath string) map[string]int {
	out := map[string]int{}
	eachPiece(t, configPath, func(p oped.Piece) {
		for _, e := range p.Entries {
			out[e.FeedURL+" "+e.ID]++
		}
	})
	return out
}

// checkIDs checks that every piece ever seen has its first AtomID, or was merged and its AtomID redirects to the
// other piece.
func checkIDs(t testing.TB, configPath string, seen map[string]string) {
	t.Helper()
	leadsTo := func(id string) oped.PieceID {
		st := readStore(t, configPath)
		defer st.Close()
		p, err := st.Pieces.Get(t.Context(), id)
		if err != nil {
			t.Error(err)
		}
		return p.ID
	}
	owners := map[string]oped.PieceID{}
	eachPiece(t, configPath, func(p oped.Piece) {
		if other, twice := owners[p.AtomID]; twice {
			t.Errorf("pieces %d and %d have one id, %s", other, p.ID, p.AtomID)
		}
		owners[p.AtomID] = p.ID
		for _, e := range p.Entries {
			key := e.FeedURL + " " + e.ID
			if before, ok := seen[key]; ok && before != p.AtomID && leadsTo(before) != p.ID {
				t.Errorf("%s had the id %s, which leads to piece %d, and has %s", key, before, leadsTo(before),
					p.AtomID)
			}
			seen[key] = p.AtomID
		}
	})
}

func eachPiece(t testing.TB, configPath string, do func(oped.Piece)) {
	t.Helper()
	cfg, err := config.Load(configPath)
	must(t, err)
	st, err := store.Open(t.Context(), cfg.Store, store.Options{ReadOnly: true})
	if err != nil {
		return // killed before there was a database
	}
	defer st.Close()
	for p, err := range st.Pieces.All(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		do(p)
	}
}

// TestJ1SecondRunChangesNothing is the second half of journey J1: only conditional requests with 304 as answer,
// no row, no byte.
func TestJ1SecondRunChangesNothing(t *testing.T) {
	testkit.NotShort(t)
	press, print := killPress(t)
	print(0)
	config := killConfig(t, press)
	first := mustOped(t, "--config", config, "once")
	if !strings.Contains(
		first, fmt.Sprintf("%d entries (%d new, %d joined, 0 changed)", killFeeds*killItems,
			killFeeds*killItems-killFeeds/2*killItems/5, killFeeds/2*killItems/5)) {
		t.Errorf("the first run: %s", lastLine(first))
	}
	public := filepath.Join(filepath.Dir(config), "public")
	before := testkit.Files(t, public)
	out := mustOped(t, "--config", config, "once", "--all")
	if !strings.Contains(out, "0 new, 0 joined, 0 changed)") || !strings.Contains(out, "0 tags given") {
		t.Errorf("the second run: %s", lastLine(out))
	}
	for i, r := range press.Requests("") {
		want := http.StatusOK
		if i >= killFeeds {
			want = http.StatusNotModified
		}
		if r.Status != want {
			t.Errorf("request %d, for %s, was answered by %d", i, r.Path, r.Status)
		}
	}
	if diff := testkit.Differing(before, testkit.Files(t, public)); diff != "" {
		t.Errorf("the second run wrote %s otherwise", diff)
	}
	mustOped(t, "--config", config, "publish")
	if diff := testkit.Differing(before, testkit.Files(t, public)); diff != "" {
		t.Errorf("publish wrote %s otherwise", diff)
	}
	if third := mustOped(t, "--config", config, "once"); !strings.Contains(third, "0 feeds fetched") {
		t.Errorf("nothing is due, and yet: %s", lastLine(third))
	}
}
