package app

import (
	"context"
	"time"

	"oped"
	"oped/config"
	"oped/store"
)

// beginPeriods stores the current day, and closes the periods of digests.
func beginPeriods(ctx context.Context, cfg *config.Config, st *store.Store, now time.Time) error {
	if err := st.Changes.BeginDay(ctx, now.In(cfg.Publish.Timezone)); err != nil {
		return err
	}
	return closePeriods(ctx, cfg, st, now)
}

// closePeriods closes the period of each digest whose period is over, which makes an issue if there are pieces
// for it. The contents of an issue depend on the clock only here.
func closePeriods(ctx context.Context, cfg *config.Config, st *store.Store, now time.Time) error {
	for _, e := range cfg.Editions {
		if e.Digest == oped.NoDigest {
			continue
		}
		began := e.Digest.Period(now).Start
		if err := st.Editions.ClosePeriod(ctx, e.Name, began, now.Add(clockStep), e.Digest.Reach()); err != nil {
			return err
		}
	}
	return nil
}

// clockStep is the largest usual step of a clock set back. An issue published just before such a step stays.
const clockStep = 10 * time.Minute

// sooner returns the time of the next fetch, or the end of a hold, of the day or of a digest's period if that is sooner:
// until then nothing changes. It returns the zero time if the time of the next fetch is unknown.
func sooner(cfg *config.Config, fetch, hold, now time.Time) time.Time {
	if !hold.IsZero() && hold.Before(fetch) {
		fetch = hold
	}
	if ends := midnight(cfg, now); ends.Before(fetch) {
		fetch = ends
	}
	for _, e := range cfg.Editions {
		if e.Digest == oped.NoDigest {
			continue
		}
		if ends := e.Digest.Period(now).End; ends.Before(fetch) {
			fetch = ends
		}
	}
	return fetch
}

// midnight returns the end of the day of a time.
func midnight(cfg *config.Config, now time.Time) time.Time {
	y, m, d := now.In(cfg.Publish.Timezone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, cfg.Publish.Timezone)
}

// clockInterval is the pause between looks at the clock, which may jump.
const clockInterval = time.Minute

// watchPeriods signals changed at the end of each day, of each period of a digest, and of each hold on a piece, whatever
// the feeds do, until ctx ends.
func (p *App) watchPeriods(ctx context.Context, changed wake) error {
	tick := time.NewTicker(clockInterval)
	defer tick.Stop()
	for last := p.wired; ; {
		select {
		case <-tick.C:
			now := p.now()
			if !midnight(p.cfg, now).Equal(midnight(p.cfg, last)) {
				changed.rouse()
			}
			due, err := p.store.Decisions.Due(ctx, now)
			if err != nil || len(due) > 0 { // a failing disk is up to the publication
				changed.rouse()
			}
			for _, e := range p.cfg.Editions {
				if e.Digest == "" {
					continue
				}
				if e.Digest.Period(now) != e.Digest.Period(last) {
					changed.rouse()
				}
			}
			last = now
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
