package fetcher

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// fresh is how long a response may be kept without asking again (RFC 9111 §4.2).
type fresh struct {
	keep  time.Duration
	known bool // the response says so: a 304 that does not leaves what was said before
}

// freshness reads Cache-Control, Expires, Date and Age of a response that came now. s-maxage is for shared caches and ignored; no-cache and
// no-store make max-age mean nothing; what cannot be read means stale. A Date that is missing is now (RFC 9110 §6.6.1).
func freshness(h http.Header, now time.Time) fresh {
	var maxAge []string
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-cache", "no-store":
				return fresh{0, true}
			case "max-age":
				maxAge = append(maxAge, strings.Trim(strings.TrimSpace(value), `"`))
			}
		}
	}
	if len(maxAge) > 0 {
		keep, ok := seconds(maxAge[0])
		if !ok || len(slices.Compact(maxAge)) > 1 {
			return fresh{0, true}
		}
		age, _ := seconds(strings.TrimSpace(h.Get("Age")))
		return fresh{max(0, keep-age), true}
	}
	if h.Get("Expires") == "" {
		return fresh{}
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return fresh{0, true}
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		date = now
	}
	return fresh{max(0, expires.Sub(date)), true}
}

// seconds reads delta-seconds (RFC 9111 §1.2.2): more than 68 years are 68 years.
func seconds(s string) (time.Duration, bool) {
	const most = 1<<31 - 1
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = min(n*10+int(c-'0'), most)
	}
	return time.Duration(n) * time.Second, s != ""
}
