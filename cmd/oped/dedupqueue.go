package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/store"
	"oped/text"
)

func dedupQueueCommand(a *app) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use: "queue", Args: cobra.NoArgs,
		Short: "List the pairs that are much alike and that a guard kept apart, the latest first",
		Long:  "List the pairs of pieces that have much of their text in common, that a guard kept apart all the same, and on which nobody\nhas decided. oped piece merge makes one of them, oped piece split records that they stay apart; either takes the pair off\nthe list.",
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.dedupQueue(cmd.Context(), limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 40, "list so many; 0 lists all")
	return cmd
}

// queuedPair are two pieces that a guard kept apart.
type queuedPair struct {
	Pieces [2]queuedPiece    `json:"pieces"` // the later one first
	Kind   oped.RelationKind `json:"kind"`   // what the first is of the second
	Guard  string            `json:"guard"`
	Score  float64           `json:"score"`
	Why    string            `json:"why"`
	At     time.Time         `json:"at"`
	Merge  string            `json:"merge"` // the commands that decide
	Split  string            `json:"split"`
}

type queuedPiece struct {
	Piece  oped.PieceID `json:"piece"`
	Title  string       `json:"title"`
	Papers []string     `json:"papers"`
	Date   string       `json:"date"`
	URL    string       `json:"url"`
}

func (a *app) dedupQueue(ctx context.Context, limit int, asJSON bool) error {
	_, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	relations, err := st.Pieces.GuardedPairs(ctx)
	if err != nil {
		return err
	}
	waiting := len(relations)
	if limit > 0 {
		relations = relations[:min(limit, waiting)]
	}
	pairs, err := queuedPairs(ctx, st, relations)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(map[string]any{"waiting": waiting, "pairs": pairs})
	}
	_, err = fmt.Fprint(a.stdout, describeQueue(waiting, pairs))
	return err
}

// queuedPairs adds what the pieces are to relations.
func queuedPairs(ctx context.Context, st *store.Store, relations []oped.Relation) ([]queuedPair, error) {
	var ids []oped.PieceID
	for _, r := range relations {
		ids = append(ids, r.Piece, r.Other)
	}
	slices.Sort(ids)
	pieces, err := st.Pieces.Seen(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	byID := map[oped.PieceID]queuedPiece{}
	for i := range pieces {
		byID[pieces[i].ID] = queuedPieceOf(&pieces[i])
	}
	pairs := []queuedPair{}
	for _, r := range relations {
		one, other := byID[r.Piece], byID[r.Other]
		if one.Piece == 0 || other.Piece == 0 {
			continue // it was merged between the two queries
		}
		refs := fmt.Sprintf("%d %d", r.Piece, r.Other)
		pairs = append(pairs, queuedPair{[2]queuedPiece{one, other}, r.Kind, r.Guard, r.Score, r.Why, r.At, "oped piece merge " + refs, "oped piece split " + refs})
	}
	return pairs, nil
}

func queuedPieceOf(p *oped.Piece) queuedPiece {
	lead := p.Lead()
	k := queuedPiece{Piece: p.ID, Title: lead.Title, Date: lead.Date().Format(time.DateOnly), URL: lead.URL}
	for i := range p.Entries {
		if paper := p.Entries[i].Publisher; !slices.Contains(k.Papers, paper) {
			k.Papers = append(k.Papers, paper)
		}
	}
	return k
}

func describeQueue(waiting int, pairs []queuedPair) string {
	if waiting == 0 {
		return "no pair waits: guards kept nothing apart that nobody has decided on\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s kept apart by a guard", text.Count(waiting, "pair"))
	if len(pairs) < waiting {
		fmt.Fprintf(&b, ", of which the latest %d", len(pairs))
	}
	b.WriteString("\n")
	for _, p := range pairs {
		fmt.Fprintf(&b, "\n%s, guard %s, score %.2f: %s\n", p.Kind, p.Guard, p.Score, p.Why)
		for _, k := range p.Pieces {
			fmt.Fprintf(&b, "  piece %d  %s  %s  %s\n    %s\n", k.Piece, k.Date, strings.Join(k.Papers, ", "), k.Title, k.URL)
		}
		fmt.Fprintf(&b, "  %s   # they are one\n  %s   # they stay apart\n", p.Merge, p.Split)
	}
	return b.String()
}
