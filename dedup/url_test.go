package dedup_test

import (
	"net/url"
	"strings"
	"testing"

	"oped/dedup"
	"pgregory.net/rapid"
)

// canonicals are addresses with their canonical forms.
var canonicals = []struct{ name, in, want string }{
	{"plain", "https://www.dawn.com/news/1890001", "https://www.dawn.com/news/1890001"},
	{"http is https", "http://www.dawn.com/news/1890001", "https://www.dawn.com/news/1890001"},
	{"scheme and host in capitals", "HTTPS://WWW.Dawn.COM/news/1", "https://www.dawn.com/news/1"},
	{"case of the path stays", "https://a.example/News/One", "https://a.example/News/One"},
	{"case of a parameter stays", "https://a.example/?ID=Ab", "https://a.example/?ID=Ab"},
	{"white space around", "  https://a.example/x\n", "https://a.example/x"},
	{"www is part of the host", "https://www.a.example/x", "https://www.a.example/x"},
	{"slash at the end stays", "https://a.example/x/", "https://a.example/x/"},
	{"path parameters stay", "https://a.example/x;jsessionid=1", "https://a.example/x;jsessionid=1"},

	{"port 80", "http://a.example:80/x", "https://a.example/x"},
	{"port 443", "https://a.example:443/x", "https://a.example/x"},
	{"port without a number", "https://a.example:/x", "https://a.example/x"},
	{"another port stays", "https://a.example:8080/x", "https://a.example:8080/x"},
	{"user and password", "https://reader:secret@a.example/x", "https://a.example/x"},
	{"dot after the host", "https://a.example./x", "https://a.example/x"},
	{"dots after the host", "https://a.example../x", ""},
	{"IPv4", "http://192.0.2.7/x", "https://192.0.2.7/x"},
	{"IPv6", "http://[2001:DB8::1]:80/x", "https://[2001:db8::1]/x"},
	{"IPv6 with a port", "http://[2001:db8::1]:8080/x", "https://[2001:db8::1]:8080/x"},
	{"IPv6 with a zone is nobody else's", "http://[fe80::1%25eth0]/x", ""},

	{"IDN", "https://اردو.example/x", "https://xn--mgbqf7g.example/x"},
	{"IDN in ASCII", "https://xn--mgbqf7g.example/x", "https://xn--mgbqf7g.example/x"},
	{"IDN in capitals", "https://BÜCHER.example/x", "https://xn--bcher-kva.example/x"},
	{"IDN in escapes", "https://b%C3%BCcher.example/x", "https://xn--bcher-kva.example/x"},
	{"full width", "https://ａ.example/x", "https://a.example/x"},
	{"ideographic full stop", "https://a。example/x", "https://a.example/x"},
	{"underscore", "https://my_paper.example/x", "https://my_paper.example/x"},
	{"hyphens where IDNA has them reserved", "https://r3---sn.example/x", "https://r3---sn.example/x"},

	{"escapes in capitals", "https://a.example/%c3%a9", "https://a.example/%C3%A9"},
	{"letters that need no escape", "https://a.example/%7Euser/%61", "https://a.example/~user/a"},
	{"letters that need one", "https://a.example/é", "https://a.example/%C3%A9"},
	{"Urdu", "https://a.example/رائے", "https://a.example/%D8%B1%D8%A7%D8%A6%DB%92"},
	{"an escaped slash is none", "https://a.example/a%2fb", "https://a.example/a%2Fb"},
	{"an escaped slash beside Urdu", "https://a.example/é%2fb", "https://a.example/%C3%A9%2Fb"},
	{"blank", "https://a.example/a b", "https://a.example/a%20b"},
	{"percent in a parameter", "https://a.example/x?q=100%", "https://a.example/x?q=100%25"},
	{"brackets in a parameter", "https://a.example/x?a[]=1", "https://a.example/x?a[]=1"},

	{"fragment", "https://a.example/x#comments", "https://a.example/x"},
	{"empty fragment", "https://a.example/x#", "https://a.example/x"},
	{"fragment that is no URL", "https://a.example/x#50%", "https://a.example/x"},
	{"text fragment", "https://a.example/x#:~:text=100%25", "https://a.example/x"},
	{"#! is a page", "https://a.example/#!/x/1", "https://a.example/#!/x/1"},
	{"#! below a page", "https://a.example/app#!x", "https://a.example/app#!x"},

	{"parameters are sorted", "https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"},
	{"a parameter twice", "https://a.example/x?a=1&a=1", "https://a.example/x?a=1"},
	{"semicolons part parameters", "https://a.example/x?b=2;a=1", "https://a.example/x?a=1&b=2"},
	{"escaped once too often", "https://a.example/x?a=1&amp;b=2", "https://a.example/x?a=1&b=2"},
	{"no parameter", "https://a.example/x?", "https://a.example/x"},
	{"WordPress by number", "https://a.example/?p=123", "https://a.example/?p=123"},
	{"utm", "https://a.example/x?utm_source=rss&utm_medium=feed&utm_campaign=a", "https://a.example/x"},
	{"utm beside others", "https://a.example/x?id=7&UTM_Source=rss", "https://a.example/x?id=7"},
	{"utm in escapes", "https://a.example/x?utm%5Fsource=rss", "https://a.example/x"},
	{"click ids", "https://a.example/x?fbclid=1&gclid=2&msclkid=3&twclid=4", "https://a.example/x"},
	{"newsletter", "https://a.example/x?mc_cid=1&mc_eid=2", "https://a.example/x"},
	{"bbc.com", "https://www.bbc.com/news/1?at_medium=RSS&at_campaign=rss", "https://www.bbc.com/news/1"},
	{"nytimes.com", "https://www.nytimes.com/x.html?smid=tw&partner=rss&emc=rss", "https://www.nytimes.com/x.html"},
	{"theguardian.com", "https://www.theguardian.com/x?CMP=share_btn", "https://www.theguardian.com/x"},
	{"ref that tracks", "https://a.example/x?ref=rss", "https://a.example/x"},
	{"ref that says which page", "https://a.example/x?ref=chapter-2", "https://a.example/x?ref=chapter-2"},
	{"source in escapes", "https://a.example/x?source=%72ss", "https://a.example/x"},
	{"a word that begins like one", "https://a.example/x?utmost=1", "https://a.example/x?utmost=1"},

	{"AMP by path", "https://a.example/x/amp/", "https://a.example/x/amp/"},
	{"AMP by parameter", "https://a.example/x?amp=1", "https://a.example/x?amp=1"},
	{"AMP by host", "https://amp.a.example/x", "https://amp.a.example/x"},
	{"mobile host", "https://m.a.example/x", "https://m.a.example/x"},

	{
		"Google", "https://www.google.com/url?sa=t&url=https%3A%2F%2Fa.example%2Fx%3Futm_source%3Drss&usg=1",
		"https://a.example/x",
	},
	{"Google, by q", "https://www.google.com/url?q=http://a.example/x", "https://a.example/x"},
	{"Google, target in capitals", "https://www.google.com/url?q=HTTP://A.example/x", "https://a.example/x"},
	{"Google, with a dot after the host", "https://www.google.com./url?q=http://a.example/x", "https://a.example/x"},
	{"Google, parted by semicolons", "https://www.google.com/url?sa=t;q=http://a.example/x", "https://a.example/x"},
	{"Facebook", "https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx&h=AT0", "https://a.example/x"},
	{
		"one behind the other",
		"https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fa.example%252Fx",
		"https://a.example/x",
	},
	{
		"leads to itself", "https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl",
		"https://www.google.com/url",
	},
	{"leads to a home page", "https://www.google.com/url?q=https://a.example/", ""},
	{"redirector without a target", "https://www.google.com/url?sa=t", "https://www.google.com/url?sa=t"},
	{
		"a parameter alone redirects nowhere", "https://a.example/x?url=https://b.example/y",
		"https://a.example/x?url=https://b.example/y",
	},

	{"home page", "https://a.example/", ""},
	{"home page without a slash", "https://a.example", ""},
	{"home page that tracks", "https://a.example/?utm_source=rss", ""},
	{"home page with a fragment", "https://a.example/#top", ""},
	{"slashes only", "https://a.example//", ""},

	{"nothing", "", ""},
	{"blank only", " \t ", ""},
	{"no scheme", "a.example/x", ""},
	{"no host", "https:///x", ""},
	{"a host that vanishes", "https://\u00ad/x", ""},
	{"opaque", "https:a.example/x", ""},
	{"relative", "/x", ""},
	{"another scheme", "ftp://a.example/x", ""},
	{"mailto", "mailto:a@a.example", ""},
	{"script", "javascript:alert(1)", ""},
	{"data", "data:text/html,x", ""},
	{"a blank in the host", "https://a b/x", ""},
	{"a percent sign in the host", "https://a%25b/x", ""},
	{"no port", "https://a.example:x/y", ""},
	{"a wrong escape in the path", "https://a.example/100%", ""},
	{"control characters", "https://a.example/\x00x", ""},
	{"not UTF-8", "https://\xff\xfe/x", ""},
	{"words", "see the paper of Monday", ""},
}

func TestCanonicalURL(t *testing.T) {
	for _, tt := range canonicals {
		if got := dedup.CanonicalURL(tt.in); got != tt.want {
			t.Errorf("%s: CanonicalURL(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// canonicalHolds checks the promises of every canonical address.
func canonicalHolds(t interface {
	Fatalf(string, ...any)
}, in string) string {
	out := dedup.CanonicalURL(in)
	if out == "" {
		return ""
	}
	if again := dedup.CanonicalURL(out); again != out {
		t.Fatalf("not idempotent: %q, then %q, then %q", in, out, again)
	}
	u, err := url.Parse(out)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		t.Fatalf("%q became %q, not an address: %v", in, out, err)
	}
	for i := range len(out) {
		if out[i] <= ' ' || out[i] >= 0x7f {
			t.Fatalf("%q became %q, not plain ASCII", in, out)
		}
	}
	return out
}

// addresses generates addresses likely to have every oddity.
func addresses() *rapid.Generator[string] {
	join := func(parts ...string) *rapid.Generator[string] { return rapid.SampledFrom(parts) }
	odd := rapid.StringOf(rapid.RuneFrom([]rune("aZ09-._~%%%2fFeE5C;&=+?#!/:@[]'\"<>{}|\\^`é\u00adپ ｗ。\x00\ufffd")))
	part := rapid.OneOf(odd,
		join("a", "url", "utm_source=rss", "q=http://b.example/x", "amp;", "%C3%A9", "%75", "ref=rss"), rapid.String())
	return rapid.Custom(func(t *rapid.T) string {
		host := rapid.OneOf(
			join("a.example", "www.google.com", "l.facebook.com", "اردو.example", "[2001:db8::1]", "192.0.2.1"),
			odd).Draw(t, "host")
		u := join("http", "https", "HTTP", "ftp", "").Draw(t, "scheme") + "://" + host +
			join("", ":80", ":8080", ".", "..").Draw(t, "port") + "/" + part.Draw(t, "path")
		for range rapid.IntRange(0, 3).Draw(t, "parameters") {
			u += join("?", "&", ";").Draw(t, "mark") + part.Draw(t, "parameter")
		}
		return u + join("", "#", "#!").Draw(t, "fragment") + part.Draw(t, "rest")
	})
}

func TestCanonicalURL_HoldsForRandomAddresses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { canonicalHolds(t, addresses().Draw(t, "address")) })
}

// TestCanonicalURL_IgnoresTracking checks that a reader's origin and a place on the page change nothing.
func TestCanonicalURL_IgnoresTracking(t *testing.T) {
	tracking := []string{
		"utm_source=rss", "fbclid=Iw", "at_medium=RSS", "ref=feed", "CMP=twt_gu", "mc_cid=1", "utm%5fmedium=x",
	}
	rapid.Check(t, func(t *rapid.T) {
		plain, _, _ := strings.Cut(addresses().Draw(t, "address"), "#")
		plain = strings.TrimSpace(plain)
		want := canonicalHolds(t, plain)
		mark := "?"
		if strings.Contains(plain, "?") {
			mark = "&"
		}
		if want == "" && dedup.CanonicalURL(plain+mark+"page=1") == "" {
			return // no address at all; a home page, though, stays one
		}
		tracked := plain + mark + rapid.SampledFrom(tracking).Draw(t, "tracking")
		if got := dedup.CanonicalURL(tracked); got != want {
			t.Fatalf("%q is %q, but with tracking %q", plain, want, got)
		}
		fragment := rapid.StringMatching(`[^!].*`).Draw(t, "fragment")
		if got := dedup.CanonicalURL(plain + "#" + fragment); got != want {
			t.Fatalf("%q is %q, but with the fragment %q %q", plain, want, fragment, got)
		}
	})
}

func FuzzCanonicalURL(f *testing.F) {
	for _, tt := range canonicals {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, in string) { canonicalHolds(t, in) })
}
