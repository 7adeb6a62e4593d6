package desk

import (
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"oped"
	"oped/app"
	"oped/config"
)

// Handler serves the desk of a daemon. It is safe for concurrent use.
type Handler struct {
	live     *app.Live
	mux      *http.ServeMux
	views    *views
	signIns  *signIns
	hashing  *hashing
	attempts *attempts
	provider provider
	pages    http.Handler  // mux, compressed
	streams  chan struct{} // one token per page that receives decisions
	notices  notices
	fetches  fetches
	found    *kept[*app.FoundFeed] // each with its document
	changed  *kept[app.ChangedFeed]
	batches  *kept[batch] // their decisions stay in the log
}

// New returns the desk of a daemon.
func New(live *app.Live) *Handler {
	h := &Handler{
		live:     live,
		mux:      http.NewServeMux(),
		views:    newViews(live.Now),
		signIns:  newSignIns(live.Now),
		hashing:  newHashing(),
		attempts: newAttempts(live.Now),
		provider: provider{client: newProviderClient()},
		streams:  make(chan struct{}, maxStreams),
		notices:  notices{all: map[string]notice{}},
		fetches:  fetches{all: map[string]fetchNote{}},
		found:    newKept[*app.FoundFeed](8),
		changed:  newKept[app.ChangedFeed](8),
		batches:  newKept[batch](64),
	}
	for _, r := range routes() {
		h.mux.Handle(r.pattern(), h.handler(r))
		if r.method != "GET" || r.path == "" || strings.HasSuffix(r.path, "...}") {
			continue
		}
		other := route{r.method, r.path + "/", r.role, (*visit).otherSlash} // the mux knows no path of the desk
		if short, ok := strings.CutSuffix(r.path, "/"); ok {
			other.path = short
		}
		h.mux.Handle(other.pattern(), h.handler(other))
	}
	h.pages = compressed(h.mux)
	return h
}

// compressed compresses the answers of a handler that get smaller by it. No page has a secret that lasts, so that
// guesses from the length of an answer gain nothing. Streams of events stay as they are.
func compressed(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.ContentTypes([]string{"text/html", "text/css", "text/javascript"}))
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap(h)
}

// A route is a page or an act of the desk.
type route struct {
	method string
	path   string    // under /desk/, as a pattern of http.ServeMux
	role   oped.Role // needed; "": nobody has to be signed in
	serve  func(*visit) error
}

func (r *route) pattern() string {
	path := r.path
	if path == "" || strings.HasSuffix(path, "/") {
		path += "{$}"
	}
	return r.method + " " + app.DeskPath + path
}

// routes returns everything that the desk serves.
func routes() []route {
	return slices.Concat(assetRoutes(), signInRoutes(), passkeyRoutes(), oidcRoutes(), ownRoutes(), accountRoutes(),
		queueRoutes(), pieceRoutes(), editionRoutes(), pairRoutes(), searchRoutes(), batchRoutes(), decideRoutes(),
		eventRoutes(), logRoutes(), feedRoutes(), otherRoutes())
}

// visit is one request to the desk, with what it needs.
type visit struct {
	*Handler
	w        http.ResponseWriter
	r        *http.Request
	app      *app.App
	settings *config.Desk
	session  oped.Session // the zero value: nobody is signed in
	account  oped.Account
}

// at returns the address of a page of the desk, without its host.
func (v *visit) at(page string) string { return v.settings.Path() + app.DeskPath + page }

// here returns the page of the request, without its host and the path of the desk.
func (v *visit) here() string {
	return strings.TrimPrefix(v.r.URL.RequestURI(), app.DeskPath)
}

// act writes what somebody did to the log.
func (v *visit) act(what string, args ...any) {
	v.live.Log().Info(what, append([]any{"by", v.account.Name, "client", clientOf(v.app, v.r)}, args...)...)
}

// otherSlash sends the browser from an address with a slash too many, or without its final one, to the page.
func (v *visit) otherSlash() error {
	page, query, asked := strings.Cut(v.here(), "?")
	if short, ok := strings.CutSuffix(page, "/"); ok {
		page = short
	} else {
		page += "/"
	}
	if asked {
		page += "?" + query
	}
	return v.redirect(page)
}

// redirect sends the browser to a page of the desk.
func (v *visit) redirect(page string) error {
	http.Redirect(v.w, v.r, v.at(page), http.StatusSeeOther)
	return nil
}
