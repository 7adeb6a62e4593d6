package desk

import (
	"fmt"
	"strings"
	"time"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

// say returns a decision in plain words, without its curator: "Rejected from Our picks: off topic". Of an undo, undone
// is the reversed decision.
func say(cfg *config.Config, now time.Time, d, undone *oped.Decision) string {
	in := titlesOf(cfg, d.Editions)
	switch d.Action {
	case oped.Approve:
		return "Approved in " + in
	case oped.Reject:
		return "Rejected from " + in + ": " + rejection(d)
	case oped.Hold:
		return "Held for " + in + " until " + text.Clock(now, d.Until.In(cfg.Publish.Timezone))
	case oped.Pin:
		return fmt.Sprintf("Pinned in %s at place %d", in, d.Place)
	case oped.Unpin:
		return "Unpinned in " + in
	case oped.Annotate:
		if d.Note == "" {
			return "Note removed in " + in
		}
		return "Note saved in " + in
	case oped.TagIt:
		return "Put on " + cfg.TopicTitle(d.Topic)
	case oped.Untag:
		return "Taken off " + cfg.TopicTitle(d.Topic)
	case oped.Merge:
		if len(d.Pieces) == 1 {
			return "Confirmed as one piece"
		}
		return fmt.Sprintf("Merged %d pieces into one", len(d.Pieces))
	case oped.Split:
		if d.Split == 0 {
			return "Kept apart as different pieces"
		}
		return text.Count(d.Split, "appearance") + " split off"
	case oped.Withdraw:
		return "Withdrawn from all editions"
	case oped.Undo:
		if undone != nil {
			return "Undone: " + lowered(say(cfg, now, undone, nil))
		}
		return fmt.Sprintf("Decision %d undone", d.Undoes)
	case oped.Apply:
		var changed []string
		for _, r := range d.Rules {
			words := cfg.TopicTitle(r.Topic)
			if r.Added+r.Removed > 0 {
				words += fmt.Sprintf(" (%d on, %d off)", r.Added, r.Removed)
			}
			changed = append(changed, words)
		}
		return "Rules changed: " + strings.Join(changed, ", ")
	}
	return app.Describe(*d)
}

// say is the function say for any decision. It reads the reversed one.
func (v *visit) say(d *oped.Decision) string {
	var reversed *oped.Decision
	if d.Undoes != 0 {
		if undone, err := v.app.Decision(v.r.Context(), d.Undoes); err == nil {
			reversed = &undone
		}
	}
	return say(v.app.Config(), v.live.Now(), d, reversed)
}

// lowered returns a sentence for the middle of another.
func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func titlesOf(cfg *config.Config, editions []string) string {
	titles := make([]string, len(editions))
	for i, name := range editions {
		titles[i] = cfg.EditionTitle(name)
	}
	return strings.Join(titles, ", ")
}

// rejection returns the reason of a rejection, with the words of the curator.
func rejection(d *oped.Decision) string {
	switch {
	case d.Why == "":
		return reasonTitle(d.Reason)
	case d.Reason == oped.OtherReason:
		return d.Why
	}
	return reasonTitle(d.Reason) + " (" + d.Why + ")"
}

func reasonTitle(r oped.RejectReason) string {
	switch r {
	case oped.OffTopic:
		return "off topic"
	case oped.Duplicate:
		return "duplicate"
	case oped.NotOpinion:
		return "not opinion"
	case oped.Poor:
		return "poor"
	case oped.OtherReason:
		return "other"
	}
	return string(r)
}

// ago formats a time relative to now: "3 min ago", "in 2 h".
func ago(now, t time.Time) string {
	d := now.Sub(t)
	if d < 0 {
		return "in " + text.Span(-d)
	}
	if d < time.Minute {
		return "just now"
	}
	return text.Span(d) + " ago"
}
