package publish

import (
	"testing"
	"time"

	"oped"
)

func TestFellSilent(t *testing.T) {
	const day = 24 * time.Hour
	weekdays := func(n int) (days []time.Time) { // the last one is Friday, 6 March
		for d := at(6, 0).Truncate(day); len(days) < n; d = d.AddDate(0, 0, -1) {
			if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				days = append(days, d)
			}
		}
		return days
	}
	holiday := append(every(1, 20), every(1, 60)[34:]...) // once, fifteen days
	old := append(every(1, 10), at(8, 0).AddDate(-7, 0, 0))
	for _, tt := range []struct {
		name  string
		days  []time.Time
		pause time.Duration // from LastNew to the last answer
		want  time.Duration // from LastNew until it fell silent; 0: it did not
	}{
		{"a daily paper, nine days", every(1, 60), 9 * day, 7 * day},
		{"a daily paper, to the hour", every(1, 60), 7 * day, 7 * day},
		{"a daily paper, a little less", every(1, 60), 7*day - time.Minute, 0},
		{"from Monday to Friday", weekdays(60), 8 * day, 7 * day},
		{"from Monday to Friday, over a long weekend", weekdays(60), 5 * day, 0},
		{"weekly, one missed", every(7, 20), 13 * day, 0},
		{"weekly, two missed", every(7, 20), 15 * day, 14 * day},
		{"monthly", every(30, 12), 50 * day, 0},
		{"monthly, for a season", every(30, 12), 90 * day, 60 * day},
		{"daily, with a holiday in its days", holiday, 9 * day, 7 * day},
		{"too few days to tell", every(1, 4), 99 * day, 0},
		{"no days", nil, 99 * day, 0},
		{"one entry of long ago", old, 9 * day, 7 * day},
	} {
		s := oped.FeedState{Feed: oped.Feed{Enabled: true}, LastNew: at(8, 6), LastSuccess: at(8, 6).Add(tt.pause)}
		at, _ := fellSilent(&s, tt.days)
		if got := at.Sub(s.LastNew); !at.IsZero() && got != tt.want || at.IsZero() != (tt.want == 0) {
			t.Errorf("%s: silent from %v, want after %v", tt.name, at, tt.want)
		}
		for _, change := range []func(*oped.FeedState){
			func(s *oped.FeedState) { s.Paused = true }, func(s *oped.FeedState) { s.Enabled = false },
			func(s *oped.FeedState) { s.LastKind = oped.Server },
			func(s *oped.FeedState) { s.LastNew = time.Time{} },
			// it was not fetched since
			func(s *oped.FeedState) { s.LastSuccess, s.LastFetch = s.LastNew, s.LastNew.Add(99*day) },
		} {
			other := s
			change(&other)
			if at, _ := fellSilent(&other, tt.days); !at.IsZero() {
				t.Errorf("%s: %+v is silent", tt.name, other)
			}
		}
	}
}
