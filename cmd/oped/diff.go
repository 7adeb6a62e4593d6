package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/text"
	"oped/topic"
)

func diffCommand(a *app) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "diff [TOPIC]",
		Short: "Show what a changed rule would add and remove over the whole archive; nothing is written",
		Long:  "Compare the rules drafted in the configuration with those in force: what would come onto each topic and what would\nleave it, with headlines and reasons, and what would become of the editions. Without TOPIC: every topic whose draft\ndiffers. Nothing is written; oped topic apply puts a draft in force.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.topicDiff(cmd.Context(), args, limit, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with every piece")
	cmd.Flags().IntVar(&limit, "limit", 20, "list so many pieces of each sort; 0 lists all")
	return cmd
}

// topicDifference is what the draft of one topic would do.
type topicDifference struct {
	Topic         string      `json:"topic"`
	Active        string      `json:"in_force"` // version; "": none
	Draft         string      `json:"draft"`    // version
	Rule          []string    `json:"rule"`     // what differs
	Judged        int         `json:"judged"`   // pieces that the tagger had to look at
	Pieces        int         `json:"pieces"`   // in all
	Added         []diffPiece `json:"added"`
	Removed       []diffPiece `json:"removed"`
	ReviewAdded   []diffPiece `json:"review_added"`
	ReviewRemoved []diffPiece `json:"review_removed"`
	Pinned        int         `json:"pinned"` // pieces that a curator has decided on, and that the draft would judge otherwise
}

// diffPiece is a piece whose outcome would change.
type diffPiece struct {
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
	Spans     []spanLine   `json:"spans"`
	Head      []string     `json:"head"`    // editions that it would enter at their head
	Archive   []string     `json:"archive"` // editions that it would enter below their head
	Leave     []string     `json:"leave"`   // editions that it would leave
}

func (a *app) topicDiff(ctx context.Context, args []string, limit int, asJSON bool) error {
	cfg, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return err
	}
	names, err := s.chosen(cfg, args)
	if err != nil {
		return err
	}
	began := a.now()
	all := []topicDifference{}
	for _, name := range names {
		d, err := s.difference(ctx, cfg, st, name, began)
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	took := a.now().Sub(began)
	if asJSON {
		return a.printJSON(map[string]any{"topics": all, "seconds": took.Seconds()})
	}
	return a.printDiff(s, all, limit, took)
}

// chosen are the topics that a command is about: the one named, else all whose draft differs from what is in force.
func (s *ruleSet) chosen(cfg *config.Config, args []string) ([]string, error) {
	if len(args) == 0 {
		return s.changed, nil
	}
	names := topicNames(cfg)
	if !slices.Contains(names, args[0]) {
		return nil, oped.Invalid(fmt.Sprintf("there is no topic %s in %s", args[0], cfg.Path), oped.DidYouMean(args[0], names, "the topics are "+strings.Join(names, ", ")))
	}
	if !slices.Contains(s.changed, args[0]) {
		return nil, nil
	}
	return args[:1], nil
}

// draftTagger is a tagger with the drafts of some topics, and the rules in force for the rest.
func (s *ruleSet) draftTagger(cfg *config.Config, names []string) (*topic.Tagger, error) {
	topics := slices.Clone(s.topics)
	for i, t := range topics {
		if slices.Contains(names, t.Name) {
			topics[i] = cfg.Topics[slices.IndexFunc(cfg.Topics, func(d oped.Topic) bool { return d.Name == t.Name })]
		}
	}
	return topic.Compile(cfg.Lists, topics)
}

// difference is what the draft of a topic would do over the whole archive. The index names the pieces that it could take, those with a tag
// of it are the ones that it could lose, and the tagger judges them all.
func (s *ruleSet) difference(ctx context.Context, cfg *config.Config, st *store.Store, name string, now time.Time) (topicDifference, error) {
	d := topicDifference{Topic: name, Active: s.active[name].Version, Draft: cfg.Tagger.Version(name), Rule: topic.Compare(s.active[name].Source, cfg.Tagger.Source(name))}
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
	var moved []oped.PieceID // whose outcome would be another
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
	for len(moved) > 0 {
		n := min(64, len(moved))
		pieces, err := st.Pieces.Of(ctx, moved[:n])
		if err != nil {
			return d, err
		}
		moved = moved[n:]
		for i := range pieces {
			p := &pieces[i]
			d.add(p, tagOf(p.Tags, name), tagOf(alone.Tag(quick.Doc(p)), name), alone, quick, full, now)
		}
	}
	d.sort()
	return d, nil
}

// tagOf is the tag of a topic; one with no outcome if there is none.
func tagOf(tags []oped.Tag, name string) oped.Tag {
	for _, t := range tags {
		if t.Topic == name {
			return t
		}
	}
	return oped.Tag{Topic: name, Outcome: oped.None}
}

// throughPieces loads pieces as rules see them, some at a time and on every core, and calls do for each, on several goroutines at once.
func throughPieces(ctx context.Context, st *store.Store, ids []oped.PieceID, do func(oped.Piece)) error {
	const page = 128
	pages := make(chan []oped.PieceID)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ids := range pages {
				pieces, err := st.Pieces.Seen(ctx, ids)
				if err != nil {
					mu.Lock()
					failed = cmp.Or(failed, err)
					mu.Unlock()
					stop()
				}
				for _, p := range pieces {
					do(p)
				}
			}
		})
	}
	for len(ids) > 0 && ctx.Err() == nil {
		n := min(page, len(ids))
		select {
		case pages <- ids[:n]:
			ids = ids[n:]
		case <-ctx.Done():
		}
	}
	close(pages)
	wg.Wait()
	if failed == nil && len(ids) > 0 {
		failed = ctx.Err()
	}
	return failed
}

// add files a piece whose outcome would change.
func (d *topicDifference) add(p *oped.Piece, was, draft oped.Tag, alone *topic.Tagger, quick, full *ingest.Rules, now time.Time) {
	c, _ := ingest.Rejudge(*p, nil, full, now)
	lead := p.Lead()
	x := diffPiece{
		Piece: p.ID, Title: lead.Title, Publisher: lead.Publisher, Date: lead.Date().Format(time.DateOnly), URL: lead.URL, Was: was.Outcome, Outcome: draft.Outcome,
		Score: draft.Score, Threshold: draft.Threshold, Spans: []spanLine{}, Head: c.Enter, Archive: c.Archive, Leave: c.Leave,
	}
	for _, span := range draft.Why {
		x.Spans = append(x.Spans, spanLine(span))
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

// sort puts the newest pieces first, whichever goroutine found them.
func (d *topicDifference) sort() {
	for _, pieces := range []*[]diffPiece{&d.Added, &d.Removed, &d.ReviewAdded, &d.ReviewRemoved} {
		slices.SortFunc(*pieces, func(a, b diffPiece) int { return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(b.Piece, a.Piece)) })
		if *pieces == nil {
			*pieces = []diffPiece{}
		}
	}
}

func (a *app) printDiff(s *ruleSet, all []topicDifference, limit int, took time.Duration) error {
	var b strings.Builder
	for i := range all {
		d := &all[i]
		r := s.active[d.Topic]
		fmt.Fprintf(&b, "%s: the draft against the rule in force since %s (by %s)\n", d.Topic, r.Decision.At.Format(time.DateOnly), r.Decision.By)
		for _, line := range d.Rule {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		b.WriteString("\n")
		writeSort(&b, "+", "would come onto the topic", d.Added, limit)
		writeSort(&b, "-", "would leave it", d.Removed, limit)
		writeSort(&b, "?", "would be for review", d.ReviewAdded, limit)
		writeSort(&b, "·", "would be for review no more", d.ReviewRemoved, limit)
		d.summary(&b)
	}
	if len(all) == 0 {
		b.WriteString("no draft differs from the rules in force\n")
	} else {
		apply := "oped topic apply " + all[0].Topic + " puts it in force"
		if len(all) > 1 {
			apply = "oped topic apply puts them in force, oped topic apply TOPIC one of them"
		}
		fmt.Fprintf(&b, "nothing was written (%v); %s\n", took.Round(time.Millisecond), apply)
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

func writeSort(b *strings.Builder, mark, what string, pieces []diffPiece, limit int) {
	if len(pieces) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s %s\n", text.Count(len(pieces), "piece"), what)
	for i, x := range pieces {
		if limit > 0 && i == limit {
			fmt.Fprintf(b, "  %s … and %d more\n", mark, len(pieces)-limit)
			break
		}
		fmt.Fprintf(b, "  %s %s  %s  %s\n", mark, x.Date, x.Publisher, x.Title)
		where := ""
		if len(x.Head) > 0 {
			where = "; at the head of " + strings.Join(x.Head, ", ")
		}
		fmt.Fprintf(b, "      %s, was %s: %s%s%s\n", outcomeWords[x.Outcome], outcomeWords[x.Was], x.Reason, quoted(x.Spans), where)
	}
	b.WriteString("\n")
}

var outcomeWords = map[oped.Outcome]string{oped.Tagged: "on the topic", oped.Review: "for review", oped.None: "not on it"}

// quoted lists the weightiest words that counted, four at most.
func quoted(spans []spanLine) string {
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b spanLine) int { return cmp.Compare(b.Weight, a.Weight) })
	var words []string
	for _, x := range spans {
		if w := fmt.Sprintf("%q", strings.Join(strings.Fields(x.Text), " ")); len(words) < 4 && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}

// summary says in a line what would happen to the topic and to subscribers.
func (d *topicDifference) summary(b *strings.Builder) {
	head, archive := map[string]int{}, map[string]int{}
	for _, x := range d.Added {
		for _, e := range x.Head {
			head[e]++
		}
		for _, e := range x.Archive {
			archive[e]++
		}
	}
	fmt.Fprintf(b, "  +%d -%d, for review +%d -%d; %d of %d pieces had to be judged\n", len(d.Added), len(d.Removed), len(d.ReviewAdded), len(d.ReviewRemoved), d.Judged, d.Pieces)
	for _, name := range sortedKeys(head, archive) {
		fmt.Fprintf(b, "  edition %s: %s new at its head, %s below it, where no subscriber is startled\n", name, text.Count(head[name], "piece"), text.Count(archive[name], "piece"))
	}
	if d.Pinned > 0 {
		fmt.Fprintf(b, "  as curators decided: %s, whatever the rule\n", text.Count(d.Pinned, "piece"))
	}
	b.WriteString("\n")
}

func sortedKeys(ms ...map[string]int) (keys []string) {
	for _, m := range ms {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
