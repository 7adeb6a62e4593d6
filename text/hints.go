package text

import (
	"strings"
	"unicode"
)

// hints tell cheaply which expressions cannot match a paragraph, so that they need not be tried. They never rule out one that matches.
type hints struct {
	s          string
	head, rest string  // parted before the first ASCII letter, digit or underscore: \W* matches within head
	foreign    bool    // holds a letter that is the capital or small form of an ASCII letter: every expression has to be tried
	tokens     *Tokens // of which those from first to last stand in s
	first      int
	last       int
}

// Where furniture, credit lines and author's notes begin; what may stand before it is in hints.head.
var (
	furnitureStarts = []string{
		"previous ", "next ", "read ", "also read", "more from", "related", "subscribe", "sign up", "follow ", "share ", "advertisement",
		"continue reading", "click here", "tag", "filed under", "photo:", "image:", "listen to this", "download the", "join our", "the post ",
	}
	furnitureUrdu = []string{"پڑھیں", "مزید", "اشتہار"}
	creditStarts  = []string{"a ", "an ", "originally ", "first ", "published in ", "copyright", "courtesy", "distributed by", "project syndicate"}
	pieceWords    = []string{"article", "piece", "op", "essay", "column", "commentary", "story", "analysis", "blog"}
	bioStarts     = []string{"about the ", "email", "e-mail", "twitter", "x", "instagram", "facebook", "follow "}
	writerWords   = []string{"writer", "author", "columnist", "contributor"}
	writerUrdu    = []string{"نگار", "مصنف", "لکھاری", "مضمون"}
	dashes        = []string{"—", "–", "-", "*", "_"}
	particles     = []string{"bin ", "ul ", "al ", "de ", "van ", "von ", "bin,", "ul,", "al,", "de,", "van,", "von,"}
	foreignForms  = []string{"ſ", "\u212a", "İ"}
)

func hintsOf(ts *Tokens, p paragraph) hints {
	s := ts.Text[p.start:p.end]
	h := hints{s: s, head: s, foreign: hasAny(s, foreignForms), tokens: ts, first: p.first, last: p.last}
	for i := range len(s) {
		if c := s[i]; 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' {
			h.head, h.rest = s[:i], s[i:]
			break
		}
	}
	// A line may hold several paragraphs, parted by other marks than its end.
	for h.first > 0 && int(ts.List[h.first-1].Start) >= p.start {
		h.first--
	}
	for h.last < len(ts.List) && int(ts.List[h.last].End) <= p.end {
		h.last++
	}
	return h
}

func (h *hints) furniture() bool {
	return h.foreign || begins(h.rest, furnitureStarts) || hasAny(h.head, furnitureUrdu)
}

func (h *hints) credit() bool {
	return h.foreign || begins(h.rest, creditStarts) || begins(after(h.rest, "the ", "this "), pieceWords) || strings.Contains(h.head, "©")
}

func (h *hints) bioDash() bool {
	return begins(strings.TrimLeft(h.s, " \t\n\f\r[("), dashes)
}

func (h *hints) bioLine() bool {
	return h.foreign || begins(h.rest, bioStarts) || begins(after(h.rest, "the ", "this ", "our "), writerWords)
}

func (h *hints) bioUrdu() bool { return hasAny(h.head, writerUrdu) }

// bioName wants a capital, and behind the first space another or a particle.
func (h *hints) bioName() bool {
	if strings.IndexFunc(h.head, unicode.IsUpper) >= 0 {
		return true
	}
	if h.rest == "" || h.rest[0] < 'A' || h.rest[0] > 'Z' {
		return false
	}
	_, next, ok := strings.Cut(h.rest, " ")
	return ok && next != "" && ('A' <= next[0] && next[0] <= 'Z' || next[0] >= 0x80 || begins(next, particles))
}

// rights tells whether a paragraph reserves rights or says with whose leave it is printed.
func (h *hints) rights() bool {
	if h.foreign {
		return hasAny(strings.ToLower(h.s), creditWords)
	}
	for i := h.first; i < h.last; i++ {
		t, word := &h.tokens.List[i], h.tokens.Folded(i)
		switch {
		case string(word) == "rights":
			if stands(h.tokens.Text, int(t.Start)-len("all "), "all rights reserved") {
				return true
			}
		case endsIn(word, "republished"):
			at := int(t.End) - len("republished")
			if stands(h.tokens.Text, at, "republished with") || stands(h.tokens.Text, at, "republished under") {
				return true
			}
		}
	}
	return false
}

// reach tells whether a word stands in a paragraph without which it tells no way to reach its author.
func (h *hints) reach() bool {
	if h.foreign {
		return hasAny(strings.ToLower(h.s), reachWords)
	}
	for i := h.first; i < h.last; i++ {
		word := h.tokens.Folded(i)
		if len(word) < len("views") {
			continue
		}
		switch string(word[:5]) {
		case "reach", "conta", "follo", "tweet", "views", "expre":
			return true
		}
		if endsIn(word, "tweet") || endsIn(word, "tweets") {
			return true
		}
	}
	return strings.IndexByte(h.s, '@') >= 0
}

// begins tells whether s begins with one of some words in small letters, in whatever case.
func begins(s string, words []string) bool {
	for _, w := range words {
		if stands(s, 0, w) {
			return true
		}
	}
	return false
}

// after is what stands in s behind one of some words; "" if it begins with none.
func after(s string, words ...string) string {
	for _, w := range words {
		if stands(s, 0, w) {
			return s[len(w):]
		}
	}
	return ""
}

// stands tells whether a word in small letters stands in s at a place, in whatever case.
func stands(s string, at int, word string) bool {
	return at >= 0 && at+len(word) <= len(s) && strings.EqualFold(s[at:at+len(word)], word)
}

func endsIn(word []byte, end string) bool {
	return len(word) >= len(end) && string(word[len(word)-len(end):]) == end
}
