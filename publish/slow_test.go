package publish

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

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
	p := published(t, example(), options())
	writing, letGo := make(chan bool), make(chan bool)
	var slow sync.WaitGroup
	for range 8 * atOnce {
		slow.Go(func() {
			p.ServeHTTP(&slowReader{httptest.NewRecorder(), writing, letGo}, httptest.NewRequest(http.MethodGet, "/piece/1/", nil))
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
