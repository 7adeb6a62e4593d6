package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/logistic"
	"oped/rank"
	"oped/store"
	"oped/topic"
)

const (
	// maxQueue is the number of pieces without a decision considered for a queue: the newest ones.
	maxQueue = 1000
	// maxChanged is the number of changed pieces above which a queue is listed afresh.
	maxChanged = 64
	// maxTaught is the number of decided pieces from which the order of a queue is learned: the last decisions.
	maxTaught = 1000
	// maxRead limits the pieces of all queues in memory, as the ranker reads them: about 12 KB each.
	maxRead = 4000
)

// queues keeps what was read and learned for each question: a decision costs only learning again, and a new piece
// only reading it. It is safe for concurrent use.
type queues struct {
	mu    sync.Mutex
	rules *ingest.Rules // the queues are of these
	set   *ruleSet
	all   map[Question]*queue
	uses  int64
	limit int // instead of maxQueue, in tests
}

// queue is the state of one question. Its slices are replaced, not changed.
type queue struct {
	Asked
	topics []string
	alone  *topic.Tagger // of a question of a topic

	at        int64           // number of the last change of the database that it knows
	undecided []store.Waiting // more than are considered, in order
	more      bool            // there are others after these
	decided   []store.PieceChoice
	limit     int // of the considered pieces

	members map[oped.PieceID]*member
	waiting []oped.PieceID
	taught  map[oped.PieceID]bool

	used   int64 // the higher, the later
	corpus *rank.Corpus
	later  int // pieces added to the corpus since it was read
	model  *rank.Model
	order  []placed
	stale  bool // the order is of an earlier state
}

// member is a piece of a queue, waiting or decided.
type member struct {
	offered bool        // as its edition asks for it
	read    *rank.Piece // nil: not in memory
	why     atomic.Pointer[why]
}

// why is the reason why a piece is in a queue, and the spans that counted.
type why struct {
	reason  string
	counted []oped.Span
}

// placed is a waiting piece at its place.
type placed struct {
	id          oped.PieceID
	read        *rank.Piece
	member      *member
	probability float64 // if nothing was learned, that of weights; 0 without them
}

// ranked returns the present state of a question, with the order of its pieces if that is wanted.
func (v Pieces) ranked(ctx context.Context, of Question, ordered bool) (*queue, *queues, error) {
	x := &v.p.queues
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.begin(ctx, v); err != nil {
		return nil, nil, err
	}
	q := x.all[of]
	if q == nil {
		var err error
		if q, err = x.newQueue(v.cfg, of); err != nil {
			return nil, nil, err
		}
	}
	if err := q.refresh(ctx, v.p.store, x.rules, ordered); err != nil {
		delete(x.all, of)
		return nil, nil, err
	}
	x.all[of] = q
	if ordered {
		x.uses++
		q.used = x.uses
		x.forget()
	}
	now := *q
	return &now, x, nil
}

// begin forgets everything after a change of the rules.
func (x *queues) begin(ctx context.Context, v Pieces) (err error) {
	var active *ingest.Rules
	if v.p.active != nil {
		active = v.p.active.rules.Load()
	}
	if x.rules != nil && (active == nil || active == x.rules) {
		return nil
	}
	if x.set, err = loadRuleSet(ctx, v.p.store, v.cfg); err != nil {
		return err
	}
	if x.rules = active; active == nil {
		x.rules = rulesOf(v.cfg, x.set.tagger)
	}
	x.all = map[Question]*queue{}
	return nil
}

func (x *queues) newQueue(cfg *config.Config, of Question) (*queue, error) {
	q := &queue{
		Asked:   Asked{Question: of},
		members: map[oped.PieceID]*member{},
		limit:   cmp.Or(x.limit, maxQueue),
	}
	if of.Topic != "" {
		if err := knownTopic(cfg, of.Topic); err != nil {
			return nil, err
		}
		q.topics = []string{of.Topic}
	} else {
		if err := knownCurated(cfg, []string{of.Edition}); err != nil {
			return nil, err
		}
		e := cfg.Editions[slices.IndexFunc(cfg.Editions, func(e oped.Edition) bool { return e.Name == of.Edition })]
		q.Title, q.topics = e.Title, slices.Concat(e.Filter.Topics, e.Filter.AllTopics)
	}
	q.Fitted = len(q.topics) > 0
	for i, t := range x.set.topics {
		if !slices.Contains(q.topics, t.Name) {
			continue
		}
		q.Fitted = q.Fitted && t.Weights != ""
		if of.Topic != "" {
			var err error
			if q.alone, err = topic.Compile(cfg.Lists, x.set.topics[i:i+1]); err != nil {
				return nil, err
			}
			q.Title = t.Title
		}
	}
	q.Title = cmp.Or(q.Title, of.Edition, of.Topic)
	return q, nil
}

// forget drops the pieces of the queues unused for longest from memory.
func (x *queues) forget() {
	held := 0
	for _, q := range slices.SortedFunc(maps.Values(x.all), func(a, b *queue) int { return cmp.Compare(b.used, a.used) }) {
		if q.corpus == nil {
			continue
		}
		if held += len(q.members); held > maxRead {
			for _, m := range q.members {
				m.read = nil
			}
			q.corpus, q.model, q.order, q.stale = nil, nil, nil, true
		}
	}
}

// refresh brings the state up to date, and the order if that is wanted.
func (q *queue) refresh(ctx context.Context, st *store.Store, r *ingest.Rules, ordered bool) error {
	at, changed, err := st.Changes.PiecesSince(ctx, q.at)
	if err != nil {
		return err
	}
	if at == q.at && (!ordered || !q.stale) {
		return nil
	}
	for _, id := range changed {
		delete(q.members, id)
	}
	if at != q.at {
		if err := q.list(ctx, st, changed); err != nil {
			return err
		}
		q.stale = true
	}
	if err := q.read(ctx, st, r, ordered); err != nil {
		return err
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(id oped.PieceID) bool { return !q.members[id].offered })
	q.Waiting = len(q.waiting)
	if q.at = at; ordered {
		q.learn()
	}
	return nil
}

// list lists the pieces waiting and decided. If few pieces have changed, it looks only at those.
func (q *queue) list(ctx context.Context, st *store.Store, changed []oped.PieceID) error {
	listed := false
	var err error
	if q.at != 0 && len(changed) <= maxChanged {
		listed, err = q.listAmong(ctx, st, changed)
	}
	if err == nil && !listed {
		err = q.listAll(ctx, st)
	}
	if err == nil && q.Topic != "" { // its decisions are few
		q.decided, err = st.Topics.Decided(ctx, q.Topic)
	}
	if err != nil {
		return err
	}
	q.waiting = make([]oped.PieceID, min(len(q.undecided), q.limit))
	for i := range q.waiting {
		q.waiting[i] = q.undecided[i].Piece
	}
	q.count()
	return nil
}

// listAll lists all pieces.
func (q *queue) listAll(ctx context.Context, st *store.Store) (err error) {
	n := q.limit + q.limit/5 // some take the places of decided ones
	if q.Topic != "" {
		q.undecided, err = st.Topics.Queue(ctx, q.Topic, n)
	} else {
		q.undecided, err = st.Editions.Undecided(ctx, q.Edition, q.topics, n)
		if err == nil {
			q.decided, err = st.Editions.Decided(ctx, q.Edition)
		}
	}
	q.more = len(q.undecided) == n
	return err
}

// listAmong lists some changed pieces again. It reports whether that was enough.
func (q *queue) listAmong(ctx context.Context, st *store.Store, changed []oped.PieceID) (enough bool, err error) {
	var undecided []store.Waiting
	var decided []store.PieceChoice
	if q.Topic != "" {
		undecided, err = st.Topics.QueueAmong(ctx, q.Topic, changed)
	} else {
		undecided, err = st.Editions.UndecidedAmong(ctx, q.Edition, q.topics, changed)
		if err == nil {
			decided, err = st.Editions.DecidedAmong(ctx, q.Edition, changed)
		}
	}
	if err != nil {
		return false, err
	}
	all := slices.DeleteFunc(slices.Clone(q.undecided), func(w store.Waiting) bool {
		return slices.Contains(changed, w.Piece)
	})
	for _, w := range undecided {
		if !q.more || w.Compare(q.undecided[len(q.undecided)-1]) < 0 {
			all = append(all, w)
		}
	}
	if q.more && len(all) < q.limit {
		return false, nil
	}
	slices.SortFunc(all, store.Waiting.Compare)
	q.undecided = all
	q.decided = slices.DeleteFunc(slices.Clone(q.decided), func(c store.PieceChoice) bool {
		return slices.Contains(changed, c.Piece)
	})
	q.decided = append(q.decided, decided...)
	slices.SortFunc(q.decided, func(a, b store.PieceChoice) int { return cmp.Compare(a.Decision, b.Decision) })
	return true, nil
}

// count counts the decided pieces, and finds those to learn from.
func (q *queue) count() {
	q.Approved, q.Rejected = 0, 0
	on := map[bool]int{}
	q.taught = map[oped.PieceID]bool{}
	for i, c := range q.decided {
		no := c.Action == oped.Reject || c.Action == oped.Untag
		if no {
			q.Rejected++
		} else {
			q.Approved++
		}
		if i >= len(q.decided)-maxTaught {
			q.taught[c.Piece] = !no
			on[!no]++
		}
	}
	q.Learned = on[true] >= rank.MinPieces && on[false] >= rank.MinPieces
}

// read reads the pieces that are not in memory, and forgets those no longer in the queue.
func (q *queue) read(ctx context.Context, st *store.Store, r *ingest.Rules, ordered bool) error {
	members := make(map[oped.PieceID]*member, len(q.waiting)+len(q.taught))
	var missing []oped.PieceID
	keep := func(id oped.PieceID, needed bool) {
		m := q.members[id]
		if m == nil {
			m = &member{offered: q.Topic != ""}
		} else {
			needed = needed && m.read == nil && ordered
		}
		if members[id] = m; needed {
			missing = append(missing, id)
		}
	}
	for _, id := range q.waiting {
		keep(id, q.Edition != "" || ordered)
	}
	for id := range q.taught {
		keep(id, ordered)
	}
	slices.Sort(missing)
	for some := range slices.Chunk(missing, 64) {
		pieces, err := st.Pieces.Seen(ctx, some)
		if err != nil {
			return err
		}
		for i := range pieces {
			p := &pieces[i]
			m := members[p.ID]
			m.offered = q.Topic != "" || slices.Contains(r.OfferedTo(p), q.Edition)
			if _, taught := q.taught[p.ID]; ordered && (m.offered || taught) {
				m.read = q.reading(p, r)
			}
		}
	}
	q.members = members
	return nil
}

// reading returns a piece as input for the ranker. Of equal pieces, the newer one comes first.
func (q *queue) reading(p *oped.Piece, r *ingest.Rules) *rank.Piece {
	d := r.Doc(p)
	x := &rank.Piece{
		ID:      fmt.Sprintf("%019d %012d", math.MaxInt64-p.SortDate().Unix(), p.ID),
		Title:   d.Title,
		Summary: d.Summary,
		Text:    d.Text,
	}
	if q.alone != nil {
		verdict := q.alone.Verdicts(d)[0]
		x.Score, x.Threshold = verdict.Score, verdict.Threshold
		for _, s := range verdict.Why {
			if !slices.Contains(x.Rules, s.Rule) {
				x.Rules = append(x.Rules, s.Rule)
			}
		}
		return x
	}
	for _, t := range p.Tags { // the highest score counts
		score, threshold := t.Score, t.Threshold
		if t.By != oped.ByRule && t.Outcome == oped.Tagged { // a curator has no score
			score, threshold = 1, 1
		}
		if slices.Contains(q.topics, t.Topic) && (x.Score == 0 || score > x.Score) {
			x.Score, x.Threshold = score, threshold
		}
	}
	return x
}

// learn learns from the decisions, and orders the waiting pieces.
func (q *queue) learn() {
	var added, all []rank.Piece
	var labels []rank.Label
	byID := map[string]placed{}
	for _, id := range slices.Sorted(maps.Keys(q.members)) {
		m := q.members[id]
		if m.read == nil {
			continue
		}
		all = append(all, *m.read)
		if on, taught := q.taught[id]; taught {
			labels = append(labels, rank.Label{ID: m.read.ID, On: on})
		}
		if q.corpus != nil && !q.corpus.Has(m.read) {
			added = append(added, *m.read)
		}
	}
	if q.later += len(added); q.corpus == nil || q.later > len(all)/8 {
		q.corpus, q.later = rank.Read(all), 0
	} else if len(added) > 0 {
		q.corpus = q.corpus.With(added)
	}
	q.model, q.Learned = q.corpus.Learn(labels, rank.Options{After: q.model})
	queue := make([]rank.Piece, len(q.waiting))
	for i, id := range q.waiting {
		m := q.members[id]
		x := placed{id: id, read: m.read, member: m}
		switch {
		case q.model != nil:
			x.probability = q.model.Probability(x.read)
		case q.Fitted:
			x.probability = logistic.Sigmoid(x.read.Score)
		}
		byID[x.read.ID], queue[i] = x, *x.read
	}
	rank.Order(queue, q.model)
	q.order, q.stale = make([]placed, len(queue)), false
	for i := range queue {
		q.order[i] = byID[queue[i].ID]
	}
}

// Suggest returns up to limit terms of either kind for the rule of a topic, learned from the decisions on it. It
// returns an Invalid error if the topic is unknown or the decisions are too few.
func (t Topics) Suggest(ctx context.Context, name string, limit int) ([]rank.Suggestion, error) {
	q, x, err := Pieces(t).ranked(ctx, Question{Topic: name}, true)
	if err != nil {
		return nil, err
	}
	if !q.Learned {
		return nil, oped.Invalid(
			fmt.Sprintf("%s: curators put %d pieces on the topic and took %d off it; the ranker needs %d of each",
				name, q.Approved, q.Rejected, rank.MinPieces),
			"oped topic queue "+name+" lists candidates; oped piece tag and untag decide on them")
	}
	terms := x.rules.Tagger.Terms(name)
	return q.model.Suggest(func(term string) bool {
		_, known := slices.BinarySearch(terms, term)
		return known
	}, limit), nil
}

// warm reads the queues of the curated editions beforehand, for the desk.
func (p *App) warm(ctx context.Context) error {
	for _, name := range curatedEditions(p.cfg) {
		began := p.now()
		q, _, err := p.Pieces().ranked(ctx, Question{Edition: name}, true)
		if err != nil {
			return err
		}
		p.log.Debug("queue read", "edition", name, "waiting", q.Waiting, "dur_ms", p.now().Sub(began).Milliseconds())
	}
	return nil
}
