package fetcher

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// faulty answers some hosts, and fails the others with an error.
type faulty struct {
	*site
	err   func(host string) error
	lasts time.Duration
}

func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.lasts > 0 {
		if err := sleep(r.Context(), f.lasts); err != nil {
			return nil, err
		}
	}
	if err := f.err(r.URL.Hostname()); err != nil {
		f.site.mu.Lock()
		f.site.asked, f.site.at = append(f.site.asked, r), append(f.site.at, time.Now())
		f.site.mu.Unlock()
		return nil, err
	}
	return f.site.RoundTrip(r)
}

func dialFailure(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }

func unknownHost(host string) error {
	return dialFailure(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})
}

// TestOfflineIsNoFailureOfAnyFeed has one way to lose a network, or a host, a line.
func TestOfflineIsNoFailureOfAnyFeed(t *testing.T) {
	all := []string{"http://one.example/", "http://www.two.example/", "http://three.example/feed"}
	same := func(err error) func(string) error { return func(string) error { return err } }
	unresolved := dialFailure(&net.DNSError{
		Err:  "dial udp 192.0.2.53:53: connect: network is unreachable",
		Name: "one.example",
	})
	only := func(host string, err error) func(string) error {
		return func(h string) error {
			if h == host {
				return nil
			}
			return err
		}
	}
	for _, c := range []struct {
		name    string
		feeds   []string
		err     func(host string) error
		before  oped.FailureKind // of all feeds
		offline bool
	}{
		{"no name is known", all, unknownHost, "", true},
		{"names cannot be looked up for now", all,
			same(dialFailure(&net.DNSError{Err: "server misbehaving", IsTemporary: true})), "", true},
		{"look-ups time out", all, same(dialFailure(&net.DNSError{Err: "i/o timeout", IsTimeout: true})), "", true},
		{"no route", all, same(dialFailure(syscall.ENETUNREACH)), "", true},
		{"a firewall refuses all", all, same(dialFailure(syscall.ECONNREFUSED)), "", true},
		{"a firewall drops all", all, same(dialFailure(context.DeadlineExceeded)), "", true},
		{"two feeds of two hosts", all[:2], unknownHost, "", true},
		{"the resolver is out of reach for the only feed", all[:1], same(unresolved), "", true},
		{"the resolver is out of reach for feeds that failed before", all, same(unresolved), oped.Network, true},

		{"one host of a run of one", all[:1], unknownHost, "", false},
		{"two feeds of one host", []string{all[0], "http://www.one.example/"}, unknownHost, "", false},
		{"hosts that failed before", all, unknownHost, oped.Network, false},
		{"one host answers", all, only("three.example", unknownHost("x")), "", false},
		{"connections are reset", all, same(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), "", false},
		{"certificates do not hold", all, same(x509.UnknownAuthorityError{}), "", false},
		{"all are refused by our rules", []string{"ftp://one.example/", "http://0x7f.1/"}, unknownHost, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := &strings.Builder{}
				f := New(Options{
					Transport: &faulty{site: script(reply{body: edition("one")}), err: c.err},
					Log:       slog.New(slog.NewTextHandler(log, nil)),
				})
				feeds := due(c.feeds...)
				for i := range feeds.feeds {
					feeds.feeds[i].LastKind = c.before
				}
				var handled atomic.Int32
				err := f.Once(t.Context(), feeds, func(ctx context.Context, r oped.Fetched) error {
					handled.Add(1)
					return feeds.keep(ctx, r)
				})
				var lost *OfflineError
				lines := strings.Count(log.String(), "\n")
				if errors.As(err, &lost) != c.offline || err != nil && !c.offline {
					t.Errorf("got %v", err)
				}
				if c.offline && (handled.Load() != 0 || lines != 1 || len(feeds.leases) != 0 || feeds.waits[""].Since.IsZero()) {
					t.Errorf("%d handled, leases %v, waits %v, log:\n%s", handled.Load(), feeds.leases, feeds.waits, log)
				}
				if !c.offline && (int(handled.Load()) != len(c.feeds) || len(feeds.waits) != 0) {
					t.Errorf("%d of %d handled, waits %v", handled.Load(), len(c.feeds), feeds.waits)
				}
			})
		})
	}
}

// TestOfflineIsTriedAgainSoon: after a minute at first, and within 15 minutes at last.
func TestOfflineIsTriedAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var works atomic.Bool
		began := time.Now()
		s := &faulty{site: script(reply{body: edition("one")}), err: func(host string) error {
			if works.Load() {
				return nil
			}
			return unknownHost(host)
		}}
		log := &strings.Builder{}
		feeds := due("http://one.example/", "http://two.example/")
		f := New(Options{Transport: s, Log: slog.New(slog.NewTextHandler(log, nil))})
		timer := time.AfterFunc(2*time.Hour-time.Second, func() { works.Store(true) })
		defer timer.Stop()
		runFor(t, f, feeds, 150*time.Minute)
		var minutes []int
		for i := 0; i < len(s.at); i += 2 {
			minutes = append(minutes, int(s.at[i].Sub(began).Minutes()))
		}
		want := []int{0, 1, 3, 7, 15, 30, 45, 60, 75, 90, 105, 120}
		if len(minutes) != len(want) || minutes[1] != 1 || minutes[4] != 15 || minutes[11] != 120 {
			t.Errorf("asked after %v minutes, want %v", minutes, want)
		}
		if strings.Count(log.String(), "no network") != 1 || strings.Count(log.String(), "network works again") != 1 {
			t.Error(log)
		}
		for _, one := range feeds.feeds {
			if one.Failures != 0 || one.LastSuccess.IsZero() || len(feeds.waits) != 0 {
				t.Errorf("%+v, waits %v", one, feeds.waits)
			}
		}
	})
}

// TestOneDeadHostAmongOthersFailsAlone: it is handled as soon as another host is reached.
func TestOneDeadHostAmongOthersFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &faulty{site: script(reply{body: edition("one"), lasts: time.Second}), err: func(host string) error {
			if host == "alive.example" {
				return nil
			}
			return unknownHost(host)
		}}
		feeds := due("http://dead.example/", "http://lost.example/", "http://alive.example/")
		runFor(t, New(Options{Transport: s}), feeds, time.Minute)
		if f := feeds.feeds; f[0].Failures != 1 || f[1].Failures != 1 || f[2].Failures != 0 {
			t.Errorf("%+v", f)
		}
	})
}

// TestUnreachedIsToldFromTheTransport uses the transport of the daemon.
func TestUnreachedIsToldFromTheTransport(t *testing.T) {
	closed := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}
	hangsUp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hangsUp.Close()
	go func() {
		for {
			c, err := hangsUp.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	for address, want := range map[string]bool{
		"http://" + closed() + "/":                false,
		"https://" + closed() + "/":               false,
		"http://nowhere.invalid/":                 false,
		"http://" + hangsUp.Addr().String() + "/": true,
		"https://" + hangsUp.Addr().String():      true,
	} {
		f := New(Options{AllowPrivate: loopback()})
		share := &share{flight: f.flight}
		r := f.fetchShared(t.Context(), feedAt(address), share)
		if r.Err == nil || share.reached.Load() != want || share.unreached(r.Err) == want {
			t.Errorf("%s: %v, reached %v, unreached %v", address, r.Err, share.reached.Load(), share.unreached(r.Err))
		}
	}
}
