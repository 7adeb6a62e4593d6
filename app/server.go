package app

import (
	"log/slog"
	"net/http"
	"time"
)

// bodyTime limits the time for reading the body of a request.
const bodyTime = 5 * time.Second

func newServer(h http.Handler, o Options) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
}

// impatient limits the time for bodies, and lets the handler answer before unread bodies arrive. Without it,
// net/http would read them first, to reuse the connection.
func impatient(h http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			w.Header().Set("Connection", "close")
			http.NewResponseController(w).SetReadDeadline(now().Add(bodyTime))
		}
		h.ServeHTTP(w, r)
	})
}
