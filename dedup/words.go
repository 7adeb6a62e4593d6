package dedup

import (
	"fmt"
	"slices"
	"time"

	"oped"
)

// The conditions for a verdict by words alone. The figures were measured on labelled pairs; see
// bench/README.md.
const (
	fewShingles  = 60  // a shorter text must be in the other one apart from a few words
	stubShingles = 100 // a shorter one may be a notice in place of many pieces
	manyShingles = 300 // a text of more has room for many edits
	someShingles = 160 // a shorter one must be in the other one for the most part
	smallPart    = .35 // a text shorter than this part of the other one must be its beginning

	openingShingles = 20 // the beginning of a text
	leadShingles    = 40 // its lead

	newBeginning = 70 // an introduction is shorter

	runShingles = 12 // a common run this long is no ordinary phrase

	ownPassage = 15 // runs of its own this long in both texts are more than an editor's hand

	rerunAfter = 21 * 24 * time.Hour // GuardRerun: the same text published further apart is a re-run
)

// threshold returns the share of the shorter text needed in the longer one. m is the number of shingles of the
// shorter text, ratio that number to the one of the longer text. Agreeing headlines help, but never suffice.
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

// SaysLittle reports whether an entry has too few words to be compared by them: fewer than twelve five-word
// phrases of its own, boilerplate aside.
func (c *Comparer) SaysLittle(e *oped.Entry) bool {
	return len(c.read(e, nil).scan().set) < minShingles
}

// MayBeOne reports whether the lead entries of two pieces allow merging them, if a third entry belongs to both.
// They do not if they were published long apart, are two entries of one document or one paper, or have neither
// words nor a headline in common.
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
		return titles == sameTitles && m.Guard == NoGuard
	}
	return titles >= alikeTitles || authorsAgree(x, y) || len(x.scan().set) < minShingles ||
		len(y.scan().set) < minShingles
}

// InRoundup reports whether the lead entry of a piece is in a roundup, the first of the entries, beside another
// of them. The other one was taken for the same piece, but is a different one ([GuardChain]).
func (c *Comparer) InRoundup(e *oped.Entry, entries []oped.Entry) bool {
	readings := make([]*reading, len(entries))
	for i := range entries {
		readings[i] = c.read(&entries[i], nil)
	}
	return inRoundup(c.read(e, nil), readings)
}

// inRoundup reports whether a text in that of the first of some entries is another piece: one of the other
// entries is in there beside it, and the two have nothing in common.
func inRoundup(r *reading, entries []*reading) bool {
	lead := entries[0]
	return slices.ContainsFunc(entries[1:], func(o *reading) bool {
		return r.c.spent() ||
			beside(r, o, lead) && containedIn(o, lead) && containedIn(r, lead) && !mayBeOne(r, o, false)
	})
}

// beside reports whether two texts can be parts of a third, one after the other: they are short enough, and
// have next to nothing in common.
func (c *Comparer) beside(a, b, whole *oped.Entry) bool {
	return beside(c.read(a, nil), c.read(b, nil), c.read(whole, nil))
}

func beside(a, b, whole *reading) bool {
	if len(a.Text)+len(b.Text) >= len(whole.Text)*3/2 || max(len(a.Text), len(b.Text)) >= len(whole.Text)*3/4 {
		return false
	}
	e, ok := weigh(a, b)
	return !ok || e.containment < overlapping
}

// overlapping is the share of the shorter of two texts in the other from which both are overlapping parts of a
// third.
const overlapping = .2

// containedIn reports whether a longer text contains another one.
func containedIn(part, whole *reading) bool {
	e, ok := weigh(part, whole)
	return ok && e.short == part && e.containment >= e.needed
}

// evidence is the comparison of two texts.
type evidence struct {
	short, long *reading
	m           int     // distinct shingles of the shorter text
	ratio       float64 // their number to that of the longer text
	containment float64 // share of the shorter text found in the longer one
	needed      float64 // share needed
	titles      likeness
}

// weigh compares the words of two entries. It returns false if one has too few.
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

// share returns the containment in words.
func (e *evidence) share() string {
	return fmt.Sprintf("they share %.0f %% of the shorter text's five-word phrases", 100*e.containment)
}

func (e *evidence) String() string {
	return fmt.Sprintf("%s (%.0f %% needed)", e.share(), 100*e.needed)
}

// byWords compares two entries by their texts.
func byWords(a, b *reading, together bool) Match {
	e, ok := weigh(a, b)
	if !ok {
		if m, ok := series(a, b); ok && oneAuthorOrPublisher(a, b) {
			return m
		}
		if sameHeadline(a, b) {
			why := "headline and day are the same, but one text is too short to be compared"
			return Match{Verdict: Different, Guard: GuardHeadline, Why: why}
		}
		return Match{
			Verdict: Different,
			Why:     "neither address nor text is the same, and one text is too short to be compared by its words",
		}
	}
	m := e.verdict(together)
	m.Score = e.containment
	return m
}

// verdict returns the verdict for the evidence. The guards are tried in order; the first to fire decides.
func (e *evidence) verdict(together bool) Match {
	a, b := e.short, e.long
	if m, ok := correction(e); ok {
		return m
	}
	if m, ok := series(a, b); ok && (e.containment >= e.needed || oneAuthorOrPublisher(a, b)) {
		return m
	}
	different := func(guard Guard, why string) Match {
		return Match{Verdict: Different, Guard: guard, Why: why + ", though " + e.share()}
	}
	switch {
	case e.containment < e.needed:
		return Match{Verdict: Different, Why: e.String()}
	case e.partly() && !e.opens():
		return Match{Verdict: ExcerptOf, Why: "a part other than the beginning; " + e.String()}
	case longBetween(a, b):
		why := fmt.Sprintf("they were published %d days apart; %s", daysBetween(a, b), e.share())
		return Match{Verdict: RerunOf, Guard: GuardRerun, Why: why}
	case sameFeed(a, b) && together:
		return different(GuardSameDocument, "they are two entries of one document")
	case e.guardSamePublisher():
		return different(GuardSamePublisher, "each has its own headline and beginning")
	case e.guardOwnPassage():
		return different(GuardOwnPassage, "each text has a long passage of its own")
	case e.guardTemplate() || e.otherFigures():
		return different(GuardTemplate, "they have one form with other figures")
	case e.continued() || e.recounted():
		return different(GuardOwnPassage, "one continues the other with a new beginning")
	}
	return Match{Verdict: Same, Why: e.String()}
}

// partly reports whether the shorter text is no more than a part of the longer one. If nothing but the words
// supports a match, less than half is a part.
func (e *evidence) partly() bool {
	return e.ratio < smallPart ||
		e.ratio < .5 && e.titles == otherTitles && (e.m < someShingles || !authorsAgree(e.short, e.long))
}

// opens reports whether the shorter text is the beginning of the longer one. Under the same headline or byline,
// a standfirst may precede it. A text with another headline is a roundup if it quotes the shorter one with its
// headline: it goes on with other pieces.
func (e *evidence) opens() bool {
	before := 2
	switch {
	case e.titles == sameTitles: // any part printed under the headline counts, after any introduction
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

// continued reports whether the longer text is a later state of the shorter one: another headline and a beginning of
// its own, longer than the introduction and the links around a copy, and the old text below it.
func (e *evidence) continued() bool {
	headed := len(e.short.heading().words) > 1 && len(e.long.heading().words) > 1
	if !headed || e.titles == sameTitles || len(e.long.shingles) <= newBeginning ||
		e.short.has(e.long.shingles[:newBeginning]) > 0 {
		return false
	}
	old := e.short.shingles[:min(openingShingles, len(e.short.shingles))]
	return e.long.has(old)*5 >= len(old)*4 // an author's new beginning replaces the old one
}

// leads returns the greater share of either text's lead in the other text.
func (e *evidence) leads() float64 {
	part := func(a, b *reading) float64 {
		lead := a.shingles[:min(leadShingles, len(a.shingles))]
		return float64(b.has(lead)) / float64(len(lead))
	}
	return max(part(e.short, e.long), part(e.long, e.short))
}

// among returns the share of some shingles found among others.
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

// guardSamePublisher is guard [GuardSamePublisher]. A paper with two pieces of much the same text gives each its own
// headline, its own beginning, or a passage of its own. The notices under all its pieces may be longer than the
// pieces, and a short one may be in place of many. Readers' letters follow a form, and differ in their
// signatures.
func (e *evidence) guardSamePublisher() bool {
	a, b := e.short, e.long
	if !samePublisher(a, b) {
		return false
	}
	if e.titles == sameTitles {
		return authorsDisagree(a, b) && e.containment < .95
	}
	if e.eachItsOwn(e.passage()) || !e.scattered() && (e.leads() < .6 || e.sameEdge()) {
		return true
	}
	form := e.ratio >= .9 && e.containment < .95 && !authorsAgree(a, b) && !e.scattered()
	return e.titles == otherTitles && (e.m < fewShingles || e.m < someShingles && !e.opens() || form)
}

// guardOwnPassage is guard [GuardOwnPassage]. Two roundups share some of their pieces, two live reports the events
// before them, two pages a notice. Each has a long passage of its own, unlike a copy with scattered edits.
func (e *evidence) guardOwnPassage() bool {
	limit := .65
	switch stub := e.m < stubShingles && e.ratio > .8 && isNotice(e.short, e.long); {
	case e.titles == alikeTitles && !authorsAgree(e.short, e.long) && e.sameEdge():
		return true
	case e.titles >= alikeTitles && samePublisher(e.short, e.long): // two roundups of one name
	case e.titles >= alikeTitles:
		limit = .56
	// Only the words support a match, and they may be a notice bought by both papers.
	case !authorsAgree(e.short, e.long):
		limit = 1
		if stub || e.sameEdge() {
			return true
		}
	}
	return e.containment < limit && e.eachItsOwn(e.passage())
}

// scattered reports whether the differences of two long texts are in many places, as an author's second
// version has them. A story beside a long notice differs in one.
func (e *evidence) scattered() bool {
	if e.m < manyShingles {
		return false
	}
	many := func(a, b *reading) bool {
		own := len(a.shingles) - b.has(a.shingles)
		return longestOwnRun(a, b)*3 < own
	}
	return many(e.short, e.long) && many(e.long, e.short)
}

// passage returns the number of consecutive shingles of its own, in each of two texts, beyond an editor's hand.
func (e *evidence) passage() int { return max(ownPassage, min(40, e.m/5)) }

// eachItsOwn reports whether each text has this many consecutive shingles that the other lacks.
func (e *evidence) eachItsOwn(passage int) bool {
	return longestOwnRun(e.short, e.long) >= passage && longestOwnRun(e.long, e.short) >= passage
}

// sameEdge reports whether both texts begin, or both end, in their own words, if only for a sentence: the rest
// is a notice.
func (e *evidence) sameEdge() bool {
	a, b := e.short, e.long
	begins := func(a, b *reading) bool { return b.has(a.shingles[:runShingles]) == 0 }
	ends := func(a, b *reading) bool { return b.has(a.shingles[len(a.shingles)-runShingles:]) == 0 }
	return begins(a, b) && begins(b, a) || ends(a, b) && ends(b, a)
}

// guardTemplate is guard [GuardTemplate]. The daily report of a paper has the same words with other figures, and
// the next report of an event another number in its headline.
func (e *evidence) guardTemplate() bool {
	a, b := e.short, e.long
	if !samePublisher(a, b) {
		return false
	}
	if countOtherwise(a.heading().words, b.heading().words) {
		return true
	}
	both, onlyA, onlyB := e.figures()
	return onlyA >= 2 && onlyB >= 2 && onlyA+onlyB >= both
}

// figures returns the number of figures in both texts, and in either alone.
func (e *evidence) figures() (both, onlyA, onlyB int) {
	a, b := e.short, e.long
	a.c.spend(len(a.numbers) + len(b.numbers))
	both = shared(a.numbers, b.numbers)
	return both, len(a.numbers) - both, len(b.numbers) - both
}

// otherFigures reports whether two texts differ in next to nothing but their figures, in a tenth of them at
// least, and were published on different days or are on different dates: two days' lists of prices. An editor
// corrects a figure or two.
func (e *evidence) otherFigures() bool {
	a, b := e.short, e.long
	both, onlyA, onlyB := e.figures()
	if onlyA < 2 || onlyB < 2 || (onlyA+onlyB)*10 < both || !otherDays(a, b) && !a.Published.Equal(b.Published) {
		return false
	}
	x, y := a.vocabulary(), b.vocabulary()
	a.c.spend(len(x) + len(y))
	return len(x) > onlyA && len(x)+len(y)-2*shared(x, y) <= (onlyA+onlyB)/2
}

// recounted reports whether two texts are two states of a story: other headlines, and first sentences with other
// numbers and other words. An editor replaces the number alone.
func (e *evidence) recounted() bool {
	if e.titles == sameTitles {
		return false
	}
	x, y := e.short.opening(e.long), e.long.opening(e.short)
	if max(len(x), len(y)) > leadShingles || !countOtherwise(x, y) {
		return false
	}
	return lacking(x, y)+lacking(y, x) >= 3
}

// lacking returns the number of a text's words, numbers aside, lacking in another text.
func lacking(x, y []string) int {
	n := 0
	for _, w := range x {
		if !isNumber(w) && !slices.Contains(y, w) {
			n++
		}
	}
	return n
}

// opening returns the words of a text before the first phrase found in another one as well.
func (r *reading) opening(of *reading) []string {
	r.c.spend(len(r.shingles))
	n := 0
	for n < len(r.shingles) && of.has(r.shingles[n:n+1]) == 0 {
		n++
	}
	return firstWords(r.Text, n)
}

func longBetween(a, b *reading) bool {
	return !a.Published.IsZero() && !b.Published.IsZero() && timeBetween(a.Published, b.Published) > rerunAfter
}

func daysBetween(a, b *reading) int { return int(timeBetween(a.Published, b.Published).Hours() / 24) }
