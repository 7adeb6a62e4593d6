package coding

import "testing"

// TestParseAccept: a client gets the smallest of its most preferred codings, and never one it rules out. Tests over
// HTTP cover the whole table.
func TestParseAccept(t *testing.T) {
	for accept, want := range map[string]Coding{
		"": Identity, "gzip": Gzip, "*": Brotli, "*, br;q=0, zstd;q=0": Gzip, "gzip;q=0": Identity,
		"gzip, br;q=0.9":      Gzip,
		"identity;q=0, *;q=0": Identity, "gzip;q=0.3, identity;q=0.8": Identity, ",,x-GZIP ; Q = 0.3,,": Gzip,
	} {
		w := ParseAccept([]string{accept})
		if got := w.Best(); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
	if w := ParseAccept(nil); w.Best() != Identity {
		t.Errorf("without a field: %s", w.Best())
	}
}
