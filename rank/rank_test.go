package rank

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func learned(t testing.TB, n int) (*Model, []Piece, []Label) {
	t.Helper()
	pieces, decisions := invented(n, 60)
	m, ok := Read(pieces).Learn(decisions, Options{})
	if !ok {
		t.Fatal("nothing learned")
	}
	return m, pieces, decisions
}

func ids(pieces []Piece) []string {
	var out []string
	for _, p := range pieces {
		out = append(out, p.ID)
	}
	return out
}

func TestLearn_NeedsEnoughDecisions(t *testing.T) {
	for _, c := range []struct {
		name    string
		on, off int
		early   bool
		want    bool
	}{
		{"no decision", 0, 0, false, false},
		{"too few approvals", 19, 50, false, false},
		{"too few rejections", 50, 19, false, false},
		{"enough of both", 20, 20, false, true},
		{"one approval, early", 1, 0, true, true},
		{"one rejection, early", 0, 1, true, true},
		{"none, early", 0, 0, true, false},
	} {
		pieces, truth := invented(400, 60)
		var decisions []Label
		on, off := c.on, c.off
		for _, d := range truth {
			if d.On && on > 0 {
				on--
				decisions = append(decisions, d)
			} else if !d.On && off > 0 {
				off--
				decisions = append(decisions, d)
			}
		}
		if _, ok := Read(pieces).Learn(decisions, Options{Early: c.early}); ok != c.want {
			t.Errorf("%s: learned %v, want %v", c.name, ok, c.want)
		}
	}
}

// TestLearn_IgnoresUnusableDecisions checks that repeated decisions, decisions on unknown pieces, and
// contradictory ones leave the counts below 20.
func TestLearn_IgnoresUnusableDecisions(t *testing.T) {
	pieces, truth := invented(100, 60) // 20 on, 80 off
	c := Read(pieces)
	again := append(slices.Clone(truth[1:]), truth[1:]...)
	again = append(again, Label{"stranger", true})
	if _, ok := c.Learn(again, Options{}); ok {
		t.Error("learned from 19 approvals and a stranger")
	}
	torn := append(slices.Clone(truth), Label{truth[0].ID, false})
	if _, ok := c.Learn(torn, Options{}); ok {
		t.Error("learned from 19 approvals and a piece decided both ways")
	}
	if _, ok := c.Learn(truth, Options{}); !ok {
		t.Error("nothing learned from 20 and 80")
	}
}

func TestOrder_WithoutModel(t *testing.T) {
	queue := []Piece{
		{ID: "d", Score: math.NaN()},
		{ID: "c", Score: 1},
		{ID: "b", Score: 3},
		{ID: "a", Score: 1},
		{ID: "e", Score: -2},
	}
	Order(queue, nil)
	if got := strings.Join(ids(queue), ""); got != "bacde" {
		t.Errorf("order %s, want bacde", got)
	}
}

// TestOrder_AfterOneDecision checks that, after one decision, pieces without common words stay in the order
// of their scores.
func TestOrder_AfterOneDecision(t *testing.T) {
	queue := []Piece{
		{ID: "a", Title: "alpha beta", Score: 2, Threshold: 10},
		{ID: "b", Title: "gamma delta", Score: 6, Threshold: 10},
		{ID: "c", Title: "alpha gamma", Score: 9, Threshold: 10},
		{ID: "d", Title: "epsilon zeta", Score: 9, Threshold: 10},
	}
	m, ok := Read(queue).Learn([]Label{{"d", true}}, Options{Early: true})
	if !ok {
		t.Fatal("nothing learned")
	}
	Order(queue, m)
	if got := strings.Join(ids(queue), ""); strings.Index(got, "c") > strings.Index(got, "b") ||
		strings.Index(got, "b") > strings.Index(got, "a") {
		t.Errorf("order %s, want c before b before a", got)
	}
}

func TestLearn_Words(t *testing.T) {
	m, pieces, decisions := learned(t, 400)
	right := 0
	for i := range pieces {
		if (m.Probability(&pieces[i]) > .5) == decisions[i].On {
			right++
		}
	}
	if right < 380 {
		t.Errorf("%d of 400 decided pieces are predicted right", right)
	}
	on, off := Piece{Title: "w5001 w5002 w5003 w5004"}, Piece{Title: "w17 w18 w19"}
	if a, b := m.Probability(&on), m.Probability(&off); a <= b {
		t.Errorf("a new piece with the topic's words has %.3f, one without %.3f", a, b)
	}
}

func TestSuggest(t *testing.T) {
	pieces, decisions := invented(400, 400)
	m, _ := Read(pieces).Learn(decisions, Options{})
	known := func(s string) bool { return s == "w5001" || s == "w5002" }
	list := m.Suggest(known, 5)
	if len(list) != 10 {
		t.Fatalf("%d suggestions, want 5 for and 5 against: %v", len(list), list)
	}
	for i, s := range list {
		if (i < 5) != (s.LogOdds > 0) || s.For+s.Against < minPieces || known(s.Term) || s.Term == "w5001 w5002" {
			t.Errorf("suggestion %d: %+v", i, s)
		}
		if i < 5 && !strings.HasPrefix(s.Term, "w50") {
			t.Errorf("%s is suggested, but is not a word of the topic", s.Term)
		}
	}
	if len(m.Suggest(known, 0)) != 0 {
		t.Error("suggestions although none were requested")
	}
}

func TestExplain_NamesEveryPart(t *testing.T) {
	m, pieces, _ := learned(t, 200)
	parts := map[Part]bool{}
	for _, c := range m.Explain(&pieces[0]) {
		parts[c.Part] = true
	}
	for _, want := range []Part{Base, Score, Rule, Word} {
		if !parts[want] {
			t.Errorf("no contribution of the %s", want)
		}
	}
}

// TestExplain_IgnoresBoilerplate checks that an author's note counts nothing.
func TestExplain_IgnoresBoilerplate(t *testing.T) {
	m, _, _ := learned(t, 200)
	p := Piece{Title: "w1", Text: "w2 w3.\n\n—The writer w5001 w5002 w5003 is a member of w5004."}
	for _, c := range m.Explain(&p) {
		if strings.HasPrefix(c.Name, "w50") {
			t.Errorf("%+v is from the author's note", c)
		}
	}
}

func TestLearn_DoesNotDependOnOrder(t *testing.T) {
	pieces, decisions := invented(100, 60)
	want, ok := Read(pieces).Learn(decisions, Options{})
	if !ok {
		t.Fatal("nothing learned")
	}
	never := func(string) bool { return false }
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Permutation(pieces).Draw(t, "pieces")
		d := rapid.Permutation(decisions).Draw(t, "decisions")
		got, _ := Read(p).Learn(d, Options{})
		if !reflect.DeepEqual(got.weights, want.weights) || got.scale != want.scale {
			t.Fatal("other weights")
		}
		if !reflect.DeepEqual(got.Explain(&pieces[0]), want.Explain(&pieces[0])) ||
			!reflect.DeepEqual(got.Suggest(never, 9), want.Suggest(never, 9)) {
			t.Fatal("another explanation, or other suggestions")
		}
		a, b := slices.Clone(pieces), slices.Clone(p)
		Order(a, want)
		Order(b, got)
		if !slices.Equal(ids(a), ids(b)) {
			t.Fatal("another order")
		}
	})
}

// anyPiece draws hostile pieces, and pieces with words of the model.
func anyPiece(t *rapid.T) Piece {
	word := rapid.OneOf(
		rapid.String(), rapid.SampledFrom([]string{
			"", "w1 w2", "w5001", "پاکستان اور امریکہ", "🙂🙃", "\xff\xfe", "US-Pak", "ﷺ", "\u202e", "1,000.5",
		}))
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{
		0, 10, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324,
	}))
	return Piece{
		ID: rapid.String().Draw(t, "id"), Title: word.Draw(t, "title"), Summary: word.Draw(t, "summary"),
		Text:  strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "text"), " "),
		Score: number.Draw(t, "score"), Threshold: number.Draw(t, "threshold"),
		Rules: rapid.SliceOfN(rapid.SampledFrom([]string{"$rice", "", "x"}), 0, 3).Draw(t, "rules"),
	}
}

func TestExplain_SumsToLogOdds(t *testing.T) {
	m, pieces, _ := learned(t, 150)
	rapid.Check(t, func(t *rapid.T) {
		p := anyPiece(t)
		if rapid.Bool().Draw(t, "of the corpus") {
			p = pieces[rapid.IntRange(0, len(pieces)-1).Draw(t, "which")]
		}
		list := m.Explain(&p)
		if list[0].Part != Base {
			t.Fatalf("the first contribution is %+v", list[0])
		}
		sum := 0.
		for _, c := range rapid.Permutation(list).Draw(t, "order") {
			sum += c.LogOdds
		}
		if sum != m.logOdds(&p) {
			t.Fatalf("the contributions sum to %v, the log-odds are %v", sum, m.logOdds(&p))
		}
		q := pieces[rapid.IntRange(0, len(pieces)-1).Draw(t, "other")]
		if m.logOdds(&p) < m.logOdds(&q) && m.Probability(&p) > m.Probability(&q) {
			t.Fatal("more probable, and less so by the log-odds")
		}
	})
}

// TestLearn_HostilePieces checks for any pieces and decisions that all numbers are finite.
func TestLearn_HostilePieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pieces []Piece
		var decisions []Label
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			p := anyPiece(t)
			pieces = append(pieces, p)
			decisions = append(decisions, Label{p.ID, rapid.Bool().Draw(t, "on")})
		}
		m, ok := Read(pieces).Learn(decisions, Options{Early: true})
		if !ok {
			return
		}
		for i := range pieces {
			if p := m.Probability(&pieces[i]); !(p >= 0 && p <= 1) {
				t.Fatalf("probability %v", p)
			}
		}
		for _, s := range m.Suggest(func(string) bool { return false }, 5) {
			if finite(s.LogOdds) != s.LogOdds {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func TestLearn_HostileTexts(t *testing.T) {
	pieces, decisions := invented(100, 60)
	for i, s := range []string{
		"", strings.Repeat("a", 1<<20), strings.Repeat("a b ", 1<<18), strings.Repeat("🙂", 10_000),
		strings.Repeat("پاکستان ۔ ", 5000), "\xff\xff",
	} {
		pieces[i].Title, pieces[i].Text = s, s
	}
	m, ok := Read(pieces).Learn(decisions, Options{})
	if !ok {
		t.Fatal("nothing learned")
	}
	for i := range 6 {
		if p := m.Probability(&pieces[i]); !(p >= 0 && p <= 1) {
			t.Errorf("piece %d has probability %v", i, p)
		}
	}
	if m, ok := Read([]Piece{{ID: "a"}, {ID: "b"}}).Learn([]Label{{"a", true}, {"b", false}},
		Options{Early: true}); !ok || m.Probability(&Piece{}) < 0 {
		t.Error("empty pieces cannot be learned from")
	}
}

// TestLearnAfter adds a decision and some pieces to what was learned before.
func TestLearnAfter(t *testing.T) {
	pieces, decisions := invented(200, 100)
	whole := Read(pieces)
	before, ok := whole.Learn(decisions[:150], Options{})
	if !ok {
		t.Fatal("nothing learned")
	}
	afresh, _ := whole.Learn(decisions[:151], Options{})
	after, _ := whole.Learn(decisions[:151], Options{After: before})
	for i := range pieces {
		if a, b := after.Probability(&pieces[i]), afresh.Probability(&pieces[i]); math.Abs(a-b) > .01 {
			t.Errorf("%s: probability %v, from the beginning %v", pieces[i].ID, a, b)
		}
	}

	changed := pieces[100]
	changed.Title = pieces[5].Title
	more := Read(pieces[20:180]).With(append([]Piece{changed}, slices.Concat(pieces[180:], pieces[:20])...))
	if more.Has(&pieces[100]) || !more.Has(&changed) || !more.Has(&pieces[0]) || !more.Has(&pieces[199]) {
		t.Error("the corpus does not have the pieces given last")
	}
	m, _ := more.Learn(decisions[:151], Options{After: before})
	queue := slices.Clone(pieces[151:])
	Order(queue, m)
	if first := queue[0]; !slices.ContainsFunc(decisions, func(l Label) bool { return l.ID == first.ID && l.On }) {
		t.Errorf("%s is first, and off the topic", first.ID)
	}
}
