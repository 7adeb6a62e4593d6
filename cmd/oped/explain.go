package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/dedup"
	"oped/store"
	"oped/text"
	"oped/topic"
)

func (a *app) explainCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain REF [TOPIC|REF]",
		Short: "Why a piece is (not) on a topic, or why two are (not) one piece",
		Long:  "Tell why a piece is on a topic, or is not: the rule, its version, the score and every span that counted.\nREF is the address of one of its entries, its AtomID, or its number. With two REFs: why they are one piece, or not.",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explain(cmd.Context(), args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// explained is what is told about one piece.
type explained struct {
	Piece        oped.PieceID   `json:"piece"`
	AtomID       string         `json:"atom_id"`
	Title        string         `json:"title"`
	Kind         oped.PieceKind `json:"kind"`
	Editions     []string       `json:"editions"`
	Appearances  []appearance   `json:"appearances"`
	Explanations []explanation  `json:"explanations"`
}

// explanation is what the rule says of a topic, and what a curator says, who is right.
type explanation struct {
	topic.Explanation
	By      string       `json:"by"`      // rule, or the curator who decided
	Decided oped.Outcome `json:"decided"` // the outcome that holds
}

// explanationOf sets the decision of a curator, where there is one, above what the rule says.
func explanationOf(p *oped.Piece, e topic.Explanation) explanation {
	x := explanation{e, oped.ByRule, e.Outcome}
	for _, t := range p.Tags {
		if t.Topic == e.Topic && t.By != oped.ByRule {
			x.By, x.Decided = t.By, t.Outcome
		}
	}
	return x
}

// String tells who decided before it tells what the rule says.
func (x explanation) String() string {
	if x.By == oped.ByRule {
		return x.Explanation.String()
	}
	verdict := "on the topic"
	if x.Decided != oped.Tagged {
		verdict = "not on the topic"
	}
	return fmt.Sprintf("%s: %s, as %s decided, which beats the rule. The rule alone:\n%s", x.Topic, verdict, x.By, x.Explanation.String())
}

type appearance struct {
	Publisher string `json:"publisher"`
	Title     string `json:"title"`
	Date      string `json:"date"`
	URL       string `json:"url"`
	Revised   int    `json:"revised"`      // how often its publisher revised it
	Last      string `json:"last_revised"` // the day of the last time; "" if there was none
	News      string `json:"last_news"`    // what was news then; "": nothing

	Limits oped.Limits `json:"limits"` // that it reached: it was not kept whole
}

// appearancesOf tells of appearances of a piece, and how they were revised.
func appearancesOf(ctx context.Context, st *store.Store, entries []oped.Entry) ([]appearance, error) {
	all := make([]appearance, len(entries))
	for i := range entries {
		e := &entries[i]
		all[i] = appearance{
			Publisher: e.Publisher,
			Title:     e.Title,
			Date:      e.Date().Format(time.DateOnly),
			URL:       e.URL,
			Limits:    oped.Limits{}.With(e.Limits...), // in JSON [], never null
		}
		revisions, err := st.Entries.Revisions(ctx, e.Row)
		if err != nil {
			return nil, err
		}
		if all[i].Revised = len(revisions); len(revisions) > 0 {
			last := revisions[len(revisions)-1]
			all[i].Last, all[i].News = last.At.Format(time.DateOnly), last.News
		}
	}
	return all, nil
}

func (a *app) explain(ctx context.Context, args []string, asJSON bool) error {
	cfg, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	named, err := find(ctx, st, args[0])
	if err != nil {
		return err
	}
	piece := named.piece
	standing, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return err
	}
	topics := standing.topics
	if len(args) == 2 {
		i := slices.IndexFunc(topics, func(t oped.Topic) bool { return t.Name == args[1] })
		if i < 0 {
			return a.explainPair(ctx, cfg, st, named, args[1], asJSON)
		}
		topics = topics[i : i+1]
	}
	doc := rulesOf(cfg, standing.tagger).Doc(&piece)
	out := explained{Piece: piece.ID, AtomID: piece.AtomID, Title: piece.Lead().Title, Kind: piece.Kind, Editions: piece.Editions}
	if out.Appearances, err = appearancesOf(ctx, st, piece.Entries); err != nil {
		return err
	}
	for _, t := range topics {
		e, _ := standing.tagger.Explain(doc, t.Name)
		if err := standing.tagger.MarkRedundant(ctx, doc, &e); err != nil {
			return err
		}
		out.Explanations = append(out.Explanations, explanationOf(&piece, e))
	}
	if asJSON {
		return a.printJSON(out)
	}
	return a.printExplained(&out, len(args) == 2)
}

// findPiece finds a piece by what a person has at hand.
func findPiece(ctx context.Context, st *store.Store, ref string) (oped.Piece, error) {
	p, err := st.Pieces.Get(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		if u := dedup.CanonicalURL(ref); u != "" && u != ref {
			p, err = st.Pieces.Get(ctx, u)
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return p, oped.Invalid(fmt.Sprintf("there is no piece %s", ref), "name the address of an entry, an AtomID or a piece's number; oped feeds tells what has been fetched")
	}
	return p, err
}

func (a *app) printExplained(x *explained, all bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", x.Title)
	fmt.Fprintf(&b, "  piece %d, %s\n  %s, in %s\n", x.Piece, x.AtomID, x.Kind, orNothing(x.Editions))
	for _, at := range x.Appearances {
		fmt.Fprintf(&b, "  %s  %s  %s\n", at.Date, at.Publisher, at.URL)
		if at.Revised > 0 {
			fmt.Fprintf(&b, "              revised %s, last on %s (%s)\n", text.Count(at.Revised, "time"), at.Last, newsWords(at.News))
		}
		if len(at.Limits) > 0 {
			fmt.Fprintf(&b, "              not kept whole: %s\n", at.Limits.Meaning())
		}
	}
	b.WriteByte('\n')
	var others []string
	for _, e := range x.Explanations {
		if all || e.Outcome != oped.None || e.By != oped.ByRule {
			b.WriteString(e.String() + "\n")
		} else {
			others = append(others, fmt.Sprintf("%s: not on the topic (%s)", e.Topic, e.Reason))
		}
	}
	if len(others) > 0 {
		b.WriteString(strings.Join(others, "\n") + "\n")
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "no edition"
	}
	return strings.Join(names, ", ")
}

// explainPair tells why two pieces are one, or are not.
func (a *app) explainPair(ctx context.Context, cfg *config.Config, st *store.Store, first reference, ref string, asJSON bool) error {
	second, err := find(ctx, st, ref)
	if d, ok := errors.AsType[*oped.Diagnostic](err); ok {
		d.Hint = oped.DidYouMean(ref, topicNames(cfg), d.Hint)
	}
	if err != nil {
		return err
	}
	one, other := first.piece, second.piece
	a1, b1 := first.entry(), second.entry()
	m := dedup.Explain(a1, b1)
	if asJSON {
		return a.printJSON(struct {
			Pieces []oped.PieceID `json:"pieces"`
			dedup.Explanation
		}{[]oped.PieceID{one.ID, other.ID}, m})
	}
	line := fmt.Sprintf("two pieces, %d and %d: %s; %s", one.ID, other.ID, m.Verdict, m.Why)
	switch {
	case one.ID == other.ID && a1.Row == b1.Row:
		line = fmt.Sprintf("one piece, %d, and the same appearance of it", one.ID)
	case one.ID == other.ID:
		line = fmt.Sprintf("one piece, %d, with %s: %s", one.ID, text.Count(len(one.Entries), "appearance"), m.Why)
	}
	if m.Guard != "" {
		line += " (guard " + m.Guard + ")"
	}
	decided, err := decidedOn(ctx, st, &one, &other)
	if err != nil {
		return err
	}
	if decided != "" && a1.Row != b1.Row {
		line += "\nwhat counts is decision " + decided
	} else if m.Verdict == dedup.Same && one.ID != other.ID {
		line += "\nthey stand as two all the same: oped piece merge makes one of them, oped piece split keeps them apart for good"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s  %s  %s\n  %s  %s  %s\n", line, day(a1), a1.Publisher, a1.Title, day(b1), b1.Publisher, b1.Title)
	if m.Guard != "" {
		fmt.Fprintf(&b, "guard %s keeps apart %s\n", m.Guard, dedup.GuardMeans(m.Guard))
	}
	if a1.Row != b1.Row {
		writeEvidence(&b, &m)
	}
	_, err = io.WriteString(a.stdout, b.String())
	return err
}

func day(e *oped.Entry) string { return e.Date().Format(time.DateOnly) }

// writeEvidence writes what two texts have in common, and how much it would take.
func writeEvidence(b *strings.Builder, x *dedup.Explanation) {
	fmt.Fprintf(b, "headlines: %s", x.Headlines)
	if x.DaysApart >= 0 {
		fmt.Fprintf(b, "; published %s apart", text.Count(x.DaysApart, "day"))
	}
	if x.Needed == 0 {
		fmt.Fprintf(b, "; the shorter text has %s of five words, too few to tell by\n", text.Count(x.Shingles, "run"))
		return
	}
	fmt.Fprintf(b, "\nwords: %.0f %% of the shorter text (%s of five words) stand in the other; %.0f %% make one piece\n", 100*x.Containment, text.Count(x.Shingles, "run"), 100*x.Needed)
	fmt.Fprintf(b, "       the shorter text is %.0f %% as long as the other; %.0f %% of a lead stands in the other text\n", 100*x.Ratio, 100*x.Leads)
	for i, p := range x.Passages {
		if i == 0 {
			b.WriteString("shared passages, the longest first:\n")
		}
		fmt.Fprintf(b, "  %d words: %s\n", p.Words, shortened(p.Text, 160))
	}
}

// shortened is a text in one line, its middle left out if it is long.
func shortened(s string, limit int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= limit {
		return string(r)
	}
	return string(r[:limit/2]) + " … " + string(r[len(r)-limit/2:])
}

// entry is the appearance that is named, the lead entry where it is the piece as a whole.
func (r *reference) entry() *oped.Entry {
	for i := range r.piece.Entries {
		if len(r.rows) > 0 && r.piece.Entries[i].Row == r.rows[0] {
			return &r.piece.Entries[i]
		}
	}
	return r.piece.Lead()
}

// decidedOn is the latest decision that stands and joins or parts two pieces, told in a line; "" if there is none.
func decidedOn(ctx context.Context, st *store.Store, a, b *oped.Piece) (string, error) {
	of, err := st.Decisions.On(ctx, a.ID)
	if err != nil {
		return "", err
	}
	also, err := st.Decisions.On(ctx, b.ID)
	if err != nil {
		return "", err
	}
	for _, d := range slices.Backward(of) {
		shared := slices.ContainsFunc(also, func(o oped.Decision) bool { return o.ID == d.ID })
		if shared && d.UndoneBy == 0 && (d.Action == oped.Merge || d.Action == oped.Split || d.Action == oped.Undo) {
			return fmt.Sprintf("%d of %s: %s", d.ID, d.At.Format(time.DateOnly), describe(d)), nil
		}
	}
	return "", nil
}

func topicNames(cfg *config.Config) []string {
	names := make([]string, len(cfg.Topics))
	for i, t := range cfg.Topics {
		names[i] = t.Name
	}
	return names
}
