package dedup

import (
	"fmt"
	"slices"
	"time"

	"oped"
)

// What it takes to be the same by the words alone. The figures were measured on pairs that people labelled; see bench/README.md.
const (
	fewShingles  = 60  // a text that has fewer must stand in the other but for a few words
	stubShingles = 100 // one that has fewer may be a notice that stands in place of many pieces
	someShingles = 160 // one that has fewer, for the most part
	smallPart    = .35 // less than this of the longer text: it must be its beginning

	openingShingles = 20 // are the beginning of a text
	leadShingles    = 40 // and its lead

	runShingles = 12 // in a row that two texts share are no phrase that anybody uses

	ownPassage = 15 // in a row that each of two texts has alone are more than an editor's hand

	rerunAfter = 21 * 24 * time.Hour // GuardRerun: the same text published further apart is a re-run
)

// threshold is how much of the shorter text has to stand in the longer one; m are the shingles of the shorter one, ratio how many there are
// for each of the longer one. Headlines that agree count for something, but never suffice.
func threshold(m int, ratio float64, titled bool) float64 {
	switch {
	case m < fewShingles && !titled:
		return .9
	case ratio < smallPart || m < fewShingles:
		return .8
	case m < someShingles && !titled:
		return .7
	case m < someShingles:
		return .55
	case !titled:
		return .6
	}
	return .5
}

// SaysLittle tells whether an entry has too few words to be told by them.
func (c *Comparer) SaysLittle(e *oped.Entry) bool {
	return len(c.read(e, nil).scan().set) < minShingles
}

// MayBeOne tells whether the leads of two pieces speak against making one of them, where a third entry is the same as both: they came out long
// apart, or stand in one document or one paper as two, or have neither words nor a headline in common.
func (c *Comparer) MayBeOne(a, b *oped.Entry, together bool) bool {
	if c.spent() {
		return false
	}
	return mayBeOne(c.read(a, nil), c.read(b, nil), together)
}

func mayBeOne(x, y *reading, together bool) bool {
	if longBetween(x, y) || together && sameFeed(x, y) {
		return false
	}
	if _, ok := series(x, y); ok {
		return false
	}
	m := compare(x, y, together)
	titles := titleLikeness(x, y)
	switch {
	case m.Verdict == Same:
		return true
	case samePublisher(x, y):
		return titles == sameTitles && m.Guard == ""
	}
	return titles >= alikeTitles || authorsAgree(x, y) || len(x.scan().set) < minShingles || len(y.scan().set) < minShingles
}

// InDigest tells whether the entry that leads a piece stands in the lead of another one beside something else: what stands in there as well, and came to be the
// same piece, is another one (GuardChain).
func (c *Comparer) InDigest(e *oped.Entry, entries []oped.Entry) bool {
	readings := make([]*reading, len(entries))
	for i := range entries {
		readings[i] = c.read(&entries[i], nil)
	}
	return inDigest(c.read(e, nil), readings)
}

// inDigest tells whether a text that stands in that of the first of some entries is no part of the same piece, because one of the others stands
// there beside it and the two have nothing in common.
func inDigest(r *reading, entries []*reading) bool {
	lead := entries[0]
	return slices.ContainsFunc(entries[1:], func(o *reading) bool {
		return r.c.spent() || beside(r, o, lead) && containedIn(o, lead) && containedIn(r, lead) && !mayBeOne(r, o, false)
	})
}

// Beside tells whether two texts can stand in a third one after the other: they are short enough, and have next to nothing in common.
func (c *Comparer) Beside(a, b, whole *oped.Entry) bool {
	return beside(c.read(a, nil), c.read(b, nil), c.read(whole, nil))
}

func beside(a, b, whole *reading) bool {
	if len(a.Text)+len(b.Text) >= len(whole.Text)*3/2 || max(len(a.Text), len(b.Text)) >= len(whole.Text)*3/4 {
		return false
	}
	e, ok := weigh(a, b)
	return !ok || e.containment < overlapping
}

// overlapping is how much of the shorter of two texts stands in the other, where both are parts of a third and not beside each other.
const overlapping = .2

// containedIn tells whether a text stands in a longer one.
func containedIn(part, whole *reading) bool {
	e, ok := weigh(part, whole)
	return ok && e.short == part && e.containment >= e.needed
}

// evidence is what two texts have in common.
type evidence struct {
	short, long *reading
	m           int     // shingles of the shorter text, each counted once
	ratio       float64 // of the shorter text to the longer one
	containment float64 // how much of the shorter text stands in the longer one
	needed      float64 // how much has to
	titles      likeness
}

// weigh compares the words of two entries. false: one says too little.
func weigh(a, b *reading) (evidence, bool) {
	e := evidence{short: a.scan(), long: b.scan()}
	if len(a.set) > len(b.set) {
		e.short, e.long = b, a
	}
	if e.m = len(e.short.set); e.m < minShingles {
		return e, false
	}
	e.ratio = float64(e.m) / float64(len(e.long.set))
	e.containment = float64(a.c.sharing(e.short.scanned, e.long.scanned)) / float64(e.m)
	e.titles = titleLikeness(a, b)
	e.needed = threshold(e.m, e.ratio, e.titles >= alikeTitles)
	return e, true
}

func (e *evidence) String() string {
	return fmt.Sprintf("%.0f %% of the shorter text of %d runs of five words stands in the other, %.0f %% would do", 100*e.containment, e.m, 100*e.needed)
}

// byWords compares two entries by what they say.
func byWords(a, b *reading, together bool) Match {
	e, ok := weigh(a, b)
	if !ok {
		if m, ok := series(a, b); ok && oneAuthorOrPublisher(a, b) {
			return m
		}
		return Match{Verdict: Different, Why: "neither address nor text is the same, and one text is too short to be told by its words"}
	}
	m := e.verdict(together)
	m.Score = e.containment
	return m
}

// verdict says what the evidence comes to. The guards are asked in turn; the first that fires decides.
func (e *evidence) verdict(together bool) Match {
	a, b := e.short, e.long
	if m, ok := correction(e); ok {
		return m
	}
	if m, ok := series(a, b); ok && (e.containment >= e.needed || oneAuthorOrPublisher(a, b)) {
		return m
	}
	switch {
	case e.containment < e.needed:
		return Match{Verdict: Different, Why: e.String()}
	case e.partly() && !e.opens():
		return Match{Verdict: ExcerptOf, Why: "a part that is not the beginning: " + e.String()}
	case longBetween(a, b):
		return Match{Verdict: RerunOf, Guard: GuardRerun, Why: fmt.Sprintf("published %d days apart; %s", daysBetween(a, b), e)}
	case sameFeed(a, b) && together:
		return Match{Verdict: Different, Guard: GuardSameDocument, Why: "two entries of one document; " + e.String()}
	case e.twoOfOnePaper():
		return Match{Verdict: Different, Guard: GuardSamePublisher, Why: "one publisher, other headline, other beginning; " + e.String()}
	case e.halfAndHalf():
		return Match{Verdict: Different, Guard: GuardOwnPassage, Why: "each has a long passage of its own; " + e.String()}
	case e.otherFigures():
		return Match{Verdict: Different, Guard: GuardTemplate, Why: "one publisher, the same form with other figures; " + e.String()}
	}
	return Match{Verdict: Same, Why: e.String()}
}

// partly tells whether the shorter text is no more than a part of the longer one: where nothing but the words speaks for it, less than half.
func (e *evidence) partly() bool {
	return e.ratio < smallPart || e.ratio < .5 && e.titles == otherTitles && (e.m < someShingles || !authorsAgree(e.short, e.long))
}

// opens tells whether the shorter text is the beginning of the longer one. Under the same headline or byline a standfirst may stand before it. A text
// under another headline in which the shorter one stands with its headline goes on with others: it is a digest.
func (e *evidence) opens() bool {
	before := 2
	switch {
	case e.titles == sameTitles: // whatever part of it a paper chose to print under its headline, or whatever stands before it
		before = len(e.long.shingles)
	case e.titles >= alikeTitles || authorsAgree(e.short, e.long):
		before = 45
	case headed(e.long.Text, e.short.Title, e.short.Text):
		return false
	}
	head := e.short.shingles[:min(openingShingles, len(e.short.shingles))]
	region := e.long.shingles[:min(before+len(head)+8, len(e.long.shingles))]
	if len(region) == len(e.long.shingles) {
		return float64(e.long.has(head))/float64(len(head)) >= .8
	}
	return among(head, region) >= .8
}

// leads is how much of the lead of either text stands in the other, whichever is more.
func (e *evidence) leads() float64 {
	part := func(a, b *reading) float64 {
		lead := a.shingles[:min(leadShingles, len(a.shingles))]
		return float64(b.has(lead)) / float64(len(lead))
	}
	return max(part(e.short, e.long), part(e.long, e.short))
}

// among is how much of some shingles stands among others.
func among(some, others []uint64) float64 {
	in := make(map[uint64]bool, len(others))
	for _, s := range others {
		in[s] = true
	}
	n := 0
	for _, s := range some {
		if in[s] {
			n++
		}
	}
	return float64(n) / float64(len(some))
}

// twoOfOnePaper is guard [GuardSamePublisher]: a paper that prints two pieces with much of the same text gives each its own headline, its own beginning, or a
// passage of its own. The notices that stand under all its pieces may be longer than they are, and a short one may stand for all there is. Readers'
// letters are written by the form, and differ in who signs them.
func (e *evidence) twoOfOnePaper() bool {
	a, b := e.short, e.long
	if !samePublisher(a, b) {
		return false
	}
	if e.titles == sameTitles {
		return authorsDisagree(a, b) && e.containment < .95
	}
	if e.leads() < .6 || e.eachItsOwn(e.passage()) || e.sameEdge() {
		return true
	}
	form := e.ratio >= .9 && e.containment < .95 && !authorsAgree(a, b)
	return e.titles == otherTitles && (e.m < fewShingles || e.m < someShingles && !e.opens() || form)
}

// halfAndHalf is guard [GuardOwnPassage]: two digests share some of their pieces, two live reports what happened before they began, two pages a notice. Each has a long
// passage of its own, where a copy was edited here and there.
func (e *evidence) halfAndHalf() bool {
	limit := .65
	switch stub := e.m < stubShingles && e.ratio > .8; {
	case e.titles == alikeTitles && !authorsAgree(e.short, e.long) && e.sameEdge():
		return true
	case e.titles >= alikeTitles && samePublisher(e.short, e.long): // two digests of one name
	case e.titles >= alikeTitles:
		limit = .56
	case !authorsAgree(e.short, e.long): // nothing but the words speaks for it, and they may be a notice that both papers bought
		limit = 1
		if stub || e.sameEdge() {
			return true
		}
	}
	return e.containment < limit && e.eachItsOwn(e.passage())
}

// passage is how many shingles in a row that each of two texts has alone are more than an editor's hand.
func (e *evidence) passage() int { return max(ownPassage, min(40, e.m/5)) }

// eachItsOwn tells whether either text has so many shingles in a row that the other has not.
func (e *evidence) eachItsOwn(passage int) bool {
	return ownRun(e.short, e.long) >= passage && ownRun(e.long, e.short) >= passage
}

// sameEdge tells whether the texts begin, or end, in their own words both, and be it with a sentence: the rest is a notice.
func (e *evidence) sameEdge() bool {
	a, b := e.short, e.long
	begins := func(a, b *reading) bool { return b.has(a.shingles[:runShingles]) == 0 }
	ends := func(a, b *reading) bool { return b.has(a.shingles[len(a.shingles)-runShingles:]) == 0 }
	return begins(a, b) && begins(b, a) || ends(a, b) && ends(b, a)
}

// otherFigures is guard [GuardTemplate]: the daily report of a paper has the same words and other figures, and the next report of an event another count in its
// headline.
func (e *evidence) otherFigures() bool {
	a, b := e.short, e.long
	if !samePublisher(a, b) {
		return false
	}
	if countOtherwise(a.heading(), b.heading()) {
		return true
	}
	a.c.spend(len(a.numbers) + len(b.numbers))
	both := shared(a.numbers, b.numbers)
	onlyA, onlyB := len(a.numbers)-both, len(b.numbers)-both
	return onlyA >= 2 && onlyB >= 2 && onlyA+onlyB >= both
}

func longBetween(a, b *reading) bool {
	return !a.Published.IsZero() && !b.Published.IsZero() && timeBetween(a.Published, b.Published) > rerunAfter
}

func daysBetween(a, b *reading) int { return int(timeBetween(a.Published, b.Published).Hours() / 24) }
