package publish

import (
	"net/http"
	"sync"
)

// HandlerOf makes the HTTP handler of a publisher. Package web imports this one, so a test outside of
// both has to set it.
var HandlerOf func(p *Publisher, o *Options) http.Handler

// handlers holds the handlers of all publishers.
var handlers = struct {
	sync.Mutex
	of map[*Publisher]http.Handler
}{of: map[*Publisher]http.Handler{}}

func handlerOf(p *Publisher) http.Handler {
	handlers.Lock()
	defer handlers.Unlock()
	if handlers.of[p] == nil {
		handlers.of[p] = HandlerOf(p, &p.options)
	}
	return handlers.of[p]
}

func (p *Publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) { handlerOf(p).ServeHTTP(w, r) }
