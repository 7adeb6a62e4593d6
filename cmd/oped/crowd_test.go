//go:build unix

package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"oped/app"
)

// limited returns a command with a limit of open files.
func limited(files int, args ...string) *exec.Cmd {
	real := command(args...)
	cmd := exec.Command(
		"/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, files)}, real.Args...)...)
	cmd.Env = real.Env
	return cmd
}

// TestSilentConnectionsKeepNoReaderOut: 1,100 of them, where 1,024 files may be open (S16). Some say nothing, some half
// a request, some were answered and are kept for the next request.
func TestSilentConnectionsKeepNoReaderOut(t *testing.T) {
	notShort(t)
	if openFiles() < 4000 {
		t.Skip("SKIPPED: this process may not open enough files")
	}
	configPath := onePaper(t)
	d := start(t, limited(1024, "--config", configPath, "run"))
	until(t, d.address+"/all.atom", 3)
	address := strings.TrimPrefix(d.address, "http://")
	for _, say := range []string{"", "GET /all.atom HTTP/1.1\r\nHost: ",
		"HEAD /index.html HTTP/1.1\r\nHost: x\r\n\r\n"} {
		for i := range 1100 {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := fmt.Fprint(conn, say); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			if strings.HasSuffix(say, "\r\n\r\n") {
				if _, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodHead}); err != nil {
					t.Fatalf("reader %d gets no answer: %v", i, err)
				}
			}
		}
		for range 10 {
			if body := get(t, d.address+"/all.atom"); strings.Count(body, "<entry>") != 3 {
				t.Errorf("after 1,100 connections that say %q a reader gets %q", say, body)
			}
			http.DefaultClient.CloseIdleConnections()
		}
	}
	if strings.Contains(d.said(), "cannot accept") || strings.Contains(d.said(), "too many open files") {
		t.Errorf("it ran out of files:\n%s", d.said())
	}
	d.cmd.Process.Signal(syscall.SIGTERM)
	if err := <-d.ended; err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}

// TestTooFewFiles: with too few files to serve anybody, the daemon says so at the start.
func TestTooFewFiles(t *testing.T) {
	out, err := limited(100, "--config", onePaper(t), "run").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "oped: this process may open 100 files, and needs ") ||
		!strings.Contains(string(out), "hint: raise the limit (ulimit -n 1024") {
		t.Errorf("%v: %s", err, out)
	}
}

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
		if n, err := app.Connections(c.files, c.fetches); n != c.want || (err != nil) != (n == 0) {
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
		n *= app.PerClient
		for _, x := range []struct {
			address func(i int) string
			max     int
			stay    int
		}{
			{func(int) string { return "192.0.2.1:80" }, 10 * n, min(n, app.PerClient)},
			// one customer
			{func(i int) string { return fmt.Sprintf("[2001:db8::%x]:80", i) }, 10 * n, min(n, app.PerClient)},
			{func(i int) string { return fmt.Sprintf("[2001:db8:0:%x::1]:80", i) }, 10 * n, n},
			{func(int) string { return "127.0.0.1:80" }, 10 * n, n},
			{func(int) string { return "127.0.0.1:80" }, 10, 10},
		} {
			c := app.NewCrowd(x.max, func() []netip.Prefix { return trusted })
			all := make([]*guestAt, n)
			for i := range all {
				all[i] = &guestAt{address: x.address(i)}
				c.Changed(all[i], http.StateNew)
			}
			stay := 0
			for _, g := range all {
				if !g.closed {
					stay++
				}
			}
			if stay != x.stay || len(c.Open) != stay || c.Waiting.Len() != stay {
				t.Errorf("%d connections such as %s, %d at most: %d stay, %d open, want %d", n, x.address(1), x.max,
					stay, len(c.Open), x.stay)
			}
			if x.max == 10 && (all[0].closed == false || all[n-1].closed) {
				t.Error("not the longest waiting goes")
			}
			for _, g := range all {
				c.Changed(g, http.StateClosed)
			}
			if len(c.Open)+c.Waiting.Len()+len(c.Clients) != 0 {
				t.Errorf("left: %v", c)
			}
		}
	}
	c := app.NewCrowd(1, func() []netip.Prefix { return trusted })
	served, waits := &guestAt{address: "192.0.2.1:80"}, &guestAt{address: "192.0.2.2:80"}
	c.Changed(served, http.StateNew)
	c.Changed(served, http.StateActive)
	c.Changed(waits, http.StateNew)
	if served.closed || !waits.closed {
		t.Error("a reader that is served is cut off")
	}
}
