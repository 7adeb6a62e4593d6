package oped

import (
	"net/netip"
	"strings"
	"testing"
)

// TestS20_O24_OneFunctionSaysWhoAClientIs: X-Forwarded-For counts from trusted proxies only, wherever they are.
func TestS20_O24_OneFunctionSaysWhoAClientIs(t *testing.T) {
	trusted := []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("10.0.0.0/8"),
	}
	long := strings.TrimSuffix(strings.Repeat("10.0.0.9,", 5000), ",")
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"as it is", "192.0.2.1:80", nil, "192.0.2.1"},
		{"a stranger says", "192.0.2.1:80", []string{"198.51.100.1"}, "192.0.2.1"},
		{"a proxy on this machine says", "127.0.0.1:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a proxy of IPv6 says", "[::1]:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a proxy on another machine says", "10.0.0.7:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a mapped proxy says", "[::ffff:10.0.0.7]:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a stranger lies to a proxy", "127.0.0.1:80", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"a stranger names a proxy", "127.0.0.1:80", []string{"203.0.113.9, 10.0.0.1 ,198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "127.0.0.1:80", []string{"203.0.113.9, 198.51.100.1, 10.0.0.1"}, "198.51.100.1"},
		{"two lines", "127.0.0.1:80", []string{"203.0.113.9, 198.51.100.1", "10.0.0.1"}, "198.51.100.1"},
		{"proxies only", "127.0.0.1:80", []string{"10.0.0.2, 10.0.0.1"}, "10.0.0.2"},
		{"nonsense", "127.0.0.1:80", []string{"198.51.100.1, unknown, 10.0.0.1"}, "10.0.0.1"},
		{"nothing", "127.0.0.1:80", []string{""}, "127.0.0.1"},
		{"commas", "127.0.0.1:80", []string{",,"}, "127.0.0.1"},
		{"with a port", "127.0.0.1:80", []string{"198.51.100.1:99"}, "198.51.100.1"},
		{"IPv6", "127.0.0.1:80", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"},
		{"IPv6 in brackets", "127.0.0.1:80", []string{"[2001:db8:1:2::9]:80"}, "2001:db8:1:2::"},
		{"a network", "[2001:db8:1:2:3:4:5:6]:80", nil, "2001:db8:1:2::"},
		{"a zone", "[fe80::1%eth0]:80", nil, "fe80::"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]:80", nil, "192.0.2.1"},
		{"a chain without an end", "127.0.0.1:80", []string{"198.51.100.1," + long}, "10.0.0.9"},
		{"many lines", "127.0.0.1:80", append([]string{"198.51.100.1"}, strings.Split(long, ",")...), "10.0.0.9"},
	} {
		if got, ok := ClientAddress(c.peer, c.forwarded, trusted); !ok || got != netip.MustParseAddr(c.want) {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	if _, ok := ClientAddress("@", []string{"198.51.100.1"}, trusted); ok {
		t.Error("a socket has an address")
	}
}

// FuzzClientAddress: a stranger cannot pass for another client. From any header of a proxy, the result is one network.
func FuzzClientAddress(f *testing.F) {
	f.Add("192.0.2.1:80", "203.0.113.9, 198.51.100.1")
	f.Add("127.0.0.1:80", "[2001:db8::1%25eth0]:80, ::ffff:1.2.3.4")
	f.Add("@", ",")
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	f.Fuzz(func(t *testing.T, peer, forwarded string) {
		alone, known := ClientAddress(peer, nil, trusted)
		got, ok := ClientAddress(peer, []string{forwarded}, trusted)
		if ok != known || ok && !isTrusted(alone, trusted) && got != alone {
			t.Fatalf("%v %v, alone %v %v", got, ok, alone, known)
		}
		if ok && (got.Is4In6() || got.Zone() != "" || network(got) != got) {
			t.Errorf("%v is no client", got)
		}
	})
}
