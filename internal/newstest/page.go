package newstest

import (
	"net/http"
	"time"
)

// list returns the papers, as items of a page.
func (p *Press) list() feed {
	f := feed{masthead: masthead{Title: "The invented press", Lang: "en"}}
	f.Motto = "Newspapers that exist nowhere, for oped demo"
	for _, m := range p.papers {
		by := m.Country + " · " + m.Form.name
		f.Items = append(f.Items, Item{Title: m.Title, Link: "/" + m.Name + "/", Author: by})
	}
	return f
}

// page returns the answer with a web page: the list of papers, a paper's front page, or one piece.
func page(f feed, modified time.Time) Answer {
	return fresh(fill("page.html", f), "text/html; charset=utf-8", modified)
}

// fresh returns an answer with validators.
func fresh(body []byte, mediaType string, modified time.Time) Answer {
	return Answer{
		Body:         body,
		ContentType:  mediaType,
		ETag:         "auto",
		LastModified: modified.UTC().Format(http.TimeFormat),
		Header:       http.Header{"Cache-Control": {"no-cache"}},
	}
}
