package testkit

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// Posted is a request received on loopback.
type Posted struct {
	Header http.Header
	Body   string
}

// Party is an external hub, or a subscriber that confirms everything.
type Party struct {
	URL string
	Got chan Posted

	mu     sync.Mutex
	status int // of its answers to POST; 200 if 0
	all    []Posted
}

// NewParty returns a Party that serves until the test ends.
func NewParty(t testing.TB) *Party {
	p := &Party{Got: make(chan Posted, 100)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

func (p *Party) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, Posted{r.Header, string(body)})
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	p.Got <- Posted{r.Header, string(body)}
}

// Answer sets the status of the answers to POST.
func (p *Party) Answer(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

// Pings counts the pings of a hub for a document.
func (p *Party) Pings(topic string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.all {
		if form, err := url.ParseQuery(one.Body); err == nil && form.Get("hub.mode") == "publish" &&
			form.Get("hub.url") == topic {
			n++
		}
	}
	return n
}
