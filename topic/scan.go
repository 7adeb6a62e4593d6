package topic

import (
	"slices"
	"sort"
	"strings"

	"oped/text"
)

// The fields of a Doc, in the order of their places.
const (
	fieldTitle = iota
	fieldSummary
	fieldText
	fieldAuthor
	fieldCategory
	fieldURL
	fields
)

var fieldNames = [fields]string{"title", "summary", "text", "author", "category", "url"}

// posting is one occurrence of a word in the document. Places are numbered through all fields.
type posting struct {
	*text.Token
	field, index   int   // the word's number within its field
	sentence, para int32 // numbered through all fields: no two fields share one
}

// hit is a term found at the places [from, to), and the next hit of the same term.
type hit struct {
	from, to, next int32
	term           int32
	sentence       int32 // numbered through all fields
	zone           text.Zone
}

// before counts the words, sentences and paragraphs ahead of a field.
type before struct{ postings, sentences, paras int32 }

// scratch is the memory of one judgement. It is reused.
type scratch struct {
	program *program
	doc     *Doc
	source  [fields]string // the source of the spans
	plain   [fields]text.Plain
	tokens  [fields]*text.Tokens
	own     [fields]text.Tokens // memory for tokens, reused
	before  [fields]before

	hashes      []uint64 // of the words, by place
	begun       []begun
	hits        []hit
	first, last []int32  // by term: its hits, as a list; -1 for none
	touched     []int32  // terms with hits
	implied     []bool   // by list
	searched    []bool   // by list: strong and found are known
	strong      []bool   // by list: the document has a strong term, or the feed implies the list
	found       [][]span // by list
	spans       []span
	judged      judgement
	marks       []bool // by topic
	starred     []byte // a word*
	failure     []int32

	ends          []int32 // memory for pair, notNear and weigh
	reached       []reached
	taken, taking []span
	seen          tally
	sorter

	// Memory for fitted topics.
	prepared             bool
	parties              []party     // by group
	mentions             [][]mention // by group
	mentioned            []int32     // groups with mentions
	self                 []mention   // words of the first person
	selfKnown            bool
	headline             headline
	scenes               []scene // by the index of their surroundings
	view                 view
	word                 []byte
	known                []wordAt
	seenHeads, seenLeads []bool    // by known word of headlines and of leads
	wordParts            []float64 // by topic: the sum of the parts of the known words
	headWords, leadWords int       // numbers of words

	threads
	effort
}

func newScratch(terms, lists int) *scratch {
	s := &scratch{
		first:    make([]int32, terms),
		last:     make([]int32, terms),
		implied:  make([]bool, lists),
		searched: make([]bool, lists),
		strong:   make([]bool, lists),
		found:    make([][]span, lists),
	}
	for i := range s.first {
		s.first[i] = -1
	}
	return s
}

// read finds the words of a document, their zones, and every term of the program in them.
func (s *scratch) read(p *program, d *Doc) {
	s.program, s.doc = p, d
	for _, t := range s.touched {
		s.first[t] = -1
	}
	s.touched, s.hashes, s.hits, s.spans = s.touched[:0], s.hashes[:0], s.hits[:0], s.spans[:0]
	s.prepared, s.selfKnown = false, false
	clear(s.searched)
	clear(s.implied)
	for _, implied := range d.Implies {
		for i, name := range p.listNames {
			s.implied[i] = s.implied[i] || implied == name
		}
	}
	s.steps, s.charged, s.walked = 0, 0, 0
	s.field(fieldTitle, d.Title, false, text.Headline)
	s.field(fieldText, d.Text, d.HTML, text.Body)
	s.field(fieldSummary, d.Summary, d.HTML, text.Summary)
	if s.repeats() {
		s.tokens[fieldSummary].List = s.tokens[fieldSummary].List[:0]
	}
	s.field(fieldAuthor, d.Author, false, text.Author)
	categories := ""
	if len(d.Categories) > 0 {
		categories = strings.Join(d.Categories, "\n")
	}
	s.field(fieldCategory, categories, false, text.Category)
	s.field(fieldURL, d.URL, false, text.URL)
	s.number()
	for f := range fields {
		s.seek(f)
	}
	s.spendWalked()
	s.matchRegexes()
}

// field reads one field of the document.
func (s *scratch) field(f int, source string, isHTML bool, z text.Zone) {
	s.source[f] = source
	s.plain[f] = text.Plain{Text: source}
	if isHTML {
		s.plain[f] = text.FromHTML(source)
	}
	ts := &s.own[f]
	s.tokens[f] = ts
	if !s.spend(len(source)) {
		ts.Scan("")
		return
	}
	if f == fieldText && s.doc.Words != nil {
		s.tokens[f] = s.doc.Words
		return
	}
	ts.Scan(s.plain[f].Text)
	switch {
	case f != fieldText:
		ts.MarkAll(z)
	case isHTML:
		ts.MarkZones()
	default:
		ts.MarkZones(s.doc.Boilerplate...)
	}
}

// repeats reports whether the text contains the summary, apart from its last words: they may be cut, or be
// "Continue reading".
func (s *scratch) repeats() bool {
	sum, body := s.tokens[fieldSummary], s.tokens[fieldText]
	n := len(sum.List)
	if n == 0 || len(body.List) == 0 {
		return false
	}
	if n >= 8 { // a shorter summary is repeated in full, or is another text
		n -= max(2, n/10)
	}
	// By place: the length of the longest beginning of the summary to end there (Knuth, Morris and Pratt).
	failure := s.failure[:0]
	matched := 0
	for i := range n {
		for matched > 0 && string(sum.Folded(matched)) != string(sum.Folded(i)) {
			matched = int(failure[matched-1])
		}
		if i > 0 && string(sum.Folded(matched)) == string(sum.Folded(i)) {
			matched++
		}
		failure = append(failure, int32(matched))
	}
	s.failure, matched = failure, 0
	for i := range body.List {
		for matched > 0 && string(sum.Folded(matched)) != string(body.Folded(i)) {
			matched = int(failure[matched-1])
			s.steps++
		}
		if string(sum.Folded(matched)) == string(body.Folded(i)) {
			matched++
		}
		if matched == n {
			return true
		}
	}
	return false
}

// number numbers places, sentences and paragraphs through all fields.
func (s *scratch) number() {
	var sum before
	for f := range fields {
		s.before[f] = sum
		if list := s.tokens[f].List; len(list) > 0 {
			last := &list[len(list)-1]
			sum.postings += int32(len(list))
			sum.sentences += last.Sentence + 1
			sum.paras += last.Para + 1
		}
	}
}

// at returns the word at a place.
func (s *scratch) at(n int32) posting {
	f := fields - 1
	for n < s.before[f].postings {
		f--
	}
	b := &s.before[f]
	i := int(n - b.postings)
	t := &s.tokens[f].List[i]
	return posting{t, f, i, b.sentences + t.Sentence, b.paras + t.Para}
}

// seek finds the terms of a field. Filters exclude most words before any of them is looked up: from the last on, as
// they ask for the next word.
func (s *scratch) seek(f int) {
	ts, p, first := s.tokens[f], s.program, len(s.hashes)
	s.hashes = slices.Grow(s.hashes, len(ts.List))[:first+len(ts.List)]
	hashes := s.hashes[first:]
	s.begun = s.begun[:0]
	next := uint64(0) // the hash of the next word
	for i := len(hashes) - 1; i >= 0; i-- {
		t := &ts.List[i]
		h := hashIn(ts.Arena, t.Fold, t.FoldEnd)
		if p.starts.may(h) || p.pairs.may(pairOf(h, next, true)) || p.begins(ts.Arena[t.Fold:t.FoldEnd]) {
			s.begun = append(s.begun, begun{at: i})
		}
		hashes[i], next = h, h
	}
	for i := range s.begun { // one after the other, so that the processor waits for the memory of several at once
		x := &s.begun[i]
		_, id := p.words.look(ts.Folded(x.at), hashes[x.at])
		x.node = p.firsts[id]
	}
	for _, x := range slices.Backward(s.begun) {
		if x.node != 0 {
			s.follow(f, x.node, x.at, x.at)
		}
		s.walkStarred(f, 0, x.at, x.at)
		if s.walked >= walkedAtOnce && !s.spendWalked() {
			return
		}
	}
}

// begun is a word that may begin a term, and the node it leads to.
type begun struct {
	at   int
	node int32
}

func (s *scratch) spendWalked() bool {
	n := s.walked
	s.walked = 0
	return s.spend(n)
}

// walkedAtOnce is the number of steps between two checks of the budget in seek.
const walkedAtOnce = 1 << 12

// walk finds the terms of a field along the words behind a node; the next word is at a place. Terms do not cross
// sentences.
func (s *scratch) walk(f int, node int32, from, at int) {
	place := int(s.before[f].postings) + at
	h := s.hashes[place]
	if s.program.pairs.may(pairOf(s.hashes[place-1], h, at == from+1)) {
		if _, id := s.program.words.look(s.tokens[f].Folded(at), h); id != 0 {
			if next := s.program.next(node, id); next != 0 {
				s.follow(f, next, from, at)
			}
		}
	}
	s.walkStarred(f, node, from, at)
}

// walkStarred is walk for a word*.
func (s *scratch) walkStarred(f int, node int32, from, at int) {
	s.walked++
	folded := s.tokens[f].Folded(at)
	if !s.program.begins(folded) {
		return
	}
	for _, n := range s.program.prefixes[beginning(folded)] {
		if len(folded) < int(n) {
			continue
		}
		s.starred = append(append(s.starred[:0], folded[:n]...), '*')
		if id := s.program.words.find(s.starred); id != 0 {
			if next := s.program.next(node, id); next != 0 {
				s.follow(f, next, from, at)
			}
		}
	}
}

// follow notes the terms ending at a node, and walks on from it. The last word is at a place.
func (s *scratch) follow(f int, node int32, from, at int) {
	list := s.tokens[f].List
	for i := s.program.nodes[node].stop; i != 0; {
		s.walked++
		stop := &s.program.stops[i]
		if stop.plain || s.admits(stop.term, f, from, at+1) {
			s.note(stop.term, f, from, at+1)
		}
		i = stop.next
	}
	if s.program.nodes[node].word != 0 && at+1 < len(list) && list[at+1].Sentence == list[from].Sentence {
		s.walk(f, node, from, at+1)
	}
}

// admits reports whether the words of a field have the spelling demanded by the term's flags.
func (s *scratch) admits(term int32, f, from, to int) bool {
	p := &s.program.patterns[term]
	plain, run := s.plain[f].Text, s.tokens[f].List[from:to]
	for i := range run {
		t := &run[i]
		if !p.flags.admits(t, plain[t.Start:t.End]) {
			return false
		}
		if p.acronyms != nil && p.acronyms[i] && !acronym(run, i) {
			return false
		}
	}
	return p.flags&exact == 0 || plain[run[0].Start:run[len(run)-1].End] == p.written
}

// acronym reports whether a word of a phrase is in capitals, or joined to a neighbour by a hyphen. The US of
// "US-PAKISTAN TIES AT A CROSSROADS" is no pronoun either, though capitals have no meaning there.
func acronym(phrase []text.Token, i int) bool {
	t := &phrase[i]
	return t.Dotted || t.Shape == text.Caps ||
		t.Shape == text.Voided && (t.Joined && i > 0 || i+1 < len(phrase) && phrase[i+1].Joined)
}

// note notes a term at list[from:to] of a field.
func (s *scratch) note(term int32, f, from, to int) {
	at, b, t := int32(len(s.hits)), &s.before[f], &s.tokens[f].List[from]
	s.hits = append(s.hits, hit{
		from:     b.postings + int32(from),
		to:       b.postings + int32(to),
		next:     -1,
		term:     term,
		sentence: b.sentences + t.Sentence,
		zone:     t.Zone,
	})
	if s.first[term] < 0 {
		s.first[term] = at
		s.touched = append(s.touched, term)
	} else {
		s.hits[s.last[term]].next = at
	}
	s.last[term] = at
}

// matchRegexes finds regular expressions in each field, as the words they cover.
func (s *scratch) matchRegexes() {
	for _, re := range s.program.regexes {
		for f := range fields {
			for _, m := range s.find(re, s.plain[f].Text) {
				from, to := s.wordsOf(f, m[0], m[1])
				if from < to {
					s.note(re.term, f, from, to)
				}
			}
			if s.stopped != nil {
				return
			}
		}
	}
}

// wordsOf returns the words of a field covered by a stretch of its text.
func (s *scratch) wordsOf(f, start, end int) (from, to int) {
	list := s.tokens[f].List
	from = sort.Search(len(list), func(i int) bool { return int(list[i].End) > start })
	to = sort.Search(len(list), func(i int) bool { return int(list[i].Start) >= end })
	return from, to
}
