package text

import (
	"math/bits"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Zone is a part of an op-ed that counts in its own way.
type Zone uint8

// The zones. Bio, Credit and Boilerplate are not the piece, though they stand in it.
const (
	Body Zone = iota
	Lead
	Headline
	Summary
	Quote
	Author
	Category
	URL
	Bio
	Credit
	Boilerplate
	zones
)

// Zones is how many zones there are.
const Zones = int(zones)

var zoneNames = [...]string{"body", "lead", "title", "summary", "quote", "author", "category", "url", "bio", "credit", "furniture"}

func (z Zone) String() string { return zoneNames[z] }

// Beside tells the zones that stand in a text without being the piece.
func (z Zone) Beside() bool { return z >= Bio }

// leadWords is how long the lead is, and quoteWords how long a quotation has to be to count as somebody else's words.
const (
	leadWords  = 120
	quoteWords = 8
	tailParas  = 8 // author's notes stand this near to the end
)

// MarkZones gives every word of an op-ed's text its zone: author's note, credit and furniture by the paragraph they stand in,
// long quotations, the lead (the first 120 words of the piece itself), body. What lies within one of the learned stretches, pairs of byte
// offsets, is furniture, whatever it looks like.
func (ts *Tokens) MarkZones(learned ...[2]int) {
	ts.paras = appendParagraphs(ts.paras[:0], ts)
	foreign := hasAny(ts.Text, foreignForms)
	for i, p := range ts.paras {
		h := hintsOf(ts, p)
		h.foreign = foreign && hasAny(h.s, foreignForms)
		zone := paragraphZone(&h, p.last-p.first, i, len(ts.paras)-1-i)
		for j := p.first; j < p.last; j++ {
			ts.List[j].Zone = zone
		}
	}
	ts.markLearned(learned)
	markQuotes(ts)
	lead := 0
	for i := range ts.List {
		if t := &ts.List[i]; t.Zone == Body || t.Zone == Quote {
			if lead++; lead > leadWords {
				break
			}
			if t.Zone == Body {
				t.Zone = Lead
			}
		}
	}
}

func (ts *Tokens) markLearned(learned [][2]int) {
	for _, l := range learned {
		first := sort.Search(len(ts.List), func(i int) bool { return int(ts.List[i].Start) >= l[0] })
		for i := first; i < len(ts.List) && int(ts.List[i].End) <= l[1]; i++ {
			ts.List[i].Zone = Boilerplate
		}
	}
}

// MarkAll gives every word the same zone.
func (ts *Tokens) MarkAll(z Zone) {
	for i := range ts.List {
		ts.List[i].Zone = z
	}
}

// paragraph is a stretch of tokens, and of the text from its line's beginning to its end. Where other marks than line
// feeds separate paragraphs, it reaches no further than the words of its neighbours: no byte is in two paragraphs'
// words.
type paragraph struct{ first, last, start, end int }

func appendParagraphs(out []paragraph, ts *Tokens) []paragraph {
	before := 0 // where the words before end
	for i := 0; i < len(ts.List); {
		j := i
		for j < len(ts.List) && ts.List[j].Para == ts.List[i].Para {
			j++
		}
		last, next := int(ts.List[j-1].End), len(ts.Text)
		if j < len(ts.List) {
			next = int(ts.List[j].Start)
		}
		start := before + strings.LastIndexByte(ts.Text[before:ts.List[i].Start], '\n') + 1
		end := next
		if n := strings.IndexByte(ts.Text[last:next], '\n'); n >= 0 {
			end = last + n
		}
		out = append(out, paragraph{i, j, start, end})
		before, i = last, j
	}
	return out
}

var (
	boilerplateLine = regexp.MustCompile(`(?i)^[^\pL\pN]*(?:(?:previous|next) (?:article|post|story)|read (?:more|also|next|the full)|also read|more from|related(?: (?:stor|article|post|read|topic|news|content)\w*)?\b.{0,3}$|related(?: \w+)?:|subscribe|sign up|follow (?:us|\w+ on)|share (?:this|on|via)|advertisement|continue reading|click here|tags?:|filed under|photo:|image:|listen to this|download the|join our|the post .{0,200}appeared first on|یہ بھی پڑھیں|مزید پڑھیں|مزید خبریں|اشتہار)`)
	creditLine      = regexp.MustCompile(`(?i)(?:^[^\pL\pN]*(?:this|the|an? (?:\w+ )?version of this) (?:article|piece|op-?ed|essay|column|commentary|story|analysis|blog)[^.]{0,60}\b(?:appeared|published|written for|syndicated|reproduced|adapted|excerpted)\b|^[^\pL\pN]*(?:originally|first) (?:published|appeared)|^[^\pL\pN]*published in [\p{Lu}]|^[^\pL\pN]*(?:copyright|©)|^[^\pL\pN]*courtesy\b|^[^\pL\pN]*distributed by|^[^\pL\pN]*— ?project syndicate)`)
	bioDash         = regexp.MustCompile(`(?i)^\s*[\[(]?\s*[—–\-*_]+\s*(?:the|this) (?:writer|author|columnist|contributor)\b`)
	bioLine         = regexp.MustCompile(`(?i)^[^\pL\pN]*(?:(?:the|this|our) (?:writer|author|columnist|contributor)s?\b[^.]{0,12}\b(?:is|are|was|were|has|have|can|teaches|works|served|serves|writes|holds|heads|tweets|may)\b|about the (?:author|writer)|(?:e-?mail|twitter|x|instagram|facebook)\s*:|follow (?:him|her|them) )`)
	bioReach        = regexp.MustCompile(`(?i)(?:can be (?:reached|contacted|followed)|may be (?:reached|contacted)|tweets? (?:at|@)|(?:he|she|they) tweets?|views? expressed (?:here|in this|are)|the views are|[\w.+-]+@[\w-]+\.\w+)`)
	bioName         = regexp.MustCompile(`^[^\pL\pN]*(?:Dr\.? |Prof\.? |Mr\.? |Ms\.? |Gen\.? |Amb(?:assador|\.)? )?\p{Lu}[\p{L}.'’-]*(?: (?:bin|ul|al|de|van|von|\p{Lu}[\p{L}.'’-]*)){1,4},? (?:is|was|are|teaches|writes|serves|served|works|heads) .*(?i:fellow|professor|columnist|analyst|researcher|ambassador|writer|author|journalist|director|lecturer|editor|scholar|diplomat|economist|lawyer|advocate|consultant|chairman|president of|minister|retired|student|teaches|expert|staff|correspondent)`)
	bioUrdu         = regexp.MustCompile(`^[^\pL\pN]*(?:(?:مضمون|کالم) نگار|مصنف|مصنفہ|لکھاری|صاحبِ? مضمون)`)
)

// Words of which one has to stand in a paragraph before the expressions that look for them anywhere are worth their time.
var (
	creditWords = []string{"republished with", "republished under", "all rights reserved"}
	reachWords  = []string{"reached", "contacted", "followed", "tweet", "views", "view expressed", "@"}
)

func hasAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// paragraphZone tells whether a paragraph of n words is the piece or stands beside it. before and after are how many paragraphs it has on either
// side. A piece may begin with what a President is expected to do: that is no author's note.
func paragraphZone(h *hints, n, before, after int) Zone {
	s := h.s
	switch {
	case n <= 40 && h.boilerplate() && boilerplateLine.MatchString(s):
		return Boilerplate
	case n <= 80 && (h.rights() || h.credit() && creditLine.MatchString(s)):
		return Credit
	case h.bioDash() && bioDash.MatchString(s):
		return Bio
	case after >= tailParas || n > 150:
		return Body
	case h.bioLine() && bioLine.MatchString(s) || h.bioUrdu() && bioUrdu.MatchString(s):
		return Bio
	case n <= 80 && (h.reach() && bioReach.MatchString(s) || n <= 60 && before > 0 && after <= 4 && h.bioName() && bioName.MatchString(s)):
		return Bio
	}
	return Body
}

// markQuotes marks what stands between quotation marks and is longer than eight words. A mark that is never closed quotes
// nothing; a quotation ends with its paragraph.
func markQuotes(ts *Tokens) {
	for _, p := range ts.paras {
		open, from := rune(0), 0
		token := p.first
		s := ts.Text[p.start:p.end]
		for i := markByte(s, 0); i < len(s); i = markByte(s, i+1) {
			if c := s[i]; c != '"' && c != 0xc2 && c != 0xe2 {
				continue // every quotation mark begins with one of these bytes
			}
			r, _ := utf8.DecodeRuneInString(s[i:])
			at := p.start + i
			for token < p.last && int(ts.List[token].End) <= at {
				token++
			}
			switch {
			case open == 0 && (r == '“' || r == '"' || r == '«' || r == '„'):
				open, from = r, token
			case open != 0 && closes(open, r):
				if token-from > quoteWords {
					for j := from; j < token; j++ {
						if ts.List[j].Zone == Body {
							ts.List[j].Zone = Quote
						}
					}
				}
				open = 0
			}
		}
	}
}

// markByte is the first place from i on where a byte stands that a quotation mark begins with, or where fewer than eight bytes are left. It
// looks at eight at a time: to take 1 from a byte sets its eighth bit only where it was 0, or had it set.
func markByte(s string, i int) int {
	for ; len(s)-i >= 8; i += 8 {
		x := eight(s[i:])
		ascii := x ^ ones*'"'
		other := (x | ones*0x20) ^ ones*0xe2 // 0xc2 is 0xe2 but for this bit
		if found := ((ascii-ones)&^ascii | (other-ones)&^other) & eighths; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	return i
}

func closes(open, r rune) bool {
	switch open {
	case '"':
		return r == '"' || r == '”'
	case '«':
		return r == '»'
	}
	return r == '”' || r == '"' || r == '“' && open == '„'
}
