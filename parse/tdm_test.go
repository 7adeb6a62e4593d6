package parse

import (
	"net/http"
	"testing"
)

// TestDocument_Reserved reads the header of a reservation (TDMRep §4.2).
func TestDocument_Reserved(t *testing.T) {
	for value, want := range map[string]bool{"1": true, "0": false, "": false, "yes": false} {
		r, err := Document(t.Context(), Input{
			Body:   []byte(`<rss version="2.0"><channel><title>T</title></channel></rss>`),
			URL:    "https://paper.example/feed",
			Header: http.Header{"Tdm-Reservation": {value}},
		})
		if err != nil || r.Document.Reserved != want {
			t.Errorf("%q: %v, %v", value, r.Document.Reserved, err)
		}
	}
}
