package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oped"
	"oped/internal/newstest"
)

// longEdition returns a document of about n bytes.
func longEdition(name string, n int) []byte {
	return append(edition(name), bytes.Repeat([]byte("<!-- long -->"), n/13)...)
}

// TestLongAnswersShareTheMemoryBudget (S6): simultaneous long answers hold no more than the budget until they are
// handled. Short ones overtake them, and all arrive.
func TestLongAnswersShareTheMemoryBudget(t *testing.T) {
	for _, n := range []int{8, 16, 32} {
		if testing.Short() && n > 8 {
			break
		}
		synctest.Test(t, func(t *testing.T) {
			all := map[string]reply{}
			var addresses []string
			for i := range n {
				long, short := fmt.Sprintf("http://long%d.example/", i), fmt.Sprintf("http://short%d.example/", i)
				all[long], all[short] = reply{body: longEdition("long", 3<<20)}, reply{body: edition("short")}
				addresses = append(addresses, long, short)
			}
			var mu sync.Mutex
			var held, limit int64
			var order []string
			handle := func(ctx context.Context, r oped.Fetched) error {
				if r.Err != nil || len(r.Entries) != 1 {
					t.Errorf("%s: %v", r.Feed.URL, r.Err)
				}
				mu.Lock()
				held += r.Bytes
				limit = max(limit, held)
				order = append(order, r.Feed.URL)
				mu.Unlock()
				err := sleep(ctx, time.Second)
				mu.Lock()
				held -= r.Bytes
				mu.Unlock()
				return err
			}
			f := New(Options{Transport: pages(all), Concurrency: 2 * n})
			if err := f.Once(t.Context(), due(addresses...), handle); err != nil {
				t.Fatal(err)
			}
			if len(order) != 2*n || limit > oped.MaxInFlight {
				t.Errorf("%d handled, %d bytes at once", len(order), limit)
			}
			short := func(address string) bool { return strings.Contains(address, "short") }
			if last := slices.IndexFunc(order, short); last > n/2 {
				t.Errorf("short answers had to wait: %v", order)
			}
		})
	}
}

// stalling returns a body without an end.
type stalling struct {
	ctx  context.Context
	body io.Reader
}

func (s *stalling) Read(p []byte) (int, error) {
	if n, err := s.body.Read(p); err == nil {
		return n, nil
	}
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

type stallingSite struct{ *site }

func (s stallingSite) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.site.RoundTrip(r)
	if err == nil && strings.Contains(r.URL.Host, "stalling") {
		res.Body = io.NopCloser(&stalling{r.Context(), res.Body})
	}
	return res, err
}

// TestWaitingLongAnswersLendTheirSlots (S6): feeds not yet known to be long wait for each other. They delay no short
// answer, although they are more than may be fetched at once.
func TestWaitingLongAnswersLendTheirSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const places = 4
		all := map[string]reply{}
		var addresses []string
		for i := range 2 * places {
			long := fmt.Sprintf("http://long%d.example/", i)
			all[long] = reply{body: longEdition("long", 3<<20)}
			addresses = append(addresses, long)
		}
		for i := range places {
			short := fmt.Sprintf("http://short%d.example/", i)
			all[short] = reply{body: edition("short")}
			addresses = append(addresses, short)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		long, short := 0, 0
		handle := func(ctx context.Context, r oped.Fetched) error {
			if strings.Contains(r.Feed.URL, "short") {
				mu.Lock()
				defer mu.Unlock()
				if short++; short == places {
					cancel()
				}
				return nil
			}
			err := sleep(ctx, time.Minute)
			mu.Lock()
			defer mu.Unlock()
			long++
			return err
		}
		err := New(Options{Transport: pages(all), Concurrency: places}).Run(ctx, due(addresses...), handle)
		if !errors.Is(err, context.Canceled) || long > 1 {
			t.Errorf("%d short answers had to wait for %d long ones: %v", short, long, err)
		}
	})
}

// TestAStalledLongAnswerReleasesTheToken (S6, S28): it does so soon if others wait, and their clocks stop
// meanwhile.
func TestAStalledLongAnswerReleasesTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := map[string]reply{"http://long.example/": {lasts: time.Second, body: longEdition("two", 2<<20)}}
		var addresses []string
		for i := range 10 {
			addresses = append(addresses, fmt.Sprintf("http://stalling%d.example/", i))
			all[addresses[i]] = reply{body: longEdition("one", 2<<20)}
		}
		feeds, began := due(append(addresses, "http://long.example/")...), time.Now()
		got := map[string]oped.Fetched{}
		var mu sync.Mutex
		handle := func(_ context.Context, r oped.Fetched) error {
			mu.Lock()
			defer mu.Unlock()
			got[r.Feed.URL] = r
			return nil
		}
		f := New(Options{Transport: stallingSite{pages(all)}, Timeout: 30 * time.Second, MaxBytes: oped.MaxInFlight})
		if err := f.Once(t.Context(), feeds, handle); err != nil {
			t.Fatal(err)
		}
		for _, at := range addresses {
			wantKind(t, got[at], oped.Timeout)
			if r := got[at]; r.Err.Err != errSlow {
				t.Errorf("%s: %v", at, r.Err)
			}
		}
		long := got["http://long.example/"]
		if long.Err != nil || !slices.Equal(long.Limits, oped.Limits{oped.FlightLimit}) || long.Took < 50*time.Second {
			t.Errorf("%v after %v, limits %v", long.Err, long.Took, long.Limits)
		}
		wantBetween(t, "all", time.Since(began), 50*time.Second, 52*time.Second)
	})
}

// dripping returns its first bytes at once, and then 1 KiB every 20 ms.
type dripping struct {
	trickling
	first int
}

func (d *dripping) Read(p []byte) (int, error) {
	if d.first > 0 {
		n, err := d.body.Read(p[:min(len(p), d.first)])
		d.first -= n
		return n, err
	}
	if err := sleep(d.ctx, 20*time.Millisecond); err != nil {
		return 0, err
	}
	return d.body.Read(p[:min(len(p), 1<<10)])
}

type drippingSite struct{ *site }

func (s drippingSite) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.site.RoundTrip(r)
	if err == nil && strings.Contains(r.URL.Host, "dripping") {
		res.Body = io.NopCloser(&dripping{trickling{r.Context(), res.Body}, oped.LongResponse})
	}
	return res, err
}

// TestASlowLongAnswerSucceedsIfNobodyWaits (S6): a slow answer has the time of a whole fetch if nobody waits,
// or while others hold the token before it.
func TestASlowLongAnswerSucceedsIfNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Options{Transport: drippingSite{pages(map[string]reply{
			"http://dripping.example/": {body: longEdition("one", 3<<20)},
			"http://long.example/":     {lasts: time.Second, body: longEdition("two", 2<<20)},
			"http://later.example/":    {lasts: 30 * time.Second, body: longEdition("three", 2<<20)},
		})}})
		handle := func(_ context.Context, r oped.Fetched) error {
			if slow := strings.Contains(r.Feed.URL, "dripping"); slow && r.Took < 50*time.Second || r.Err != nil {
				t.Errorf("%s: %v after %v", r.Feed.URL, r.Err, r.Took)
			}
			return nil
		}
		for _, addresses := range [][]string{{"http://dripping.example/"}, {"http://dripping.example/", "http://long.example/"}} {
			if err := f.Once(t.Context(), due(addresses...), handle); err != nil {
				t.Fatal(err)
			}
		}
		slow := 0
		failing := func(_ context.Context, r oped.Fetched) error {
			if r.Err != nil && r.Err.Err == errSlow {
				slow++
				wantBetween(t, "the slow one", r.Took, 30*time.Second, 32*time.Second)
			}
			return nil
		}
		if err := f.Once(t.Context(), due("http://dripping.example/", "http://later.example/"), failing); err != nil ||
			slow != 1 {
			t.Errorf("%v, %d gave up", err, slow)
		}
	})
}

// TestWaitingForMemoryEndsWithTheContext covers S28.
func TestWaitingForMemoryEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Options{Transport: script(reply{body: longEdition("one", 2<<20)})})
		f.flight.long <- struct{}{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		began := time.Now()
		if r := f.Fetch(ctx, feedAt(feedURL)); r.Err == nil {
			t.Error("parsed without room for it")
		}
		wantBetween(t, "the wait", time.Since(began), time.Hour, time.Hour)
		<-f.flight.long
		if r := f.Fetch(t.Context(), feedAt(feedURL)); r.Err != nil ||
			!slices.Equal(r.Limits, oped.Limits{oped.FlightLimit}) {
			t.Errorf("%v, limits %v", r.Err, r.Limits)
		}
	})
}

// TestLongAddressesAreRefused (S6): a feed's address and a redirect target are refused with the name of the limit,
// without a request.
func TestLongAddressesAreRefused(t *testing.T) {
	for _, n := range []int{oped.MaxAddress, 2 * oped.MaxAddress, 30 * oped.MaxAddress} {
		for _, path := range []string{"http://elsewhere.example/" + strings.Repeat("x", n), "/" + strings.Repeat("x", n), "/" + strings.Repeat("ü", n/3)} {
			s := script(redirect(http.StatusMovedPermanently, path), reply{body: edition("one")})
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
			wantKind(t, r, oped.Refused)
			if r.Err != nil && !strings.Contains(r.Err.Error(), string(oped.AddressLimit)) || len(s.urls()) != 1 ||
				len(r.URL) > oped.MaxAddress {
				t.Errorf("%v after %d requests", r.Err, len(s.urls()))
			}
		}
	}
	s := script(reply{body: edition("one")})
	wantKind(t, New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL+strings.Repeat("x", oped.MaxAddress))),
		oped.Refused)
	if len(s.urls()) > 0 {
		t.Error("asked for a long address")
	}
}

// TestLongValidatorsAreNotKept covers S6.
func TestLongValidatorsAreNotKept(t *testing.T) {
	long := strings.Repeat("x", oped.MaxField+1)
	s := script(reply{header: headers("ETag", `"`+long+`"`, "Last-Modified", long), body: edition("one")})
	r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
	if r.Err != nil || r.Validators != (oped.Validators{}) {
		t.Errorf("%v, %d bytes of validators", r.Err, len(r.Validators.ETag)+len(r.Validators.LastModified))
	}
}

// TestADocumentKeptInPartKeepsItsValidators (S6): another fetch would return the same document.
func TestADocumentKeptInPartKeepsItsValidators(t *testing.T) {
	var items strings.Builder
	for i := range oped.MaxEntries + 1 {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>One</title></item>", i)
	}
	doc := `<rss version="2.0"><channel><title>T</title>` + items.String() + "</channel></rss>"
	s := script(reply{header: headers("ETag", `"one"`), body: []byte(doc)})
	r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
	if r.Err != nil || len(r.Entries) != oped.MaxEntries || r.Validators.ETag != `"one"` || r.Warning != "" ||
		!slices.Equal(r.Limits, oped.Limits{oped.EntriesLimit}) {
		t.Errorf("%v, %d entries, %+v, %q, %v", r.Err, len(r.Entries), r.Validators, r.Warning, r.Limits)
	}
}

// trickling returns a few bytes a second.
type trickling struct {
	ctx  context.Context
	body io.Reader
}

func (t *trickling) Read(p []byte) (int, error) {
	if err := sleep(t.ctx, time.Second); err != nil {
		return 0, err
	}
	return t.body.Read(p[:min(len(p), 1<<10)])
}

type tricklingSite struct{ *site }

func (s tricklingSite) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.site.RoundTrip(r)
	if err == nil && strings.Contains(r.URL.Host, "trickling") {
		res.Body = io.NopCloser(&trickling{r.Context(), res.Body})
	}
	return res, err
}

// TestATricklingLongAnswerBlocksNobody (S6): a small body with a large decoded size is received before the token
// is taken, whether the feed is known to be long or not.
func TestATricklingLongAnswerBlocksNobody(t *testing.T) {
	for _, known := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			long := newstest.Encode("gzip", longEdition("one", 900<<10))
			padding := newstest.Encode("gzip", nil) // 23 bytes that decode to nothing and only take time
			long = append(long, bytes.Repeat(padding, 40<<10/len(padding))...)
			coded := headers("Content-Encoding", "gzip")
			all := map[string]reply{
				"http://long.example/": {
					lasts:  time.Second,
					header: coded,
					body:   newstest.Encode("gzip", longEdition("two", 900<<10)),
				},
			}
			addresses := []string{}
			for i := range 5 {
				addresses = append(addresses, fmt.Sprintf("http://trickling%d.example/", i))
				all[addresses[i]] = reply{header: coded, body: long}
			}
			addresses = append(addresses, "http://long.example/")
			feeds := due(addresses...)
			for i := range feeds.feeds {
				if known {
					feeds.feeds[i].Limits = oped.Limits{oped.FlightLimit}
				}
			}
			took := map[string]time.Duration{}
			began := time.Now()
			var mu sync.Mutex
			handle := func(_ context.Context, r oped.Fetched) error {
				mu.Lock()
				defer mu.Unlock()
				if r.Err != nil || !slices.Equal(r.Limits, oped.Limits{oped.FlightLimit}) {
					t.Errorf("%s: %v, limits %v", r.Feed.URL, r.Err, r.Limits)
				}
				took[r.Feed.URL] = time.Since(began)
				return nil
			}
			f := New(Options{Transport: tricklingSite{pages(all)}})
			if err := f.Once(t.Context(), feeds, handle); err != nil {
				t.Fatal(err)
			}
			wantBetween(t, "the honest feed", took["http://long.example/"], time.Second, 2*time.Second)
			wantBetween(t, "a trickling one", took[addresses[0]], 30*time.Second, time.Minute)
		})
	}
}
