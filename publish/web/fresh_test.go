package web

import (
	"strings"
	"testing"
	"time"
)

// TestO22_FreshUntilTheNextFetch: at least five minutes and at most an hour. The passing time shortens it.
func TestO22_FreshUntilTheNextFetch(t *testing.T) {
	now, next := at(9, 10), time.Time{}
	p := New(example(t), Options{Now: func() time.Time { return now }, Next: func() time.Time { return next }})
	for _, c := range []struct {
		next time.Time
		want string
	}{
		{time.Time{}, "300"}, {now.Add(-time.Hour), "300"}, {now, "300"}, {now.Add(299 * time.Second), "300"},
		{now.Add(301 * time.Second), "301"}, {now.Add(20*time.Minute + 999*time.Millisecond), "1200"},
		{now.Add(time.Hour), "3600"}, {now.AddDate(5, 0, 0), "3600"},
	} {
		next = c.next
		for _, headers := range [][]string{nil, {"If-None-Match: *"}} {
			r := ask(p, "GET", "/pak-us.atom", headers...)
			const rest = ", stale-while-revalidate=3600, stale-if-error=86400"
			if got := r.Header.Get("Cache-Control"); got != "public, max-age="+c.want+rest {
				t.Errorf("next fetch at %v: %d %s", c.next, r.StatusCode, got)
			}
		}
	}
	next = now.Add(20 * time.Minute)
	for _, c := range []struct {
		wait time.Duration
		want string
	}{{0, "1200"}, {time.Second, "1199"}, {10 * time.Minute, "599"}} {
		now = now.Add(c.wait)
		want := "max-age=" + c.want + ","
		if got := ask(p, "GET", "/").Header.Get("Cache-Control"); !strings.Contains(got, want) {
			t.Errorf("after %v: %s", c.wait, got)
		}
	}
}

// TestO22_PagesMayHaveTheirOwnFreshness: an immutable page overrides the default.
func TestO22_PagesMayHaveTheirOwnFreshness(t *testing.T) {
	const forever = "public, max-age=31536000, immutable"
	s := example(t)
	s.kept["pak-us.atom"].Page.Meta.Cache = forever
	p := New(s, Options{})
	for _, headers := range [][]string{nil, {"If-None-Match: *"}} {
		if got := ask(p, "GET", "/pak-us.atom", headers...).Header.Get("Cache-Control"); got != forever {
			t.Errorf("Cache-Control %s", got)
		}
	}
}
