package dedup

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed tracking.tsv
var trackingTable string

//go:embed redirectors.tsv
var redirectorTable string

// trackers and redirectors are the two tables, read on first use. Invalid lines are ignored; a test checks that
// there are none.
var (
	trackers = sync.OnceValue(func() *trackingRules {
		rules, _ := readTracking(trackingTable)
		return rules
	})
	redirectors = sync.OnceValue(func() map[string][]string {
		pages, _ := readRedirectors(redirectorTable)
		return pages
	})
)

// trackingRules are the tracking parameters. Two look-ups rule out almost every other name.
type trackingRules struct {
	names    map[string][]trackingRule // by the whole name
	prefixes map[byte][]trackingRule   // by the first byte of their prefix
}

type trackingRule struct {
	prefix string   // of the name; "" for a rule on a whole name
	values []string // the tracking values; nil: any. A star at the end matches any rest
	hosts  []string // the hosts with this parameter, with their subdomains; nil: any
}

// track reports whether a parameter of a page tracks the reader without selecting the page. All arguments are
// in lower case.
func (r *trackingRules) track(host, name, value string) bool {
	for _, rule := range r.names[name] {
		if rule.matches(host, value) {
			return true
		}
	}
	if name == "" {
		return false
	}
	for _, rule := range r.prefixes[name[0]] {
		if strings.HasPrefix(name, rule.prefix) && rule.matches(host, value) {
			return true
		}
	}
	return false
}

func (r *trackingRule) matches(host, value string) bool {
	return (r.hosts == nil || slices.ContainsFunc(r.hosts, func(h string) bool {
		return host == h || strings.HasSuffix(host, "."+h)
	})) && (r.values == nil || slices.ContainsFunc(r.values, func(v string) bool { return matches(v, value) }))
}

// matches reports whether a value equals the wanted one, or has it as its prefix if that ends in a star.
func matches(want, value string) bool {
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(value, prefix)
	}
	return want == value
}

// readTracking reads the table of parameters. It skips invalid lines and returns an error for each.
func readTracking(table string) (rules *trackingRules, errs []error) {
	rules = &trackingRules{map[string][]trackingRule{}, map[byte][]trackingRule{}}
	errs = eachLine(table, func(pattern, hosts string) error {
		name, values, limited := strings.Cut(pattern, "=")
		var rule trackingRule
		if limited {
			rule.values = strings.Split(values, "/")
		}
		if hosts != "*" {
			rule.hosts = strings.Split(hosts, ",")
		}
		if pattern != strings.ToLower(pattern) || hosts != strings.ToLower(hosts) ||
			strings.ContainsAny(pattern+hosts, " &;?") {
			return fmt.Errorf("%q on %q never matches: write it in lower case, without separators", pattern, hosts)
		}
		prefix, open := strings.CutSuffix(name, "*")
		switch {
		case prefix == "" || strings.Contains(prefix, "*"):
			return fmt.Errorf("%q is not the name of a parameter", pattern)
		case open && len(prefix) < 3:
			return fmt.Errorf("%q matches too many parameters", pattern)
		case open:
			rule.prefix = prefix
			rules.prefixes[prefix[0]] = append(rules.prefixes[prefix[0]], rule)
		default:
			rules.names[name] = append(rules.names[name], rule)
		}
		return nil
	})
	return rules, errs
}

// readRedirectors reads the table of pages with their target in a parameter. It returns the parameters by host
// and path.
func readRedirectors(table string) (pages map[string][]string, errs []error) {
	pages = map[string][]string{}
	errs = eachLine(table, func(page, names string) error {
		host, _, ok := strings.Cut(page, "/")
		if !ok || hostName(host) != host || page != strings.ToLower(page) || pages[page] != nil {
			return fmt.Errorf("%q is not a host and path in lower case, or is a duplicate", page)
		}
		pages[page] = strings.Split(names, ",")
		return nil
	})
	return pages, errs
}

// eachLine calls take with the first two of the four columns of each line, comments aside. It returns the
// errors of invalid lines.
func eachLine(table string, take func(first, second string) error) (errs []error) {
	n := 0
	for line := range strings.Lines(table) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 4 {
			errs = append(errs, fmt.Errorf("line %d: %d columns, want 4", n, len(columns)))
			continue
		}
		for i, c := range columns {
			if c == "" || c != strings.TrimSpace(c) {
				errs = append(errs, fmt.Errorf("line %d: column %d is %q", n, i+1, c))
			}
		}
		if err := take(columns[0], columns[1]); err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", n, err))
		}
	}
	return errs
}
