package dedup

import (
	"strings"
	"testing"
)

// TestTables_AreValid checks that every line of the tables is valid, that none repeats a parameter for the same
// sites, and that each has an effect.
func TestTables_AreValid(t *testing.T) {
	_, errs := readTracking(trackingTable)
	_, more := readRedirectors(redirectorTable)
	for _, err := range append(errs, more...) {
		t.Error(err)
	}
	seen := map[string]bool{}
	lines := 0
	eachLine(trackingTable, func(pattern, hosts string) error {
		lines++
		if seen[pattern+" "+hosts] {
			t.Errorf("%s on %s is a duplicate", pattern, hosts)
		}
		seen[pattern+" "+hosts] = true
		host, _, _ := strings.Cut(strings.Replace(hosts, "*", "a.example", 1), ",")
		name, values, _ := strings.Cut(pattern, "=")
		value, _, _ := strings.Cut(values, "/")
		parameter := strings.Replace(name, "*", "x", 1) + "=" + strings.TrimSuffix(value, "*")
		if got := CanonicalURL("https://www." + host + "/x?" + parameter); got != "https://www."+host+"/x" {
			t.Errorf("%s on %s: %s remains of %s", pattern, hosts, got, parameter)
		}
		if hosts != "*" {
			if got := CanonicalURL("https://not" + host + "/x?" + parameter); !strings.Contains(got, "?") &&
				pattern != "source=feed_*" {
				t.Errorf("%s is removed on other sites too", pattern)
			}
		}
		return nil
	})
	t.Logf("%d parameters", lines)
	eachLine(redirectorTable, func(page, names string) error {
		for name := range strings.SplitSeq(names, ",") {
			if got := CanonicalURL(
				"https://" + page + "?x=1&" + name + "=https%3A%2F%2Fa.example%2Fx"); got != "https://a.example/x" {
				t.Errorf("%s by %s leads to %s", page, name, got)
			}
		}
		return nil
	})
}

// TestTables_RejectMistakes plants a mistake of every kind and checks that each is found.
func TestTables_RejectMistakes(t *testing.T) {
	for _, line := range []string{
		"utm_*\t*\tUrchin", "utm_*\t*\tUrchin\t", " utm_*\t*\tUrchin\tseen", "*\t*\tall\tseen", "=rss\t*\tnobody\tseen",
		"u*\t*\tUrchin\tseen", "a*b*\t*\tnobody\tseen",
		"UTM\t*\tUrchin\tseen", "a b\t*\tnobody\tseen", "a&b\t*\tnobody\tseen", "a\tA.example\tnobody\tseen", "",
	} {
		if _, errs := readTracking("# fine\nmc_cid\t*\tMailchimp\tseen\n" + line + "\n"); len(errs) == 0 {
			t.Errorf("%q is accepted", line)
		}
	}
	for _, line := range []string{
		"a.example\turl\tA\tseen", "A.example/\turl\tA\tseen", "a b/\turl\tA\tseen", "b.example/x\turl\tB\tseen",
	} {
		if _, errs := readRedirectors("b.example/x\tto\tB\tseen\n" + line + "\n"); len(errs) == 0 {
			t.Errorf("%q is accepted", line)
		}
	}
}
