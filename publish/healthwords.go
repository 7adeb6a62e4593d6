package publish

import (
	"cmp"
	"strings"

	"oped"
)

// headlineOf says in one sentence what a trouble means to people. It stays the same as long as the trouble lasts.
func headlineOf(t *trouble) string {
	s := t.feed
	name := cmp.Or(line(s.Publisher), line(s.Title), line(s.DocTitle), line(s.Name), feedURL(&s.Feed), "A feed")
	says := map[oped.FailureKind]string{
		oped.Network:   "cannot be reached",
		oped.Timeout:   "answers too slowly",
		oped.Throttled: "asks for fewer requests",
		oped.Server:    "answers with an error",
		oped.Client:    "refuses to answer",
		oped.Gone:      "has ended its feed",
		oped.TooLarge:  "sends too much at once",
		oped.NotFeed:   "answers with something other than a feed",
		oped.Malformed: "sends a feed that cannot be read",
		oped.Refused:   "has an address that our own rules refuse",
		oped.Fatal:     "sends a feed that oped cannot read",
	}[oped.FailureKind(t.kind)]
	switch {
	case t.kind == silent:
		says = "has published nothing since " + dayText(t.since)
	case s.LastKind == oped.Client && s.LastStatus == 404:
		says = "has no feed at its address"
	case s.LastKind == oped.NotFeed && strings.Contains(s.LastError, "HTML"):
		says = "answers with a web page instead of a feed"
	case s.LastKind == oped.Network && strings.Contains(t.message, "certificate"):
		says = "has a certificate that does not hold"
	}
	return name + " " + cmp.Or(says, "fails")
}
