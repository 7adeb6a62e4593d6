package e2e

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

const deskPieces = 60

// deskConfig returns the configuration of a desk over a paper with pieces on one topic.
func deskConfig(t testing.TB) string {
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, deskPieces)
	for i := range items {
		items[i].HTML = "<p>The river of Pakistan. " + newstest.Words(i, 60) + "</p>"
		items[i].Published = time.Now().Add(-time.Duration(i) * time.Minute)
	}
	paper.Edition("/feed", "The Paper", items...)
	return testkit.WriteConfig(t, "listen: 127.0.0.1:0\ndesk: {}\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"topics: {rivers: {score: {river: 1}, threshold: 1}}\n"+
		"editions: {all: {limit: 500}, rivers: {topics: rivers, limit: 500}, picks: {curated: true, limit: 500}, "+
		"best: {curated: true, topics: rivers, limit: 500}}\n"+
		"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\n")
}

// signIn adds an account and returns the cookie of its session.
func signIn(t testing.TB, configPath, address, name string) string {
	t.Helper()
	out := mustOped(t, "--config", configPath, "desk", "add", name)
	link := regexp.MustCompile(`/desk/enter/\S+`).FindString(out)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.PostForm(address+link, url.Values{"password": {"river bank willow " + name}})
	must(t, err)
	r.Body.Close()
	cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	if r.StatusCode != http.StatusSeeOther || cookie == "" {
		t.Fatalf("signing in: %s, said %q", r.Status, out)
	}
	return cookie
}

// curator decides at random over HTTP.
type curator struct {
	name, cookie string
	address      *atomic.Value // of the daemon
	random       *rand.Rand
	made         map[string]int64 // the numbers of its decisions, by request
	numbers      []int64
	actions      map[string]int
}

// form returns the form of a random action.
func (c *curator) form() url.Values {
	piece := func() string { return fmt.Sprint(1 + c.random.IntN(deskPieces)) }
	actions := []oped.Action{
		oped.Approve, oped.Approve, oped.Approve, oped.Reject, oped.Hold, oped.Pin, oped.Unpin, oped.Annotate,
		oped.TagIt, oped.Untag, oped.Merge, oped.Split, oped.Split, oped.Withdraw, oped.Undo, oped.Undo,
	}
	action := actions[c.random.IntN(len(actions))]
	f := url.Values{"action": {string(action)}, "piece": {piece()}}
	switch {
	case action.IsChoice():
		f.Set("edition", []string{"picks", "best"}[c.random.IntN(2)])
		f.Set("reason", string(oped.Poor))
		f.Set("note", fmt.Sprintf("Note %d.", c.random.IntN(1000)))
		f.Set("until", time.Now().Add(time.Hour).Format(time.RFC3339))
		f.Set("place", fmt.Sprint(1+c.random.IntN(3)))
	case action == oped.TagIt || action == oped.Untag:
		f.Set("topic", "rivers")
	case action == oped.Merge:
		f.Set("piece", piece()+" "+piece())
		f.Set("force", "yes")
	case action == oped.Split && c.random.IntN(2) == 0:
		f.Set("piece", piece()+"#2")
	case action == oped.Split:
		f.Set("piece", piece()+" "+piece())
	case action == oped.Undo && len(c.numbers) > 0:
		f.Set("decision", fmt.Sprint(c.numbers[c.random.IntN(len(c.numbers))]))
	}
	return f
}

// act makes a random decision, and repeats the request until it is answered.
func (c *curator) act(request string) error {
	f := c.form()
	f.Set("request", request)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		at := c.address.Load().(string) + "/desk/decide"
		q, err := http.NewRequest(http.MethodPost, at, strings.NewReader(f.Encode()))
		if err != nil {
			return err
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Accept", "application/json")
		q.Header.Set("Cookie", c.cookie)
		var done struct{ Decision int64 }
		r, err := http.DefaultClient.Do(q)
		if err == nil {
			err = json.NewDecoder(r.Body).Decode(&done)
			r.Body.Close()
		}
		switch {
		case err != nil || r.StatusCode >= 500:
			<-tick.C
			continue
		case r.StatusCode == http.StatusOK:
			c.made[request] = done.Decision
			c.numbers = append(c.numbers, done.Decision)
			c.actions[f.Get("action")]++
		case r.StatusCode != http.StatusUnprocessableEntity && r.StatusCode != http.StatusConflict:
			return fmt.Errorf("%v: %s", f, r.Status)
		}
		return nil
	}
	return fmt.Errorf("%v was never answered", f)
}

// TestTwoCuratorsWhoseServerIsKilled lets two curators decide at random over HTTP, and kills the server in between, again
// and again. Every answered decision is there once, every link holds, and no feed has a piece twice.
func TestTwoCuratorsWhoseServerIsKilled(t *testing.T) {
	testkit.NotShort(t)
	testkit.NotRaced(t)
	testKilledDesk(t, 500)
}

// TestTwoCuratorsWhoseServerIsKilledQuickly is a part of TestTwoCuratorsWhoseServerIsKilled.
func TestTwoCuratorsWhoseServerIsKilledQuickly(t *testing.T) {
	testkit.NotShort(t)
	testKilledDesk(t, 50)
}

func testKilledDesk(t *testing.T, actions int) {
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(strings.TrimSpace(os.Getenv("OPED_SEED")), 10, 64); err == nil {
		seed = n
	}
	t.Logf("seed %d", seed)
	path := deskConfig(t)
	d := startDaemon(t, path)
	until(t, d.address+"/all.atom", deskPieces)
	var address atomic.Value
	address.Store(d.address)
	var curators []*curator
	for i, name := range []string{"amna", "bilal"} {
		curators = append(curators, &curator{
			name:    name,
			cookie:  signIn(t, path, d.address, name),
			address: &address,
			random:  rand.New(rand.NewPCG(seed, uint64(i))),
			made:    map[string]int64{},
			actions: map[string]int{},
		})
	}
	answered := make(chan bool)
	var working sync.WaitGroup
	for _, c := range curators {
		working.Go(func() {
			for n := range actions {
				if err := c.act(fmt.Sprintf("%s-%d", c.name, n)); err != nil {
					t.Error(err)
					return
				}
				answered <- true
			}
		})
	}
	go func() {
		working.Wait()
		close(answered)
	}()
	random, kills := rand.New(rand.NewPCG(seed, 9)), 0
	next := func() int { return 10 + random.IntN(actions/8) }
	left := next()
	for range answered {
		if left--; left > 0 {
			continue
		}
		d.cmd.Process.Kill()
		<-d.ended
		d = startDaemon(t, path)
		address.Store(d.address)
		left, kills = next(), kills+1
	}
	d.saying(t, "msg=started")
	t.Logf("%d kills; %v; %v", kills, curators[0].actions, curators[1].actions)
	if kills < 5 {
		t.Errorf("%d kills: this proves little", kills)
	}
	for _, edition := range []string{"all", "rivers", "picks", "best"} {
		seen := map[string]bool{}
		for _, e := range fetchAtom(t, d.address+"/"+edition+".atom").Entries {
			if seen[e.ID] {
				t.Errorf("%s has %s twice", edition, e.ID)
			}
			seen[e.ID] = true
		}
	}
	d.cmd.Process.Kill()
	<-d.ended
	checkDecided(t, path, curators)
	if out := mustOped(t, "--config", path, "once"); !strings.Contains(out, "0 failed") {
		t.Errorf("a run after: %s", out)
	}
}

// checkDecided compares the decisions in a database with those answered, and its pieces with the links.
func checkDecided(t *testing.T, configPath string, curators []*curator) {
	cfg, err := config.Load(configPath)
	must(t, err)
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(cfg.Store))
	must(t, err)
	defer db.Close()
	stored := map[string]int64{}
	rows, err := db.Query(`SELECT id, given_by, request FROM decision WHERE request IS NOT NULL`)
	must(t, err)
	for rows.Next() {
		var id int64
		var by, request string
		must(t, rows.Scan(&id, &by, &request))
		if stored[request] = id; !strings.HasPrefix(request, by+"-") {
			t.Errorf("decision %d of %s has the request %s", id, by, request)
		}
	}
	must(t, rows.Close())
	answered := 0
	for _, c := range curators {
		for request, id := range c.made {
			if answered++; stored[request] != id {
				t.Errorf("%s was answered as decision %d, and is %d", request, id, stored[request])
			}
		}
	}
	if answered != len(stored) {
		t.Errorf("%d decisions are stored, %d were answered", len(stored), answered)
	}

	type pair struct{ a, b int64 }
	joined, at := map[pair]bool{}, map[int64]int64{}
	type covered struct{ entry, side int64 }
	of := map[int64][]covered{}
	var order []int64
	merges := map[int64]bool{}
	rows, err = db.Query(`
		SELECT d.id, d.action = 'merge', x.entry, x.side, e.piece
		FROM decision d
		JOIN decision_entry x ON x.decision = d.id
		JOIN entry e ON e.id = x.entry
		WHERE d.action IN ('merge', 'split') AND d.undone_by IS NULL AND d.given_by <> 'rule'
		ORDER BY d.id`)
	must(t, err)
	for rows.Next() {
		var id, piece int64
		var merge bool
		var c covered
		must(t, rows.Scan(&id, &merge, &c.entry, &c.side, &piece))
		if of[id] == nil {
			order = append(order, id)
		}
		of[id], merges[id], at[c.entry] = append(of[id], c), merge, piece
	}
	must(t, rows.Close())
	for _, id := range order {
		for i, x := range of[id] {
			for _, y := range of[id][:i] {
				if merges[id] || x.side != y.side {
					joined[pair{min(x.entry, y.entry), max(x.entry, y.entry)}] = merges[id]
				}
			}
		}
	}
	for p, want := range joined {
		if (at[p.a] == at[p.b]) != want {
			t.Errorf("entries %d and %d are of pieces %d and %d; one piece: %v", p.a, p.b, at[p.a], at[p.b], want)
		}
	}
	t.Logf("%d decisions, %d links", len(stored), len(joined))
}
