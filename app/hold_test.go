package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// TestJ5_AHoldEndsByTheClock: a piece held until noon enters its curated edition within a minute after noon, over a
// restart, whatever the feeds do, and answers are fresh until noon; its undo restores the documents, to the byte.
func TestJ5_AHoldEndsByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		<-time.After(time.Until(time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC)))
		q := &quiet{year: newYear(t, "base_url: https://editions.example\nfetch: {max_every: 8784h}\n"+
			"editions: {daily: {}, picks: {curated: true}}\n"+
			"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n")}
		q.comes()
		must(t, q.p.store.Close())
		config, err := os.ReadFile(q.path)
		must(t, err)
		withHub := strings.Replace(string(config), "publish: {", "publish: {hub: [self], ", 1)
		must(t, os.WriteFile(q.path, []byte(withHub), 0o644))
		q.o.Now = time.Now
		q.start()
		before := q.documents("picks")
		decide := func(action oped.Action, until string) {
			t.Helper()
			x := Curation{Reason: Reason{By: "amna"}, Action: action, Ref: "1", Until: until}
			_, err := Call(t.Context(), &Caller{app: q.p}, CuratePiece, x)
			must(t, err)
		}
		entries := func(want int) {
			t.Helper()
			if n := strings.Count(q.documents("picks"), "<entry"); n != want {
				t.Errorf("%d entries at %v, want %d", n, time.Now().UTC(), want)
			}
		}
		fresh := func(want time.Duration) {
			t.Helper()
			w := httptest.NewRecorder()
			q.p.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/picks.atom", nil))
			got := w.Header().Get("Cache-Control")
			if !strings.HasPrefix(got, fmt.Sprintf("public, max-age=%d,", int(want.Seconds()))) {
				t.Errorf("Cache-Control %s at %v, want %v", got, time.Now().UTC(), want)
			}
		}
		q.until(1, 11, 20)
		fresh(time.Hour)
		decide(oped.Hold, "12:00")
		fresh(40 * time.Minute)
		q.stop()
		q.start()
		q.until(1, 11, 50)
		fresh(10 * time.Minute)
		q.until(1, 11, 59)
		entries(0)
		q.until(1, 12, 1)
		entries(1)
		fresh(time.Hour)
		q.stop()
		q.start()
		q.until(1, 12, 5)
		entries(1)
		_, err = Call(t.Context(), &Caller{app: q.p}, UndoDecision, Reversal{Reason: Reason{By: "amna"}})
		must(t, err)
		after := q.documents("picks")
		if untraced(after) != untraced(before) || !strings.Contains(after, "<at:deleted-entry") {
			t.Errorf("after the undo:\n%s\nwant, with a tombstone\n%s", after, before)
		}
		if testing.Short() {
			q.stop()
			return
		}
		decide(oped.Hold, "12:00") // tomorrow
		q.until(2, 11, 40)
		fresh(20 * time.Minute)
		q.until(2, 11, 59)
		entries(0)
		decide(oped.Approve, "")
		entries(1)
		q.until(2, 12, 1)
		entries(1)
		q.stop()
	})
}
