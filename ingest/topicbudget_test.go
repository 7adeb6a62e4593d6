package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/topic"
)

// flooded is the column of a number full of the topic of the tests.
func flooded(number int) oped.Entry {
	return edited(column(dawn, number), func(e *oped.Entry) {
		e.Content = "<p>" + strings.Repeat(fmt.Sprint("river a", number, " "), 50) + essay(number, 60) + "</p>"
	})
}

// TestTopicSteps: however many entries full of a topic's words a document has, one fetch stores those within
// the budget of steps, the first of the document first. The others come in with the next fetches of the same
// document, and all get the same tags as without a budget.
func TestTopicSteps(t *testing.T) {
	const budget = 8_000
	first := 0 // entries of the first fetch
	for _, n := range []int{20, 40, 80} {
		if testing.Short() && n > 40 {
			break
		}
		h, free := newHouse(t), newHouse(t)
		h.rules.TopicSteps = budget
		var all []oped.Entry
		for i := range n {
			all = append(all, flooded(i))
		}
		free.document(dawn, epoch, "a", all...)
		want, lowest := free.all(), budget
		for i := range want {
			_, steps := h.rules.Tagger.TagCounted(h.rules.Doc(&want[i]))
			lowest = min(lowest, steps)
		}
		stored := 0
		for fetch := 0; stored < n; fetch++ {
			if fetch > n {
				t.Fatalf("%d of %d entries after %d fetches", stored, n, fetch)
			}
			c := h.document(dawn, epoch.Add(time.Duration(fetch)*time.Hour), "b", all...)
			switch {
			case fetch == 0 && first == 0:
				first = c.New
			case fetch == 0 && c.New != first:
				t.Errorf("of %d entries %d are stored at once, of fewer %d", n, c.New, first)
			}
			if c.New == 0 || c.Unchanged != stored || (c.New-1)*lowest > budget {
				t.Errorf("fetch %d: %+v, %d stored before, of %d steps or more each", fetch, c, stored, lowest)
			}
			stored += c.New
			h.stored(all[:stored]...)
			s := h.state(dawn)
			if waits := s.Deferred > 0; s.Deferred != n-stored || waits != slices.Contains(s.Limits, oped.TopicLimit) ||
				waits == (s.Validators.ETag == "b") {
				t.Errorf(
					"fetch %d: %d wait of %d, limits %q, ETag %q", fetch, s.Deferred, n-stored, s.Limits,
					s.Validators.ETag,
				)
			}
		}
		got := h.all()
		if !slices.EqualFunc(got, want, func(p, q oped.Piece) bool {
			return p.Lead().Title == q.Lead().Title && len(p.Tags) == 1 && p.Tags[0].Score == q.Tags[0].Score
		}) {
			t.Errorf("%d pieces have other tags than %d without a budget", len(got), len(want))
		}
	}
}

// TestTopicSteps_Changed: changed entries wait as new ones do, and their stored version stays until their
// turn.
func TestTopicSteps_Changed(t *testing.T) {
	h := newHouse(t)
	var before, after []oped.Entry
	for i := range 10 {
		before = append(before, column(dawn, i))
		after = append(after, flooded(i))
	}
	h.document(dawn, epoch, "a", before...)
	h.rules.TopicSteps = 1 // one entry is always read
	for i := range 10 {
		c := h.document(dawn, epoch.Add(time.Duration(i+1)*time.Hour), "b", after...)
		if s := h.state(dawn); c.Changed != 1 || c.Unchanged != i || s.Deferred != 9-i {
			t.Fatalf("fetch %d: %+v, %d wait", i, c, s.Deferred)
		}
		h.stored(append(slices.Clone(after[:i+1]), before[i+1:]...)...)
	}
	if s := h.state(dawn); len(s.Limits) > 0 || s.Validators.ETag != "b" {
		t.Errorf("in the end: %+v", s)
	}
}

// TestTopicSteps_Boilerplate: an entry read again for its boilerplate takes its steps twice.
func TestTopicSteps_Boilerplate(t *testing.T) {
	stored := func(note func(i int) string) int {
		h := newHouse(t)
		h.rules.TopicSteps = 20_000
		var all []oped.Entry
		for i := range 60 {
			all = append(all, edited(flooded(i), func(e *oped.Entry) { e.Content += "<p>" + note(i) + "</p>" }))
		}
		return h.document(dawn, epoch, "a", all...).New
	}
	own := stored(func(i int) string { return fmt.Sprintf("Number%d lives by the sea and grows roses there", i) })
	same := stored(func(int) string { return "Sana Khan lives by the sea and grows roses there" })
	if own == 60 || same == 60 || same > own*2/3 {
		t.Errorf("%d entries are stored, and %d with boilerplate", own, same)
	}
}

// repeated returns the column of a number with little but one word, in some 4 KB.
func repeated(feed string, number int) oped.Entry {
	return edited(column(feed, number), func(e *oped.Entry) {
		e.Content = fmt.Sprintf("<p>Number%d of the canal. %s</p>", number, strings.Repeat("pakistan ", 450))
		e.Categories = []string{"Opinion"}
	})
}

// demanding returns an expression with a regular expression that reads a text again from each of its words.
func demanding(t *testing.T) *topic.Expr {
	expr, err := topic.CompileExpr(nil, oped.Rule{Expr: "/re/pak.*us|pakistan/ OR canal"})
	check(t, err)
	return expr
}

// asking returns the editions of the tests, the first with a query.
func asking(query *topic.Expr) []ingest.Edition {
	return ingest.Editions(editions, map[string]*topic.Expr{"all": query})
}

// TestTopicSteps_Expressions: the queries of editions, and the expressions for a feed's opinion pieces, take
// their steps from the budget of the fetch. However many entries there are, those within it are stored,
// before the transaction begins.
func TestTopicSteps_Expressions(t *testing.T) {
	for name, set := range map[string]func(*ingest.Rules, *topic.Expr){
		"query":   func(r *ingest.Rules, e *topic.Expr) { r.Editions = asking(e) },
		"opinion": func(r *ingest.Rules, e *topic.Expr) { r.Opinion = map[string]*topic.Expr{mixed: e} },
	} {
		const budget = 1 << 20
		first := 0
		for _, n := range []int{20, 40, 80} {
			h := newHouse(t)
			expr := demanding(t)
			set(h.rules, expr)
			h.rules.TopicSteps = budget
			var all []oped.Entry
			for i := range n {
				all = append(all, repeated(mixed, i))
			}
			c := h.document(mixed, epoch, "a", all...)
			piece := h.all()[0]
			_, steps := expr.MatchCounted(h.rules.Doc(&piece))
			if first == 0 {
				first = c.New
			}
			if s := h.state(mixed); c.New != first || (c.New-1)*steps > budget || s.Deferred != n-c.New ||
				!slices.Contains(s.Limits, oped.TopicLimit) {
				t.Errorf(
					"%s: %d of %d entries of %d steps each are stored, %d of fewer; %d wait, limits %q", name,
					c.New, n, steps, first, s.Deferred, s.Limits,
				)
			}
		}
	}
}

// TestTopicSteps_Joined: pieces joined by entries of a fetch are judged again within a budget of its own.
// Those over it keep their topics and editions, and the joining entries say so.
func TestTopicSteps_Joined(t *testing.T) {
	const budget = 1 << 20
	first := 0
	for _, n := range []int{10, 20, 40} {
		h := newHouse(t)
		expr := demanding(t)
		h.rules.Editions = asking(expr)
		var long, short []oped.Entry
		for i := range n {
			e := repeated(dawn, i)
			long = append(long, e)
			short = append(short, edited(column(nation, i), func(copied *oped.Entry) {
				copied.URL, copied.Title, copied.Authors = e.URL, e.Title, e.Authors
				copied.Content = fmt.Sprintf("<p>Number%d of the canal.</p>", i)
			}))
		}
		h.document(dawn, epoch, "a", long...)
		h.rules.TopicSteps = budget
		if c := h.document(nation, epoch, "a", short...); c.Joined != n {
			t.Fatalf("of %d copies %d join, %d are new", n, c.Joined, c.New)
		}
		judged := 0
		for _, p := range h.all() {
			if !slices.ContainsFunc(
				p.Entries, func(e oped.Entry) bool { return slices.Contains(e.Limits, oped.TopicLimit) },
			) {
				judged++
			}
			if !slices.Contains(p.Editions, "all") {
				t.Errorf("piece %d is in %v only", p.ID, p.Editions)
			}
		}
		piece := h.all()[0]
		_, steps := expr.MatchCounted(h.rules.Doc(&piece))
		if first == 0 {
			first = judged
		}
		if s := h.state(nation); judged != first || (judged-1)*steps > budget || s.Deferred > 0 ||
			!slices.Contains(s.Limits, oped.TopicLimit) {
			t.Errorf(
				"of %d pieces of %d steps each %d are judged again, %d of fewer; limits %q", n, steps, judged,
				first, s.Limits,
			)
		}
	}
}
