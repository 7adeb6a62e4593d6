package publish

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestS10_WebAddresses: only public addresses are published, in one spelling.
func TestS10_WebAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/x?a=1&b=2#c":        "https://a.example/x?a=1&b=2#c",
		" https://a.example/x\n":               "https://a.example/x",
		"HTTPS://A.Example:443":                "https://a.example/",
		"http://a.example:8080?x":              "http://a.example:8080/?x",
		"https://a.example./x":                 "https://a.example/x",
		"https://دریا.example/راہ?س=ش#ص":       "https://xn--mgbpg43d.example/%D8%B1%D8%A7%DB%81?%D8%B3=%D8%B4#%D8%B5",
		"https://EXÄMPLE.example/ü":            "https://xn--exmple-cua.example/%C3%BC",
		"https://a.example/a b|c<d>{e}\\^`\"'": "https://a.example/a%20b%7Cc%3Cd%3E%7Be%7D%5C%5E%60%22'",
		"https://a.example/x#y#z":              "https://a.example/x#y%23z",
		"https://a.example/?a=[1]&b=%zz":       "https://a.example/?a=%5B1%5D&b=%25zz",
		"https://a.example/\ue000\ufffd":       "https://a.example/%EE%80%80%EF%BF%BD",
		"https://a.example/%d8%b1":             "https://a.example/%d8%b1",
		"https://[2001:DB8::1]:80/x":           "https://[2001:db8::1]:80/x",
		"https://a_b.example/":                 "https://a_b.example/",
		"https://u:p@a.example/x":              "https://a.example/x",
		"https://a.example@b.example/@c":       "https://b.example/@c",
	} {
		if got := webURL(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
	for _, in := range []string{
		"", "x", "/x", "//evil.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
		"java\nscript:alert(1)", "\x01javascript:alert(1)", " vbscript:x", "data:text/html,x", "file:///etc/passwd",
		"ftp://a.example/", "mailto:a@b.example", "feed:https://a.example/", "https:", "https://", "https:///x",
		"https:a.example", "https:/a.example", "https://a..example/", "https://.example/", "https://a.example:port/",
		"https://a.example:0/",
		"https://a.example:99999/", "https://[::1", "https://[fe80::1%25eth0]/", "https://a\u202eb.example/",
		"https://a.example\\@evil.example/", "https://a b.example/", "https://a%2eexample/", "ht\ntps://a.example/",
		"https://a.example/a\nb",
		"https://" + strings.Repeat("a", 64) + ".example/", "https://" + strings.Repeat("a.", 130) + "example/",
		"https://a.example/" + strings.Repeat("x", maxURL), "https://a.example/" + strings.Repeat("ü", maxURL/3),
	} {
		if got := webURL(in); got != "" {
			t.Errorf("%q gives %q", in, got)
		}
	}
}

// TestWebAddressesStay: a published address stays the same when published again, and keeps its target.
func TestWebAddressesStay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := newNasty(rapid.Uint64().Draw(rt, "seed"))
		for _, in := range []string{n.url(), "https://a.example/" + n.noise(), "https://" + n.noise() + "/x"} {
			out := webURL(in)
			if out == "" {
				continue
			}
			if u, err := url.Parse(out); err != nil || u.Host == "" || u.User != nil {
				rt.Fatalf("%q gives %q: %v", in, out, err)
			}
			if again := webURL(out); again != out {
				rt.Fatalf("%q gives %q, and that %q", in, out, again)
			}
		}
	})
}

func FuzzWebURL(f *testing.F) {
	n := newNasty(5)
	for range 300 {
		f.Add(n.url())
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := webURL(in)
		if out != "" && (webURL(out) != out || !iriForm.MatchString(out) && !strings.Contains(out, "://[")) {
			t.Errorf("%q gives %q, and that %q", in, out, webURL(out))
		}
	})
}

// FuzzLine: line makes any text one plain line of bounded length.
func FuzzLine(f *testing.F) {
	n := newNasty(6)
	for range 300 {
		f.Add(n.noise())
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := line(in)
		v := &validity{}
		v.unmarked("a line", out)
		if len(out) > maxLine || clean(out) != out || strings.ContainsAny(out, "\n\t\r") || len(v.found) > 0 {
			t.Errorf("%.200q gives %.200q: %q", in, out, v.found)
		}
	})
}
