package dedup

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// Verdict is the relation of two entries.
type Verdict string

// The verdicts. Only Same makes one piece of two. A relation is that of the later entry to the earlier one, and
// of a part to the whole.
const (
	Same         Verdict = "same"
	Different    Verdict = "different"
	RerunOf      Verdict = Verdict(oped.RerunOf)
	ExcerptOf    Verdict = Verdict(oped.ExcerptOf)
	CorrectionOf Verdict = Verdict(oped.CorrectionOf)
	SeriesWith   Verdict = Verdict(oped.SeriesWith)
)

// Match is a verdict with its evidence.
type Match struct {
	Piece   oped.PieceID `json:"-"`
	Verdict Verdict      `json:"verdict"`
	Why     string       `json:"why"`
	Guard   Guard        `json:"guard"`
	Score   float64      `json:"score"` // share of the shorter text found in the longer one, 0 to 1
}

const (
	minWords = 40 // a shorter text may equal another one by chance, if only its hash is known
	poisoned = 4  // an address shared by this many pieces identifies none of them
)

// Keys returns the keys shared by an entry with every other entry of the same piece: its canonical address, and
// its text if that has at least 40 words; otherwise its headline and day. Author's notes, credit lines and boilerplate are no part of the text.
// words are those of e.Text, with zones that ignore learned boilerplate; for that, see [Learned].
func Keys(e *oped.Entry, words *text.Tokens) []string {
	keys := AddressKeys(e.URL)
	if key := textKey(words); key != "" {
		return append(keys, key)
	}
	return append(keys, newHeading(e.Title).headlineKeys(e.Published)...)
}

// AddressKeys returns the keys of an entry's address.
func AddressKeys(address string) []string {
	u := CanonicalURL(address)
	if u == "" {
		return nil
	}
	return append(urlVariantKeys(u), addressPrefix+u) // its own address comes last
}

// Learned returns the keys of an entry after boilerplate was learned in its text. keys are the keys before,
// words have the zones after it. Copies from before have the whole text as their key, and later ones of other
// papers may have the text without boilerplate, so that the entry has both keys. It has neither if fewer than
// 40 words are left.
func Learned(keys []string, words *text.Tokens) []string {
	own := textKey(words)
	var out []string
	for _, key := range keys {
		if own != "" || !strings.HasPrefix(key, textPrefix) {
			out = append(out, key)
		}
	}
	if own != "" && !slices.Contains(out, own) {
		out = append(out, own)
	}
	return out
}

// The beginnings of keys: of an address, of a text, of the beginning of a text, and of a headline with its day.
const (
	addressPrefix   = "u:"
	textPrefix      = "t:"
	beginningPrefix = "b:"
	headlinePrefix  = "h:"
)

// textKey returns the key shared by texts with the same words; "" for fewer than 40. It is made of the folded
// words of the piece itself.
func textKey(ts *text.Tokens) string { return wordsKey(textPrefix, ts, len(ts.List)) }

// Beginning returns the key shared by texts with the same first 40 words; "" if there are fewer. It is not a
// key of a piece, since pieces of a series begin alike. words are those of a text, with their zones.
func Beginning(words *text.Tokens) string { return wordsKey(beginningPrefix, words, minWords) }

// MatchesRecovered reports whether an entry belongs to a piece known to readers. The two share a key. An
// address alone is not enough: columns have the same one, week after week. The beginnings decide if both have
// one, otherwise the headlines.
func MatchesRecovered(o *oped.RecoveredID, e *oped.Entry, beginning string) bool {
	if o.Beginning != "" && beginning != "" {
		return o.Beginning == beginning
	}
	title := text.Fold(strings.TrimSpace(e.Title))
	return title != "" && title == text.Fold(strings.TrimSpace(o.Title))
}

// wordsKey returns a hash of the first words of a piece, at most limit of them.
func wordsKey(prefix string, ts *text.Tokens, limit int) string {
	h := sha256.New()
	buffer := make([]byte, 0, 1<<10) // a call for every word would take longer than the hash
	n := 0
	for i := range ts.List {
		if n == limit {
			break
		}
		if ts.List[i].Zone.Beside() {
			continue
		}
		if len(buffer) >= 1<<9 {
			h.Write(buffer)
			buffer = buffer[:0]
		}
		buffer = append(append(buffer, ts.Folded(i)...), ' ')
		n++
	}
	h.Write(buffer)
	if n < minWords {
		return ""
	}
	return prefix + hex.EncodeToString(h.Sum(nil)[:16])
}

// Query is an entry in search of its piece.
type Query struct {
	Entry    *oped.Entry
	Keys     []string               // its piece keys
	Common   map[uint64]bool        // fingerprints of its publisher's boilerplate
	Together func(*oped.Entry) bool // reports whether an entry of the feed is in the same document; nil: none is
	Poisoned bool                   // its address identifies nothing: more pieces share it than there are candidates
}

// Frozen is the number of entries from which a piece takes no more by itself ([GuardFrozen]). A text with so
// many copies is an agency's notice, or a mistake.
const Frozen = 50

// Result holds the pieces found for a [Query].
type Result struct {
	Same    []Match // pieces of the entry, the surest first; of equals first one with the same text, then the oldest
	Related []Match // pieces related to it, and those a guard kept separate
	Cut     bool    // the budget ran out before all candidates were compared
}

// Find is [Comparer.Find] without a budget.
func Find(q *Query, candidates []oped.Piece) Result { return unbounded().Find(q, candidates) }

// Find returns the candidates an entry belongs to, and those related to it. Candidates are pieces with a common
// key or common fingerprints, oldest first. Of several pieces at its address, the one with the same text goes
// first. By its words alone, an entry is compared only with the lead entry of each piece ([GuardChain]): a copy
// of a copy need not be like the piece.
func (c *Comparer) Find(q *Query, candidates []oped.Piece) Result {
	entry := c.read(q.Entry, q.Common)
	entry.address, entry.words = "", nil
	for _, k := range q.Keys {
		if address, ok := strings.CutPrefix(k, addressPrefix); ok {
			entry.address = address
		} else if strings.HasPrefix(k, textPrefix) {
			entry.words = append(entry.words, k)
		}
	}
	pieces := make([][]*reading, len(candidates))
	for i := range candidates {
		for j := range candidates[i].Entries {
			pieces[i] = append(pieces[i], c.read(&candidates[i].Entries[j], nil))
		}
	}
	if q.Poisoned || c.Poisoned(entry.address, candidates) {
		entry.address = ""
	}
	var out Result
	for i, entries := range pieces {
		if c.spend(pairSteps + nameSteps*len(entries)); c.spent() {
			out.Cut = true
			break
		}
		m := entry.best(entries, q.Together)
		m.Piece = candidates[i].ID
		if m.Verdict == Same && !entry.named(entries) && inRoundup(entry, entries) {
			m.Verdict, m.Guard = Different, GuardChain
			m.Why = "the piece has another one in it as well; " + m.Why
		}
		if m.Verdict == Same && len(entries) >= Frozen {
			m.Verdict, m.Guard = Different, GuardFrozen
			m.Why = fmt.Sprintf("the piece has %d entries already; %s", len(entries), m.Why)
		}
		switch {
		case c.spent():
			out.Cut = true
		case m.Verdict == Same:
			out.Same = append(out.Same, m)
		case m.Verdict != Different || m.Guard != NoGuard:
			out.Related = append(out.Related, m)
		}
	}
	if len(out.Same) > 1 {
		entry.sort(out.Same, candidates, pieces)
	}
	return out
}

// The steps for comparing an entry with a piece and with each of its entries, apart from those for their texts.
const (
	pairSteps = 64
	nameSteps = 8
)

// Poisoned reports whether so many pieces (four or more) share a canonical address that it identifies none of
// them.
func (c *Comparer) Poisoned(address string, pieces []oped.Piece) bool {
	sharing := 0
	for i := range pieces {
		for j := range pieces[i].Entries {
			if c.Canonical(pieces[i].Entries[j].URL) == address {
				sharing++
				break
			}
		}
	}
	return sharing >= poisoned
}

// sort puts the surest match first. Of equals, a piece with exactly the same text goes first.
func (r *reading) sort(same []Match, candidates []oped.Piece, pieces [][]*reading) {
	exact := map[oped.PieceID]int{}
	for i, entries := range pieces {
		if slices.ContainsFunc(entries, func(o *reading) bool { return maybeSame(r, o) && sameWords(r, o) }) {
			exact[candidates[i].ID] = 1
		}
	}
	slices.SortStableFunc(same, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(exact[b.Piece], exact[a.Piece]))
	})
}

// named reports whether an entry has the address or exactly the text of one of some entries.
func (r *reading) named(entries []*reading) bool {
	return slices.ContainsFunc(entries, func(o *reading) bool {
		m, ok := byName(r, o, false)
		return ok && m.Verdict == Same
	})
}

// best returns the strongest match of an entry with the entries of a piece, its lead entry first.
func (r *reading) best(entries []*reading, together func(*oped.Entry) bool) Match {
	with := func(o *reading) bool { return together != nil && o.FeedURL == r.FeedURL && together(o.Entry) }
	best := compare(r, entries[0], with(entries[0]))
	for _, o := range entries[1:] {
		if best.Verdict == Same && best.Score == 1 {
			break
		}
		m, ok := byName(r, o, with(o))
		if ok && (m.Verdict == Same && (best.Verdict != Same || m.Score > best.Score) ||
			best.Verdict == Different && best.Guard == NoGuard) {
			best = m
		}
	}
	return best
}

// Compare returns the relation of two entries. Both must have their Text.
func Compare(a, b *oped.Entry) Match {
	return compare(read(a, nil), read(b, nil), cameTogether(a, b))
}

// compare returns the relation of two entries. together means they are in one document of one feed.
func compare(a, b *reading, together bool) Match {
	if m, ok := byName(a, b, together); ok {
		return m
	}
	return byWords(a, b, together)
}

// byName compares two entries by their addresses and by the hashes of their texts. It returns false if both
// differ.
func byName(a, b *reading, together bool) (Match, bool) {
	sameURL := a.address != "" && a.address == b.address && (sameFeed(a, b) || onePage(a, b)) || urlVariants(a, b)
	sameText := (sameURL || maybeSame(a, b)) && sameWords(a, b)
	if !sameText && !sameURL {
		return Match{}, false
	}
	m := Match{Verdict: Different}
	if sameText {
		m.Score = 1
	}
	switch {
	case sameFeed(a, b) && !sameName(a, b, sameText, sameURL):
		m.Guard, m.Why = GuardSameDocument, "they are two entries of one feed"
	case sameURL:
		m.Verdict, m.Why = Same, addressed(a, b)
		if !sameText {
			e, _ := weigh(a, b)
			m.Score = e.containment
		}
	case isNotice(a, b):
		m.Guard, m.Why = GuardOwnPassage, "they are one notice under two headlines"
	case longBetween(a, b):
		m.Verdict, m.Guard = RerunOf, GuardRerun
		m.Why = fmt.Sprintf("the same text was published %d days apart", daysBetween(a, b))
	default:
		m.Verdict, m.Why = Same, fmt.Sprintf("same text of %d characters", utf8.RuneCountInString(a.Text))
	}
	return m, true
}

// maybeSame reports whether two texts may have the same words, judging by their lengths alone. This saves
// reading most texts.
func maybeSame(a, b *reading) bool {
	short, long := len(a.Text), len(b.Text)
	if short > long {
		short, long = long, short
	}
	return long <= 3*short+2000
}

func sameFeed(a, b *reading) bool { return a.FeedURL != "" && a.FeedURL == b.FeedURL }

// sameName reports whether two entries of one feed may be one piece. The feed lists them as two, and may give
// all its entries one address. So they need the same text, and more in common than that.
func sameName(a, b *reading, sameText, sameURL bool) bool {
	sameTitle := a.heading().folded == b.heading().folded
	if sameText {
		return sameURL || sameTitle
	}
	return sameURL && sameTitle && a.ID != "" && a.ID == b.ID && !a.c.Recycled(b.Entry, a.Entry)
}
