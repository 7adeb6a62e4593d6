package app

import (
	"context"
	"errors"

	"oped"
	"oped/config"
	"oped/publish"
	"oped/store"
)

// Method names a verb that writes, with the types of its parameters and of its result. [Call] carries it out.
type Method[P, R any] string

// The methods.
const (
	AddAccount       Method[NewAccount, Invited]         = "Accounts.Add"
	RemoveAccount    Method[string, struct{}]            = "Accounts.Remove" // by name
	ResetAccount     Method[string, Invited]             = "Accounts.Reset"  // by name
	SetAccountRole   Method[NewAccount, struct{}]        = "Accounts.SetRole"
	PublishEditions  Method[struct{}, Published]         = "Editions.Publish"
	PauseFeed        Method[Pause, string]               = "Feeds.SetPaused" // returns the name of the feed
	FetchFeed        Method[string, FetchResult]         = "Feeds.Fetch"
	AddFeed          Method[NewFeed, AddedFeed]          = "Feeds.Add"
	RemoveFeed       Method[string, ChangedFeed]         = "Feeds.Remove" // by name or address
	GroupFeed        Method[Grouping, ChangedFeed]       = "Feeds.SetGroup"
	TagPiece         Method[Judgement, Decided]          = "Pieces.Judge"
	CuratePiece      Method[Curation, Decided]           = "Pieces.Curate"
	WithdrawPiece    Method[Selection, Decided]          = "Pieces.Withdraw"
	MergePieces      Method[Selection, Decided]          = "Pieces.Merge"
	SplitPieces      Method[Selection, Decided]          = "Pieces.Split"
	ApplyDrafts      Method[Application, Decided]        = "Topics.Apply"
	RecordEvaluation Method[[]oped.Evaluation, struct{}] = "Topics.Record"
	UndoDecision     Method[Reversal, Decided]           = "Decisions.Undo"
)

// A verb carries out a method. It calls params with a pointer to its parameters.
type verb func(ctx context.Context, params func(any) error) (result any, err error)

// verbs holds the verbs by the names of their methods.
type verbs map[string]verb

// verbs returns all verbs that write. The configuration has the drafts of rules.
func (p *App) verbs(drafts *config.Config) verbs {
	pieces, topics, feeds := Pieces{p, drafts}, Topics{p, drafts}, p.Feeds()
	all := verbs{}
	accounts := Accounts{p, drafts}
	add(all, AddAccount, accounts.add)
	add(all, RemoveAccount, accounts.remove)
	add(all, ResetAccount, accounts.reset)
	add(all, SetAccountRole, accounts.setRole)
	add(all, PublishEditions, func(ctx context.Context, _ struct{}) (Published, error) { return p.publishAll(ctx, drafts) })
	add(all, PauseFeed, feeds.setPaused)
	add(all, FetchFeed, feeds.fetch)
	add(all, AddFeed, func(ctx context.Context, x NewFeed) (AddedFeed, error) {
		return feeds.add(ctx, drafts.Path, x)
	})
	add(all, RemoveFeed, func(ctx context.Context, name string) (ChangedFeed, error) {
		return feeds.remove(ctx, drafts.Path, name)
	})
	add(all, GroupFeed, func(ctx context.Context, x Grouping) (ChangedFeed, error) {
		return feeds.setGroup(ctx, drafts.Path, x)
	})
	add(all, TagPiece, deciding(p, pieces.judge))
	add(all, CuratePiece, deciding(p, pieces.curate))
	add(all, WithdrawPiece, deciding(p, pieces.withdraw))
	add(all, MergePieces, deciding(p, pieces.merge))
	add(all, SplitPieces, deciding(p, pieces.split))
	add(all, ApplyDrafts, deciding(p, topics.apply))
	add(all, RecordEvaluation, topics.record)
	add(all, UndoDecision, deciding(p, decisions{p, drafts}.undo))
	return all
}

func add[P, R any](all verbs, m Method[P, R], do func(context.Context, P) (R, error)) {
	all[string(m)] = func(ctx context.Context, params func(any) error) (any, error) {
		var p P
		if err := params(&p); err != nil {
			return nil, err
		}
		return do(ctx, p)
	}
}

// A Caller carries out methods on a database: in this process, or in the daemon that holds the database.
type Caller struct {
	app    *App
	daemon *daemon
}

// Dial opens the database of a configuration for writing. If a daemon holds it, the daemon carries out the
// methods. The caller closes the Caller.
func Dial(ctx context.Context, cfg *config.Config, o Options) (*Caller, error) {
	o.decides = true
	p, err := Open(ctx, cfg, o)
	if errors.Is(err, store.ErrInUse) {
		if d := dialDaemon(ctx, cfg, o); d != nil {
			return &Caller{daemon: d}, nil
		}
	}
	return &Caller{app: p}, err
}

// Close closes the database, or the connection.
func (c *Caller) Close() error {
	if c.daemon != nil {
		return c.daemon.conn.Close()
	}
	return c.app.Close()
}

// Call carries out a method. A decision with a number was written, even if the error is set.
func Call[P, R any](ctx context.Context, c *Caller, m Method[P, R], params P) (result R, err error) {
	if c.daemon != nil {
		err = c.daemon.call(ctx, string(m), params, &result)
		return result, err
	}
	ctx = reporting(ctx, c.app.options.Progress)
	done, err := c.app.verbs(c.app.cfg)[string(m)](ctx, func(p any) error {
		*p.(*P) = params
		return nil
	})
	result, _ = done.(R)
	return result, err
}

// Published counts the editions written to a folder.
type Published struct {
	Editions int    `json:"editions"`
	Dir      string `json:"dir"`
}

// publishAll renders every edition and writes its files again. It returns an Invalid error without a folder.
func (p *App) publishAll(ctx context.Context, cfg *config.Config) (Published, error) {
	if cfg.Publish.Dir == "" {
		return Published{}, oped.Invalid(cfg.Path+": publish.dir is not set",
			"set `publish: {dir: site}` in the configuration")
	}
	if err := p.build(ctx); err != nil {
		return Published{}, err
	}
	return Published{len(cfg.Editions), cfg.Publish.Dir}, p.export(ctx, publish.Full)
}
