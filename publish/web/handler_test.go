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

// TestPieces_ReaderGone: a request ends when its reader is gone.
func TestPieces_ReaderGone(t *testing.T) {
	h := New(example(t), Options{})
	for range atOnce {
		h.slots <- struct{}{} // all slots are busy
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/piece/1/", nil))
	if w.Body.Len() > 0 {
		t.Errorf("%s", w.Body)
	}
}

// TestO23_SmallPagesStayPlain: a coding without gain is not used.
func TestO23_SmallPagesStayPlain(t *testing.T) {
	h := New(example(t), Options{})
	r := httptest.NewRequest("GET", "/x.html", nil)
	r.Header.Set("Accept-Encoding", "gzip, br, zstd")
	if c, _ := h.negotiate(rendered(t, document("x.html", "text/html", "<p>")), r); c != coding.Identity {
		t.Errorf("it is served as %s", c)
	}
}

// slowReader is a reader's connection that accepts no body until released.
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

// TestSlowReadersBlockNoOther: however slowly readers receive their rendered pages, others get theirs.
func TestSlowReadersBlockNoOther(t *testing.T) {
	h := New(example(t), Options{})
	writing, letGo := make(chan bool), make(chan bool)
	var slow sync.WaitGroup
	for range 8 * atOnce {
		slow.Go(func() {
			h.ServeHTTP(&slowReader{httptest.NewRecorder(), writing, letGo},
				httptest.NewRequest(http.MethodGet, "/piece/1/", nil))
		})
		select {
		case <-writing:
		case <-time.After(10 * time.Second): // it would wait forever
			t.Error("a reader waits for slow ones")
		}
		if t.Failed() {
			break
		}
	}
	close(letGo)
	for range atOnce { // the waiting one writes now
		select {
		case <-writing:
		case <-time.After(100 * time.Millisecond):
		}
	}
	slow.Wait()
}
