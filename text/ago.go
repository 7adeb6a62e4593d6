package text

import "time"

// Clock formats a time for people, with its year unless that is the year of now: "12:00 on 9 March".
func Clock(now, t time.Time) string {
	if t.Year() == now.In(t.Location()).Year() {
		return t.Format("15:04 on 2 January")
	}
	return t.Format("15:04 on 2 January 2006")
}

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
