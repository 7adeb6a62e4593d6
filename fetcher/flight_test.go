package fetcher

import (
	"bytes"
	"context"
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
)

// longEdition is a document of about n bytes.
func longEdition(name string, n int) []byte {
	return append(edition(name), bytes.Repeat([]byte("<!-- long -->"), n/13)...)
}

// TestLongAnswersShareTheMemory (S6): however many long answers come at once, together they hold no more than the
// budget, until they are handled; short ones go past them, and all come through.
func TestLongAnswersShareTheMemory(t *testing.T) {
	for _, n := range []int{8, 16, 32} {
		synctest.Test(t, func(t *testing.T) {
			all := map[string]reply{}
			var addresses []string
			for i := range n {
				long, short := fmt.Sprintf("http://long%d.example/", i), fmt.Sprintf("http://short%d.example/", i)
				all[long], all[short] = reply{body: longEdition("long", 3<<20)}, reply{body: edition("short")}
				addresses = append(addresses, long, short)
			}
			var mu sync.Mutex
			var held, most int64
			var order []string
			handle := func(ctx context.Context, r oped.Fetched) error {
				if r.Err != nil || len(r.Entries) != 1 {
					t.Errorf("%s: %v", r.Feed.URL, r.Err)
				}
				mu.Lock()
				held += r.Bytes
				most = max(most, held)
				order = append(order, r.Feed.URL)
				mu.Unlock()
				err := rest(ctx, time.Second)
				mu.Lock()
				held -= r.Bytes
				mu.Unlock()
				return err
			}
			f := New(Options{Transport: pages(all), Concurrency: 2 * n})
			if err := f.Once(t.Context(), due(addresses...), handle); err != nil {
				t.Fatal(err)
			}
			if len(order) != 2*n || most > oped.MaxInFlight {
				t.Errorf("%d handled, %d bytes at once", len(order), most)
			}
			if last := slices.IndexFunc(order, func(at string) bool { return strings.Contains(at, "short") }); last > n/2 {
				t.Errorf("short answers had to wait: %v", order)
			}
		})
	}
}

// stalling gives a body of which the end never comes.
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

// TestALongAnswerThatStallsHoldsOthersForAWhile (S6, S28): those that wait for it are not to blame; their time stands
// still meanwhile.
func TestALongAnswerThatStallsHoldsOthersForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := map[string]reply{"http://stalling.example/": {body: longEdition("one", 2<<20)}, "http://long.example/": {takes: time.Second, body: longEdition("two", 2<<20)}}
		feeds, began := due("http://stalling.example/", "http://long.example/"), time.Now()
		got := map[string]oped.Fetched{}
		var mu sync.Mutex
		handle := func(_ context.Context, r oped.Fetched) error {
			mu.Lock()
			defer mu.Unlock()
			got[r.Feed.URL] = r
			return nil
		}
		f := New(Options{Transport: stallingSite{pages(all)}, Timeout: 50 * time.Second, MaxBytes: oped.MaxInFlight})
		if err := f.Once(t.Context(), feeds, handle); err != nil {
			t.Fatal(err)
		}
		wantKind(t, got["http://stalling.example/"], oped.Timeout)
		long := got["http://long.example/"]
		if long.Err != nil || !slices.Equal(long.Limits, oped.Limits{oped.FlightLimit}) || long.Took < 49*time.Second {
			t.Errorf("%v after %v, limits %v", long.Err, long.Took, long.Limits)
		}
		wantBetween(t, "both", time.Since(began), 50*time.Second, 52*time.Second)
	})
}

// TestAWaitForMemoryEndsWithItsContext (S28).
func TestAWaitForMemoryEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Options{Transport: script(reply{body: longEdition("one", 2<<20)})})
		f.flight.long <- struct{}{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		began := time.Now()
		if r := f.Fetch(ctx, feedAt(feedURL)); r.Err == nil {
			t.Error("got what there was no room for")
		}
		wantBetween(t, "the wait", time.Since(began), time.Hour, time.Hour)
		<-f.flight.long
		if r := f.Fetch(t.Context(), feedAt(feedURL)); r.Err != nil || !slices.Equal(r.Limits, oped.Limits{oped.FlightLimit}) {
			t.Errorf("%v, limits %v", r.Err, r.Limits)
		}
	})
}

// TestLongAddressesAreRefused (S6): of the feed, and where it redirects to; by name, and without a request.
func TestLongAddressesAreRefused(t *testing.T) {
	for _, n := range []int{oped.MaxAddress, 2 * oped.MaxAddress, 30 * oped.MaxAddress} {
		for _, path := range []string{"http://elsewhere.example/" + strings.Repeat("x", n), "/" + strings.Repeat("x", n), "/" + strings.Repeat("ü", n/3)} {
			s := script(redirect(http.StatusMovedPermanently, path), reply{body: edition("one")})
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
			wantKind(t, r, oped.Refused)
			if r.Err != nil && !strings.Contains(r.Err.Error(), string(oped.AddressLimit)) || len(s.urls()) != 1 || len(r.URL) > oped.MaxAddress {
				t.Errorf("%v after %d requests", r.Err, len(s.urls()))
			}
		}
	}
	s := script(reply{body: edition("one")})
	wantKind(t, New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL+strings.Repeat("x", oped.MaxAddress))), oped.Refused)
	if len(s.urls()) > 0 {
		t.Error("asked for a long address")
	}
}

// TestLongValidatorsAreNotKept (S6).
func TestLongValidatorsAreNotKept(t *testing.T) {
	long := strings.Repeat("x", oped.MaxField+1)
	r := New(Options{Transport: script(reply{header: headers("ETag", `"`+long+`"`, "Last-Modified", long), body: edition("one")})}).Fetch(t.Context(), feedAt(feedURL))
	if r.Err != nil || r.Validators != (oped.Validators{}) {
		t.Errorf("%v, %d bytes of validators", r.Err, len(r.Validators.ETag)+len(r.Validators.LastModified))
	}
}

// TestADocumentKeptInPartKeepsItsValidators (S6): another fetch would bring the same.
func TestADocumentKeptInPartKeepsItsValidators(t *testing.T) {
	var items strings.Builder
	for i := range oped.MaxEntries + 1 {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>One</title></item>", i)
	}
	doc := `<rss version="2.0"><channel><title>T</title>` + items.String() + "</channel></rss>"
	r := New(Options{Transport: script(reply{header: headers("ETag", `"one"`), body: []byte(doc)})}).Fetch(t.Context(), feedAt(feedURL))
	if r.Err != nil || len(r.Entries) != oped.MaxEntries || r.Validators.ETag != `"one"` || r.Flaw != "" || !slices.Equal(r.Limits, oped.Limits{oped.EntriesLimit}) {
		t.Errorf("%v, %d entries, %+v, %q, %v", r.Err, len(r.Entries), r.Validators, r.Flaw, r.Limits)
	}
}
