package fetcher

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"oped"
	"oped/internal/newstest"
)

func TestS1AddressesAreJudged(t *testing.T) {
	rows := []struct {
		address string
		public  bool
	}{
		{"8.8.8.8:80", true},
		{"8.8.8.8:443", true},
		{"1.1.1.1:443", true},
		{"93.184.215.14:80", true},
		{"223.255.255.254:443", true},
		{"[2606:4700:4700::1111]:443", true},
		{"[2a00:1450:4001:81b::200e]:80", true},
		{"8.8.8.8:8443", true}, // in Ports
		{"8.8.8.8:22", false},
		{"8.8.8.8:8080", false},
		{"8.8.8.8:0", false},
		{"[2606:4700:4700::1111]:25", false},
		{"0.0.0.0:80", false},
		{"0.1.2.3:80", false},
		{"10.0.0.1:80", false},
		{"10.255.255.255:443", false},
		{"100.64.0.1:80", false},
		{"100.127.255.254:80", false},
		{"127.0.0.1:80", false},
		{"127.0.0.1:8443", false},
		{"127.255.255.254:443", false},
		{"169.254.169.254:80", false},
		{"172.16.0.1:80", false},
		{"172.31.255.255:80", false},
		{"192.0.0.1:80", false},
		{"192.0.2.1:80", false},
		{"192.88.99.1:80", false},
		{"192.168.0.1:80", false},
		{"192.168.255.255:443", false},
		{"198.18.0.1:80", false},
		{"198.19.255.255:80", false},
		{"198.51.100.1:80", false},
		{"203.0.113.1:80", false},
		{"224.0.0.1:80", false},
		{"239.255.255.255:80", false},
		{"240.0.0.1:80", false},
		{"255.255.255.255:80", false},
		{"[::]:80", false},
		{"[::1]:80", false},
		{"[::127.0.0.1]:80", false},
		{"[::ffff:127.0.0.1]:80", false},
		{"[::ffff:8.8.8.8]:80", false},
		{"[::ffff:169.254.169.254]:80", false},
		{"[64:ff9b::7f00:1]:80", false},
		{"[64:ff9b::808:808]:80", false},
		{"[64:ff9b:1::1]:80", false},
		{"[100::1]:80", false},
		{"[2001::1]:80", false},
		{"[2001:db8::1]:80", false},
		{"[2002:7f00:1::1]:80", false},
		{"[2002:c0a8:1::1]:80", false},
		{"[3fff::1]:80", false},
		{"[5f00::1]:80", false},
		{"[fc00::1]:80", false},
		{"[fd00:ec2::254]:80", false},
		{"[fe80::1]:80", false},
		{"[fe80::1%lo]:80", false},
		{"[fec0::1]:80", false},
		{"[ff02::1]:80", false},
		{"10.9.8.7:80", true},          // in AllowPrivate, inside
		{"10.9.8.7:9999", true},        // the port was checked with the host
		{"[::ffff:10.9.8.7]:80", true}, // in any notation
		{"[fd12:3456::1]:80", true},    // in AllowPrivate
		{"10.9.9.1:80", false},         // just outside
		{"[fd12:3457::1]:80", false},   // just outside
		{"not an address", false},
		{"localhost:80", false}, // names are resolved earlier
		{"/var/run/docker.sock", false},
		{"8.8.8.8:80:80", false},
		{"[2606:4700:4700::1111%1]:80", false}, // a zone is valid on this machine only
	}
	o := Options{
		Ports:        []int{8443},
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("10.9.8.0/24"), netip.MustParsePrefix("fd12:3456::/32")},
	}
	judge, outside := guard(o, true), guard(o, false)
	for _, r := range rows {
		network := "tcp4"
		if strings.HasPrefix(r.address, "[") {
			network = "tcp6"
		}
		err := judge(network, r.address, nil)
		if (err == nil) != r.public || err != nil && !refused(err) {
			t.Errorf("%s: %v, want it allowed: %v", r.address, err, r.public)
		}
		mine := strings.Contains(r.address, "10.9.8.7") || strings.Contains(r.address, "fd12:3456:")
		if err := outside(network, r.address, nil); (err == nil) != (r.public && !mine) || err != nil && !refused(err) {
			t.Errorf("%s for a public feed: %v", r.address, err)
		}
	}
	if err := judge("unix", "8.8.8.8:80", nil); err == nil {
		t.Error("a socket of the file system is allowed")
	}
}

// canary starts a listener that must not be reached.
func canary(t *testing.T, address string) (port int, visits *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("SKIPPED: cannot listen on %s: %v", address, err)
	}
	t.Cleanup(func() { listener.Close() })
	visits = &atomic.Int32{}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			c.Close()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, visits
}

func TestS1NoFormOfAHostLeadsInside(t *testing.T) {
	port, visits := canary(t, "127.0.0.1:0")
	for _, host := range []string{
		"127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
		"0.0.0.0", "[::]",
		"2130706433", "0x7f000001", "0X7F.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0", "0x0",
		"127.0.0.1.", "00.0.0.0", "08.9", "127.0.0.0x1",
		"99999999999999999999999", "%31%32%37.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1",
	} {
		r := New(Options{Ports: []int{port}}).Fetch(t.Context(), feedAt("http://"+host+":"+strconv.Itoa(port)+"/feed"))
		wantKind(t, r, oped.Refused)
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("%d connections came through", n)
	}
}

func TestS1ARedirectDoesNotLeadInside(t *testing.T) {
	port, visits := canary(t, "127.0.0.2:0")
	paper := newstest.New(t)
	f := New(Options{AllowPrivate: loopback(), Ports: []int{port}, Spacing: -1})
	for i, to := range []string{
		"http://127.0.0.2:" + strconv.Itoa(port) + "/", "http://[::ffff:127.0.0.2]:" + strconv.Itoa(port) + "/",
		"//127.0.0.2:" + strconv.Itoa(port),
		"http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
		"http://2130706434:" + strconv.Itoa(port) + "/",
	} {
		path := "/" + strconv.Itoa(i)
		paper.Serve(path, newstest.Answer{Redirect: to})
		r := f.Fetch(t.Context(), feedAt(paper.URL+path))
		wantKind(t, r, oped.Refused)
		if r.Err != nil && strings.Contains(to, "127.0.0.2") && !strings.Contains(r.Err.Error(), "allow_private") {
			t.Errorf("no hint how to allow it: %v", r.Err)
		}
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("%d connections came through", n)
	}
	f.inside.(*http.Transport).CloseIdleConnections()
}

// TestS1ARefusalNamesTheKeyThatAllows: the message names the key that forbids, not one already set.
func TestS1ARefusalNamesTheKeyThatAllows(t *testing.T) {
	port, visits := canary(t, "127.0.0.1:0")
	at := strconv.Itoa(port)
	for _, c := range []struct {
		name    string
		o       Options
		address string
		key     string
	}{
		{"nothing is allowed", Options{}, "http://127.0.0.1:" + at, "allow_private"},
		{"its port is", Options{Ports: []int{port}}, "http://127.0.0.1:" + at, "allow_private"},
		{"another network is", Options{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
			"http://127.0.0.1:" + at, "allow_private"},
		{"its network is, for feeds there",
			Options{AllowPrivate: loopback(), Transport: public(Options{AllowPrivate: loopback()})},
			"http://paper.example:" + at, "private_hosts"},
		{"a public address is", Options{}, "http://8.8.8.8:" + at, "ports"},
	} {
		r := New(c.o).Fetch(t.Context(), feedAt(c.address))
		wantKind(t, r, oped.Refused)
		for _, key := range []string{"{allow_private: ", "{private_hosts: ", "{ports: "} {
			if r.Err != nil && strings.Contains(r.Err.Error(), key) != strings.Contains(key, c.key) {
				t.Errorf("%s: %v, want %s", c.name, r.Err, c.key)
			}
		}
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("%d connections came through", n)
	}
}

// public returns the transport for public feeds, with every name resolving to this machine.
func public(o Options) *http.Transport {
	transport := guarded(o, false)
	dialer := &net.Dialer{Control: guard(o, false)}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, _ := net.SplitHostPort(address)
		return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	}
	return transport
}

func TestS2TheEnvironmentsProxiesAreIgnored(t *testing.T) {
	port, visits := canary(t, "127.0.0.1:0")
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, "http://127.0.0.1:"+strconv.Itoa(port))
	}
	f := New(Options{AllowPrivate: loopback()})
	for _, address := range []string{"http://192.0.2.1/", "https://192.0.2.1/"} {
		wantKind(t, f.Fetch(t.Context(), feedAt(address)), oped.Refused)
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("the proxy was asked %d times", n)
	}
}

func TestS3SchemesOtherThanHTTPAreRefused(t *testing.T) {
	for _, address := range []string{
		"file:///etc/passwd", "FILE:///etc/passwd", "gopher://paper.example:70/1", "data:text/xml,<rss/>",
		"ftp://paper.example/feed", "javascript:alert(1)",
		"feed:http://paper.example/", "unix:///run/x", "ws://paper.example/", "//paper.example/feed", "/feed",
		"feed.xml", "", "http://", "https:///feed", "http:paper.example",
		"http://:80/feed", "http://[::1", "ht tp://paper.example", "http://paper.example:port/",
		"http://paper\x00.example/",
	} {
		for _, first := range []string{address, feedURL} {
			s := pages(map[string]reply{feedURL: {status: 302, header: headers("Location", address)}})
			if first == feedURL && (address == "" || strings.HasPrefix(address, "/") || address == "feed.xml") {
				continue // valid relative to another address
			}
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(first))
			if r.Err == nil || r.Err.Kind != oped.Refused && (first != feedURL || r.Err.Kind != oped.Client) {
				t.Errorf("%q, first %q: %v", address, first, r.Err)
			}
			if asked := s.urls(); len(asked) > 1 || first != feedURL && len(asked) > 0 {
				t.Errorf("%q: asked %v", address, asked)
			}
		}
	}
}
