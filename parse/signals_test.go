package parse

import (
	"net/http"
	"strings"
	"testing"

	"oped"
)

// TestDocument_Signals reads the wishes of a publisher in the header of its feed.
func TestDocument_Signals(t *testing.T) {
	for _, c := range []struct {
		header string // lines
		want   oped.Signals
	}{
		{"", oped.Signals{}},
		{"Tdm-Reservation: 1", oped.Signals{Reserved: true}},
		{"Tdm-Reservation: 0\nTdm-Policy: https://paper.example/tdm", oped.Signals{}},
		{"Tdm-Reservation: yes", oped.Signals{}},
		{"Tdm-Reservation: 1\nTdm-Policy: https://paper.example/tdm",
			oped.Signals{Reserved: true, Policy: "https://paper.example/tdm"}},
		{"Tdm-Reservation: 1\nTdm-Policy: javascript:alert(1)", oped.Signals{Reserved: true}},
		{"Tdm-Reservation: 1\nTdm-Policy: https://paper.example/" + strings.Repeat("a", maxPolicy),
			oped.Signals{Reserved: true}},
		{"X-Robots-Tag: noindex, follow", oped.Signals{NoSearch: true}},
		{"X-Robots-Tag: NONE", oped.Signals{NoSearch: true}},
		{"X-Robots-Tag: *: noindex", oped.Signals{NoSearch: true}},
		{"X-Robots-Tag: max-snippet: 20, noai, noimageai", oped.Signals{NoTrain: true}},
		{"X-Robots-Tag: nofollow\nX-Robots-Tag: noindex", oped.Signals{NoSearch: true}},
		{"X-Robots-Tag: otherbot: noindex, noai", oped.Signals{}},
		{"X-Robots-Tag: nofollow, otherbot: noindex", oped.Signals{}},
		{"X-Robots-Tag: unavailable_after: Wed, 25 Jun 2031 15:00:00 GMT", oped.Signals{}},
		{"X-Robots-Tag: index, max-image-preview:large", oped.Signals{}},
		{"Content-Signal: search=yes, ai-train=no", oped.Signals{NoTrain: true}},
		{"Content-Signal: Search = no,ai-input=NO, use=reference", oped.Signals{NoSearch: true, NoInput: true}},
		{"Content-Signal: ai-train=yes, search=yes, ai-input=yes", oped.Signals{}},
		{"Content-Usage: train-ai=n, search=y", oped.Signals{NoTrain: true}},
	} {
		h := http.Header{}
		for line := range strings.SplitSeq(c.header, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			h.Add(name, value)
		}
		r, err := Document(t.Context(), Input{
			Body:   []byte(`<rss version="2.0"><channel><title>T</title></channel></rss>`),
			URL:    "https://paper.example/feed",
			Header: h,
		})
		if err != nil || r.Document.Signals != c.want {
			t.Errorf("%s: %+v, %v", c.header, r.Document.Signals, err)
		}
	}
}
