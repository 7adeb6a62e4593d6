package publish_test

import (
	"net/http"

	"oped/publish"
	"oped/publish/web"
)

func init() {
	publish.HandlerOf = func(p *publish.Publisher, o *publish.Options) http.Handler {
		return web.New(p, web.Options{BaseURL: o.BaseURL, Log: o.Log, Now: o.Now})
	}
}
