package oped_test

import (
	"strings"
	"testing"
	"time"

	"oped"
)

func TestDiagnose(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	failing := func(kind oped.FailureKind, status int, said string) oped.FeedState {
		s := oped.FeedState{
			LastFetch:    at.Add(time.Hour),
			LastSuccess:  at.Add(-time.Hour),
			FailingSince: at,
			NextFetch:    at.Add(5 * time.Hour),
			Failures:     3,
			LastKind:     kind,
			LastStatus:   status,
			LastError:    string(kind) + ": " + said,
		}
		s.Enabled = true
		return s
	}
	never := failing(oped.Gone, 410, "410 Gone")
	never.LastSuccess = time.Time{}
	for _, tt := range []struct {
		feed                oped.FeedState
		state, text, steady string
	}{
		{
			failing(oped.Network, 0, "dial tcp 192.0.2.1:443: connect: connection refused"), "failing",
			"unreachable since 2 Mar 09:30: dial tcp 192.0.2.1:443: connect: connection refused",
			"unreachable since 2 Mar 09:30: connection refused",
		},
		{
			failing(oped.Network, 0, "lookup paper.example on 10.0.0.53:53: no such host"), "failing",
			"unreachable since 2 Mar 09:30: lookup paper.example on 10.0.0.53:53: no such host",
			"unreachable since 2 Mar 09:30: no such host",
		},
		{
			failing(oped.Network, 0, "x509: certificate has expired: current time 2026-03-02T10:00:00Z"), "failing",
			"unreachable since 2 Mar 09:30: x509: certificate has expired: current time 2026-03-02T10:00:00Z",
			"unreachable since 2 Mar 09:30: its certificate does not hold",
		},
		{
			failing(oped.Network, 0, "read tcp 10.0.0.5:40112->192.0.2.1:443: connection reset by peer"), "failing",
			"unreachable since 2 Mar 09:30: read tcp 10.0.0.5:40112->192.0.2.1:443: connection reset by peer",
			"unreachable since 2 Mar 09:30",
		},
		{
			failing(oped.Timeout, 200, "812 bytes in 1m0s is too slow"), "failing",
			"too slow: 812 bytes in 1m0s is too slow",
			"too slow",
		},
		{
			failing(oped.Throttled, 429, "429 Too Many Requests: asks us to wait 2h0m0s"), "failing",
			"asks us to wait until 2 Mar 14:30",
			"asks us to wait",
		},
		{
			oped.FeedState{Removed: true}, "disabled",
			"no longer in the configuration; its entries stay", "",
		},
		{
			failing(oped.Throttled, 503, "503 Service Unavailable: asks us to wait 2h0m0s"), "failing",
			"asks us to wait until 2 Mar 14:30",
			"asks us to wait",
		},
		{
			failing(oped.Throttled, 0, "paper.example asked us to wait until 2026-03-02T14:00:00Z"), "failing",
			"asks us to wait until 2 Mar 14:30",
			"asks us to wait",
		},
		{
			failing(oped.Throttled, 429, "429 Too Many Requests"), "failing",
			"asks us to wait until 2 Mar 14:30",
			"asks us to wait",
		},
		{
			failing(oped.Throttled, 503, "503 Service Unavailable"), "failing",
			"503 Service Unavailable; next attempt 2 Mar 14:30",
			"503 Service Unavailable",
		},
		{
			failing(oped.Server, 500, "500 Internal Server Error"), "failing",
			"500 Internal Server Error",
			"500 Internal Server Error",
		},
		{
			failing(oped.Client, 404, "404 Not Found"), "failing",
			"404 Not Found; check the address",
			"404 Not Found; check the address",
		},
		{
			failing(oped.Client, 403, "403 Forbidden: Cloudflare"), "failing",
			"403 Forbidden: Cloudflare",
			"403 Forbidden: Cloudflare",
		},
		{failing(oped.Gone, 410, "410 Gone"), "failing", "gone; remove it", "gone; remove it"},
		{
			failing(oped.Malformed, 200, "line 7, column 3"), "failing",
			"line 7, column 3",
			"what it answers cannot be read",
		},
		{
			failing(oped.TooLarge, 200, "9 bytes blow up to more than 900"), "failing",
			"9 bytes blow up to more than 900",
			"what it answers is too large",
		},
		{failing(oped.NotFeed, 200, "this is an HTML page"), "failing", "this is an HTML page", "this is an HTML page"},
		{
			failing(oped.Refused, 0, "10.0.0.1 is private"), "failing",
			"refused by our own rules: 10.0.0.1 is private",
			"refused by our own rules",
		},
		{never, "never", "has never delivered: gone; remove it", "has never delivered: gone; remove it"},
		{oped.FeedState{Feed: oped.Feed{Enabled: true}}, "new", "not fetched yet", ""},
		{oped.FeedState{}, "disabled", "enabled: false in the configuration", ""},
		{
			oped.FeedState{
				Feed:   oped.Feed{Enabled: true, Name: "dawn"},
				Paused: true,
			}, "paused",
			"by the operator; oped feeds resume dawn",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
				LastError:   "it breaks off",
				Entries:     1,
			}, "ok",
			"read in part: it breaks off",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
				Limits:      oped.Limits{oped.PeopleLimit},
				Entries:     1,
			}, "ok",
			"an entry names more than 20 people; the others were left out",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
				LastError:   "it breaks off",
				Limits:      oped.Limits{oped.ContentLimit},
			}, "ok",
			"read in part: it breaks off; a text is longer than 512 KiB and was cut",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
				Entries:     1,
				Limits:      oped.Limits{oped.TopicLimit},
				Deferred:    7,
			}, "ok",
			"its entries mention topics so often that telling them takes too long; " +
				"the others wait for the next fetch, and pieces that were added to keep their topics (7 wait)",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
				Entries:     1,
				Limits:      oped.Limits{oped.QuotaLimit},
				Deferred:    1490,
			}, "ok",
			"it has more new entries than its quota for a day; " +
				"the others wait (1490 wait; quota: in the configuration)",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
			}, "ok",
			"answers, but has had no entry yet",
			"",
		},
		{
			oped.FeedState{
				Feed:        oped.Feed{Enabled: true},
				LastFetch:   at,
				LastSuccess: at,
				Entries:     1,
			}, "ok",
			"",
			"",
		},
	} {
		if d := oped.Diagnose(&tt.feed); d != (oped.Diagnosis{State: tt.state, Text: tt.text, Steady: tt.steady}) {
			t.Errorf("%+v", d)
		}
		again := tt.feed
		again.Failures, again.LastFetch, again.NextFetch =
			9, again.LastFetch.Add(time.Hour), again.NextFetch.Add(time.Hour)
		if a, b := oped.Diagnose(&tt.feed).Steady, oped.Diagnose(&again).Steady; !tt.feed.LastFetch.IsZero() &&
			(a != b || strings.Contains(a, "10.0.0")) {
			t.Errorf("not steady: %q, %q", a, b)
		}
	}
}
