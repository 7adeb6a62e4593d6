package websub

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"oped"
)

func TestO30RequestsAreRead(t *testing.T) {
	const good = "hub.mode=subscribe&hub.topic=https://f.example/a.atom&hub.callback=https://s.example/cb?a=b%2526c"
	r, err := parseRequest(good + "&hub.secret=geheim&unknown=1&hub.lease_seconds=86400&hub.topic=second")
	want := request{
		true,
		"https://f.example/a.atom",
		"https://s.example/cb?a=b%26c",
		"s.example",
		24 * time.Hour,
		"geheim",
	}
	if err != nil || r != want {
		t.Errorf("%#v, %v", r, err)
	}
	for seconds, want := range map[string]time.Duration{
		"": defaultLease, "0": shortLease, "1": shortLease, "3600": time.Hour, "864000": 240 * time.Hour,
		"2592000": longLease, "99999999999": longLease, strings.Repeat("9", 40): longLease,
	} {
		if r, err := parseRequest(good + "&hub.lease_seconds=" + seconds); err != nil || r.Lease != want {
			t.Errorf("lease of %q: %v, %v, want %v", seconds, r.Lease, err, want)
		}
	}
	if r, err := parseRequest("hub.mode=unsubscribe&hub.topic=t&hub.callback=HTTP://[2001:DB8::1]:8080/"); err != nil ||
		r.Subscribe || r.Host != "2001:db8::1" {
		t.Errorf("%+v, %v", r, err)
	}
	for body, why := range map[string]string{
		"":                           "hub.mode",
		"hub.mode=%zz":               "form",
		"hub.mode=subscribe;a=b":     "form",
		"hub.mode=publish&hub.url=x": "own documents",
		"hub.mode=denied":            "hub.mode",
		"hub.mode=Subscribe&hub.topic=t&hub.callback=https://s.example/":              "hub.mode",
		"hub.mode=subscribe&hub.callback=https://s.example/":                          "hub.topic",
		"hub.mode=subscribe&hub.topic=t":                                              "hub.callback",
		"hub.mode=subscribe&hub.topic=t&hub.callback=/cb":                             "hub.callback",
		"hub.mode=subscribe&hub.topic=t&hub.callback=ftp://s.example/":                "hub.callback",
		"hub.mode=subscribe&hub.topic=t&hub.callback=https:///cb":                     "hub.callback",
		"hub.mode=subscribe&hub.topic=t&hub.callback=https://a:b@s.example/":          "password",
		"hub.mode=subscribe&hub.topic=t&hub.callback=https://s.example/%23f":          "fragment",
		"hub.mode=subscribe&hub.topic=t&hub.callback=https://s.example/%23":           "fragment",
		"hub.mode=subscribe&hub.topic=t&hub.callback=https://s.example/%0d%0aX:y":     "hub.callback",
		"hub.mode=subscribe&hub.topic=t&hub.callback=https://s.example/" + long(2048): "hub.callback",
		"hub.mode=subscribe&hub.callback=https://s.example/&hub.topic=" + long(2049):  "hub.topic",
		good + "&hub.secret=" + long(200):                                             "hub.secret",
		"hub.mode=subscribe&hub.topic=t&hub.callback=http://2130706433/":              "by name",
		"hub.mode=subscribe&hub.topic=t&hub.callback=http://0x7f.1/":                  "by name",
		"hub.mode=subscribe&hub.topic=t&hub.callback=http://0177.0.0.1./":             "by name",
		"hub.mode=subscribe&hub.topic=t&hub.callback=http://a../":                     "by name",
		good + "&hub.lease_seconds=-1":                                                "hub.lease_seconds",
		good + "&hub.lease_seconds=1h":                                                "hub.lease_seconds",
		good + "&hub.lease_seconds=1e9":                                               "hub.lease_seconds",
	} {
		if _, err := parseRequest(body); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%.80s: %v, want something about %q", body, err, why)
		}
	}
	if _, err := parseRequest(good + "&hub.secret=" + long(199)); err != nil {
		t.Errorf("a secret of 199 bytes: %v", err)
	}
}

func long(n int) string { return strings.Repeat("a", n) }

func TestSecretsAreNeverPrinted(t *testing.T) {
	sub := oped.Subscriber{Secret: "geheim"}
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		if said := fmt.Sprintf(form, sub); strings.Contains(said, "geheim") {
			t.Errorf("%s: %s", form, said)
		}
	}
}

func TestO30ACallbackKeepsItsQuery(t *testing.T) {
	for address, want := range map[string]string{
		"https://s.example":                "https://s.example?hub.mode=x",
		"https://s.example/cb":             "https://s.example/cb?hub.mode=x",
		"https://s.example/cb?":            "https://s.example/cb?hub.mode=x",
		"https://s.example/cb?id=%2F&b&id": "https://s.example/cb?id=%2F&b&id&hub.mode=x",
		"https://s.example/a%2Fb?x=y":      "https://s.example/a%2Fb?x=y&hub.mode=x",
	} {
		if got, err := withQuery(address, url.Values{"hub.mode": {"x"}}); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", address, got, err, want)
		}
	}
}

// FuzzParseRequest checks that every accepted request is within its bounds and has a usable callback.
func FuzzParseRequest(f *testing.F) {
	f.Add("hub.mode=subscribe&hub.topic=https://f.example/a.atom&hub.callback=https://s.example/cb?a=b" +
		"&hub.secret=s&hub.lease_seconds=60")
	f.Add("hub.mode=unsubscribe&hub.topic=t&hub.callback=http://[::1%25lo]:80/%2f")
	f.Add("hub.mode=publish&hub.url=%")
	f.Add("hub.mode=subscribe&hub.topic=t&hub.callback=https://s.example/%3F?&hub.lease_seconds=18446744073709551616")
	f.Fuzz(func(t *testing.T, body string) {
		r, err := parseRequest(body)
		if err != nil {
			if r != (request{}) && r.Host == "" && r.Callback != "" && !strings.Contains(err.Error(), "hub.callback") {
				t.Errorf("%v", err)
			}
			return
		}
		if r.Lease < shortLease || r.Lease > longLease || len(r.Secret) > 199 || r.Topic == "" ||
			len(r.Topic) > maxAddress || r.Host == "" || r.Host != strings.ToLower(r.Host) {
			t.Errorf("%+v", r)
		}
		address, err := withQuery(r.Callback, url.Values{"hub.challenge": {"c&=?#"}})
		if err != nil {
			t.Fatalf("%s: %v", r.Callback, err)
		}
		before, err1 := url.Parse(r.Callback)
		after, err2 := url.Parse(address)
		if err1 != nil || err2 != nil || before.Host != after.Host || before.EscapedPath() != after.EscapedPath() ||
			before.Scheme != after.Scheme {
			t.Fatalf("%s became %s", r.Callback, address)
		}
		if !strings.HasPrefix(after.RawQuery, before.RawQuery) ||
			!strings.HasSuffix(after.RawQuery, "hub.challenge=c%26%3D%3F%23") {
			t.Errorf("the query %q became %q", before.RawQuery, after.RawQuery)
		}
	})
}
