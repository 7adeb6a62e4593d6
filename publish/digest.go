package publish

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"time"

	"oped"
)

// madeOf is a digest of all that the page of a piece is made of: its rows, and what they are rendered with. It stands on the page itself.
func (r *Renderer) madeOf(from Feeds, in slugs, editions []oped.EditionState, p *oped.Piece, about *About) string {
	d := digest(make([]byte, 0, len(p.Lead().Text)+4096))
	d.strings(r.print)
	if r.rules != nil {
		d.strings(r.rules())
	}
	d.numbers(int64(p.ID), int64(p.Revision), truth(p.Withdrawn))
	d.strings(string(p.Kind))
	d.times(p.FirstSeen, p.Updated)
	for i := range p.Entries {
		d.entry(&p.Entries[i])
		f := from[p.Entries[i].FeedURL]
		d.strings(f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang)
		d.numbers(int64(f.Excerpt), truth(f.Full)+2*truth(f.Secret))
	}
	for i := range p.Tags {
		d.tag(&p.Tags[i])
	}
	for _, e := range standing(editions, p) {
		d.strings(e.Name, e.Title, e.Lang)
		d.numbers(int64(e.Excerpt), truth(e.Full))
	}
	d.strings(in[publisherOf(p.Lead(), from[p.Lead().FeedURL])])
	d.about(from, p, about)
	return d.sum()
}

// fingerprint is a digest of what pages of pieces are rendered with.
func fingerprint(o Options) string {
	var d digest
	d.strings(trimBase(o.BaseURL), o.Version, pages, style)
	d.numbers(int64(o.Excerpt), truth(o.Explain != nil), truth(o.Library != nil))
	for _, t := range o.Topics {
		d.strings(t.Name, t.Title)
	}
	return d.sum()
}

func (d digest) sum() string {
	sum := sha256.Sum256(d)
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// digest gathers values so that no two sequences of them look the same.
type digest []byte

func (d *digest) strings(all ...string) {
	for _, s := range all {
		*d = append(binary.AppendUvarint(*d, uint64(len(s))), s...)
	}
}

func (d *digest) numbers(all ...int64) {
	for _, n := range all {
		*d = binary.AppendVarint(*d, n)
	}
}

func (d *digest) times(all ...time.Time) {
	for _, t := range all {
		d.numbers(t.Unix(), int64(t.Nanosecond()))
	}
}

func (d *digest) entry(e *oped.Entry) {
	d.strings(e.FeedURL, e.Publisher, e.URL, e.Title, e.Lang, e.Text, e.Summary)
	if e.Text == "" {
		d.strings(e.Content)
	}
	d.strings(e.Joined)
	d.times(e.Published, e.Updated, e.FirstSeen)
	d.numbers(e.Row, truth(e.Content != ""), int64(len(e.Authors)), int64(len(e.Categories)), int64(len(e.Furniture)))
	for _, a := range e.Authors {
		d.strings(a.Name, a.URL)
	}
	d.strings(e.Categories...)
	for _, f := range e.Furniture {
		d.numbers(int64(f[0]), int64(f[1]))
	}
}

func (d *digest) tag(t *oped.Tag) {
	d.strings(t.Topic, string(t.Outcome), t.By, t.RuleVersion)
	d.numbers(int64(math.Float64bits(t.Score)), int64(math.Float64bits(t.Threshold)), int64(len(t.Why)))
	for _, x := range t.Why {
		d.strings(x.Zone, x.Field, x.Text, x.Rule)
		d.numbers(int64(x.Start), int64(x.End), int64(math.Float64bits(x.Weight)))
	}
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
