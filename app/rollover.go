package app

import (
	"context"
	"time"

	"oped/config"
	"oped/publish"
	"oped/store"
)

// ClosePeriods notes of each digest that its period is over, where that makes an issue. It is the only place where a clock tells what an issue holds.
func ClosePeriods(ctx context.Context, cfg *config.Config, st *store.Store, now time.Time) error {
	for _, e := range cfg.Editions {
		if e.Digest == "" {
			continue
		}
		began, _ := publish.Period(e.Digest, now)
		if err := st.Editions.ClosePeriod(ctx, e.Name, began, now.Add(clockStep), publish.Reach(e.Digest)); err != nil {
			return err
		}
	}
	return nil
}

// clockStep is how far a clock is set back without anybody's fault. An issue that came out just before stays.
const clockStep = 10 * time.Minute

// sooner is the next fetch, or the end of a digest's period where that comes before: until then nothing changes. It is zero where the next fetch is.
func sooner(cfg *config.Config, fetch, now time.Time) time.Time {
	for _, e := range cfg.Editions {
		if e.Digest == "" {
			continue
		}
		if _, ends := publish.Period(e.Digest, now); ends.Before(fetch) {
			fetch = ends
		}
	}
	return fetch
}

// clockInterval is how often a look is taken at the clock, which jumps now and then.
const clockInterval = time.Minute

// watchPeriods says when a digest has come to the end of a period, whatever the feeds do, until ctx ends.
func (p *App) watchPeriods(ctx context.Context, changed wake) error {
	tick := time.NewTicker(clockInterval)
	defer tick.Stop()
	for last := p.wired; ; {
		select {
		case <-tick.C:
			now := p.Now()
			for _, e := range p.Cfg.Editions {
				if e.Digest == "" {
					continue
				}
				before, _ := publish.Period(e.Digest, last)
				if began, _ := publish.Period(e.Digest, now); !began.Equal(before) {
					changed.rouse()
				}
			}
			last = now
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
