package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed page.html
var pageText string

// page is the data of page.html: the list of papers, a paper's front page, or one piece.
type page struct {
	Title, Motto, Lang string
	Home               string // path of the paper's front page; "" on the list of papers
	Feed               string // path of its feed
	Note               string // why the page is empty
	Rows               []row
	Piece              *pieceView
}

type row struct {
	Title, Link, By, When string
}

type pieceView struct {
	Title, Author, When string
	Categories          []string
	Paragraphs          []string
}

func (p paper) page() page {
	return page{
		Title: p.text(p.title),
		Motto: p.text(p.motto),
		Lang:  p.lang,
		Home:  "/" + p.name + "/",
		Feed:  p.feed(),
	}
}

// date formats a day in the paper's style.
func (p paper) date(t time.Time) string {
	if p.lang != "ur" {
		return t.Format("2 January 2006")
	}
	months := []string{
		"جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون",
		"جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
	}
	return p.text(fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year()))
}

func (w *World) servePapers(rw http.ResponseWriter, r *http.Request, now time.Time) {
	view := page{Title: "The invented press", Motto: "Newspapers that exist nowhere, for oped demo", Lang: "en"}
	for _, p := range w.papers {
		view.Rows = append(view.Rows,
			row{
				Title: p.title,
				Link:  "/" + p.name + "/",
				By:    p.country,
				When:  string(p.form),
			})
	}
	servePage(rw, r, view, now)
}

func (w *World) serveFront(rw http.ResponseWriter, r *http.Request, p paper, now time.Time) {
	view := p.page()
	if !p.delivers() {
		view.Note = "This paper has no readable feed. It shows how oped reports such a feed."
	}
	for _, pr := range w.out(p.name, now) {
		view.Rows = append(view.Rows, row{
			Title: p.text(pr.title),
			Link:  pr.link,
			By:    p.text(pr.author),
			When:  p.date(pr.at) + pr.at.Format(", 15:04"),
		})
	}
	servePage(rw, r, view, now)
}

func (w *World) servePiece(rw http.ResponseWriter, r *http.Request, p paper, now time.Time) {
	for _, pr := range w.out(p.name, now) {
		if address(p, pr.piece) != r.URL.Path {
			continue
		}
		view := p.page()
		view.Piece = &pieceView{
			Title:      p.text(pr.title),
			Author:     p.text(pr.author),
			When:       p.date(pr.at),
			Categories: pr.categories,
		}
		for _, paragraph := range pr.paragraphs {
			view.Piece.Paragraphs = append(view.Piece.Paragraphs, p.text(paragraph))
		}
		servePage(rw, r, view, pr.at)
		return
	}
	http.NotFound(rw, r)
}

func servePage(rw http.ResponseWriter, r *http.Request, view page, modified time.Time) {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	var b bytes.Buffer
	if err := t.Execute(&b, view); err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	serve(rw, r, b.Bytes(), "text/html; charset=utf-8", modified)
}
