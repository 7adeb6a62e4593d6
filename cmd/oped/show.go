package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/store"
)

func showCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show REF", Args: requireArgs("REF"),
		Short: "Show a piece: its ids, topics, editions, appearances and why each joined, what it has to do with others",
		Long:  "Show a piece with all that is known of it. The numbers of its appearances are what oped piece split takes." + refHelp,
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showPiece(cmd.Context(), args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// shown is a piece as it is shown.
type shown struct {
	Piece       oped.PieceID      `json:"piece"`
	AtomID      string            `json:"atom_id"`
	Title       string            `json:"title"`
	Aliases     []store.Alias     `json:"aliases"` // of pieces that were merged into it
	Kind        oped.PieceKind    `json:"kind"`
	Withdrawn   bool              `json:"withdrawn"`
	Topics      []shownTopic      `json:"topics"`
	Editions    []string          `json:"editions"`
	Appearances []shownAppearance `json:"appearances"`
	Relations   []shownRelation   `json:"relations"`
	Decisions   []oped.Decision   `json:"decisions"`
}

type shownTopic struct {
	Topic   string       `json:"topic"`
	Outcome oped.Outcome `json:"outcome"`
	By      string       `json:"by"`
}

type shownAppearance struct {
	Number int  `json:"number"`
	Lead   bool `json:"lead"` // the piece is republished from it
	appearance
	Joined string `json:"joined"` // why it is a copy; "": the piece was made of it
}

// shownRelation is what a piece has to do with another one.
type shownRelation struct {
	Piece oped.PieceID      `json:"piece"` // the other one
	Title string            `json:"title"`
	Kind  oped.RelationKind `json:"kind"`
	Later bool              `json:"later"` // the other one came later, and is what Kind says of the one that is shown
	Guard string            `json:"guard"`
	Score float64           `json:"score"`
	Why   string            `json:"why"`
	At    time.Time         `json:"at"`
}

func (a *app) showPiece(ctx context.Context, ref string, asJSON bool) error {
	_, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := find(ctx, st, ref)
	if err != nil {
		return err
	}
	x, err := shownOf(ctx, st, &r.piece)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(x)
	}
	_, err = fmt.Fprint(a.stdout, x.String())
	return err
}

// shownOf gathers all that is shown of a piece.
func shownOf(ctx context.Context, st *store.Store, p *oped.Piece) (*shown, error) {
	x := &shown{
		Piece: p.ID, AtomID: p.AtomID, Title: p.Lead().Title, Kind: p.Kind, Withdrawn: p.Withdrawn, Aliases: []store.Alias{}, Topics: []shownTopic{}, Editions: append([]string{}, p.Editions...),
		Relations: []shownRelation{}, Decisions: []oped.Decision{},
	}
	for _, t := range p.Tags {
		if t.Outcome != oped.None || t.By != oped.ByRule {
			x.Topics = append(x.Topics, shownTopic{t.Topic, t.Outcome, t.By})
		}
	}
	entries := inOrder(p)
	known, err := appearancesOf(ctx, st, entries)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		x.Appearances = append(x.Appearances, shownAppearance{i + 1, e.Row == p.Lead().Row, known[i], e.Joined})
	}
	aliases, err := st.Pieces.Aliases(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	decisions, err := st.Decisions.On(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	x.Aliases, x.Decisions = append(x.Aliases, aliases...), append(x.Decisions, decisions...)
	return x, x.relate(ctx, st)
}

// relate tells what the piece has to do with others.
func (x *shown) relate(ctx context.Context, st *store.Store) error {
	relations, err := st.Pieces.Relations(ctx, x.Piece)
	if err != nil {
		return err
	}
	ids := make([]oped.PieceID, len(relations))
	for i, r := range relations {
		if ids[i] = r.Other; r.Other == x.Piece {
			ids[i] = r.Piece
		}
	}
	titles, err := titlesOf(ctx, st, ids)
	if err != nil {
		return err
	}
	for i, r := range relations {
		x.Relations = append(x.Relations, shownRelation{ids[i], titles[ids[i]], r.Kind, r.Other == x.Piece, r.Guard, r.Score, r.Why, r.At})
	}
	return nil
}

func titlesOf(ctx context.Context, st *store.Store, ids []oped.PieceID) (map[oped.PieceID]string, error) {
	pieces, err := st.Pieces.Seen(ctx, ids)
	titles := map[oped.PieceID]string{}
	for i := range pieces {
		titles[pieces[i].ID] = pieces[i].Lead().Title
	}
	return titles, err
}

func (x *shown) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  piece %d, %s\n", x.Title, x.Piece, x.AtomID)
	for _, alias := range x.Aliases {
		fmt.Fprintf(&b, "  piece %d, %s leads to it\n", alias.Piece, alias.AtomID)
	}
	where := "in " + orNothing(x.Editions)
	if x.Withdrawn {
		where = "withdrawn from all editions"
	}
	fmt.Fprintf(&b, "  %s, %s\n", x.Kind, where)
	for _, t := range x.Topics {
		says := map[oped.Outcome]string{oped.Tagged: "on", oped.Review: "for review:", oped.None: "not on"}[t.Outcome]
		fmt.Fprintf(&b, "  %s %s, by %s\n", says, t.Topic, t.By)
	}
	b.WriteString("appearances\n")
	for _, at := range x.Appearances {
		lead := ""
		if at.Lead {
			lead = "  (it is republished from this one)"
		}
		fmt.Fprintf(&b, "  #%d  %s  %s  %s%s\n", at.Number, at.Date, at.Publisher, at.Title, lead)
		if at.URL != "" {
			fmt.Fprintf(&b, "      %s\n", at.URL)
		}
		if at.Joined != "" {
			fmt.Fprintf(&b, "      joined: %s\n", at.Joined)
		}
		if len(at.Limits) > 0 {
			fmt.Fprintf(&b, "      not kept whole: %s\n", at.Limits.Meaning())
		}
	}
	if len(x.Relations) > 0 {
		b.WriteString("other pieces\n")
	}
	for _, r := range x.Relations {
		fmt.Fprintf(&b, "  %s\n", r)
	}
	if len(x.Decisions) > 0 {
		b.WriteString("decisions\n")
	}
	for _, d := range x.Decisions {
		fmt.Fprintf(&b, "%s\n", logLine(d))
	}
	return b.String()
}

// String tells of the other piece as seen from the one that is shown.
func (r shownRelation) String() string {
	line := fmt.Sprintf("it is %s piece %d", relationWords[r.Kind], r.Piece)
	if r.Later {
		line = fmt.Sprintf("piece %d is %s it", r.Piece, relationWords[r.Kind])
	}
	line += fmt.Sprintf(", %s (%s)", r.Title, r.Why)
	if r.Guard != "" {
		line += ", kept apart by guard " + r.Guard
	}
	return line
}

var relationWords = map[oped.RelationKind]string{
	oped.RerunOf: "a rerun of", oped.ExcerptOf: "an excerpt of", oped.CorrectionOf: "a correction of", oped.SeriesWith: "in a series with", oped.Like: "like",
}
