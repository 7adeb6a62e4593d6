package dedup

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed tracking.tsv
var trackingTable string

//go:embed redirectors.tsv
var redirectorTable string

// trackers and redirectors are the two tables, read when the first address is. A line that is wrong counts nothing; a test sees to it that
// there is none.
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

// trackingRules are the parameters that track. Almost every name is none, which two look-ups tell.
type trackingRules struct {
	names    map[string][]trackingRule // by the whole name
	prefixes map[byte][]trackingRule   // by the first byte of what the name begins with
}

type trackingRule struct {
	prefix string   // of the name; "" where the name is known as a whole
	values []string // that it is limited to; nil: any. A star at the end stands for any rest
	hosts  []string // that it is limited to, with their subdomains; nil: any
}

// track tells whether a parameter of a page says where a reader came from and not what the page is. All are in lower case.
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
	return (r.hosts == nil || anyOf(r.hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) })) &&
		(r.values == nil || anyOf(r.values, func(v string) bool { return matches(v, value) }))
}

func anyOf(all []string, holds func(string) bool) bool {
	for _, s := range all {
		if holds(s) {
			return true
		}
	}
	return false
}

// matches tells whether a value is the wanted one, or begins so where that ends in a star.
func matches(want, value string) bool {
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(value, prefix)
	}
	return want == value
}

// readTracking reads the table of parameters. errs are the lines that are wrong, which are left out.
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
		if pattern != strings.ToLower(pattern) || hosts != strings.ToLower(hosts) || strings.ContainsAny(pattern+hosts, " &;?") {
			return fmt.Errorf("%q on %q is not as it would be looked for", pattern, hosts)
		}
		prefix, open := strings.CutSuffix(name, "*")
		switch {
		case prefix == "" || strings.Contains(prefix, "*"):
			return fmt.Errorf("%q names no parameter", pattern)
		case open && len(prefix) < 3:
			return fmt.Errorf("%q takes too much", pattern)
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

// readRedirectors reads the table of pages that name their target in a parameter: the parameters, by host and path.
func readRedirectors(table string) (pages map[string][]string, errs []error) {
	pages = map[string][]string{}
	errs = eachLine(table, func(page, names string) error {
		host, _, ok := strings.Cut(page, "/")
		if !ok || hostName(host) != host || page != strings.ToLower(page) || pages[page] != nil {
			return fmt.Errorf("%q is no host and path in lower case, or stands there twice", page)
		}
		pages[page] = strings.Split(names, ",")
		return nil
	})
	return pages, errs
}

// eachLine hands out the first two of the four columns of each line that is no comment, and collects what is wrong with them.
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
