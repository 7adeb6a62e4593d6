package main

import (
	"io"
	"log/slog"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"oped/app"
)

// progress shows a bar for each job of a command, on a terminal. Lines of the log appear above it. In a pipe and with
// --quiet it shows nothing.
type progress struct {
	bars  *mpb.Progress // nil: it shows nothing
	bar   *mpb.Bar      // nil: no job has begun
	doing string
	what  atomic.Value // the last step, a string
	end   func()       // gives the log back

	keepsLog bool // the log has all its lines beside a bar
}

// begin begins to show progress. The caller calls done. Lines of the log about the beginning, such as an upgrade of the
// database, come before it.
func (p *progress) begin(a *cli) {
	p.done()
	term := a.getenv("TERM")
	if a.quiet || a.logFormat == "json" || term == "" || term == "dumb" || !terminal(a.stderr) || !terminal(a.stdout) {
		return
	}
	log, ok := a.stderr.(*plainWriter)
	if !ok {
		return
	}
	p.bars = mpb.New(mpb.WithOutput(unwrapped(log)), mpb.WithWidth(barColumns))
	back := log.redirect(p.bars)
	level := a.level.Level()
	if !a.asksLog && !p.keepsLog { // the bar says the same
		a.level.Set(slog.LevelWarn)
	}
	p.end = func() {
		back()
		a.level.Set(level)
	}
}

// barColumns is the width of a bar.
const barColumns = 24

// show shows a step.
func (p *progress) show(s app.Step) {
	if p.bars == nil {
		return
	}
	what := s.What
	if what != "" {
		what = " " + shorten(plain(oneLine(what)), barColumns)
	}
	p.what.Store(what)
	if s.Doing != p.doing || p.bar == nil {
		p.stop()
		p.doing = s.Doing
		p.bar = p.newBar(s)
	}
	p.bar.SetCurrent(int64(s.Done))
}

func (p *progress) newBar(s app.Step) *mpb.Bar {
	what := decor.Any(func(decor.Statistics) string { return p.what.Load().(string) })
	if s.Total == 0 {
		return p.bars.New(0, mpb.SpinnerStyle().PositionLeft(), mpb.BarRemoveOnComplete(), mpb.BarWidth(2),
			mpb.AppendDecorators(decor.Name(s.Doing+" "), decor.Elapsed(decor.ET_STYLE_GO), what))
	}
	return p.bars.New(int64(s.Total), mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]"),
		mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.Name(s.Doing)),
		mpb.AppendDecorators(decor.CountersNoUnit("%d of %d"), what))
}

// stop removes the bar of the last job.
func (p *progress) stop() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bar.Wait()
	}
}

// done ends all bars.
func (p *progress) done() {
	if p.bars == nil {
		return
	}
	p.stop()
	p.end()
	p.bars.Wait()
	p.bars, p.bar = nil, nil
}

// redirect makes v write to another writer, until back is called.
func (v *plainWriter) redirect(w io.Writer) (back func()) {
	set := func(w io.Writer) (was io.Writer) {
		v.mu.Lock()
		defer v.mu.Unlock()
		was, v.w = v.w, w
		return was
	}
	was := set(w)
	return func() { set(was) }
}
