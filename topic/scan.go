package topic

import (
	"slices"
	"strings"

	"oped/text"
)

// The fields of a Doc, in the order in which they are read.
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

// place is a word of the document, wherever it stands.
type place struct {
	text.Token
	field uint8
	stem  bool  // a term may begin with its first letters and a *
	index int32 // within the field
	word  int32 // id in the vocabulary; 0 if no term has it
}

// hit is a term found at places[from:to].
type hit struct{ from, to, next int32 }

// scratch is what one judgement needs; it is used again and again.
type scratch struct {
	*program
	doc    *Doc
	source [fields]string // what spans cut
	plain  [fields]text.Plain
	tokens [fields]*text.Tokens
	own    [fields]text.Tokens // memory for them, used again and again
	places []place

	hits        []hit
	first, last []int32 // by term: its hits, as a list; -1 for none
	touched     []int32 // terms with hits
	implied     []bool  // by list
	strong      []int8  // by list: 0 not looked at, 1 a strong term stands somewhere, 2 none does
	spans       []span
	judged      judgement
	marks       []bool // by topic
	starred     []byte // a word*
}

func newScratch(terms, lists int) *scratch {
	s := &scratch{first: make([]int32, terms), last: make([]int32, terms), implied: make([]bool, lists), strong: make([]int8, lists)}
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
	s.touched, s.hits, s.places, s.spans = s.touched[:0], s.hits[:0], s.places[:0], s.spans[:0]
	clear(s.strong)
	clear(s.implied)
	for _, implied := range d.Implies {
		for i, name := range p.listNames {
			s.implied[i] = s.implied[i] || implied == name
		}
	}
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
	for f := range fields {
		s.lay(f)
	}
	for i := range s.places {
		if p := &s.places[i]; p.word != 0 || p.stem {
			s.walk(0, i, i)
		}
	}
	if p.hasRegex {
		s.matchRegexes()
	}
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
		ts.MarkZones(s.doc.Furniture...)
	}
}

// repeats tells whether the text contains the summary, but for its last words, which may be cut or "Continue reading".
func (s *scratch) repeats() bool {
	sum, body := s.tokens[fieldSummary], s.tokens[fieldText]
	n := len(sum.List)
	if n == 0 || len(body.List) == 0 {
		return false
	}
	if n >= 8 { // a shorter one is all there, or it is another text
		n -= max(2, n/10)
	}
	for i := 0; i+n <= len(body.List); i++ {
		j := 0
		for j < n && string(sum.Folded(j)) == string(body.Folded(i+j)) {
			j++
		}
		if j == n {
			return true
		}
	}
	return false
}

// lay puts a field's words behind those of the fields before it, with ids, in sentences and paragraphs of their own.
func (s *scratch) lay(f int) {
	ts := s.tokens[f]
	sentence, para := int32(0), int32(0)
	if n := len(s.places); n > 0 {
		sentence, para = s.places[n-1].Sentence+1, s.places[n-1].Para+1
	}
	n := len(s.places)
	s.places = slices.Grow(s.places, len(ts.List))[:n+len(ts.List)]
	for i := range ts.List {
		folded := ts.Folded(i)
		p := &s.places[n+i]
		p.Token = ts.List[i]
		p.Sentence += sentence
		p.Para += para
		p.field, p.index = uint8(f), int32(i)
		p.word, p.stem = s.words.find(folded), s.begins(folded)
	}
}

// walk finds the terms whose words lead on from a node, the next of them at a place. Terms do not cross sentences.
func (s *scratch) walk(node int32, from, at int) {
	p := &s.places[at]
	if p.word != 0 {
		s.follow(node, p.word, from, at)
	}
	if !p.stem {
		return
	}
	folded := s.tokens[p.field].Folded(int(p.index))
	for _, n := range s.prefixes[beginning(folded)] {
		if len(folded) < int(n) {
			continue
		}
		s.starred = append(append(s.starred[:0], folded[:n]...), '*')
		if id := s.words.find(s.starred); id != 0 {
			s.follow(node, id, from, at)
		}
	}
}

func (s *scratch) follow(node, word int32, from, at int) {
	next := s.next(node, word)
	if next == 0 {
		return
	}
	for i := s.nodes[next].stop; i != 0; i = s.stops[i].next {
		if term := s.stops[i].term; s.admits(term, from, at+1) {
			s.found(term, from, at+1)
		}
	}
	if s.nodes[next].leads && at+1 < len(s.places) && s.places[at+1].Sentence == s.places[from].Sentence {
		s.walk(next, from, at+1)
	}
}

// admits tells whether the words are written as the term wants them.
func (s *scratch) admits(term int32, from, to int) bool {
	p := &s.patterns[term]
	if p.flags&(caps|initial|lower|exact) == 0 && p.acronyms == nil {
		return true
	}
	plain := s.plain[s.places[from].field].Text
	for i := from; i < to; i++ {
		t := &s.places[i].Token
		if !p.flags.admits(t, plain[t.Start:t.End]) {
			return false
		}
		if p.acronyms != nil && p.acronyms[i-from] && !s.acronym(i, from, to) {
			return false
		}
	}
	return p.flags&exact == 0 || plain[s.places[from].Start:s.places[to-1].End] == p.written
}

// acronym tells whether the word of a phrase is in capitals, or joined to a neighbour by a hyphen: the US of "US-PAKISTAN TIES AT A
// CROSSROADS", where capitals say nothing, is no pronoun either.
func (s *scratch) acronym(i, from, to int) bool {
	t := &s.places[i].Token
	return t.Dotted || t.Shape == text.Caps || t.Shape == text.Voided && (t.Joined && i > from || i+1 < to && s.places[i+1].Joined)
}

func (s *scratch) found(term int32, from, to int) {
	at := int32(len(s.hits))
	s.hits = append(s.hits, hit{int32(from), int32(to), -1})
	if s.first[term] < 0 {
		s.first[term] = at
		s.touched = append(s.touched, term)
	} else {
		s.hits[s.last[term]].next = at
	}
	s.last[term] = at
}

// matchRegexes finds regular expressions in each field, as the words that they lie on.
func (s *scratch) matchRegexes() {
	for term, re := range s.regexes {
		if re == nil {
			continue
		}
		for f := range fields {
			for _, m := range re.FindAllStringIndex(s.plain[f].Text, 1000) {
				from, to := s.placesOf(f, m[0], m[1])
				if from < to {
					s.found(int32(term), from, to)
				}
			}
		}
	}
}

func (s *scratch) placesOf(f, start, end int) (from, to int) {
	from, to = -1, -1
	for i := range s.places {
		if p := &s.places[i]; int(p.field) == f && int(p.Start) < end && int(p.End) > start {
			if from < 0 {
				from = i
			}
			to = i + 1
		}
	}
	return from, to
}
