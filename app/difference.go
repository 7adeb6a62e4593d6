package app

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/topic"
)

// Difference is the effect that the draft of one topic would have on the archive.
type Difference struct {
	Topic         string           `json:"topic"`
	Active        string           `json:"in_force"` // version; "": none
	Draft         string           `json:"draft"`    // version
	Rule          []string         `json:"rule"`     // the differing lines
	Judged        int              `json:"judged"`   // pieces judged by the tagger
	Pieces        int              `json:"pieces"`   // in all
	Added         []DifferingPiece `json:"added"`
	Removed       []DifferingPiece `json:"removed"`
	ReviewAdded   []DifferingPiece `json:"review_added"`
	ReviewRemoved []DifferingPiece `json:"review_removed"`
	Pinned        int              `json:"pinned"` // pieces judged otherwise by the draft, but decided by curators

	Since time.Time `json:"-"` // of the active rule, activated by By
	By    string    `json:"-"`
}

// DifferingPiece is a piece with another outcome under the draft.
type DifferingPiece struct {
	Piece     oped.PieceID `json:"piece"`
	Title     string       `json:"title"`
	Publisher string       `json:"publisher"`
	Date      string       `json:"date"`
	URL       string       `json:"url"`
	Was       oped.Outcome `json:"was"`
	Outcome   oped.Outcome `json:"outcome"`
	Score     float64      `json:"score"`
	Threshold float64      `json:"threshold"`
	Reason    string       `json:"reason"`
	Spans     []SpanLine   `json:"spans"`
	Head      []string     `json:"head"`    // editions it would enter at the head
	Archive   []string     `json:"archive"` // editions it would enter below the head
	Leave     []string     `json:"leave"`   // editions it would leave
}

// difference returns the effect of the draft of a topic over the whole archive. The index finds pieces that
// could come onto the topic; pieces with a tag of it could leave. The tagger judges all of these.
func (s *ruleSet) difference(
	ctx context.Context, cfg *config.Config, st *store.Store, name string, now time.Time,
) (Difference, error) {
	d := Difference{
		Topic:  name,
		Active: s.active[name].Version,
		Draft:  cfg.Tagger.Version(name),
		Rule:   topic.Compare(s.active[name].Source, cfg.Tagger.Source(name)),
		Since:  s.active[name].Decision.At,
		By:     s.active[name].Decision.By,
	}
	i := slices.IndexFunc(cfg.Topics, func(t oped.Topic) bool { return t.Name == name })
	alone, err := topic.Compile(cfg.Lists, cfg.Topics[i:i+1])
	if err != nil {
		return d, err
	}
	whole, err := s.draftTagger(cfg, []string{name})
	if err != nil {
		return d, err
	}
	quick, full := rulesOf(cfg, alone), rulesOf(cfg, whole)
	if full.New, full.Since, err = newEditions(ctx, st); err != nil {
		return d, err
	}
	ids, err := st.Topics.Candidates(ctx, affectedQueries(cfg, s.tagger, alone, name), nil)
	if err != nil {
		return d, err
	}
	counts, err := st.Counts(ctx)
	if err != nil {
		return d, err
	}
	d.Judged, d.Pieces = len(ids), counts.Pieces
	var mu sync.Mutex
	var moved []oped.PieceID // pieces with another outcome
	err = throughPieces(ctx, st, ids, func(p oped.Piece) {
		was := tagOf(p.Tags, name)
		if outcome := alone.Outcome(quick.Doc(&p), name); outcome == was.Outcome {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if was.By != oped.ByRule && was.By != "" {
			d.Pinned++
			return
		}
		moved = append(moved, p.ID)
	})
	if err != nil {
		return d, err
	}
	slices.Sort(moved)
	for page := range slices.Chunk(moved, 64) {
		pieces, err := st.Pieces.Of(ctx, page)
		if err != nil {
			return d, err
		}
		for i := range pieces {
			p := &pieces[i]
			d.add(p, tagOf(p.Tags, name), tagOf(alone.Tag(quick.Doc(p)), name), alone, quick, full, now)
		}
	}
	d.sort()
	return d, nil
}

// tagOf returns the tag of a topic, or one with outcome None if there is none.
func tagOf(tags []oped.Tag, name string) oped.Tag {
	for _, t := range tags {
		if t.Topic == name {
			return t
		}
	}
	return oped.Tag{Topic: name, Outcome: oped.None}
}

// throughPieces loads the fields of pieces that rules need, in batches and on every core. It calls do for each
// piece, from several goroutines at once.
func throughPieces(ctx context.Context, st *store.Store, ids []oped.PieceID, do func(oped.Piece)) error {
	all, inner := errgroup.WithContext(ctx)
	all.SetLimit(runtime.GOMAXPROCS(0))
	for page := range slices.Chunk(ids, 128) {
		if inner.Err() != nil {
			break
		}
		all.Go(func() error {
			pieces, err := st.Pieces.Seen(inner, page)
			for _, p := range pieces {
				do(p)
			}
			return err
		})
	}
	return cmp.Or(all.Wait(), ctx.Err())
}

// add adds a piece with another outcome to its list.
func (d *Difference) add(
	p *oped.Piece, was, draft oped.Tag, alone *topic.Tagger, quick, full *ingest.Rules, now time.Time,
) {
	c, _ := ingest.Rejudge(*p, nil, full, now)
	lead := p.Lead()
	x := DifferingPiece{
		Piece:     p.ID,
		Title:     lead.Title,
		Publisher: lead.Publisher,
		Date:      lead.Date().Format(time.DateOnly),
		URL:       lead.URL,
		Was:       was.Outcome,
		Outcome:   draft.Outcome,
		Score:     draft.Score,
		Threshold: draft.Threshold,
		Spans:     []SpanLine{},
		Head:      c.Enter,
		Archive:   c.EnterBelow,
		Leave:     c.Leave,
	}
	for _, span := range draft.Why {
		x.Spans = append(x.Spans, SpanLine(span))
	}
	if e, ok := alone.Explain(quick.Doc(p), d.Topic); ok {
		x.Reason, x.Score, x.Threshold = e.Reason, e.Score, e.Threshold
	}
	switch {
	case draft.Outcome == oped.Tagged:
		d.Added = append(d.Added, x)
	case was.Outcome == oped.Tagged:
		d.Removed = append(d.Removed, x)
	case draft.Outcome == oped.Review:
		d.ReviewAdded = append(d.ReviewAdded, x)
	default:
		d.ReviewRemoved = append(d.ReviewRemoved, x)
	}
}

// sort sorts the newest pieces first, since several goroutines found them.
func (d *Difference) sort() {
	for _, pieces := range []*[]DifferingPiece{&d.Added, &d.Removed, &d.ReviewAdded, &d.ReviewRemoved} {
		slices.SortFunc(*pieces, func(a, b DifferingPiece) int {
			return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(b.Piece, a.Piece))
		})
		if *pieces == nil {
			*pieces = []DifferingPiece{}
		}
	}
}

// SpanLine is a topic.Span in JSON: a stretch of a piece that counted for a rule.
type SpanLine struct {
	Zone   string  `json:"zone"`
	Field  string  `json:"field"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
	Rule   string  `json:"rule"`
}

// Diff reports the effect of the drafts of topics over the whole archive, compared with the active rules. It
// covers one topic, or all with a draft that differs. It writes nothing, and returns an Invalid error for an
// unknown topic.
func (t Topics) Diff(ctx context.Context, only ...string) ([]Difference, error) {
	s, err := loadRuleSet(ctx, t.p.store, t.cfg)
	if err != nil {
		return nil, err
	}
	names, err := s.chosen(t.cfg, only)
	if err != nil {
		return nil, err
	}
	now, all := t.p.now(), []Difference{}
	for _, name := range names {
		d, err := s.difference(ctx, t.cfg, t.p.store, name, now)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
