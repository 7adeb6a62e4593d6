package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"oped"
	"oped/internal/regular"
)

// The files about rights. Both belong at the root of a host: with a path in the base URL, a server in front has to map
// them.
const (
	robotsFile       = "robots.txt"              // RFC 9309
	reservationsFile = ".well-known/tdmrep.json" // TDMRep, #sec-tdm-file
)

// Each file begins with a mark. A file of this name without it belongs to somebody else, and stays.
const (
	robotsMark      = "# Written by oped."
	reservationMark = "[\n\t{\"tdm-reservation\": 1, \"location\": "
	noReservation   = "[\n\t]\n"
)

// writeRobots writes the file for crawlers. It allows all of them everything, since each page has its own rules. The
// content signals are about the use of what they find (contentsignals.org).
func (s *site) writeRobots(b *bytes.Buffer) {
	b.WriteString(robotsMark + " To have another robots.txt, replace this file.\n")
	b.WriteString("# Every text belongs to its author and publisher. Pages and feeds carry on what they ask for.\n")
	b.WriteString("User-agent: *\n")
	if signal := s.options.ContentSignal; signal != "" {
		b.WriteString("Content-Signal: " + signal + "\n")
	}
	b.WriteString("Allow: /\n")
}

// writeReservations writes the rules of the editions and lists that may have words of a publisher with a reservation
// (TDMRep, #sec-tdm-file). Their feeds and archives have no place for it as files. The page of a piece has.
func (s *site) writeReservations(b *bytes.Buffer) error {
	root := ""
	if u, err := url.Parse(s.at.base); err == nil {
		root = u.EscapedPath()
	}
	var rules []string
	add := func(w oped.Signals, prefixes ...string) error {
		for _, prefix := range prefixes {
			if !w.Reserved {
				break
			}
			at, err := json.Marshal(root + "/" + prefix)
			if err != nil {
				return err
			}
			policy, err := json.Marshal(w.Policy)
			if err != nil {
				return err
			}
			rule := reservationMark[len("[\n"):] + string(at)
			if w.Policy != "" {
				rule += `, "tdm-policy": ` + string(policy)
			}
			rules = append(rules, rule+"}")
		}
		return nil
	}
	var all oped.Signals
	for i := range s.feedList {
		all = all.And(s.feedList[i].Signals())
	}
	for i := range s.editions {
		e := &s.editions[i]
		if err := add(s.mayCarry(&e.Filter), e.Name+".", e.Name+"/"); err != nil {
			return err
		}
	}
	if s.searches() {
		if err := add(all, SearchName); err != nil {
			return err
		}
	}
	if len(rules) == 0 {
		b.WriteString(noReservation)
		return nil
	}
	fmt.Fprintf(b, "[\n%s\n]\n", strings.Join(rules, ",\n"))
	return nil
}

// mayCarry returns the wishes of the publishers whose pieces an edition may take, by their names and feeds alone.
func (s *site) mayCarry(f *oped.Filter) (w oped.Signals) {
	for i := range s.feedList {
		feed := &s.feedList[i]
		if (len(f.Publishers) == 0 || slices.Contains(f.Publishers, feed.Publisher)) &&
			(len(f.Feeds) == 0 || slices.Contains(f.Feeds, feed.URL)) {
			w = w.And(feed.Signals())
		}
	}
	return w
}

// isForeign reports whether a file about rights exists that oped has not written.
func isForeign(root *os.Root, name string) bool {
	var marks []string
	switch name {
	case robotsFile:
		marks = []string{robotsMark}
	case reservationsFile:
		marks = []string{reservationMark, noReservation}
	default:
		return false
	}
	f, err := regular.OpenIn(root, name)
	if err != nil {
		return false
	}
	defer f.Close()
	var beginning [64]byte
	n, _ := io.ReadFull(f, beginning[:])
	return !slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(beginning[:n], []byte(m)) })
}
