package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"oped/publish"
)

// Time limits of one search.
const (
	searchWait = 2 * time.Second  // for a turn
	feedWait   = 10 * time.Second // for a turn of a feed: a reader with many of them asks for all at once
	searchTime = 5 * time.Second  // in case the disk is too slow for oped.MaxSearchSteps
)

// serveSearch answers a search. It reports whether the request was one.
func (h *Handler) serveSearch(w http.ResponseWriter, r *http.Request, name string) bool {
	if !strings.HasPrefix(name, publish.SearchName) {
		return false // without reading the query
	}
	s := h.publisher.Search(name, r.URL.Query())
	if s == nil {
		return false
	}
	if feed := s.Feed(); feed != "" {
		if wait := h.polls.wait(r, feed); wait > 0 {
			tooOften(w, wait)
			return true
		}
	}
	head := w.Header()
	head.Set("Cache-Control", publish.CacheNever) // also for errors
	head.Set("X-Robots-Tag", "noindex")
	err := h.run(r, s)
	switch {
	case r.Context().Err() != nil: // the client is gone
	case errors.Is(err, publish.ErrBusy):
		head.Set("Retry-After", "5")
		h.errorPage(w, r, http.StatusServiceUnavailable)
	case err == nil:
		err = h.answerSearch(w, r, s)
	}
	if err != nil && !errors.Is(err, publish.ErrBusy) && r.Context().Err() == nil {
		h.log.Warn("search failed", "err", err)
		h.errorPage(w, r, http.StatusInternalServerError)
	}
	return true
}

// run waits for a turn and searches. It does nothing for an absent or invalid query.
func (h *Handler) run(r *http.Request, s *publish.Search) error {
	if !s.Asks() {
		return nil
	}
	turns, longest := h.searches, searchWait
	if s.Feed() != "" {
		turns, longest = h.feeds, feedWait
	}
	wait, stop := context.WithTimeout(r.Context(), longest)
	defer stop()
	client, _ := h.polls.clientOf(r)
	leave, err := turns.enter(wait, client)
	if err != nil {
		return err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), searchTime)
	defer cancel()
	return s.Run(ctx)
}

func (h *Handler) answerSearch(w http.ResponseWriter, r *http.Request, s *publish.Search) error {
	page, err := s.Page()
	if err != nil {
		return err
	}
	rep := publish.NewRendered(&page)
	if err := rep.Render(r.Context()); err != nil {
		return err
	}
	if page.Meta.Status == http.StatusOK {
		h.serve(w, r, rep)
	} else {
		h.plain(w, r, rep)
	}
	return nil
}
