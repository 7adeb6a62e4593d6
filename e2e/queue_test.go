package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestQueue: the rule orders candidates until curators have made twenty decisions of each kind. Then the learned
// order applies, with reasons, and terms are suggested. The ranker never tags.
func TestQueue(t *testing.T) {
	testkit.NotShort(t)
	press := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 60)
	for i := range items {
		subject := []string{"Tanneries by the canal are closed.", "Hides are dear.", "Nobody buys glue.",
			"Dye is in the river."}[i/2%4]
		if i%2 == 0 {
			subject = []string{"Mangoes need rain.", "Citrus is dear.", "Nobody picks apricots.", "Guavas rot."}[i/2%4]
		}
		items[i].HTML = "<p>Pakistan asks. " + subject + " " + newstest.Words(i, 30) + "</p>"
		items[i].Published = time.Now().Add(-time.Duration(i) * time.Hour)
	}
	press.Edition("/feed", "The Paper", items...)
	path := testkit.WriteConfig(
		t, "terms: {pk: [Pakistan]}\ntopics: {farms: {score: {$pk: 1}, threshold: 5, review: 1}}\neditions: "+
			"{farms: {topics: farms}}\n"+
			"fetch: {every: 1h, spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
			"feeds: [{name: paper, url: \""+press.URL+"/feed\"}]\n")
	mustOped(t, "--config", path, "--quiet", "once")
	queue := func() *app.Candidates {
		t.Helper()
		var out struct{ Topics []*app.Candidates }
		raw := mustOped(t, "--config", path, "topic", "queue", "farms", "--json")
		if err := json.Unmarshal([]byte(raw), &out); err != nil {
			t.Fatal(err)
		}
		return out.Topics[0]
	}
	if q := queue(); q.Waiting != 60 || q.Learned || len(q.Pieces) != 40 {
		t.Errorf("%d wait, %d are listed, learned: %v", q.Waiting, len(q.Pieces), q.Learned)
	}
	if _, stderr, code := runOped(t, t.Context(), "--config", path, "topic", "suggest", "farms"); code != exitUsage ||
		!strings.Contains(stderr, "the ranker needs 20 of each") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	farming := map[oped.PieceID]bool{}
	decided := 0
	eachPiece(t, path, func(p oped.Piece) {
		farming[p.ID] = regexp.MustCompile("Mangoes|Citrus|apricots|Guavas").MatchString(p.Lead().Text)
		if decided++; decided > 44 {
			return
		}
		action := "untag"
		if farming[p.ID] {
			action = "tag"
		}
		mustOped(t, "--config", path, "--quiet", "piece", action, fmt.Sprint(p.ID), "farms")
	})
	q := queue()
	if q.Waiting != 16 || !q.Learned || q.Approved != 22 || q.Rejected != 22 {
		t.Fatalf("%d wait, %d and %d decided, learned: %v", q.Waiting, q.Approved, q.Rejected, q.Learned)
	}
	for i, x := range q.Pieces {
		if farming[x.Piece] != (i < 8) || len(x.Why) == 0 || (x.Probability > .5) != (i < 8) {
			t.Errorf("%d: %s, %.2f", i, x.Title, x.Probability)
		}
	}
	if out := mustOped(t, "--config", path, "topic", "suggest", "farms"); !strings.Contains(out, "mangoes") ||
		!strings.Contains(out, "tanneries") {
		t.Errorf("suggested:\n%s", out)
	}
	if out := mustOped(t, "--config", path, "topic", "queue"); !strings.Contains(out,
		"the likeliest first, as learned") {
		t.Errorf("the queue:\n%s", out)
	}
	tagged := 0
	eachPiece(t, path, func(p oped.Piece) { tagged += len(p.Topics()) })
	if tagged != 22 {
		t.Errorf("%d pieces are on the topic, and curators put 22 there", tagged)
	}
}
