package fetcher

import "testing"

// TestUserAgent names an address that a server's operator can reach, or the program.
func TestUserAgent(t *testing.T) {
	const program = "oped, an aggregator of opinion feeds"
	for _, c := range []struct{ base, contact, want string }{
		{"https://feeds.example.org", "", "+https://feeds.example.org"},
		{"https://feeds.example.org/oped", "editor@example.org", "+https://feeds.example.org/oped"},
		{"http://203.0.113.7:8080", "", "+http://203.0.113.7:8080"},
		{"http://127.0.0.1:8080", "editor@example.org", "+editor@example.org"},
		{"http://127.0.0.1:8080", "https://example.org/contact", "+https://example.org/contact"},
		{"http://127.0.0.1:8080", "", program},
		{"http://localhost:8080", "", program},
		{"http://0.0.0.0:8080", "", program},
		{"http://:8080", "", program},
		{"http://[::1]:8080", "", program},
		{"http://192.168.1.4", "http://nas.local/", program},
		{"http://server", "", program},
	} {
		if got := UserAgent("1.2.3", c.base, c.contact); got != "oped/1.2.3 ("+c.want+")" {
			t.Errorf("%s, contact %q: %q", c.base, c.contact, got)
		}
	}
}
