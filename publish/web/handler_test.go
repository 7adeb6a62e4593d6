package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"oped/publish/coding"
)

// TestPieces_ReaderGone: who has gone away waits for nothing.
func TestPieces_ReaderGone(t *testing.T) {
	h := New(example(t), Options{})
	for range atOnce {
		h.slots <- struct{}{} // all are busy
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/piece/1/", nil))
	if w.Body.Len() > 0 {
		t.Errorf("%s", w.Body)
	}
}

// TestO23_SmallIsLeftAlone: a coding that makes nothing smaller is not offered.
func TestO23_SmallIsLeftAlone(t *testing.T) {
	h := New(example(t), Options{})
	r := httptest.NewRequest("GET", "/x.html", nil)
	r.Header.Set("Accept-Encoding", "gzip, br, zstd")
	if c, _ := h.negotiate(rendered(t, document("x.html", "text/html", "<p>")), r); c != coding.Identity {
		t.Errorf("it is served as %s", c)
	}
}

// slowReader is the connection of a reader that takes nothing of a body until it is let go.
type slowReader struct {
	*httptest.ResponseRecorder
	writing chan<- bool
	letGo   <-chan bool
}

func (s *slowReader) Write(p []byte) (int, error) {
	s.writing <- true
	<-s.letGo
	return s.ResponseRecorder.Write(p)
}

// TestSlowReadersHoldNobodyUp: however slowly readers take the pages that were rendered for them, others get theirs.
func TestSlowReadersHoldNobodyUp(t *testing.T) {
	h := New(example(t), Options{})
	writing, letGo := make(chan bool), make(chan bool)
	var slow sync.WaitGroup
	for range 8 * atOnce {
		slow.Go(func() {
			h.ServeHTTP(&slowReader{httptest.NewRecorder(), writing, letGo}, httptest.NewRequest(http.MethodGet, "/piece/1/", nil))
		})
		select {
		case <-writing:
		case <-time.After(10 * time.Second): // it would wait for ever
			t.Error("a reader waits for others that are slow")
		}
		if t.Failed() {
			break
		}
	}
	close(letGo)
	for range atOnce { // the one that waited writes now
		select {
		case <-writing:
		case <-time.After(100 * time.Millisecond):
		}
	}
	slow.Wait()
}
