package app

import (
	"context"
	"strings"
	"time"

	"oped"
	"oped/store"
	"oped/text"
)

// History is an appearance of a piece with all its versions, oldest first.
type History struct {
	Publisher string    `json:"publisher"`
	URL       string    `json:"url"`
	Versions  []Wording `json:"versions"`
}

// Wording is one version of an appearance.
type Wording struct {
	At      time.Time `json:"at"`
	News    string    `json:"news"` // the news in it; "": none
	Title   string    `json:"title"`
	Authors string    `json:"authors"`
	URL     string    `json:"url"`
	Text    string    `json:"text"`
	Changes []Change  `json:"changes"` // compared with the version before
}

// Change is the change of one part of an appearance.
type Change struct {
	Part  string `json:"part"` // title, authors, url, text
	Edits []Edit `json:"edits"`
}

// Edit is a stretch of text that was kept, removed or added.
type Edit struct {
	Op   string `json:"op"` // kept, removed, added
	Text string `json:"text"`
}

// historyOf returns the versions of an entry, the current one last.
func historyOf(e *oped.Entry, revisions []store.Revision) History {
	h := History{Publisher: e.Publisher, URL: e.URL}
	at, news := e.FirstSeen, ""
	for _, r := range revisions {
		h.add(Wording{
			At:      at,
			News:    news,
			Title:   r.Entry.Title,
			Authors: byline(r.Entry.Authors),
			URL:     r.Entry.URL,
			Text:    r.Text,
		})
		at, news = r.At, string(r.News)
	}
	h.add(Wording{At: at, News: news, Title: e.Title, Authors: byline(e.Authors), URL: e.URL, Text: e.Text})
	return h
}

// byline joins the names of authors.
func byline(authors []oped.Person) string {
	names := make([]string, len(authors))
	for i, p := range authors {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// add adds a version with its changes since the last one.
func (h *History) add(v Wording) {
	v.Changes = []Change{}
	if n := len(h.Versions); n > 0 {
		was := &h.Versions[n-1]
		for _, part := range []struct{ name, was, is string }{
			{"title", was.Title, v.Title}, {"authors", was.Authors, v.Authors}, {"url", was.URL, v.URL},
			{"text", was.Text, v.Text},
		} {
			if part.was != part.is {
				v.Changes = append(v.Changes, Change{part.name, editsOf(part.was, part.is)})
			}
		}
	}
	h.Versions = append(h.Versions, v)
}

// editsOf returns the edits from one text to another, in order.
func editsOf(before, after string) (all []Edit) {
	for _, e := range text.Diff(before, after) {
		switch e.Op {
		case text.Removed:
			all = append(all, Edit{"removed", before[e.Before[0]:e.Before[1]]})
		case text.Added:
			all = append(all, Edit{"added", after[e.After[0]:e.After[1]]})
		default:
			all = append(all, Edit{"kept", after[e.After[0]:e.After[1]]})
		}
	}
	return all
}

// Versions returns a piece and the versions of each of its appearances. It returns an Invalid error for an
// unknown piece.
func (v Pieces) Versions(ctx context.Context, ref string) (piece oped.Piece, all []History, err error) {
	named, err := find(ctx, v.p.store, ref)
	if err != nil {
		return piece, nil, err
	}
	piece = named.piece
	for i := range piece.Entries {
		e := &piece.Entries[i]
		revisions, err := v.p.store.Entries.Revisions(ctx, e.Row)
		if err != nil {
			return piece, nil, err
		}
		all = append(all, historyOf(e, revisions))
	}
	return piece, all, nil
}
