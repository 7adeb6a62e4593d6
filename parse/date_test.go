package parse_test

import (
	"testing"
	"time"

	"oped/parse"
)

// TestTime (P8) checks dates in their usual forms, and other strings.
func TestTime(t *testing.T) {
	for _, tc := range []struct{ s, country, want string }{
		{"Thu, 01 Jan 2004 19:48:21 GMT", "", "2004-01-01T19:48:21Z"},
		{"Thu, 1 Jan 04 19:48 +0500", "", "2004-01-01T14:48:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 PKT", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 (PKT)", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 +0500 (PKT)", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 GMT+5", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 GMT+0530", "", "2026-01-05T04:30:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 UTC", "Pakistan", "2026-01-05T10:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00", "Pakistan", "2026-01-05T05:00:00Z"},
		{"2026-01-05 10:00:00", "Pakistan", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00", "", "2026-01-05T10:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 IST", "India", "2026-01-05T04:30:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 IST", "Israel", "2026-01-05T08:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 BST", "Bangladesh", "2026-01-05T04:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 EST", "United States", "2026-01-05T15:00:00Z"},
		{"5 Sept 2026 10:00 z", "", "2026-09-05T10:00:00Z"},
		{"January 5, 2026 3:07 PM", "", "2026-01-05T15:07:00Z"},
		{"Jan 5th, 2026 at 12:07 a.m.", "", "2026-01-05T00:07:00Z"},
		{"Thu Jan  1 19:48:21 2004", "", "2004-01-01T19:48:21Z"},
		{"Thu Jan  1 19:48:21 PST 2004", "", "2004-01-02T03:48:21Z"},
		{"2026-01-05T10:00:00Z", "", "2026-01-05T10:00:00Z"},
		{"2026-01-05t10:00:00z", "", "2026-01-05T10:00:00Z"},
		{"2026-01-05T10:00:00.123+05:00", "", "2026-01-05T05:00:00.123Z"},
		{"2026-01-05T10:00+0500", "", "2026-01-05T05:00:00Z"},
		{"2026-01-05 10:00:00 +0500", "", "2026-01-05T05:00:00Z"},
		{"2026-01-05 10:00:00 UTC", "", "2026-01-05T10:00:00Z"},
		{"20260105T100000Z", "", "2026-01-05T10:00:00Z"},
		{"2026-01", "", "2026-01-01T00:00:00Z"},
		{"2026-01-05T24:00:00Z", "", "2026-01-06T00:00:00Z"},
		{"31-Jan-2026 08:00:00", "", "2026-01-31T08:00:00Z"},
		{"03/04/2026", "", "2026-04-03T00:00:00Z"},
		{"۵ جنوری ۲۰۲۶", "Pakistan", "2026-01-04T19:00:00Z"},
		{"٢٠٢٦-٠١-٠٥T١٠:٠٠:٠٠Z", "", "2026-01-05T10:00:00Z"},
		{"Seg, 24 Set 2018 19:35:07 -0300", "", "2018-09-24T22:35:07Z"},
		{"mer, 16 nov 2022 00:38:15 +0100", "", "2022-11-15T23:38:15Z"},
		{"03 Apr 02 1500 GMT", "", "2002-04-03T15:00:00Z"},
		{"2003-12-31T10:14:55-08:00", "", "2003-12-31T18:14:55Z"},
	} {
		got, ok := parse.Time(tc.s, tc.country)
		if !ok || got.Format(time.RFC3339Nano) != tc.want {
			t.Errorf("P8 %q in %q: got %v %v, want %s", tc.s, tc.country, got.Format(time.RFC3339Nano), ok, tc.want)
		}
	}
	for _, bad := range []string{"", "now", "yesterday", "Mon", "31 Feb 2026", "2026-02-30", "2026-13-01",
		"2026-01-05T25:00:00Z", "2026-01-05T10:60:00Z", "32/13/2026",
		"Mon, 05 Jan 2026 10:00:00 Venus", "0000-00-00 00:00:00", "12345", "5 10", "05 Jan",
		"2026-01-05T10:00:00+99:00", "aaaa-01-01"} {
		if got, ok := parse.Time(bad, "Pakistan"); ok || !got.IsZero() {
			t.Errorf("P8 %q: got %v, want none", bad, got)
		}
	}
}

// TestTime_Unset checks that a system's zero time is no date, in any zone, and that a day near it is one.
func TestTime_Unset(t *testing.T) {
	for _, s := range []string{
		"Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 1970 05:00:00 +0500", "Wed, 31 Dec 1969 19:00:00 -0500",
		"1970-01-01", "1970-01-01T00:00:00Z", "1970-01-01T05:30:00Z",
		"Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00", "0001-01-01T00:00:00-05:00",
	} {
		for _, country := range []string{"", "Pakistan"} {
			if at, ok := parse.Time(s, country); ok || !at.IsZero() {
				t.Errorf("%s: %v", s, at)
			}
		}
	}
	for _, s := range []string{
		"Fri, 02 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 1970 04:07:00 +0000", "Tue, 30 Dec 1969 00:00:00 GMT",
		"Sun, 14 May 1961 00:00:00 GMT",
	} {
		if _, ok := parse.Time(s, ""); !ok {
			t.Errorf("%s is not a date", s)
		}
	}
}
