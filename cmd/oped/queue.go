package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/rank"
	"oped/store"
	"oped/text"
	"oped/topic"
)

func queueCommand(a *app) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "queue [TOPIC]",
		Short: "List the candidates that wait for a curator, the most probable first",
		Long:  "List the pieces that scored enough for review and not enough for the topic, and on which no curator has decided. From 20\ndecisions of both kinds on (oped piece tag, untag) the ranker orders them by what it learned; before that, the rule's\nscore does. It never puts a piece on a topic by itself.",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.topicQueue(cmd.Context(), args, limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with all that the order is made of")
	cmd.Flags().IntVar(&limit, "limit", 40, "list so many for each topic; 0 lists all")
	return cmd
}

func suggestCommand(a *app) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "suggest TOPIC",
		Short: "Suggest terms that curators' decisions speak for, or against",
		Long:  "List words and phrases that stand in pieces which curators put on the topic, or took off it, and that its lists do not have\nyet, with their log-odds. It takes 20 decisions of both kinds. Nothing is written: whoever likes a term adds it to a list.",
		Args:  requireArgs("TOPIC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.topicSuggest(cmd.Context(), args[0], limit, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 20, "list so many of either kind")
	return cmd
}

// topicQueue is the queue of one topic, in its order.
type topicQueue struct {
	Topic    string   `json:"topic"`
	Learned  bool     `json:"learned"` // by decisions; false: the rule's score orders it
	Approved int      `json:"approved"`
	Rejected int      `json:"rejected"`
	Waiting  int      `json:"waiting"`
	Pieces   []queued `json:"pieces"`

	model *rank.Model
}

// queued is a piece that waits for a curator.
type queued struct {
	Piece       oped.PieceID        `json:"piece"`
	Title       string              `json:"title"`
	Publisher   string              `json:"publisher"`
	Date        string              `json:"date"`
	URL         string              `json:"url"`
	Score       float64             `json:"score"`
	Threshold   float64             `json:"threshold"`
	Probability float64             `json:"probability"` // 0 where nothing was learned
	Why         []rank.Contribution `json:"why"`         // of the log-odds; they sum to it
}

// learn builds the queue of a topic: the candidates, and what curators' decisions teach about their order.
func (s *ruleSet) learn(ctx context.Context, cfg *config.Config, st *store.Store, name string) (*topicQueue, error) {
	i := slices.IndexFunc(s.topics, func(t oped.Topic) bool { return t.Name == name })
	alone, err := topic.Compile(cfg.Lists, s.topics[i:i+1])
	if err != nil {
		return nil, err
	}
	waiting, err := st.Topics.Queue(ctx, name)
	if err != nil {
		return nil, err
	}
	on, err := judgedPieces(ctx, st, name)
	if err != nil {
		return nil, err
	}
	pieces, err := st.Pieces.Seen(ctx, slices.Concat(waiting, slices.Sorted(maps.Keys(on))))
	if err != nil {
		return nil, err
	}
	q := &topicQueue{Topic: name, Waiting: len(waiting), Pieces: []queued{}}
	rules := rulesOf(cfg, alone)
	var ranked []rank.Piece
	var decisions []rank.Decision
	byID := map[string]*oped.Piece{}
	for i := range pieces {
		p := &pieces[i]
		r := ranking(p, rules.Doc(p), alone)
		byID[r.ID] = p
		ranked = append(ranked, r)
		if approved, decided := on[p.ID]; decided {
			decisions = append(decisions, rank.Decision{ID: r.ID, On: approved})
			if approved {
				q.Approved++
			} else {
				q.Rejected++
			}
		}
	}
	q.model, q.Learned = rank.Read(ranked).Learn(decisions, rank.Options{})
	queue := ranked[:len(ranked)-len(decisions)]
	rank.Order(queue, q.model)
	for i := range queue {
		q.Pieces = append(q.Pieces, q.line(byID[queue[i].ID], &queue[i]))
	}
	return q, nil
}

// ranking is a piece as the ranker sees it.
func ranking(p *oped.Piece, d *topic.Doc, alone *topic.Tagger) rank.Piece {
	verdict := alone.Verdicts(d)[0]
	r := rank.Piece{ID: fmt.Sprintf("%012d", p.ID), Title: d.Title, Summary: d.Summary, Text: d.Text, Score: verdict.Score, Threshold: verdict.Threshold}
	for _, x := range verdict.Why {
		if !slices.Contains(r.Rules, x.Rule) {
			r.Rules = append(r.Rules, x.Rule)
		}
	}
	return r
}

func (q *topicQueue) line(p *oped.Piece, r *rank.Piece) queued {
	lead := p.Lead()
	x := queued{Piece: p.ID, Title: lead.Title, Publisher: lead.Publisher, Date: lead.Date().Format(time.DateOnly), URL: lead.URL, Score: r.Score, Threshold: r.Threshold, Why: []rank.Contribution{}}
	if q.Learned {
		x.Probability, x.Why = q.model.Probability(r), q.model.Explain(r)
	}
	return x
}

func (a *app) topicQueue(ctx context.Context, args []string, limit int, asJSON bool) error {
	cfg, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return err
	}
	names := topicNames(cfg)
	if len(args) > 0 {
		if err := knownTopic(cfg, args[0]); err != nil {
			return err
		}
		names = args
	}
	all := []*topicQueue{}
	for _, name := range names {
		q, err := s.learn(ctx, cfg, st, name)
		if err != nil {
			return err
		}
		if limit > 0 && len(q.Pieces) > limit {
			q.Pieces = q.Pieces[:limit]
		}
		all = append(all, q)
	}
	if asJSON {
		return a.printJSON(map[string]any{"topics": all})
	}
	return a.printQueues(all)
}

// knownTopic wants a topic to be one of the configuration's.
func knownTopic(cfg *config.Config, name string) error {
	names := topicNames(cfg)
	if slices.Contains(names, name) {
		return nil
	}
	return oped.Invalid(fmt.Sprintf("there is no topic %s in %s", name, cfg.Path), oped.DidYouMean(name, names, "the topics are "+strings.Join(names, ", ")))
}

func (a *app) printQueues(all []*topicQueue) error {
	var b strings.Builder
	for _, q := range all {
		order := fmt.Sprintf("ordered by what %d decisions taught (%d on, %d off)", q.Approved+q.Rejected, q.Approved, q.Rejected)
		if !q.Learned {
			order = fmt.Sprintf("in the order of the rule's score; the ranker learns from %d decisions of both kinds on, and there are %d on and %d off", rank.MinPieces, q.Approved, q.Rejected)
		}
		fmt.Fprintf(&b, "%s: %s for review, %s\n", q.Topic, text.Count(q.Waiting, "piece"), order)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, x := range q.Pieces {
			probability := "–"
			if q.Learned {
				probability = fmt.Sprintf("%.0f %%", 100*x.Probability)
			}
			fmt.Fprintf(w, "  %d\t%s\t%g of %g\t%s\t%s\t%.90s\n", x.Piece, probability, x.Score, x.Threshold, x.Date, x.Publisher, x.Title)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		b.WriteString("\n")
	}
	b.WriteString("oped explain PIECE TOPIC tells why; oped piece tag PIECE TOPIC and untag decide\n")
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

func (a *app) topicSuggest(ctx context.Context, name string, limit int, asJSON bool) error {
	cfg, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	if err := knownTopic(cfg, name); err != nil {
		return err
	}
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return err
	}
	q, err := s.learn(ctx, cfg, st, name)
	if err != nil {
		return err
	}
	if !q.Learned {
		return oped.Invalid(fmt.Sprintf("%s: there are %d pieces put on the topic by hand and %d taken off it; the ranker learns from %d of both kinds on", name, q.Approved, q.Rejected, rank.MinPieces),
			"oped topic queue "+name+" lists candidates; oped piece tag and untag decide on them")
	}
	terms := s.tagger.Terms(name)
	found := q.model.Suggest(func(term string) bool { _, known := slices.BinarySearch(terms, term); return known }, limit)
	if asJSON {
		return a.printJSON(map[string]any{"topic": name, "suggestions": found})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "term\tlog-odds\tput on\ttaken off\t")
	for _, x := range found {
		fmt.Fprintf(w, "%s\t%+.2f\t%d\t%d\t\n", x.Term, x.LogOdds, x.For, x.Against)
	}
	return w.Flush()
}
