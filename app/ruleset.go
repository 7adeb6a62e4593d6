package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/text"
	"oped/topic"
)

// ruleSet holds the active rules of all topics; the stored tags are their verdicts. The configuration holds a
// draft for each topic, and `oped topic apply` activates it. Without it, only the rule of a new topic becomes
// active, and that of a removed topic is dropped. Weights for the features of another release judge nothing: there
// the draft becomes active as well.
type ruleSet struct {
	tagger    *topic.Tagger
	topics    []oped.Topic                // in the order of the configuration, with their active rules
	changed   []string                    // topics with a draft that differs
	reconcile []oped.RuleChange           // changes that need no decision
	active    map[string]store.ActiveRule // by topic
}

// loadRuleSet compares the configuration with the active rules.
func loadRuleSet(ctx context.Context, st *store.Store, cfg *config.Config) (*ruleSet, error) {
	rules, err := st.Topics.ActiveRules(ctx)
	if err != nil {
		return nil, err
	}
	s := &ruleSet{active: map[string]store.ActiveRule{}}
	for _, r := range rules {
		s.active[r.Topic] = r
		if !slices.ContainsFunc(cfg.Topics, func(t oped.Topic) bool { return t.Name == r.Topic }) {
			s.reconcile = append(s.reconcile, oped.RuleChange{Topic: r.Topic, Before: r.Source})
		}
	}
	for _, t := range cfg.Topics {
		draft := cfg.Tagger.Source(t.Name)
		r, known := s.active[t.Name]
		if known && r.Source != draft {
			active, err := topic.WithSource(t, r.Source)
			if err != nil {
				return nil, err
			}
			s.changed = append(s.changed, t.Name)
			t = active
		}
		s.topics = append(s.topics, t)
	}
	if s.tagger, err = topic.Compile(cfg.Lists, s.topics); err != nil {
		return nil, fmt.Errorf("compile the active rules: %w", err)
	}
	for _, t := range s.topics {
		// new, or judged otherwise by this version of oped
		if r := s.active[t.Name]; r.Version != s.tagger.Version(t.Name) {
			s.reconcile = append(s.reconcile, oped.RuleChange{
				Topic:   t.Name,
				Before:  r.Source,
				After:   s.tagger.Source(t.Name),
				Version: s.tagger.Version(t.Name),
			})
		}
	}
	return s, nil
}

// rulesOf returns the rules for ingest, of the configuration and a tagger with active or drafted rules. Its
// fields New and Since are unset.
func rulesOf(cfg *config.Config, tagger *topic.Tagger) *ingest.Rules {
	feeds := make(map[string]oped.Feed, len(cfg.Feeds))
	for _, f := range cfg.Feeds {
		feeds[f.URL] = f
	}
	return &ingest.Rules{
		Tagger:    tagger,
		Opinion:   cfg.Opinion,
		Feeds:     feeds,
		Editions:  ingest.Editions(cfg.Editions, cfg.Queries),
		Quota:     cfg.Fetch.Quota,
		Authority: authority(cfg.BaseURL),
	}
}

// newEditions returns the editions, by name, that never had a piece, and the time the first edition was created.
func newEditions(ctx context.Context, st *store.Store) (fresh map[string]bool, since time.Time, err error) {
	editions, err := st.Editions.All(ctx)
	fresh = map[string]bool{}
	for _, e := range editions {
		fresh[e.Name] = !e.Published
		if since.IsZero() || e.Created.Before(since) {
			since = e.Created
		}
	}
	return fresh, since, err
}

// candidateQueries returns queries for the pieces that could match the rules of topics.
func candidateQueries(cfg *config.Config, t *topic.Tagger, topics []string) (all []store.CandidateQuery) {
	for _, name := range topics {
		all = append(all, store.CandidateQuery{Query: t.IndexQuery(name, nil)})
		for _, g := range implying(cfg) {
			all = append(all, store.CandidateQuery{Query: t.IndexQuery(name, g.lists), Feeds: g.feeds})
		}
	}
	return all
}

// affectedQueries returns queries for the pieces that two rules of a topic could judge differently: among those
// with a tag of the first, and those that could match the second.
func affectedQueries(cfg *config.Config, before, after *topic.Tagger, name string) (all []store.CandidateQuery) {
	add := func(implied, feeds []string) {
		need, tagged := topic.AffectedQuery(before, after, name, implied)
		all = append(all, store.CandidateQuery{Query: need, Feeds: feeds})
		if !tagged {
			all = append(all, store.CandidateQuery{Tagged: name, Feeds: feeds})
			return
		}
		all = append(all, store.CandidateQuery{
			Query:  topic.Differs(before, after, name, implied),
			Tagged: name,
			Feeds:  feeds,
		})
	}
	add(nil, nil)
	for _, g := range implying(cfg) {
		add(g.lists, g.feeds)
	}
	return all
}

// group is the feeds that imply the same lists.
type group struct{ lists, feeds []string }

func implying(cfg *config.Config) (groups []group) {
	at := map[string]int{}
	for _, f := range cfg.Feeds {
		if len(f.Implies) == 0 {
			continue
		}
		lists := slices.Clone(f.Implies)
		slices.Sort(lists)
		key := strings.Join(lists, " ")
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, group{lists: lists})
		}
		groups[i].feeds = append(groups[i].feeds, f.URL)
	}
	return groups
}

func namesOf(changes []oped.RuleChange) []string {
	names := make([]string, len(changes))
	for i, c := range changes {
		names[i] = c.Topic
	}
	return names
}

// Names returns the names of the topics, in the order of the configuration.
func (t Topics) Names() []string { return topicNames(t.cfg) }

// topicNames returns the names of the topics, in the order of the configuration.
func topicNames(cfg *config.Config) []string {
	names := make([]string, len(cfg.Topics))
	for i, t := range cfg.Topics {
		names[i] = t.Name
	}
	return names
}

// knownTopic returns an Invalid error, with a suggestion, for a topic unknown to the configuration.
func knownTopic(cfg *config.Config, name string) error {
	names := topicNames(cfg)
	if slices.Contains(names, name) {
		return nil
	}
	return oped.Invalid(fmt.Sprintf("there is no topic %s in %s", name, cfg.Path),
		text.DidYouMean(name, names, "the topics are "+strings.Join(names, ", ")))
}

// chosen returns the topics for a command: the named one, else all with a draft that differs.
func (s *ruleSet) chosen(cfg *config.Config, args []string) ([]string, error) {
	if len(args) == 0 {
		return s.changed, nil
	}
	if err := knownTopic(cfg, args[0]); err != nil {
		return nil, err
	}
	if !slices.Contains(s.changed, args[0]) {
		return nil, nil
	}
	return args[:1], nil
}

// draftTagger returns a tagger with the drafts of some topics, and the active rules of the rest.
func (s *ruleSet) draftTagger(cfg *config.Config, names []string) (*topic.Tagger, error) {
	topics := slices.Clone(s.topics)
	for i, t := range topics {
		if slices.Contains(names, t.Name) {
			topics[i] = cfg.Topics[slices.IndexFunc(cfg.Topics, func(d oped.Topic) bool { return d.Name == t.Name })]
		}
	}
	return topic.Compile(cfg.Lists, topics)
}
