package topic

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// Facts are what filters know of a piece beside its words. Rules know the publisher and the language of the entry only:
// whatever else changes, a piece keeps its verdicts.
type Facts struct {
	publishers []string // of all its entries
	countries  []string // of their feeds
	topics     []string // names of the topics it is on
	kind       oped.PieceKind
	lang       string    // of its lead entry
	day        time.Time // where its paper is, as UTC
}

// Known lists the values of filters in a search, by the name of the filter. Those of since, until and length are free.
type Known map[string][]Name

// Name is a value of a filter. Readers may write the title instead, or a part of either that no other name has.
type Name struct{ Name, Title string }

// FactsOf returns the facts of a piece. day is that of its lead entry; countries are those of feeds, by URL.
func FactsOf(p *oped.Piece, day time.Time, countries map[string]string) Facts {
	f := Facts{
		topics: p.Topics(),
		kind:   p.Kind,
		lang:   p.Lead().Lang,
		day:    day,
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		f.publishers = append(f.publishers, e.Publisher)
		f.countries = append(f.countries, countries[e.FeedURL])
	}
	return f
}

// KnownOf returns the publishers, countries and languages of feeds, the topics, and all kinds.
func KnownOf(feeds []oped.Feed, topics []oped.Topic) Known {
	known := Known{}
	add := func(filter, name, title string) {
		if name != "" && !slices.ContainsFunc(known[filter], func(n Name) bool { return n.Name == name }) {
			known[filter] = append(known[filter], Name{name, title})
		}
	}
	for _, f := range feeds {
		add(byPublisher, f.Publisher, "")
		add(byCountry, f.Country, "")
		add(byLang, oped.PrimaryLang(f.Lang), "")
	}
	for _, k := range oped.PieceKinds() {
		add(byKind, string(k), "")
	}
	for _, t := range topics {
		add(byTopic, t.Name, t.Title)
	}
	return known
}

// The filters.
const (
	byPublisher = "publisher"
	byCountry   = "country"
	byKind      = "kind"
	byLang      = "lang"
	byTopic     = "topic"
	since       = "since"
	until       = "until"
	byLength    = "length"
)

var (
	filterNames = []string{byPublisher, byCountry, byKind, byLang, byTopic, since, until, byLength}

	filterForms = map[string]string{
		byPublisher: `publisher:Dawn, or publisher:"two words"`,
		byCountry:   `country:Pakistan, or country:"two words"`,
		byKind:      "kind:editorial",
		byLang:      "lang:ur",
		byTopic:     `topic:climate, or topic:"two words"`,
		since:       "since:2025, since:2025-06 or since:2025-06-30",
		until:       "until:2025, until:2025-06 or until:2025-06-30",
		byLength:    "length:>500, length:<300 or length:300..800",
	}

	// searchOnly holds the filters without a meaning in a rule, with the reason.
	searchOnly = map[string]string{
		byCountry: "name the papers instead, as in publisher:Dawn",
		byKind:    "the kind of a piece follows from rules; an edition selects kinds by its key `kinds`",
		byTopic:   "a topic of a topic could depend on itself; an edition selects topics by its key `topics`",
		since:     "a rule has no clock: it judges a piece by its words, whatever its date",
		until:     "a rule has no clock: it judges a piece by its words, whatever its date",
	}
)

// fact is the condition of a filter.
type fact struct {
	filter   string
	value    string // of a filter by name
	fold     bool   // case does not matter
	from, to int    // of since and until: days, as 20250630; of length: words
}

// fact reads the value of a filter.
func (c *compiler) fact(n *node) (*fact, *syntaxError) {
	f := &fact{filter: n.text, value: n.value}
	if why := searchOnly[n.text]; !c.search && why != "" {
		return nil, &syntaxError{n.at, n.text + ": is for searches, not for rules", why}
	}
	ok := true
	switch n.text {
	case since, until:
		f.from, f.to, ok = days(n.value)
	case byLength:
		f.from, f.to, ok = lengths(n.value)
	case byLang:
		f.value = strings.ToLower(n.value)
	}
	if !ok {
		return nil, &syntaxError{n.at, fmt.Sprintf("%s: cannot be %q", n.text, n.value), "write " + filterForms[n.text]}
	}
	if names, listed := c.known[n.text]; listed {
		return f, f.resolve(n, names)
	}
	f.fold = true
	return f, nil
}

// resolve replaces the value by the name meant.
func (f *fact) resolve(n *node, names []Name) *syntaxError {
	fold := func(s string) string { return text.Fold(strings.Join(strings.Fields(s), " ")) }
	value := fold(n.value)
	var part []string
	for _, x := range names {
		name, title := fold(x.Name), fold(x.Title)
		if name == value || title == value {
			f.value = x.Name
			return nil
		}
		if strings.Contains(name, value) || strings.Contains(title, value) {
			part = append(part, x.Name)
		}
	}
	switch len(part) {
	case 1:
		f.value = part[0]
		return nil
	case 0:
		all := make([]string, len(names))
		for i := range names {
			all[i] = names[i].Name
		}
		hint := text.DidYouMean(n.value, all, "known: "+listedNames(text.Nearest(n.value, all)))
		return &syntaxError{n.at, fmt.Sprintf("%s: %q is not known", n.text, n.value), hint}
	}
	return &syntaxError{
		n.at, fmt.Sprintf("%s: %q may be one of several", n.text, n.value), "write more of: " + listedNames(part),
	}
}

// listedNames lists the first of some names.
func listedNames(names []string) string {
	const shown = 8
	if n := len(names) - shown; n > 0 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ")
}

// days returns the first and the last day of a year, month or day.
func days(s string) (first, last int, ok bool) {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		first, last = dayOf(t), dayOf(t)
		switch layout {
		case "2006":
			last = dayOf(t.AddDate(1, 0, -1))
		case "2006-01":
			last = dayOf(t.AddDate(0, 1, -1))
		}
		return first, last, true
	}
	return 0, 0, false
}

// dayOf returns a day as a number, 20250630.
func dayOf(t time.Time) int { return (t.Year()*100+int(t.Month()))*100 + t.Day() }

// midnight returns the beginning of a day in UTC.
func midnight(day int) time.Time {
	return time.Date(day/10000, time.Month(day/100%100), day%100, 0, 0, 0, 0, time.UTC)
}

// lengths reads a range of numbers of words.
func lengths(s string) (from, to int, ok bool) {
	const endless = 1 << 30
	if first, last, ranged := strings.Cut(s, ".."); ranged {
		from, okFrom := atoi(first)
		to, okTo := atoi(last)
		return from, to, okFrom && okTo && from <= to
	}
	if s == "" {
		return 0, 0, false
	}
	n, ok := atoi(s[1:])
	switch s[0] {
	case '>':
		return n + 1, endless, ok
	case '<':
		return 0, n - 1, ok
	}
	return 0, 0, false
}

// holds reports whether a document fulfils the condition.
func (f *fact) holds(s *scratch) bool {
	facts := &s.doc.Facts
	switch f.filter {
	case byPublisher:
		return f.isOneOf(facts.publishers)
	case byCountry:
		return f.isOneOf(facts.countries)
	case byTopic:
		return f.isOneOf(facts.topics)
	case byKind:
		return f.value == string(facts.kind)
	case byLang:
		return f.value == oped.PrimaryLang(facts.lang)
	case since:
		return dayOf(facts.day) >= f.from
	case until:
		return dayOf(facts.day) <= f.to
	}
	words := len(s.tokens[fieldText].List)
	return f.from <= words && words <= f.to
}

func (f *fact) isOneOf(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return v == f.value || f.fold && strings.EqualFold(v, f.value)
	})
}

// Filters returns the names of all filters, in the order of the manual.
func Filters() []string { return slices.Clone(filterNames) }

// CompileSearch compiles the query of a reader. Filters find the names listed. A query without kind: leaves out news.
// Its error is [oped.Diagnostics].
func CompileSearch(lists []oped.List, known Known, query string) (*Expr, error) {
	c := newCompiler(lists)
	c.known, c.search = known, true
	e, err := c.single(oped.Rule{Expr: query})
	if err != nil {
		return nil, err
	}
	if root := e.root; !root.has(func(n *node) bool { return n.op == opFilter && n.text == byKind }) {
		news := &node{
			op:   opFilter,
			text: byKind,
			fact: &fact{filter: byKind, value: string(oped.News)},
			at:   -1, // not in the query
		}
		e.root = &node{op: opAnd, children: []*node{root, {op: opNot, children: []*node{news}}}}
	}
	return e, nil
}

// has reports whether a node or one below it is of some sort.
func (n *node) has(is func(*node) bool) bool {
	return is(n) || slices.ContainsFunc(n.children, func(child *node) bool { return child.has(is) })
}

// Canonical returns a query with the full names of its filters, for an address to keep: a part of a name may be that of
// another one later. The query compiles.
func (e *Expr) Canonical(query string) string {
	var b strings.Builder
	full := map[int]string{}
	e.root.has(func(n *node) bool {
		if n.op == opFilter {
			full[n.at] = Filtered(n.text, n.fact.value)
		}
		return false
	})
	lexemes, _ := lex(query)
	at := 0
	for _, l := range lexemes {
		if l.kind == condition {
			b.WriteString(query[at:l.at] + full[l.at])
			at = l.to
			if next, _ := utf8.DecodeRuneInString(query[at:]); at < len(query) && !endsBare(next) {
				b.WriteByte(' ') // after a quotation mark
			}
		}
	}
	return b.String() + query[at:]
}

// Filtered returns the expression of a filter with a value.
func Filtered(name, value string) string {
	switch {
	case strings.IndexFunc(value, endsBare) < 0:
		return name + ":" + value
	case strings.ContainsAny(value, quotes['"']):
		return name + ":«" + value + "»"
	}
	return name + `:"` + value + `"`
}

// And returns the query of pieces that match an expression and some filters. Either may be missing.
func And(expr string, filters []string) string {
	lexemes, _ := lex(expr)
	or := slices.ContainsFunc(lexemes, func(l lexeme) bool { return l.kind == operator && l.text == "OR" })
	if or && len(filters) > 0 {
		expr = "(" + expr + ")"
	}
	return strings.TrimSpace(expr + " " + strings.Join(filters, " "))
}
