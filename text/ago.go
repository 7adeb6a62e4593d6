package text

import "time"

// Ago formats a time relative to now: "3 min ago", "in 2 h".
func Ago(now time.Time, t *time.Time) string {
	if t == nil {
		return "–"
	}
	d := now.Sub(*t)
	if d < 0 {
		return "in " + Span(-d)
	}
	return Span(d) + " ago"
}
