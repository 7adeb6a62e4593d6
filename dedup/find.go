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

// Verdict says how two entries are related.
type Verdict string

// The verdicts. Only Same makes one piece of two. The relations are those of the later entry to the earlier one, and of a part to the whole.
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
	Guard   string       `json:"guard"` // the guard that fired; "" if none did
	Score   float64      `json:"score"` // how much of the shorter text stands in the longer one, 0 to 1
}

const (
	minWords = 40 // a text that says less is the same as another by chance, if only its hash is known
	poisoned = 4  // an address that this many pieces share identifies none of them
)

// Keys are what an entry shares with every other entry of the same piece: its canonical address, and its text if that has at
// least 40 words. Author's notes, credit lines and the page's furniture are no part of the text. words are those of e.Text, with the zones
// that its words show; what was learned of its publisher is Learned's business.
func Keys(e *oped.Entry, words *text.Tokens) []string {
	keys := AddressKeys(e.URL)
	if key := textKey(words); key != "" {
		keys = append(keys, key)
	}
	return keys
}

// AddressKeys are those of an entry's Keys that its address gives.
func AddressKeys(address string) []string {
	u := CanonicalURL(address)
	if u == "" {
		return nil
	}
	return append(urlVariantKeys(u), addressPrefix+u) // its own address is the last
}

// Learned gives the keys of an entry after furniture was learned in its text; keys are those it had without it, words have their zones with
// it. Copies that came before it was learned have the whole text for their key, and later ones of other papers may have the text
// without it, so that it has both; but neither if less than 40 words remain.
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

// What keys begin with: those that are an address, and those that are made of a text or of its beginning.
const (
	addressPrefix   = "u:"
	textPrefix      = "t:"
	beginningPrefix = "b:"
)

// textKey is what texts with the same words share; "" if there are fewer than 40. It is made of the folded words of the piece itself.
func textKey(ts *text.Tokens) string { return wordsKey(textPrefix, ts, len(ts.List)) }

// Beginning is what texts share that have their first 40 words in common; "" if there are fewer. It is no key of a piece: pieces of a series begin alike. words
// are those of a text, with their zones.
func Beginning(words *text.Tokens) string { return wordsKey(beginningPrefix, words, minWords) }

// MatchesRecovered tells whether an entry that shares a key with a piece that readers know is one of its appearances. An address alone does not tell: columns stand at the
// same one, week after week. Where both say enough it is their beginnings that tell, else their headlines.
func MatchesRecovered(o *oped.RecoveredID, e *oped.Entry, beginning string) bool {
	if o.Beginning != "" && beginning != "" {
		return o.Beginning == beginning
	}
	title := text.Fold(strings.TrimSpace(e.Title))
	return title != "" && title == text.Fold(strings.TrimSpace(o.Title))
}

// wordsKey is a digest of the first words of a piece, most at most.
func wordsKey(prefix string, ts *text.Tokens, limit int) string {
	h := sha256.New()
	buffer := make([]byte, 0, 1<<10) // a call for every word would take longer than the digest
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

// Query is an entry whose piece is sought.
type Query struct {
	Entry    *oped.Entry
	Keys     []string               // its piece keys
	Common   map[uint64]bool        // fingerprints that are its publisher's furniture
	Together func(*oped.Entry) bool // tells whether an entry of the same feed stands in the same document; nil: none does
	Poisoned bool                   // its address identifies nothing: more pieces share it than there are candidates
}

// Frozen is how many entries a piece may have before no more join it by themselves (GuardFrozen). What so many carry is an agency's notice, or a mistake.
const Frozen = 50

// Result is what Find found.
type Result struct {
	Same    []Match // pieces that the entry belongs to, the surest first, of equals the one with the very text, then the oldest
	Related []Match // pieces that it has to do with, and those that a guard kept apart from it
	Cut     bool    // the budget was used up: it was not compared with all candidates
}

// Find finds a piece without a budget.
func Find(q *Query, candidates []oped.Piece) Result { return unbounded().Find(q, candidates) }

// Find tells which of the candidates an entry belongs to, and which it is related to. Candidates are pieces that share a key or fingerprints with
// it, oldest first. Where an address leads to several, the one with the same text is meant. By its words alone it is compared with the lead entry of each
// (GuardChain): what is like a copy of a copy is not like the piece.
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
		if m.Verdict == Same && !entry.named(entries) && inDigest(entry, entries) {
			m.Verdict, m.Guard, m.Why = Different, GuardChain, "it has another piece in it as well; "+m.Why
		}
		if m.Verdict == Same && len(entries) >= Frozen {
			m.Verdict, m.Guard = Different, GuardFrozen
			m.Why += fmt.Sprintf(", but it has %d entries already", len(entries))
		}
		switch {
		case c.spent():
			out.Cut = true
		case m.Verdict == Same:
			out.Same = append(out.Same, m)
		case m.Verdict != Different || m.Guard != "":
			out.Related = append(out.Related, m)
		}
	}
	if len(out.Same) > 1 {
		entry.sort(out.Same, candidates, pieces)
	}
	return out
}

// Steps that it takes to compare an entry with a piece and with each of its entries, apart from what depends on their
// texts.
const (
	pairSteps = 64
	nameSteps = 8
)

// Poisoned reports whether so many pieces share a canonical address that it identifies none of them.
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

// sort puts the surest match first: a piece with the very text goes before one that the text stands in, or that stands in it.
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

// named tells whether an entry has the address or the very text of one of some entries.
func (r *reading) named(entries []*reading) bool {
	return slices.ContainsFunc(entries, func(o *reading) bool {
		m, ok := byName(r, o, false)
		return ok && m.Verdict == Same
	})
}

// best is the strongest match of an entry with the entries of a piece, of which the first leads.
func (r *reading) best(entries []*reading, together func(*oped.Entry) bool) Match {
	with := func(o *reading) bool { return together != nil && o.FeedURL == r.FeedURL && together(o.Entry) }
	best := compare(r, entries[0], with(entries[0]))
	for _, o := range entries[1:] {
		if best.Verdict == Same && best.Score == 1 {
			break
		}
		m, ok := byName(r, o, with(o))
		if ok && (m.Verdict == Same && (best.Verdict != Same || m.Score > best.Score) || best.Verdict == Different && best.Guard == "") {
			best = m
		}
	}
	return best
}

// Compare tells whether two entries are one piece. Both must have their Text.
func Compare(a, b *oped.Entry) Match { return CompareWith(a, b, nil, nil) }

// CompareWith tells whether two entries are one piece, where something is known of their publishers' furniture: fingerprints that stand in many of
// their pieces.
func CompareWith(a, b *oped.Entry, commonA, commonB map[uint64]bool) Match {
	together := a.FeedURL != "" && a.FeedURL == b.FeedURL && !a.FirstSeen.IsZero() && a.FirstSeen.Equal(b.FirstSeen)
	return compare(read(a, commonA), read(b, commonB), together)
}

// compare tells how two entries are related. together says that they stand in one document of one feed.
func compare(a, b *reading, together bool) Match {
	if m, ok := byName(a, b, together); ok {
		return m
	}
	return byWords(a, b, together)
}

// byName compares two entries by their addresses and by the hashes of their texts. false: neither is the same.
func byName(a, b *reading, together bool) (Match, bool) {
	sameURL := a.address != "" && a.address == b.address && !sharedPage(a, b) || urlVariants(a, b)
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
		m.Guard, m.Why = GuardSameDocument, "two entries of one feed"
	case sameURL:
		m.Verdict, m.Why = Same, addressed(a.address, b.address)
		if !sameText {
			e, _ := weigh(a, b)
			m.Score = e.containment
		}
	case (samePublisher(a, b) || !authorsAgree(a, b)) && len(a.scan().set) < stubShingles && titleLikeness(a, b) == otherTitles && a.heading().folded != b.heading().folded:
		m.Guard, m.Why = GuardSamePublisher, "one short text under two headlines"
	case longBetween(a, b):
		m.Verdict, m.Guard = RerunOf, GuardRerun
		m.Why = fmt.Sprintf("same text, published %d days apart", daysBetween(a, b))
	default:
		m.Verdict, m.Why = Same, fmt.Sprintf("same text of %d characters", utf8.RuneCountInString(a.Text))
	}
	return m, true
}

// maybeSame tells texts that cannot have the same words by their lengths alone, which spares it to read most of them.
func maybeSame(a, b *reading) bool {
	short, long := len(a.Text), len(b.Text)
	if short > long {
		short, long = long, short
	}
	return long <= 3*short+2000
}

func sameFeed(a, b *reading) bool { return a.FeedURL != "" && a.FeedURL == b.FeedURL }

// sameName tells whether two entries of one feed may be one piece. The feed tells them apart, and all its entries may stand under one
// address: so it takes the same text, and more than that.
func sameName(a, b *reading, sameText, sameURL bool) bool {
	sameTitle := a.heading().folded == b.heading().folded
	if sameText {
		return sameURL || sameTitle
	}
	return sameURL && sameTitle && a.ID != "" && a.ID == b.ID && !a.c.Recycled(b.Entry, a.Entry)
}
