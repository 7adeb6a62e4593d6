package text

import (
	"time"

	"oped/text"
)

// Ago formats a time relative to now: "3 min ago", "in 2 h".
func Ago(now time.Time, t *time.Time) string {
	if t == nil {
		return "–"
	}
	d := now.Sub(*t)
	if d < 0 {
		return "in " + text.Span(-d)
	}
	return text.Span(d) + " ago"
}
