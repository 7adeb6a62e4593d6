package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"oped"
	"oped/app"
	"oped/internal/testkit"
)

// TestCoverage: the report counts pieces on no topic, and lists terms without a match and terms of pieces taken
// off the topic by curators.
func TestCoverage(t *testing.T) {
	testkit.NotShort(t)
	press := rulePress(t, 2, 12)
	path, change := ruleConfig(t, press, 2)
	change(
		"terms: {pk: [Pakistan~], us: [US/caps, talk US], in: [India, Atlantis]}\n" + ruleBefore[len(
			"terms: {pk: [Pakistan~], us: [US/caps], in: [India]}\n"):])
	mustOped(t, "--config", path, "--quiet", "once")
	on, review, none := 0, 0, 0
	var indian []oped.PieceID
	eachPiece(t, path, func(p oped.Piece) {
		switch {
		case len(p.Topics()) > 0:
			on++
		case len(p.Tags) > 0:
			review++
		default:
			none++
		}
		if slices.Contains(p.Topics(), "india") {
			indian = append(indian, p.ID)
		}
	})
	for i, id := range indian[:4] {
		action := []string{"untag", "untag", "untag", "tag"}[i]
		mustOped(t, "--config", path, "--quiet", "piece", action, fmt.Sprint(id), "india")
	}
	var r app.Coverage
	if err := json.Unmarshal([]byte(mustOped(t, "--config", path, "topic", "coverage", "--days", "500", "--json")),
		&r); err != nil {
		t.Fatal(err)
	}
	if r.Opinion != 24 || r.OnTopic+r.Review+r.NoTopic != 24 || r.NoTopic < none || len(r.Newest) == 0 ||
		len(r.Publishers) != 2 {
		t.Errorf("%+v; by hand %d on, %d for review, %d on none", r, on, review, none)
	}
	want := []app.UnmatchedTerm{{List: "us", Terms: []string{"talk US"}}, {List: "in", Terms: []string{"Atlantis"}}}
	if got := fmt.Sprint(r.Unmatched); got != fmt.Sprint(want) {
		t.Errorf("unmatched %s, want %v", got, want)
	}
	if len(r.Rejected) != 1 || r.Rejected[0] != (app.RejectedTerm{
		Topic:    "india",
		Term:     "India",
		Approved: 1,
		Rejected: 3,
	}) {
		t.Errorf("rejected %+v", r.Rejected)
	}
	mustOped(t, "--config", path, "topic", "coverage")
}
