package app

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"
)

// TestConnections: the share of readers in a limit of files.
func TestConnections(t *testing.T) {
	for _, c := range []struct {
		files   uint64
		fetches int
		want    int
	}{
		{0, 16, 0}, {256, 16, 0}, {304, 16, 16}, {512, 16, 224}, {1024, 16, 512}, {1024, 64, 512}, {1024, 180, 80},
		{1 << 63, 16, 512},
	} {
		if n, err := connections(c.files, c.fetches); n != c.want || (err != nil) != (n == 0) {
			t.Errorf("%d files, %d fetches: %d, %v; want %d", c.files, c.fetches, n, err, c.want)
		}
	}
}

// guestAt is a connection from an address.
type guestAt struct {
	net.Conn
	address string
	closed  bool
}

func (g *guestAt) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(g.address))
}

func (g *guestAt) Close() error {
	g.closed = true
	return nil
}

// TestCrowd_ClosesLongestWaiting: of too many connections, the one waiting longest is closed; of one client, all above its
// limit. A proxy speaks for many clients.
func TestCrowd_ClosesLongestWaiting(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, n := range []int{1, 2, 4} {
		n *= perClient
		for _, x := range []struct {
			address func(i int) string
			max     int
			stay    int
		}{
			{func(int) string { return "192.0.2.1:80" }, 10 * n, min(n, perClient)},
			// one customer
			{func(i int) string { return fmt.Sprintf("[2001:db8::%x]:80", i) }, 10 * n, min(n, perClient)},
			{func(i int) string { return fmt.Sprintf("[2001:db8:0:%x::1]:80", i) }, 10 * n, n},
			{func(int) string { return "127.0.0.1:80" }, 10 * n, n},
			{func(int) string { return "127.0.0.1:80" }, 10, 10},
		} {
			c := newCrowd(x.max, func() []netip.Prefix { return trusted })
			all := make([]*guestAt, n)
			for i := range all {
				all[i] = &guestAt{address: x.address(i)}
				c.changed(all[i], http.StateNew)
			}
			stay := 0
			for _, g := range all {
				if !g.closed {
					stay++
				}
			}
			if stay != x.stay || len(c.open) != stay || c.waiting.Len() != stay {
				t.Errorf("%d connections such as %s, %d at most: %d stay, %d open, want %d", n, x.address(1), x.max,
					stay, len(c.open), x.stay)
			}
			if x.max == 10 && (all[0].closed == false || all[n-1].closed) {
				t.Error("not the longest waiting goes")
			}
			for _, g := range all {
				c.changed(g, http.StateClosed)
			}
			if len(c.open)+c.waiting.Len()+len(c.clients) != 0 {
				t.Errorf("left: %v", c)
			}
		}
	}
	c := newCrowd(1, func() []netip.Prefix { return trusted })
	served, waits := &guestAt{address: "192.0.2.1:80"}, &guestAt{address: "192.0.2.2:80"}
	c.changed(served, http.StateNew)
	c.changed(served, http.StateActive)
	c.changed(waits, http.StateNew)
	if served.closed || !waits.closed {
		t.Error("a reader that is served is cut off")
	}
}
