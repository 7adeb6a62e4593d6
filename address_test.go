package oped

import (
	"net/url"
	"strings"
	"testing"
)

// TestS4_S28_AddressesThatGoOut: no published address identifies us to a newspaper, or names our own network.
func TestS4_S28_AddressesThatGoOut(t *testing.T) {
	for address, want := range map[string]string{
		"https://paper.example/feed":                                            "https://paper.example/feed",
		"https://paper.example/feed?cat=5&p=":                                   "https://paper.example/feed?cat=5&p=",
		"https://paper.example/feed?monkey=1&author=x&keyword=y&passage=z&sort": "https://paper.example/feed?monkey=1&author=x&keyword=y&passage=z&sort",
		"https://me:pw@paper.example/feed#top":                                  "https://paper.example/feed",
		"https://me@paper.example:8443/feed":                                    "https://paper.example:8443/feed",
		"https://paper.example/feed?key=abc":                                    "https://paper.example/feed?key=***",
		"https://paper.example/feed?cat=5&KEY=abc&x=%2F":                        "https://paper.example/feed?cat=5&KEY=***&x=%2F",
		"https://paper.example/feed?a=1;token=abc":                              "https://paper.example/feed?a=1;token=***",
		"https://paper.example/feed?api_key=a&apikey=b&api-key=c&apiKey=d":      "https://paper.example/feed?api_key=***&apikey=***&api-key=***&apiKey=***",
		"https://paper.example/feed?access_token=a&accessToken=b&accesstoken=c": "https://paper.example/feed?access_token=***&accessToken=***&accesstoken=***",
		"https://paper.example/feed?auth=a&sig=b&signature=c&X-Amz-Signature=d": "https://paper.example/feed?auth=***&sig=***&signature=***&X-Amz-Signature=***",
		"https://paper.example/feed?secret=a&password=b&pass=c&pwd=d&session=e": "https://paper.example/feed?secret=***&password=***&pass=***&pwd=***&session=***",
		"https://paper.example/feed?user[password]=a&PHPSESSID=b":               "https://paper.example/feed?user[password]=***&PHPSESSID=***",
		"https://paper.example/feed?%6bey=a&%256bey=b":                          "https://paper.example/feed?%6bey=***&%256bey=***",
		"https://paper.example/feed?u=https%3A%2F%2Fme:pw%40x.example%2F":       "https://paper.example/feed?u=***",
		"https://paper.example/feed?key":                                        "https://paper.example/feed?key",
		"http://127.0.0.1:8081/feed":                                            "",
		"http://me:pw@10.1.2.3/feed":                                            "",
		"http://[::ffff:192.168.1.1]/":                                          "",
		"http://wiki/feed":                                                      "",
		"http://me:pw@[broken/":                                                 "",
		"/feed":                                                                 "",
		"":                                                                      "",
	} {
		if got := PublicAddress(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
		if got := PublicAddress(want); got != want {
			t.Errorf("%s, once more: %s", want, got)
		}
	}
	secret := Feed{URL: "https://paper.example/s3cret/feed", Secret: true}
	if got := secret.PublicURL(); got != "" {
		t.Errorf("a secret feed: %s", got)
	}
}

func TestS28_PrivateHosts(t *testing.T) {
	for _, host := range strings.Fields(`
		127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 0.0.0.0 0.1.2.3
		100.64.0.1 224.0.0.1 255.255.255.255 ::1 [::1] :: fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 ff02::1 fec0::1
		::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::a00:1 2002:a00:1::1 localhost LOCALHOST localhost.
		a.localhost printer.local nas.LAN x.internal x.intranet x.home.arpa x.localdomain wiki 2130706433 0x7f000001
		127.1 0177.0.0.1 10.0.0.0x1 127。0。0。1
	`) {
		if !PrivateHost(host) {
			t.Errorf("%s is public", host)
		}
	}
	if !PrivateHost("") {
		t.Error("no host is public")
	}
	for _, host := range strings.Fields(`
		paper.example 8.8.8.8 172.32.0.1 192.0.2.1 100.128.0.1 2606:4700:4700::1111 local.example lan.example
		internal.paper.example notlocal.com x.mylan xn--bcher-kva.example bücher.example
	`) {
		if PrivateHost(host) {
			t.Errorf("%s is private", host)
		}
	}
}

// FuzzPublicAddress: no part of a user name is left, only masks add length, and a second pass changes nothing.
func FuzzPublicAddress(f *testing.F) {
	f.Add("https://me:pw@paper.example/feed?key=abc&x=1#y")
	f.Add("http://[::ffff:10.0.0.1%25lo]:80/?a;b&token=%3D")
	f.Add("https://paper.example?u=http://a@b/&&key==&%zz=1")
	f.Fuzz(func(t *testing.T, address string) {
		got := PublicAddress(address)
		if got == "" {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.User != nil || u.Fragment != "" || PrivateHost(u.Hostname()) || HasCredentials(got) {
			t.Fatalf("%q became %q", address, got)
		}
		if len(got) > 5*len(address)+16 || PublicAddress(got) != got {
			t.Errorf("%q became %q, then %q", address, got, PublicAddress(got))
		}
	})
}

func TestFeedKeyTellsFeedsApart(t *testing.T) {
	const key = "http://paper.example/feed?a=B"
	for address, same := range map[string]bool{
		"http://paper.example/feed?a=B": true, "HTTP://paper.example/feed?a=B": true,
		"http://PAPER.Example/feed?a=B": true, "http://paper.example:80/feed?a=B": true,
		"http://paper.example./feed?a=B": true, " http://paper.example/feed?a=B#x ": true,

		"https://paper.example/feed?a=B": false, "http://paper.example/Feed?a=B": false,
		"http://paper.example/feed?a=b": false, "http://paper.example:8080/feed?a=B": false,
		"http://www.paper.example/feed?a=B": false, "http://u:p@paper.example/feed?a=B": false,
		"http://paper.example:443/feed?a=B": false,
	} {
		if got := FeedKey(address); (got == key) != same || FeedKey(got) != got {
			t.Errorf("%s: %s", address, got)
		}
	}
	if a, b := FeedKey("https://paper.example"), FeedKey("HTTPS://Paper.example:443/"); a != b {
		t.Errorf("%s, %s", a, b)
	}
}

// TestShownText: a message has no credentials of addresses.
func TestShownText(t *testing.T) {
	for s, want := range map[string]string{
		`get "http://ann:p4ssw0rd@127.0.0.1:8081/f": refused`:      `get "http://127.0.0.1:8081/f": refused`,
		`feed://ann:p4ssw0rd@a.example/f and https://a.example/?x`: `feed://a.example/f and https://a.example/?x`,
		`{"https://a.example/f?x=1&token=p4ssw0rd"}`:               `{"https://a.example/f?x=1&token=***"}`,
		`http://ann:p4ss/w0rd@a.example/`:                          `(an address)`,
		`url: 'http://ann:p4ss"w0rd@a.example/'`:                   `url: 'http://a.example/'`,
		"see https://a.example/x#top":                              "see https://a.example/x#top",
		"ann@a.example":                                            "ann@a.example",
	} {
		if got := ShownText(s); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}
