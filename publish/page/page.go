// Package page writes the HTML pages that people read.
//
// A page is a struct with what it shows: texts, addresses, times and numbers, which have to be clean and public. Its
// template adds our own words in the page's language, and escapes everything. The same values give the same bytes.
package page

import (
	"crypto/sha256"
	_ "embed" // the templates and the style sheet
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"
)

//go:embed pages.html
var templates string

// Style is the style sheet of the pages.
//
//go:embed style.css
var Style string

// Sources are all that pages are written with, beside their values.
func Sources() []string { return []string{templates, Style, urdu} }

// StyleName is the name of the style sheet. Another style sheet has another name.
func StyleName() string {
	sum := sha256.Sum256([]byte(Style))
	return "style-" + hex.EncodeToString(sum[:6]) + ".css"
}

// Site is what all pages of a site share.
type Site struct {
	Base       string // its address, without a slash at its end
	Version    string // of oped
	Search     string // the address of the search; "" if there is none
	Publishers string // the address of the page that lists them; "" if there is none
}

// Set writes the pages of a site. Several goroutines may use it.
type Set struct {
	*Words
	site      Site
	style     string // the address of the style sheet
	templates *template.Template
}

// View is a page, as a value.
type View interface {
	template() string // its name
}

// Head is what every page has around its content.
type Head struct {
	Title, Subtitle string
	Lang, Dir       string // of the page's own words
	Canonical       string
	Feeds           []FeedLink // for discovery
	Refresh         string     // the address that browsers go to at once; "" if they stay
	Query           string     // what was searched for
}

// FeedLink leads to a feed.
type FeedLink struct {
	Title  string
	URL    string
	Format string // "atom", "rss" or "json"
}

// Link is a name, and where it leads.
type Link struct {
	Name string
	URL  string // "" if it leads nowhere
}

// New makes the pages of a site.
func New(site Site, w *Words) *Set {
	s := &Set{Words: w, site: site, style: site.Base + "/" + StyleName()}
	frame := map[string]template.HTML{} // the parts that are the same on all pages of a language
	part := func(name string) func(string) template.HTML {
		return func(lang string) template.HTML { return frame[name+Spoken(lang)] }
	}
	s.templates = template.Must(template.New("pages").Funcs(w.functions()).Funcs(template.FuncMap{
		"site":  func() *Site { return &s.site },
		"style": func() string { return s.style },
		"nav":   part("nav"),
		"foot":  part("foot"),
	}).Parse(templates))
	for _, lang := range []string{"en", "ur"} {
		for _, name := range []string{"nav", "foot"} {
			var b strings.Builder
			must(s.templates.ExecuteTemplate(&b, name, Head{Lang: lang}))
			frame[name+lang] = template.HTML(b.String())
		}
	}
	return s
}

// Write writes a page.
func (s *Set) Write(w io.Writer, v View) error {
	if err := s.templates.ExecuteTemplate(w, v.template(), v); err != nil {
		return fmt.Errorf("write a page: %w", err)
	}
	return nil
}

// Policy is the content security policy of the pages: nothing but their style sheet and, where there is a search, its
// form. A page may be read at another address than the one that it is published under, where the form leads.
func (s *Set) Policy() string {
	forms := "'none'"
	if s.site.Search != "" {
		forms = "'self'"
		if u, err := url.Parse(s.site.Base); err == nil && u.Host != "" {
			forms += " " + u.Scheme + "://" + u.Host
		}
	}
	return "default-src 'none'; style-src 'self' " + s.style + "; base-uri 'none'; form-action " + forms +
		"; frame-ancestors 'none'"
}
