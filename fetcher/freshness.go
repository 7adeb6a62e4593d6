package fetcher

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// fresh is the time for which a response stays fresh (RFC 9111 §4.2).
type fresh struct {
	keep  time.Duration
	known bool // a 304 without freshness information keeps the earlier value
}

// freshness reads Cache-Control, Expires, Date and Age of a response received now. It ignores s-maxage, which is
// for shared caches. no-cache and no-store override max-age. An unreadable value means stale. A missing Date means
// now (RFC 9110 §6.6.1).
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

// seconds parses delta-seconds (RFC 9111 §1.2.2), at most 68 years.
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
