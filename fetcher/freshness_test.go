package fetcher

import (
	"bytes"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const httpDate = "Mon, 02 Nov 2026 10:00:00 GMT"

func noon() time.Time { return time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC) }

func TestF11FreshnessOfHeaders(t *testing.T) {
	const unknown = -1
	for _, c := range []struct {
		name, lines string
		want        time.Duration
	}{
		{"nothing", "", unknown},
		{"max-age", "Cache-Control: max-age=7200", 2 * time.Hour},
		{"upper case", "CACHE-CONTROL: MAX-AGE=7200", 2 * time.Hour},
		{"quoted", `Cache-Control: Max-Age="7200"`, 2 * time.Hour},
		{"among others", "Cache-Control: private, max-age=7200, must-revalidate", 2 * time.Hour},
		{"on the second line", "Cache-Control: private\nCache-Control: max-age=7200", 2 * time.Hour},
		{"without a space", "Cache-Control: public,max-age=7200,immutable", 2 * time.Hour},
		{"less Age", "Cache-Control: max-age=7200\nAge: 1800", 90 * time.Minute},
		{"Age over max-age", "Cache-Control: max-age=7200\nAge: 9000", 0},
		{"Age that cannot be read", "Cache-Control: max-age=7200\nAge: old", 2 * time.Hour},
		{"s-maxage is for shared caches", "Cache-Control: s-maxage=86400", unknown},
		{"s-maxage beside max-age", "Cache-Control: s-maxage=86400, max-age=7200", 2 * time.Hour},
		{"no-cache", "Cache-Control: no-cache, max-age=7200", 0},
		{"no-store after it", "Cache-Control: max-age=7200, no-store", 0},
		{"the same twice", "Cache-Control: max-age=7200, max-age=7200", 2 * time.Hour},
		{"twice and different", "Cache-Control: max-age=7200, max-age=60", 0},
		{"three times, the last different", "Cache-Control: max-age=7200, max-age=7200\nCache-Control: max-age=60", 0},
		{"negative", "Cache-Control: max-age=-1", 0},
		{"a fraction", "Cache-Control: max-age=7200.5", 0},
		{"empty", "Cache-Control: max-age=", 0},
		{"without a value", "Cache-Control: max-age", 0},
		{"words", "Cache-Control: max-age=forever", 0},
		{"2^63", "Cache-Control: max-age=9223372036854775808", (1<<31 - 1) * time.Second},
		{"max-age=0", "Cache-Control: max-age=0", 0},
		{"Expires", "Expires: Mon, 02 Nov 2026 13:00:00 GMT\nDate: " + httpDate, 3 * time.Hour},
		{"max-age goes before Expires",
			"Cache-Control: max-age=7200\nExpires: Mon, 02 Nov 2026 13:00:00 GMT\nDate: " + httpDate, 2 * time.Hour},
		{"Expires in the past", "Expires: Mon, 02 Nov 2020 13:00:00 GMT\nDate: " + httpDate, 0},
		{"Expires: 0", "Expires: 0\nDate: " + httpDate, 0},
		{"Expires: -1", "Expires: -1\nDate: " + httpDate, 0},
		{"Expires counts from the server's clock",
			"Expires: Mon, 02 Nov 2026 13:00:00 GMT\nDate: Mon, 02 Nov 2026 12:00:00 GMT", time.Hour},
		{"Expires without Date", "Expires: Mon, 02 Nov 2026 13:00:00 GMT", 3 * time.Hour},
		{"Expires with a broken Date", "Expires: Mon, 02 Nov 2026 13:00:00 GMT\nDate: today", 3 * time.Hour},
		{"Expires as RFC 850 wrote it", "Expires: Monday, 02-Nov-26 13:00:00 GMT\nDate: " + httpDate, 3 * time.Hour},
		{"Expires as asctime wrote it", "Expires: Mon Nov  2 13:00:00 2026\nDate: " + httpDate, 3 * time.Hour},
		{"Expires beside s-maxage",
			"Cache-Control: s-maxage=60\nExpires: Mon, 02 Nov 2026 13:00:00 GMT\nDate: " + httpDate, 3 * time.Hour},
	} {
		got := freshness(headerOf(c.lines), noon())
		if want := (fresh{max(c.want, 0), c.want != unknown}); got != want {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

// headerOf parses header lines as net/http does.
func headerOf(lines string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(lines) {
		name, value, _ := strings.Cut(line, ":")
		h.Add(name, strings.TrimSpace(value))
	}
	return h
}

func TestF12CappedFreshnessIsLogged(t *testing.T) {
	var log bytes.Buffer
	s := script(reply{header: headers("Cache-Control", "max-age=315360000"), body: edition("one")})
	p := polling(s)
	p.Fetcher = New(Options{
		Transport: s,
		Log:       slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	r := p.well(t)
	if wait := r.Next.Sub(r.At); wait < 24*time.Hour || wait > 27*time.Hour {
		t.Errorf("comes back after %v, want about 24h", wait)
	}
	if !strings.Contains(log.String(), "freshness capped") {
		t.Errorf("not logged: %s", log.String())
	}
	p.Fetcher = New(Options{Transport: s, MaxEvery: 31 * 24 * time.Hour})
	if r := p.well(t); r.Next.Sub(r.At) < 31*24*time.Hour {
		t.Errorf("comes back after %v, though 31 days are allowed", r.Next.Sub(r.At))
	}
}

func TestF22RetryAfterIsRead(t *testing.T) {
	half := noon().Add(500 * time.Millisecond)
	for _, c := range []struct {
		value string
		now   time.Time
		want  time.Duration
	}{
		{"", noon(), 0},
		{"120", noon(), 2 * time.Minute},
		{" 120 ", noon(), 2 * time.Minute},
		{"86400", noon(), 24 * time.Hour},
		{"0", noon(), 0},
		{"-5", noon(), 0},
		{"1.5", noon(), 0},
		{"soon", noon(), 0},
		{"99999999999999999999", noon(), (1<<31 - 1) * time.Second},
		{"Mon, 02 Nov 2026 12:00:00 GMT", noon(), 2 * time.Hour},
		{"Mon, 02 Nov 2026 12:00:00 GMT", half, 2 * time.Hour}, // rounded up: never early
		{"Mon, 02 Nov 2026 12:00:00 GMT", noon().Add(600 * time.Millisecond), 2 * time.Hour},
		{"Monday, 02-Nov-26 12:00:00 GMT", noon(), 2 * time.Hour},
		{"Mon, 02 Nov 2020 12:00:00 GMT", noon(), 0},
	} {
		if got := retryAfter(headers("Retry-After", c.value), c.now); got != c.want {
			t.Errorf("Retry-After: %q at %v: %v, want %v", c.value, c.now, got, c.want)
		}
	}
}

func TestF11NeverBeforeMaxAgeLessAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		maxAge, age := rapid.IntRange(0, 1<<31-1).Draw(t, "max-age"), rapid.IntRange(0, 1<<31-1).Draw(t, "age")
		h := http.Header{}
		h.Set("Cache-Control", "max-age="+strconv.Itoa(maxAge))
		h.Set("Age", strconv.Itoa(age))
		if got, want := freshness(h, noon()), time.Duration(max(0, maxAge-age))*time.Second; got.keep != want ||
			!got.known {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func FuzzFreshnessAndRetryAfter(f *testing.F) {
	f.Add("max-age=60, private", "Mon, 02 Nov 2026 13:00:00 GMT", httpDate, "12", "120")
	f.Add(`no-cache="a, max-age=5"`, "0", "", "-1", "Mon, 02 Nov 2026 12:00:00 GMT")
	f.Add("MAX-AGE=\"99999999999999999999\"", "", "x", "99999999999", "9223372036854775808")
	f.Fuzz(func(t *testing.T, cache, expires, date, age, retry string) {
		h := http.Header{
			"Cache-Control": {cache, cache},
			"Expires":       {expires},
			"Date":          {date},
			"Age":           {age},
			"Retry-After":   {retry},
		}
		if got := freshness(h, noon()); got.keep < 0 || got.keep > 0 && !got.known {
			t.Errorf("fresh for %v, known %v", got.keep, got.known)
		}
		if got := retryAfter(h, noon()); got < 0 || got%time.Second != 0 && got < 1<<60 {
			t.Errorf("wait %v", got)
		}
		if n, ok := seconds(retry); n < 0 || n > (1<<31-1)*time.Second ||
			!ok && strings.Trim(retry, "0123456789") == "" && retry != "" {
			t.Errorf("seconds(%q) = %v, %v", retry, n, ok)
		}
	})
}
