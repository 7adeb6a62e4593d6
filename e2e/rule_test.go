package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/app"
	"oped/config"
	"oped/ingest"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/store"
)

// rulePress prints pieces of many kinds and ages: every third names the US beside Pakistan, every fourth India, every
// fifth speaks of cricket in its headline. Half are of the last days, half of the last year.
func rulePress(t testing.TB, feeds, items int) *newstest.Paper {
	press := newstest.New(t)
	now := time.Now().UTC().Truncate(time.Hour)
	for f := range feeds {
		list := newstest.Items(fmt.Sprintf("https://paper-%d.example", f), f*items, items)
		for i := range list {
			ageHours := 3 * (i + 1)
			if i/4%2 == 1 {
				ageHours = 24 * (20 + 3*i)
			}
			list[i].Published = now.Add(-time.Duration(ageHours) * time.Hour)
			text := "Pakistan asks for patience. "
			if i%3 == 0 {
				text += "The US and Pakistan are to talk. "
			}
			if i%4 == 0 {
				text += "India will not join; Foggy Bottom waits for Pakistan. "
			}
			if i%5 == 0 {
				list[i].Title = fmt.Sprintf("Cricket, and opinion number %d", i)
			}
			list[i].HTML = "<p>" + text + newstest.Words(f*items+i, 60) + "</p>"
		}
		press.Edition(fmt.Sprintf("/feed/%d", f), fmt.Sprintf("Paper %d", f), list...)
	}
	return press
}

const (
	ruleBefore = "terms: {pk: [Pakistan~], us: [US/caps], in: [India]}\ntopics:\n  pak-us: {score: {'DYAD($pk, " +
		"$us, 5)': 2}, threshold: 3, review: 1}\n  india: {score: {$in: 2}, threshold: 3}\n"
	ruleAfter = "terms: {pk: [Pakistan~], us: [Foggy Bottom, US/caps/weak], in: [India]}\ntopics:\n  pak-us: " +
		"{score: {'DYAD($pk, $us, 5)': 2}, exclude: 'title:cricket', threshold: 3, review: 1}\n  india: {score: " +
		"{$in: 2}, threshold: 3}\n"
)

// ruleConfig writes a configuration with the rules before; change writes those after into the same file, and back.
func ruleConfig(t testing.TB, press *newstest.Paper, feeds int) (path string, change func(rules string)) {
	var rest strings.Builder
	rest.WriteString("publish: {search: none}\n")
	rest.WriteString("fetch: {every: 1h, spacing: 0s, per_host: 8, allow_private: [127.0.0.0/8]}\n")
	rest.WriteString(
		"editions: {pak-us: {topics: pak-us, limit: 40}, india: {topics: india}, everything: {limit: 500}}\nfeeds:\n")
	for f := range feeds {
		implies := ""
		if f%3 == 0 {
			implies = ", implies: [pk]"
		}
		fmt.Fprintf(&rest, "  - {name: paper-%d, url: \"%s/feed/%d\", publisher: Paper %d%s}\n", f, press.URL, f, f,
			implies)
	}
	path = testkit.WriteConfig(t, ruleBefore+rest.String())
	return path, func(rules string) {
		if err := os.WriteFile(path, []byte(rules+rest.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outcomes are the outcomes of a topic by piece; given by rule.
func outcomes(t testing.TB, configPath, topic string) map[oped.PieceID]oped.Outcome {
	out := map[oped.PieceID]oped.Outcome{}
	eachPiece(t, configPath, func(p oped.Piece) { out[p.ID] = outcomeOf(p.Tags, topic) })
	return out
}

// outcomeOf is the outcome among tags of a topic.
func outcomeOf(tags []oped.Tag, topic string) oped.Outcome {
	for _, tag := range tags {
		if tag.Topic == topic {
			return tag.Outcome
		}
	}
	return oped.None
}

// bruteForce judges every piece by the draft in the configuration.
func bruteForce(t testing.TB, configPath, topic string) map[oped.PieceID]oped.Outcome {
	t.Helper()
	cfg, err := config.Load(configPath)
	if err != nil {
		t.Fatal(err)
	}
	rules := &ingest.Rules{Tagger: cfg.Tagger, Opinion: cfg.Opinion, Feeds: map[string]oped.Feed{}}
	for _, f := range cfg.Feeds {
		rules.Feeds[f.URL] = f
	}
	out := map[oped.PieceID]oped.Outcome{}
	eachPiece(t, configPath, func(p oped.Piece) { out[p.ID] = outcomeOf(cfg.Tagger.Tag(rules.Doc(&p)), topic) })
	return out
}

// rows returns all tags and all contents of editions, as text.
func rows(t testing.TB, configPath string) string {
	t.Helper()
	var b strings.Builder
	eachPiece(t, configPath, func(p oped.Piece) {
		raw, err := json.Marshal(p.Tags)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d %v %s\n", p.ID, p.Editions, raw)
	})
	return b.String()
}

type diffOutput struct{ Topics []app.Difference }

func diffOf(t testing.TB, configPath string) (d app.Difference) {
	t.Helper()
	var out diffOutput
	raw := mustOped(t, "--config", configPath, "topic", "diff", "pak-us", "--json")
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Topics) != 1 {
		t.Fatalf("%d topics differ", len(out.Topics))
	}
	return out.Topics[0]
}

// TestJ4ChangeATopicWithoutFear is journey J4: the diff shows the exact effect of apply, and writes nothing; old
// pieces do not come to the head; undo restores the same bytes.
func TestJ4ChangeATopicWithoutFear(t *testing.T) {
	testkit.NotShort(t)
	const feeds, items = 6, 20
	press := rulePress(t, feeds, items)
	path, change := ruleConfig(t, press, feeds)
	public := filepath.Join(filepath.Dir(path), "public")
	mustOped(t, "--config", path, "--quiet", "once")
	filesBefore, rowsBefore := testkit.Files(t, public), rows(t, path)
	was := outcomes(t, path, "pak-us")

	change(ruleAfter)
	if out := mustOped(t, "--config", path, "once"); !strings.Contains(out, "0 feeds fetched") {
		t.Errorf("nothing was due: %s", out)
	}
	d := diffOf(t, path)
	if rows(t, path) != rowsBefore || testkit.Differing(filesBefore, testkit.Files(t, public)) != "" {
		t.Error("a draft changed something before it was applied")
	}
	want := bruteForce(t, path, "pak-us")
	checkDiff(t, d, was, want)
	if len(d.Added) == 0 || len(d.Removed) == 0 || d.Judged >= d.Pieces {
		t.Errorf("+%d -%d, %d of %d judged: this proves little", len(d.Added), len(d.Removed), d.Judged, d.Pieces)
	}

	if out := mustOped(t, "--config", path, "--quiet", "topic", "apply", "pak-us", "--by", "amna", "--why",
		"Foggy Bottom"); !strings.Contains(
		out, fmt.Sprintf("apply by amna: pak-us +%d -%d (Foggy Bottom)", len(d.Added), len(d.Removed))) {
		t.Errorf("apply said %s", out)
	}
	if got := outcomes(t, path, "pak-us"); !reflect.DeepEqual(got, want) {
		t.Error("apply did not do what the draft does by brute force")
	}
	checkHead(t, path, filesBefore["/pak-us.atom"], d)
	if d := mustOped(t, "--config", path, "topic", "diff"); !strings.Contains(d, "no draft differs") {
		t.Errorf("the diff after: %s", d)
	}

	if out := mustOped(t, "--config", path, "--quiet", "topic", "undo", "--by", "amna"); !strings.Contains(out,
		fmt.Sprintf("undoes decision 2, pak-us +%d -%d", len(d.Removed), len(d.Added))) {
		t.Errorf("undo said %s", out)
	}
	if rows(t, path) != rowsBefore {
		t.Error("the rows are not as they were")
	}
	if diff := testkit.Differing(filesBefore, testkit.Files(t, public)); diff != "" {
		t.Errorf("undo left %s otherwise", diff)
	}
	undone := testkit.Files(t, public)
	mustOped(t, "--config", path, "--quiet", "once", "--all")
	mustOped(t, "--config", path, "--quiet", "publish")
	if diff := testkit.Differing(undone, testkit.Files(t, public)); diff != "" {
		t.Errorf("the next run wrote %s otherwise", diff)
	}
	if log := inOneLine(mustOped(t, "--config", path, "topic", "log")); !strings.Contains(log, "apply by amna") ||
		!strings.Contains(log, "undone by 3") || !strings.Contains(log, "+ $us: Foggy Bottom") {
		t.Errorf("the log:\n%s", log)
	}
}

// checkDiff compares a diff with the tags before and the verdicts of the draft, by brute force.
func checkDiff(t testing.TB, d app.Difference, was, want map[oped.PieceID]oped.Outcome) {
	t.Helper()
	got := map[oped.PieceID]oped.Outcome{}
	for id, outcome := range was {
		got[id] = outcome
	}
	for _, list := range [][]app.DifferingPiece{d.Added, d.Removed, d.ReviewAdded, d.ReviewRemoved} {
		for _, x := range list {
			if x.Was != was[x.Piece] || x.Reason == "" {
				t.Errorf("piece %d was %s, and the diff says %s: %q", x.Piece, was[x.Piece], x.Was, x.Reason)
			}
			got[x.Piece] = x.Outcome
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("the diff is not what brute force gives")
	}
}

// checkHead: of the pieces added by a rule, the head has only the recent ones, each once.
func checkHead(t testing.TB, configPath, before string, d app.Difference) {
	t.Helper()
	edition := testkit.ReadAtom(t, filepath.Join(filepath.Dir(configPath), "public", "pak-us.atom"))
	var titles []string
	for _, e := range edition.Entries {
		if e.Updated == "" || slices.Contains(titles, e.ID) {
			t.Errorf("entry %s", e.ID)
		}
		titles = append(titles, e.ID)
	}
	young, old := 0, 0
	for _, x := range d.Added {
		at := storedPiece(t, configPath, fmt.Sprint(x.Piece))
		switch {
		case slices.Contains(x.Archive, "pak-us"):
			old++
			if slices.Contains(titles, at.AtomID) || strings.Contains(before, at.AtomID) {
				t.Errorf("an old piece, %s, is at the head", at.Lead().Title)
			}
		case slices.Contains(x.Head, "pak-us"):
			young++
			if !slices.Contains(titles, at.AtomID) {
				t.Errorf("a young piece, %s, is not at the head", at.Lead().Title)
			}
		default:
			t.Errorf("piece %d enters no edition", x.Piece)
		}
		if !slices.Contains(at.Editions, "pak-us") {
			t.Errorf("piece %d is in %v", x.Piece, at.Editions)
		}
	}
	if young == 0 || old == 0 {
		t.Errorf("%d young and %d old pieces were added: this proves little", young, old)
	}
}

// TestUndoAfterNewPieces: the old rule judges entries fetched under the new one, and the rest is as before.
func TestUndoAfterNewPieces(t *testing.T) {
	testkit.NotShort(t)
	press := rulePress(t, 2, 12)
	path, change := ruleConfig(t, press, 2)
	mustOped(t, "--config", path, "--quiet", "once")
	change(ruleAfter)
	mustOped(t, "--config", path, "--quiet", "topic", "apply")
	item := newstest.Items("https://paper-0.example", 900, 2)
	for i := range item {
		item[i].Published = time.Now().Add(-time.Hour)
		item[i].HTML = []string{"<p>Foggy Bottom looks at Pakistan once more.</p>",
			"<p>The US and Pakistan, again.</p>"}[i] + "<p>" + newstest.Words(9000+i, 60) + "</p>"
	}
	press.Edition("/feed/0", "Paper 0", item...)
	mustOped(t, "--config", path, "--quiet", "once", "--all")
	byNew := outcomes(t, path, "pak-us")
	mustOped(t, "--config", path, "--quiet", "topic", "undo")
	change(ruleBefore)
	if got, want := outcomes(t, path, "pak-us"), bruteForce(t, path, "pak-us"); !reflect.DeepEqual(got, want) ||
		reflect.DeepEqual(got, byNew) {
		t.Error("the rule before does not judge what came in since")
	}
	if _, stderr, code := runOped(t, t.Context(), "--config", path, "topic", "undo"); code != exitUsage ||
		!strings.Contains(stderr, "there is no decision to undo") {
		t.Errorf("a second undo: exit %d, %s", code, stderr)
	}
}

// TestApplyKilled kills apply at random moments: the result is the old rule or the new one, with all its
// effects, never a mixture.
func TestApplyKilled(t *testing.T) {
	testkit.NotRaced(t)
	const feeds, items, rounds = 6, 40, 10
	press := rulePress(t, feeds, items)
	path, change := ruleConfig(t, press, feeds)
	public := filepath.Join(filepath.Dir(path), "public")
	mustOped(t, "--config", path, "--quiet", "once")
	oldRows, oldFiles := rows(t, path), testkit.Files(t, public)
	change(ruleAfter)
	began := time.Now()
	mustOped(t, "--config", path, "--quiet", "topic", "apply")
	took := time.Since(began)
	newOutcomes := outcomes(t, path, "pak-us")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d; an apply takes %v", seed, took)
	random := rand.New(rand.NewPCG(seed, 0))
	old, fresh, killed := 0, 0, 0
	for round := range rounds {
		mustOped(t, "--config", path, "--quiet", "topic", "undo")
		if rows(t, path) != oldRows || testkit.Differing(oldFiles, testkit.Files(t, public)) != "" {
			t.Fatalf("round %d: undo did not bring back the rows and files", round)
		}
		cmd := command("--config", path, "--quiet", "topic", "apply")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Most of the time goes to files, after the commit: moments before it are chosen more often than by chance.
		u := random.Float64()
		timer := time.AfterFunc(time.Duration(float64(took)*5/4*u*u*u), func() { cmd.Process.Kill() })
		if cmd.Wait() != nil {
			killed++
		}
		timer.Stop()
		switch {
		case rows(t, path) == oldRows:
			old++
			if !oldIsMember(t, path) {
				t.Error("the tags are the old rule's, and the new one is in force")
			}
			mustOped(t, "--config", path, "--quiet", "topic", "apply")
		case reflect.DeepEqual(outcomes(t, path, "pak-us"), newOutcomes):
			fresh++
			if oldIsMember(t, path) {
				t.Error("the tags are the new rule's, and the old one is in force")
			}
		default:
			t.Fatalf("round %d: neither the old tags nor the new ones", round)
		}
		mustOped(t, "--config", path, "--quiet", "publish")
	}
	t.Logf("%d of %d killed; the old rule stood %d times, the new one %d times", killed, rounds, old, fresh)
	if old == 0 || killed < rounds/4 {
		t.Errorf("%d killed, %d of them with the old rule left: this proves little", killed, old)
	}
}

// oldIsMember reports whether the active rule of pak-us is that of the old configuration.
func oldIsMember(t testing.TB, configPath string) bool {
	t.Helper()
	st := readStore(t, configPath)
	defer st.Close()
	inForce, err := st.Topics.ActiveRules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(inForce, func(r store.ActiveRule) bool { return r.Topic == "pak-us" })
	return !strings.Contains(inForce[i].Source, "Foggy Bottom")
}

// TestOnceApply: with --apply, a run puts the drafts in force, and undo takes them back.
func TestOnceApply(t *testing.T) {
	testkit.NotShort(t)
	press := rulePress(t, 2, 8)
	path, change := ruleConfig(t, press, 2)
	mustOped(t, "--config", path, "--quiet", "once")
	before := rows(t, path)
	change(ruleAfter)
	if _, stderr, _ := runOped(t, t.Context(), "--config", path, "once"); !strings.Contains(stderr,
		`msg="drafted rules are not active" topics=pak-us`) {
		t.Errorf("a draft is not logged: %s", stderr)
	}
	if rows(t, path) != before {
		t.Error("a draft came into force by itself")
	}
	mustOped(t, "--config", path, "--quiet", "once", "--apply")
	if got, want := outcomes(t, path, "pak-us"), bruteForce(t, path, "pak-us"); !reflect.DeepEqual(got, want) ||
		rows(t, path) == before {
		t.Error("--apply did not put the draft in force")
	}
	mustOped(t, "--config", path, "--quiet", "topic", "undo")
	if rows(t, path) != before {
		t.Error("undo did not take it back")
	}
}

// TestDecisionsByHand: a curator's decision overrules the rule in every output, any decision can be undone by
// its number, and names and reasons are plain text.
func TestDecisionsByHand(t *testing.T) {
	testkit.NotShort(t)
	press := rulePress(t, 1, 12)
	path, change := ruleConfig(t, press, 1)
	mustOped(t, "--config", path, "--quiet", "once")
	page := func() string {
		return testkit.Files(t, filepath.Join(filepath.Dir(path), "public"))["/piece/1/why/index.html"]
	}
	if out := mustOped(t, "--config", path, "explain", "1", "pak-us"); !strings.HasPrefix(
		strings.SplitN(out, "\n\n", 2)[1], "pak-us: on the topic (score") {
		t.Errorf("before:\n%s", out)
	}
	mustOped(t, "--config", path, "--quiet", "piece", "untag", "1", "pak-us", "--by", "amna") // decision 2
	if out := mustOped(t, "--config", path, "explain", "1", "pak-us"); !strings.Contains(out,
		"pak-us: not on the topic by decision of amna, which overrules the rule. The rule\n  alone:\n"+
			"pak-us: on the topic") {
		t.Errorf("explained:\n%s", out)
	}
	if out := mustOped(t, "--config", path, "explain", "1", "pak-us", "--json"); !strings.Contains(out,
		`"by": "amna"`) || !strings.Contains(out, `"decided": "none"`) {
		t.Errorf("explained:\n%s", out)
	}
	if !strings.Contains(page(), "amna") {
		t.Error("the page of the piece does not name the curator")
	}
	change(ruleAfter)
	mustOped(t, "--config", path, "--quiet", "topic", "apply") // decision 3
	mustOped(t, "--config", path, "--quiet", "undo", "2")
	if strings.Contains(page(), "amna") {
		t.Error("the page still names the curator")
	}
	for _, args := range [][]string{{"undo", "2"}, {"undo", "77"}, {"topic", "undo", "2"}, {"undo", "1"},
		{"undo", "--by", "a\nb"}, {"undo", "--by", " "}, {"undo", "--why", "\x1b[31m"},
		{"undo", "--why", strings.Repeat("x", 2000)}} {
		if _, stderr, code := runOped(t, t.Context(),
			append([]string{"--config", path, "--quiet"}, args...)...,
		); code != exitUsage || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%q: exit %d, %s", args, code, stderr)
		}
	}
	mustOped(t, "--config", path, "--quiet", "topic", "undo", "3")
}

// TestOpinionTerms: the opinion terms of a mixed feed are no rule of a topic: a change takes effect at the next
// run.
func TestOpinionTerms(t *testing.T) {
	testkit.NotShort(t)
	press := rulePress(t, 1, 12)
	config := func(terms string) string {
		return "terms: {om: [" + terms + "]}\nfetch: {every: 1h, spacing: 0s, allow_private: [127.0.0.0/8]}\n" +
			"feeds: [{name: paper, url: \"" + press.URL +
			"/feed/0\", opinion: 'title:$om'}]\neditions: {everything: {}}\n"
	}
	path := testkit.WriteConfig(t, config("nowhere"))
	kinds := func() (opinion int) {
		mustOped(t, "--config", path, "--quiet", "once")
		eachPiece(t, path, func(p oped.Piece) {
			if p.Kind != oped.News {
				opinion++
			}
		})
		return opinion
	}
	if n := kinds(); n != 0 {
		t.Errorf("%d opinion pieces", n)
	}
	if err := os.WriteFile(path, []byte(config("nowhere, Cricket")), 0o644); err != nil {
		t.Fatal(err)
	}
	if n := kinds(); n != 3 {
		t.Errorf("%d opinion pieces after the list has changed, want 3", n)
	}
}
