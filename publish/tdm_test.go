package publish

import (
	"strings"
	"testing"
)

// TestReservation: pages with words of a publisher that reserves text and data mining say so, as do their details; the
// others do not (TDMRep).
func TestReservation(t *testing.T) {
	s := explained(t)
	p := published(t, s, explaining(t))
	says := func(name string) bool {
		return strings.Contains(string(p.document(name)), `<meta name="tdm-reservation" content="1">`)
	}
	pages := []string{"pak-us/index.html", "piece/1/index.html", "piece/1/why/index.html", "piece/2/index.html", "index.html"}
	for _, name := range pages {
		if says(name) {
			t.Errorf("%s reserves what no publisher does", name)
		}
	}
	url := s.pieces["pak-us"][0].Lead().FeedURL
	for _, configured := range []bool{true, false} {
		for i := range s.feeds {
			if s.feeds[i].URL == url {
				s.feeds[i].Reserved, s.feeds[i].DocReserved = configured, !configured
			}
		}
		p = published(t, s, explaining(t))
		for _, name := range pages {
			if want := name != "piece/2/index.html" && name != "index.html"; says(name) != want {
				t.Errorf("configured: %v, %s: says so: %v", configured, name, !want)
			}
		}
	}
}
