package fetcher

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// TestWaitsOutliveTheProcess (F22): a new fetcher, as of the next run of cron or after SIGHUP, leaves a domain alone
// as long as an earlier one was asked to.
func TestWaitsOutliveTheProcess(t *testing.T) {
	const h = time.Hour
	after := func(status int, value string) reply {
		return reply{status: status, header: headers("Retry-After", value)}
	}
	for _, c := range []struct {
		name  string
		given reply
		other string // a feed of the next process
		later time.Duration
		held  bool
	}{
		{"seconds", after(429, "7200"), "http://paper.example/b", h, true},
		{"a date", after(429, "Sat, 01 Jan 2000 02:00:00 GMT"), "http://paper.example/b", h, true},
		{"503", after(503, "7200"), "http://paper.example/b", h, true},
		{"another host of the domain", after(429, "7200"), "https://www.paper.example/b", h, true},
		{"a redirect into it", after(429, "7200"), "http://moved.example/", h, true},
		{"another user", after(429, "7200"), "http://reader:secret@paper.example/b", h, true},
		{"30 days", after(429, "2592000"), "http://paper.example/b", 29 * 24 * h, true},
		{"years, which count as 31 days", after(429, "999999999"), "http://paper.example/b", 30 * 24 * h, true},

		{"years, 32 days later", after(429, "999999999"), "http://paper.example/b", 32 * 24 * h, false},
		{"over", after(429, "7200"), "http://paper.example/b", 2 * h, false},
		{"no Retry-After", reply{status: 429}, "http://paper.example/b", time.Minute, false},
		{"an unreadable one", after(429, "soon"), "http://paper.example/b", time.Minute, false},
		{"404", after(404, "7200"), "http://paper.example/b", h, false},
		{"another domain", after(429, "7200"), "http://other.example/b", h, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &site{response: func(n int, r *http.Request) reply {
					switch {
					case n == 0:
						return c.given
					case r.URL.Host == "moved.example":
						return redirect(http.StatusFound, "http://paper.example/b")
					}
					return reply{body: edition("one")}
				}}
				feeds := due("http://paper.example/a")
				if err := New(Options{Transport: s}).Once(t.Context(), feeds, feeds.keep); err != nil {
					t.Fatal(err)
				}
				time.Sleep(c.later) // in the bubble's time
				more := due(c.other)
				more.waits = feeds.waits
				if err := New(Options{Transport: s}).Once(t.Context(), more, more.keep); err != nil {
					t.Fatal(err)
				}
				got := more.feeds[0]
				if (got.LastKind == oped.Throttled) != c.held || got.LastSuccess.IsZero() != c.held {
					t.Errorf("%s %q", got.LastKind, got.LastError)
				}
				now := feedAt(c.other)
				r, err := New(Options{Transport: s}).FetchNow(t.Context(), more, now, time.Time{})
				if err != nil || (r.Err != nil) != c.held {
					t.Errorf("by hand: %v, %v", r.Err, err)
				}
				if over := len(more.waits) > 0; over != c.held && c.other != "http://other.example/b" {
					t.Errorf("waits %v", more.waits)
				}
			})
		})
	}
}
