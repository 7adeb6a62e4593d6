package publish

import (
	"net/http"
	"sync"
)

// HandlerOf makes what serves a publisher. Package web imports this one, so that a test outside of both has to give it.
var HandlerOf func(p *Publisher, o *Options) http.Handler

var handlers sync.Map // by publisher

func (p *Publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, ok := handlers.Load(p)
	if !ok {
		h, _ = handlers.LoadOrStore(p, HandlerOf(p, &p.options))
	}
	h.(http.Handler).ServeHTTP(w, r)
}
