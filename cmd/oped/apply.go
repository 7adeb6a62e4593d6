package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/topic"
)

// decisionFlags is who decides by hand, and why.
type decisionFlags struct{ by, why string }

func (a *app) addDecisionFlags(cmd *cobra.Command) *decisionFlags {
	h := &decisionFlags{}
	cmd.Flags().StringVar(&h.by, "by", "", "who decides (default: $USER)")
	cmd.Flags().StringVar(&h.why, "why", "", "why, for the record")
	return h
}

// maxWords is how long a name or a reason may be, in bytes.
const maxWords = 1000

// decision begins a decision of this hand.
func (h *decisionFlags) decision(a *app, action oped.Action) (oped.Decision, error) {
	by := h.by
	if by == "" {
		by = a.user()
	}
	for _, text := range []struct{ flag, value string }{{"--by", by}, {"--why", h.why}} {
		if !utf8.ValidString(text.value) || strings.ContainsFunc(text.value, unicode.IsControl) || len(text.value) > maxWords {
			return oped.Decision{}, oped.Invalid(fmt.Sprintf("%s holds what cannot stand on one line of a log", text.flag), fmt.Sprintf("write plain words, %d bytes at most, without line ends", maxWords))
		}
	}
	if by = strings.TrimSpace(by); by == "" {
		return oped.Decision{}, oped.Invalid("--by names nobody", "write --by with your name")
	}
	if by == oped.ByConfig || by == oped.ByRule {
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("nobody is called %s: decisions of that name are not given by hand", by), "write --by with your name")
	}
	return oped.Decision{At: a.now().UTC().Truncate(time.Millisecond), By: by, Why: h.why, Action: action}, nil
}

// user is who sits at the keyboard, as far as the system knows.
func (a *app) user() string {
	for _, env := range []string{"USER", "LOGNAME"} {
		if name := a.getenv(env); name != "" {
			return name
		}
	}
	return "curator"
}

func (a *app) applyFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.applyDrafts, "apply", false, "put drafted rules in force first, as oped topic apply does")
}

func applyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply [TOPIC]",
		Short: "Put a drafted rule in force: retag the archive in one step, recorded, to be undone",
		Long:  "Put the rules that are drafted in the configuration in force: the archive is tagged again in one transaction, the\ndecision is recorded with who, when and why, and the editions are published. Without TOPIC: every topic whose draft\ndiffers. Pieces older than an edition's window enter its archive, not its head. oped topic undo takes it back.",
		Args:  cobra.MaximumNArgs(1),
	}
	h := a.addDecisionFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *pipeline) error {
			return a.topicApply(cmd.Context(), cfg, p, h, args)
		})
	}
	return cmd
}

func (a *app) topicApply(ctx context.Context, cfg *config.Config, p *pipeline, h *decisionFlags, args []string) error {
	s, err := loadRuleSet(ctx, p.store, cfg)
	if err != nil {
		return err
	}
	names, err := s.chosen(cfg, args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		_, err := fmt.Fprintln(a.stdout, "no draft differs from the rules in force; nothing was changed")
		return err
	}
	d, err := h.decision(a, oped.Apply)
	if err != nil {
		return err
	}
	tagger, err := s.draftTagger(cfg, names)
	if err != nil {
		return err
	}
	for _, name := range names {
		d.Rules = append(d.Rules, oped.RuleChange{Topic: name, Before: s.active[name].Source, After: tagger.Source(name), Version: tagger.Version(name)})
	}
	return a.decideRules(ctx, cfg, p, d, tagger)
}

// decideRules writes a decision on rules, publishes what follows from it, and tells.
func (a *app) decideRules(ctx context.Context, cfg *config.Config, p *pipeline, d oped.Decision, tagger *topic.Tagger) error {
	rules := rulesOf(cfg, tagger)
	var err error
	if rules.New, rules.Since, err = newEditions(ctx, p.store); err != nil {
		return err
	}
	names := namesOf(d.Rules)
	d, _, err = p.store.Decisions.Decide(ctx, d, store.Verdict{
		Queries: candidateQueries(cfg, tagger, names), Topics: names,
		Decide: func(piece oped.Piece, was []oped.Tag) (oped.PieceChange, bool) {
			return ingest.Rejudge(piece, was, rules, d.At)
		},
	})
	if err != nil {
		return err
	}
	p.active.rules.Store(rules) // not before: a page that is rendered meanwhile has the version of the old ones
	return a.decided(ctx, p, d)
}

// decide writes a decision with what follows from it, publishes what it changed, and says what it did.
func (a *app) decide(ctx context.Context, p *pipeline, d oped.Decision, v store.Verdict) error {
	d, _, err := p.store.Decisions.Decide(ctx, d, v)
	if err != nil {
		return err
	}
	return a.decided(ctx, p, d)
}

// decided says what a decision did that was written, and publishes what follows from it.
func (a *app) decided(ctx context.Context, p *pipeline, d oped.Decision) error {
	_, untold := fmt.Fprintf(a.stdout, "decision %d: %s\n", d.ID, describe(d))
	ctx = a.committed(ctx) // it is decided: it is published, interrupted or not
	if len(d.Rules) > 0 && a.session != nil {
		a.session.changed = true
	}
	return cmp.Or(p.publish(ctx), untold)
}

// describe is a decision in a line.
func describe(d oped.Decision) string {
	var parts []string
	for _, r := range d.Rules {
		parts = append(parts, fmt.Sprintf("%s +%d -%d", r.Topic, r.Added, r.Removed))
	}
	switch {
	case d.Action == oped.Merge || d.Action == oped.Split:
		parts = append(parts, describePieces(d))
	case d.Action == oped.Withdraw:
		parts = append(parts, fmt.Sprintf("piece %d", d.Piece))
	case d.Topic != "":
		parts = append(parts, fmt.Sprintf("piece %d, %s", d.Piece, d.Topic))
	}
	if d.Undoes != 0 {
		parts = append([]string{fmt.Sprintf("takes back decision %d", d.Undoes)}, parts...)
	}
	line := fmt.Sprintf("%s by %s: %s", d.Action, d.By, strings.Join(parts, ", "))
	if d.Why != "" {
		line += fmt.Sprintf(" (%s)", d.Why)
	}
	return line
}

func undoCommand(a *app, rules bool) *cobra.Command {
	cmd := &cobra.Command{
		Use: "undo [DECISION]", Args: cobra.MaximumNArgs(1),
		Short: "Take back the last decision, or the one of this number",
		Long:  "Take back the last decision that somebody gave by hand and that was not taken back yet: a rule put in force, a piece\nput on a topic or taken off it or withdrawn, pieces merged or parted. Tags, editions and their files are as before, to the byte, but for\nwhat came in since; pieces merged, parted or withdrawn are news in editions, and so is taking that back. A merge that oped made by\nitself is taken back by its number, and does not happen again. The decision stays on record.",
	}
	if rules {
		cmd.Short = "Take back the last rule that was put in force"
		cmd.Long = "Take back the last oped topic apply that was not taken back yet: the rules before it are in force again, and tags,\neditions and their files are as before, to the byte, but for what came in since. The draft in the configuration stays\nas it is; oped topic apply puts it in force again."
	}
	h := a.addDecisionFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *pipeline) error {
			last, err := a.toUndo(cmd.Context(), p.store, args, rules)
			if err != nil {
				return err
			}
			return a.undo(cmd.Context(), cfg, p, h, last)
		})
	}
	return cmd
}

// toUndo is the decision that a person wants to take back: the one named, else the last.
func (a *app) toUndo(ctx context.Context, st *store.Store, args []string, rules bool) (oped.Decision, error) {
	if len(args) == 0 {
		last, err := st.Decisions.Last(ctx, rules)
		if errors.Is(err, store.ErrNotFound) {
			return last, oped.Invalid("there is no decision to take back", "oped topic log lists the decisions")
		}
		return last, err
	}
	all, err := st.Decisions.Latest(ctx, 0)
	if err != nil {
		return oped.Decision{}, err
	}
	i := slices.IndexFunc(all, func(d oped.Decision) bool { return fmt.Sprint(d.ID) == args[0] })
	switch {
	case i < 0:
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("there is no decision %s", args[0]), "oped topic log lists the decisions")
	case all[i].UndoneBy != 0:
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("decision %s is taken back already, by %d", args[0], all[i].UndoneBy), "oped topic log lists the decisions")
	case all[i].Action == oped.Undo || all[i].By == oped.ByConfig || rules && all[i].Action != oped.Apply:
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("decision %s cannot be taken back by hand here: %s", args[0], describe(all[i])), "oped topic log lists the decisions")
	}
	return all[i], nil
}

func (a *app) undo(ctx context.Context, cfg *config.Config, p *pipeline, h *decisionFlags, last oped.Decision) error {
	d, err := h.decision(a, oped.Undo)
	if err != nil {
		return err
	}
	d.Undoes = last.ID
	s, err := loadRuleSet(ctx, p.store, cfg)
	if err != nil {
		return err
	}
	switch last.Action {
	case oped.Merge, oped.Split:
		return a.undoPieces(ctx, cfg, p, d, last)
	case oped.Withdraw:
		return a.withdraw(ctx, p, d, last.Piece, rulesOf(cfg, s.tagger))
	case oped.TagIt, oped.Untag:
		return a.undoTag(ctx, p, d, last, rulesOf(cfg, s.tagger))
	}
	tagger, err := s.restored(cfg, last, &d)
	if err != nil {
		return err
	}
	return a.decideRules(ctx, cfg, p, d, tagger)
}

// undoTag takes back what a curator decided on a piece and a topic. A piece that was merged since took the tag along.
func (a *app) undoTag(ctx context.Context, p *pipeline, d, last oped.Decision, r *ingest.Rules) error {
	to, err := p.store.Pieces.ResolveID(ctx, last.Piece)
	if err != nil {
		return err
	}
	d.Piece, d.Topic = to, last.Topic
	return a.decide(ctx, p, d, store.Verdict{Pieces: []oped.PieceID{to}, Decide: func(piece oped.Piece, was []oped.Tag) (oped.PieceChange, bool) {
		brought := func(t oped.Tag) bool { return t.Topic == last.Topic && t.By == last.By && t.At.Equal(last.At) }
		if to != last.Piece && !slices.ContainsFunc(piece.Tags, brought) {
			return oped.PieceChange{}, false // it had a later one of its own
		}
		return ingest.Unpin(piece, last.Topic, was, r, d.At)
	}})
}

// restored is a tagger with the rules that were in force before a decision, and d is told of them.
func (s *ruleSet) restored(cfg *config.Config, last oped.Decision, d *oped.Decision) (*topic.Tagger, error) {
	topics := slices.Clone(s.topics)
	for _, r := range last.Rules {
		if s.active[r.Topic].Source != r.After {
			return nil, oped.Invalid(fmt.Sprintf("the rule of %s has changed since decision %d put it in force", r.Topic, last.ID), "a later decision or the configuration put another one in force: take that back first, or edit the rule and oped topic apply it; oped undo NUMBER takes back another decision")
		}
		i := slices.IndexFunc(topics, func(t oped.Topic) bool { return t.Name == r.Topic })
		if i < 0 {
			continue
		}
		var err error
		if topics[i], err = topic.WithSource(topics[i], r.Before); err != nil {
			return nil, err
		}
	}
	tagger, err := topic.Compile(cfg.Lists, topics)
	if err != nil {
		return nil, fmt.Errorf("compile the rules before: %w", err)
	}
	for _, r := range last.Rules {
		d.Rules = append(d.Rules, oped.RuleChange{Topic: r.Topic, Before: r.After, After: r.Before, Version: tagger.Version(r.Topic)})
	}
	return tagger, nil
}

func logCommand(a *app) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use: "log", Args: cobra.NoArgs, Short: "List the decisions: who put which rule in force, judged, merged or parted which piece, when and why",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.topicLog(cmd.Context(), limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with the rules before and after")
	cmd.Flags().IntVar(&limit, "limit", 20, "list so many; 0 lists all")
	return cmd
}

func (a *app) topicLog(ctx context.Context, limit int, asJSON bool) error {
	_, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	all, err := st.Decisions.Latest(ctx, limit)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(all)
	}
	for _, d := range all {
		if _, err := fmt.Fprintln(a.stdout, logLine(d)); err != nil {
			return err
		}
		for _, r := range d.Rules {
			for _, change := range topic.Compare(r.Before, r.After) {
				if r.Before == "" || r.After == "" {
					break // the whole rule is new, or gone
				}
				if _, err := fmt.Fprintf(a.stdout, "        %s\n", change); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// logLine is a decision in a line of the log.
func logLine(d oped.Decision) string {
	line := fmt.Sprintf("%4d  %s  %s", d.ID, d.At.Format(time.DateTime), describe(d))
	if d.UndoneBy != 0 {
		line += fmt.Sprintf("; taken back by %d", d.UndoneBy)
	}
	return line
}
