package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oped"
)

// Op is the change of a stretch of text.
type Op uint8

// The operations of an Edit.
const (
	Same Op = iota
	Removed
	Added
)

// Edit is a stretch of two versions of a text with one operation: before[Before[0]:Before[1]] and
// after[After[0]:After[1]], in bytes. Removed text is empty in the second, added text in the first; text of
// Same is equal to the byte.
type Edit struct {
	Op            Op
	Before, After [2]int
}

// Diff compares two versions of a text, by words with the punctuation attached to them. Removed and Same
// stretches together are the text before, Same and Added ones the text after, each in its order. Diff keeps the
// paragraphs of both versions, and words between them, unless the words are so few that they would only tear a
// new sentence apart. Differences beyond a bound of effort are removed and added as a whole.
func Diff(before, after string) []Edit {
	// Both texts are read twice, and a third of them may be units.
	steps := oped.NewBudget(3*(len(before)+len(after)) + diffSteps)
	return DiffWithin(before, after, &steps)
}

// diffSteps is the effort of one Diff for pairing the units of two texts.
const diffSteps = 1 << 20

// DiffWithin is [Diff] with a budget of steps, which several calls may share. A step is a byte read, a word or
// paragraph looked up, or a comparison of two. The less of the budget is left, the coarser the result:
// DiffWithin keeps paragraphs and does not read the text between them, or removes one text and adds the other.
func DiffWithin(before, after string, steps *oped.Budget) []Edit {
	d := differ{
		before: before,
		after:  after,
		steps:  steps,
		effort: diffSteps,
	}
	d.paragraphs([2]int{0, len(before)}, [2]int{0, len(after)})
	return d.edits
}

// differ builds a diff.
type differ struct {
	before, after string
	edits         []Edit
	steps         *oped.Budget
	effort        int // steps left for pairing
}

// reads charges the bytes of two stretches and reports whether they may be read.
func (d *differ) reads(a, b [2]int) bool { return d.steps.Spend(a[1] - a[0] + b[1] - b[0]) }

// paragraphs compares two stretches, by paragraphs first.
func (d *differ) paragraphs(a, b [2]int) {
	if !d.reads(a, b) {
		d.coarse(a, b)
		return
	}
	as, bs := stretches(d.before, a, func(r rune) bool { return r == '\n' }),
		stretches(d.after, b, func(r rune) bool { return r == '\n' })
	d.between(a, b, as, bs, d.match(as, bs), d.words)
}

// coarse removes one stretch and adds the other, unless they are the same.
func (d *differ) coarse(a, b [2]int) {
	if d.before[a[0]:a[1]] == d.after[b[0]:b[1]] {
		d.add(Same, a, b)
		return
	}
	d.add(Removed, a, [2]int{b[0], b[0]})
	d.add(Added, [2]int{a[1], a[1]}, b)
}

// words compares two stretches between kept paragraphs.
func (d *differ) words(a, b [2]int) {
	if !d.reads(a, b) {
		d.coarse(a, b)
		return
	}
	as, bs := stretches(d.before, a, unicode.IsSpace), stretches(d.after, b, unicode.IsSpace)
	d.between(a, b, as, bs, d.grown(whole(d.match(as, bs), len(as), len(bs)), as, bs), d.rest)
}

// rest removes and adds two stretches between kept words, except for the white space shared at their edges.
func (d *differ) rest(a, b [2]int) {
	x, y := d.before[a[0]:a[1]], d.after[b[0]:b[1]]
	if x == y {
		d.add(Same, a, b)
		return
	}
	head := commonSpace(x, y, utf8.DecodeRuneInString, strings.CutPrefix)
	tail := commonSpace(x[head:], y[head:], utf8.DecodeLastRuneInString, strings.CutSuffix)
	d.add(Same, [2]int{a[0], a[0] + head}, [2]int{b[0], b[0] + head})
	d.add(Removed, [2]int{a[0] + head, a[1] - tail}, [2]int{b[0] + head, b[0] + head})
	d.add(Added, [2]int{a[1] - tail, a[1] - tail}, [2]int{b[0] + head, b[1] - tail})
	d.add(Same, [2]int{a[1] - tail, a[1]}, [2]int{b[1] - tail, b[1]})
}

// commonSpace returns the length of the white space shared by two texts at an edge. last decodes the character
// at this edge, and cut removes it.
func commonSpace(x, y string, last func(string) (rune, int), cut func(s, edge string) (string, bool)) int {
	n := len(x)
	for x != "" {
		r, size := last(x)
		edge := string(r)
		if !unicode.IsSpace(r) || len(edge) != size {
			break
		}
		rest, both := cut(y, edge)
		if !both {
			break
		}
		x, _ = cut(x, edge)
		y = rest
	}
	return n - len(x)
}

// between keeps the paired units of two stretches, and calls gap for the stretches between them.
func (d *differ) between(a, b [2]int, as, bs [][2]int, pairs [][2]int, gap func(a, b [2]int)) {
	for _, p := range pairs {
		i, j := as[p[0]], bs[p[1]]
		gap([2]int{a[0], i[0]}, [2]int{b[0], j[0]})
		d.add(Same, i, j)
		a[0], b[0] = i[1], j[1]
	}
	gap(a, b)
}

// add appends an edit, or extends the last one if it has the same operation.
func (d *differ) add(op Op, a, b [2]int) {
	if a[0] == a[1] && b[0] == b[1] {
		return
	}
	if n := len(d.edits); n > 0 && d.edits[n-1].Op == op {
		d.edits[n-1].Before[1], d.edits[n-1].After[1] = a[1], b[1]
		return
	}
	d.edits = append(d.edits, Edit{op, a, b})
}

// stretches returns the stretches of s[in[0]:in[1]] between separator characters.
func stretches(s string, in [2]int, separates func(rune) bool) (all [][2]int) {
	start := -1
	for i, r := range s[in[0]:in[1]] {
		if len(all) == cap(all) && len(all) >= 1<<10 {
			all = grow(all, i, in[1]-in[0])
		}
		switch i += in[0]; {
		case !separates(r) && start < 0:
			start = i
		case separates(r) && start >= 0:
			all = append(all, [2]int{start, i})
			start = -1
		}
	}
	if start >= 0 {
		all = append(all, [2]int{start, in[1]})
	}
	return all
}

// match pairs equal stretches, as many as possible in their order; none if this takes too much effort.
func (d *differ) match(as, bs [][2]int) (pairs [][2]int) {
	if !d.steps.Spend(len(as) + len(bs)) {
		return nil
	}
	numbers := map[string]int32{}
	number := func(s string, in [][2]int) []int32 {
		all := make([]int32, len(in))
		for i, at := range in {
			n, ok := numbers[s[at[0]:at[1]]]
			if !ok {
				n = int32(len(numbers))
				numbers[s[at[0]:at[1]]] = n
			}
			all[i] = n
		}
		return all
	}
	a, b := number(d.before, as), number(d.after, bs)
	head, tail := 0, 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	changed := d.myers(a[head:len(a)-tail], b[head:len(b)-tail])
	pairs = make([][2]int, 0, head+len(changed)+tail)
	for i := range head {
		pairs = append(pairs, [2]int{i, i})
	}
	for _, p := range changed {
		pairs = append(pairs, [2]int{p[0] + head, p[1] + head})
	}
	for ; tail > 0; tail-- {
		pairs = append(pairs, [2]int{len(a) - tail, len(b) - tail})
	}
	return pairs
}

// myers pairs equal elements of two lists, as many as possible (E. W. Myers, An O(ND) Difference Algorithm and
// Its Variations, 1986). It returns nothing if the effort runs out.
func (d *differ) myers(a, b []int32) (pairs [][2]int) {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	// reached[n][(k+n)/2] is the furthest place in a after n edits on diagonal k. The diagonal is the place in
	// a minus the place in b.
	var reached [][]int32
	down := func(n, k int) bool { // reports whether the last of n edits adds from b
		return k == -n || k != n && reached[n-1][(k+n-2)/2] < reached[n-1][(k+n)/2]
	}
	from := func(n, k int) int { // returns the target of the last of n edits
		switch {
		case n == 0:
			return 0
		case down(n, k):
			return int(reached[n-1][(k+n)/2])
		}
		return int(reached[n-1][(k+n-2)/2]) + 1
	}
	for n := 0; ; n++ {
		far := make([]int32, n+1)
		for k := -n; k <= n; k += 2 {
			x := from(n, k)
			start := x
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			if d.effort -= 1 + x - start; d.effort < 0 || !d.steps.Spend(1+x-start) {
				return nil
			}
			far[(k+n)/2] = int32(x)
			if x < len(a) || x-k < len(b) {
				continue
			}
			pairs = make([][2]int, 0, (len(a)+len(b)-n)/2)
			for reached = append(reached, far); n >= 0; n-- { // found: go back the same way
				for start = from(n, k); x > start; x-- {
					pairs = append(pairs, [2]int{x - 1, x - 1 - k})
				}
				if n > 0 && down(n, k) {
					k++
				} else if n > 0 {
					k--
					x--
				}
			}
			slices.Reverse(pairs)
			return pairs
		}
		reached = append(reached, far)
	}
}

// grown adds the pairs of equal words just before kept ones: each was paired elsewhere, and dropped there.
func (d *differ) grown(pairs, as, bs [][2]int) [][2]int {
	all := make([][2]int, 0, len(pairs))
	last := [2]int{-1, -1}
	for _, p := range pairs {
		first := p
		for first[0]-1 > last[0] && first[1]-1 > last[1] && d.equal(as[first[0]-1], bs[first[1]-1]) {
			first[0]--
			first[1]--
		}
		for ; first != p; first = [2]int{first[0] + 1, first[1] + 1} {
			all = append(all, first)
		}
		all, last = append(all, p), p
	}
	return all
}

// equal reports whether two stretches have the same text.
func (d *differ) equal(a, b [2]int) bool { return d.before[a[0]:a[1]] == d.after[b[0]:b[1]] }

// whole drops pairs of words so isolated between changes that the text reads better without them: runs at most
// half as long as the changes on either side.
func whole(pairs [][2]int, a, b int) (all [][2]int) {
	all = make([][2]int, 0, len(pairs))
	last := [2]int{-1, -1} // the pair before the change
	for i := 0; i < len(pairs); {
		end := i + 1
		for end < len(pairs) && pairs[end][0] == pairs[end-1][0]+1 && pairs[end][1] == pairs[end-1][1]+1 {
			end++
		}
		next := [2]int{a, b}
		if end < len(pairs) {
			next = pairs[end]
		}
		changed := func(x, y [2]int) int { return max(y[0]-x[0], y[1]-x[1]) - 1 }
		if 2*(end-i) > min(changed(last, pairs[i]), changed(pairs[end-1], next)) {
			all = append(all, pairs[i:end]...)
			last = pairs[end-1]
		}
		i = end
	}
	return all
}
