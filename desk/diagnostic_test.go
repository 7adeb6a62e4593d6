package desk

import (
	"net/url"
	"regexp"
	"testing"

	"oped"
)

// commands matches a command of the terminal.
var commands = regexp.MustCompile(`oped (piece|undo|topic|feeds|show|explain|ls|desk|dedup) ?[a-z]*`)

// TestHintsNameTheWayOfTheDesk: no mistake on the desk is answered with a command of the terminal.
func TestHintsNameTheWayOfTheDesk(t *testing.T) {
	o := newOffice(t, map[string]string{
		"/feed-a": rss("A", item(1, "The river", "words"), item(2, "Of tea", "leaves"), item(3, "Rain", "clouds")),
	})
	omar := o.as("omar", oped.RoleOperator)
	act := func(fields ...string) (int, string) {
		f := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			f.Add(fields[i], fields[i+1])
		}
		return omar.post("decide", f)
	}
	act("action", "approve", "piece", "1", "edition", "picks")
	act("action", "merge", "piece", "1 2", "force", "yes")
	act("action", "withdraw", "piece", "3")
	act("action", "undo", "decision", "4")
	act("action", "withdraw", "piece", "3")
	for _, x := range []struct {
		want   string
		fields []string
	}{
		{"Undo the withdrawal in the log", []string{"action", "approve", "piece", "3", "edition", "picks"}},
		{"Undo the withdrawal in the log", []string{"action", "withdraw", "piece", "3"}},
		{"reject removes it", []string{"action", "hold", "piece", "1", "edition", "picks", "until", "12:00"}},
		{"approve publishes now", []string{"action", "hold", "piece", "1", "edition", "picks", "until", "2001-01-01T12:00:00Z"}},
		{"The page Editions lists them", []string{"action", "note", "piece", "1", "edition", "zzzzzzzz", "note", "x"}},
		{"The page of piece 1 shows why", []string{"action", "merge", "piece", "1 http://papers.example/opinion/2"}},
		{"The page of piece 1 has its appearances", []string{"action", "split", "piece", "1"}},
		{"choose among them", []string{"action", "split", "piece", "1#7"}},
		{"The log lists the decisions", []string{"action", "undo", "decision", "99"}},
		{"The log lists the decisions", []string{"action", "undo", "decision", "4"}},
		{"decide again instead", []string{"action", "undo", "decision", "5"}},
		{"From the configuration: change it there", []string{"action", "undo", "decision", "1"}},
	} {
		code, page := act(x.fields...)
		if omar.has(page, x.want); code != 422 || commands.MatchString(page) {
			t.Errorf("%q: status %d, %q", x.fields, code, commands.FindString(page))
		}
	}
	_, page := omar.post("accounts/add", url.Values{"name": {"omar"}, "role": {"reader"}})
	omar.has(page, "Reset it for a new link")
	_, page = omar.post("accounts/reset", url.Values{"name": {"nobody"}})
	omar.has(page, "load the page again")
}
