package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hints cheaply exclude expressions that cannot match a paragraph, to save trying them. They never exclude one
// that matches.
type hints struct {
	s          string
	head, rest string  // s split before its first ASCII letter, digit or underscore: \W* matches within head
	foreign    bool    // s has a letter with an ASCII letter as its other case: try every expression
	tokens     *Tokens // the words first to last are in s
	first      int
	last       int
}

// The beginnings of boilerplate, credit lines and author's notes. Anything before them is in hints.head.
var (
	boilerplateStarts = startsOf(
		"previous ", "next ", "read ", "also read", "more from", "related", "subscribe", "sign up", "follow ", "share ",
		"advertisement",
		"continue reading", "click here", "tag", "filed under", "photo:", "image:", "listen to this", "download the",
		"join our", "the post ",
	)
	boilerplateUrdu = []string{"پڑھیں", "مزید", "اشتہار"}
	creditStarts    = startsOf(
		"originally ", "first published", "first appeared", "published in ", "copyright", "courtesy", "distributed by",
		"project syndicate",
	)
	versionOf   = startsOf("version of this ")
	pieceWords  = startsOf("article", "piece", "op", "essay", "column", "commentary", "story", "analysis", "blog")
	bioStarts   = startsOf("about the ", "email", "e-mail", "twitter", "x", "instagram", "facebook", "follow ")
	writerWords = startsOf("writer", "author", "columnist", "contributor")
	writerUrdu  = []string{"نگار", "مصنف", "لکھاری", "مضمون"}
	dashes      = startsOf("—", "–", "-", "*", "_")
	particles   = []string{"bin", "ul", "al", "de", "van", "von"}
	isOrDoes    = []string{"is", "was", "are", "teaches", "writes", "serves", "served", "works", "heads"}
	trades      = startsOf(
		"fellow", "professor", "columnist", "analyst", "researcher", "ambassador", "writer", "author", "journalist",
		"director", "lecturer", "editor", "scholar", "diplomat", "economist",
		"lawyer", "advocate", "consultant", "chairman", "president of", "minister", "retired", "student", "teaches",
		"expert", "staff", "correspondent",
	)
	foreignForms = []string{"ſ", "\u212a", "İ"}
)

func hintsOf(ts *Tokens, p paragraph) hints {
	s := ts.Text[p.start:p.end]
	h := hints{
		s:      s,
		head:   s,
		tokens: ts,
		first:  p.first,
		last:   p.last,
	}
	for i := range len(s) {
		if c := s[i]; 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' {
			h.head, h.rest = s[:i], s[i:]
			break
		}
	}
	return h
}

func (h *hints) boilerplate() bool {
	return h.foreign || h.underlined() || begins(h.rest, boilerplateStarts) || hasAny(h.head, boilerplateUrdu)
}

// underlined reports whether the first character of rest is an underscore. Some expressions take it for a mark
// like others, so they must be tried.
func (h *hints) underlined() bool { return strings.HasPrefix(h.rest, "_") }

func (h *hints) credit() bool {
	if h.foreign || h.underlined() || begins(h.rest, creditStarts) ||
		begins(after(h.rest, "the ", "this "), pieceWords) || strings.Contains(h.head, "©") {
		return true
	}
	version := after(h.rest, "a ", "an ")
	_, next, _ := strings.Cut(version, " ")
	return begins(version, versionOf) || begins(next, versionOf)
}

func (h *hints) bioDash() bool {
	for i := range len(h.s) {
		switch h.s[i] {
		case ' ', '\t', '\n', '\f', '\r', '[', '(':
		default:
			return begins(h.s[i:], dashes)
		}
	}
	return false
}

func (h *hints) bioLine() bool {
	return h.foreign || h.underlined() || begins(h.rest, bioStarts) ||
		begins(after(h.rest, "the ", "this ", "our "), writerWords)
}

func (h *hints) bioUrdu() bool { return h.underlined() || hasAny(h.head, writerUrdu) }

// bioName looks for two to six capitalised words, particles aside, followed by the person's description and a
// trade.
func (h *hints) bioName() bool {
	return (h.underlined() || h.beginsWithName()) && (h.foreign || h.hasTrade())
}

func (h *hints) hasTrade() bool {
	for i := range len(h.s) {
		if begins(h.s[i:], trades) {
			return true
		}
	}
	return false
}

func (h *hints) beginsWithName() bool {
	if strings.IndexFunc(h.head, unicode.IsUpper) >= 0 {
		return true
	}
	next := h.rest
	for i := range 7 {
		word, tail, ok := strings.Cut(next, " ")
		switch {
		case !ok || word == "":
			return false
		case i >= 2 && slices.Contains(isOrDoes, word):
			return true
		case word[0] < 'A' ||
			'Z' < word[0] && word[0] < utf8.RuneSelf && !slices.Contains(particles, strings.TrimSuffix(word, ",")):
			return false
		}
		next = tail
	}
	return false
}

// rights reports whether a paragraph reserves rights or names the permission for printing it.
func (h *hints) rights() bool {
	if h.foreign {
		return hasAny(strings.ToLower(h.s), creditWords)
	}
	list := h.tokens.List[h.first:h.last]
	for i := range list {
		t := &list[i]
		switch n := t.FoldEnd - t.Fold; {
		case n == 6 && h.is(t, "rights"):
			if h.has(int(t.Start)-len("all "), "all rights reserved") {
				return true
			}
		case n >= 11 && h.is(t, "republished"):
			at := int(t.End) - len("republished")
			if h.has(at, "republished with") || h.has(at, "republished under") {
				return true
			}
		}
	}
	return false
}

// reach reports whether a paragraph contains any of the words needed to say how to reach its author.
func (h *hints) reach() bool {
	if h.foreign {
		return hasAny(strings.ToLower(h.s), reachWords)
	}
	list := h.tokens.List[h.first:h.last]
	for i := range list {
		t := &list[i]
		if t.FoldEnd-t.Fold < 5 {
			continue
		}
		start, end := int(t.Start), int(t.End)
		switch string(h.tokens.Arena[t.Fold : t.Fold+5]) {
		case "reach", "conta", "follo":
			if h.has(start-len("can be "), "can be ") || h.has(start-len("may be "), "may be ") {
				return true
			}
		case "tweet":
			if h.has(start-len("he "), "he ") || h.has(start-len("they "), "they ") {
				return true
			}
		case "expre":
			if h.has(start-len("view "), "view ") || h.has(start-len("views "), "views ") {
				return true
			}
		case "views":
			if h.has(start-len("the "), "the views are") {
				return true
			}
		}
		if (h.is(t, "tweet") || h.is(t, "tweets")) && (h.has(end, " at") || h.has(end, " @")) {
			return true
		}
	}
	return strings.IndexByte(h.s, '@') >= 0
}

// is reports whether a token ends in a word.
func (h *hints) is(t *Token, word string) bool {
	folded := h.tokens.Arena[t.Fold:t.FoldEnd]
	return len(folded) >= len(word) && folded[len(folded)-1] == word[len(word)-1] && // most words end otherwise
		string(folded[len(folded)-len(word):]) == word
}

// has reports whether a lower-case word is at a place of the text, in any case.
func (h *hints) has(at int, word string) bool {
	return at >= 0 && at <= len(h.tokens.Text) && startsWith(h.tokens.Text[at:], word)
}

// starts are lower-case words that a text may begin with, and a bit for each first byte of one: most texts begin with
// another.
type starts struct {
	words  []string
	firsts uint64
}

func startsOf(words ...string) starts {
	x := starts{words: words}
	for _, w := range words {
		x.firsts |= 1 << (w[0] & 63)
	}
	return x
}

// begins reports whether s begins with one of some words, in any case.
func begins(s string, with starts) bool {
	if s == "" {
		return false
	}
	first := s[0]
	if 'A' <= first && first <= 'Z' {
		first += 'a' - 'A'
	}
	if with.firsts>>(first&63)&1 == 0 {
		return false
	}
	for _, w := range with.words {
		if w[0] == first && startsWith(s, w) {
			return true
		}
	}
	return false
}

// after returns the rest of s after the first of some words to begin it; "" if none does.
func after(s string, words ...string) string {
	for _, w := range words {
		if startsWith(s, w) {
			return s[len(w):]
		}
	}
	return ""
}

// startsWith reports whether s begins with a lower-case word, in any case.
func startsWith(s, word string) bool {
	if len(s) < len(word) {
		return false
	}
	for i := range len(word) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
