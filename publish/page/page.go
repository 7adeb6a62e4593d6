// Package page writes HTML pages for people.
//
// To write pages, create a [Set] with [New] and call [Set.Write].
//
// A page is a struct of texts, addresses, times and numbers. These have to be clean and public. Its template adds
// our own words in the page's language and escapes everything. The same values yield the same bytes.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"sync"

	"oped"
	"oped/text"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed styles/*.css
var styleFiles embed.FS

var templates = concatenated(templateFiles)

// Font is a subset of Noto Nastaliq Urdu for the letters of Urdu, as WOFF2. Its license is fonts/OFL.txt. Browsers
// load it for a page with Urdu where the system has no such font.
//
//go:embed fonts/nastaliq.woff2
var Font string

// FontName returns the name of the font. It contains a hash of the content.
var FontName = sync.OnceValue(func() string { return "nastaliq-" + hashOf(Font) + ".woff2" })

// Style is the style sheet of the pages: its files in the order of their names. The font is beside it.
var Style = strings.Replace(concatenated(styleFiles), "nastaliq.woff2", FontName(), 1)

// concatenated returns the content of all files, in the order of their names.
func concatenated(files embed.FS) string {
	var b strings.Builder
	must(fs.WalkDir(files, ".", func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		content, err := files.ReadFile(path)
		b.Write(content)
		return err
	}))
	return b.String()
}

//go:embed search.js
var searchScript string

// Script returns the script of the [Finder], with the folding of words as its table.
var Script = sync.OnceValue(func() string {
	table, err := json.Marshal(text.NewFoldTable())
	must(err)
	return "const folding = " + string(table) + ";\n" + searchScript
})

// ScriptName returns the name of the script. It contains a hash of the content.
var ScriptName = sync.OnceValue(func() string { return "search-" + hashOf(Script()) + ".js" })

// Sources returns everything, besides the values, that determines the bytes of a page.
func Sources() []string { return []string{templates, Style, urdu} }

// StyleName returns the name of the style sheet. It contains a hash of the content.
var StyleName = sync.OnceValue(func() string { return "style-" + hashOf(Style) + ".css" })

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:6])
}

// Site holds the values shared by all pages of a site.
type Site struct {
	Base       string    // its address, without a final slash
	Title      string    // its name
	Logo       string    // address of its picture; "" if none
	Version    string    // of oped
	Search     string    // address of the search; "" if none
	Publishers string    // address of the page listing them; "" if none
	Authors    string    // address of the page listing them; "" if none
	Health     string    // address of the page of failing feeds; "" if none
	Sections   []Section // links of the navigation
	More       bool      // there are further editions
}

// Section is an edition in the navigation of every page.
type Section struct {
	Name             string // of the edition; see [Head]
	Title, Lang, URL string
}

// Set writes the pages of a site. It is safe for concurrent use.
type Set struct {
	*Words
	site      Site
	path      string                    // of the base address, without a final slash
	templates func() *template.Template // parsed at the first page: most commands write none
}

// View is the value of a page.
type View interface {
	template() string // its name
}

// Head holds the common parts of every page.
type Head struct {
	Title, Subtitle string       // plain text
	Lang, Dir       string       // of the page's own words
	Canonical       string       // address of the page
	Feeds           []FeedLink   // for discovery
	Refresh         string       // immediate redirect target; "" if none
	Section         string       // the current one: an edition, "front", "publisher", "author", "search"; "" if none
	Query           string       // the search query
	Signals         oped.Signals // of the publishers of its words
}

// Robots returns the rules for crawlers. No page wants to be found instead of the originals.
func (h Head) Robots() string { return h.Signals.And(oped.Signals{NoSearch: true}).Robots() }

// FeedLink is a link to a feed.
type FeedLink struct {
	Title  string // of the feed
	URL    string // of the feed
	Format string // "atom", "rss" or "json"
}

// Link is a name with an address.
type Link struct {
	Name string // plain text
	URL  string // "" if none
}

// New returns the pages of a site.
func New(site Site, w *Words) *Set {
	s := &Set{Words: w, site: site, path: pathOf(site.Base)}
	s.templates = sync.OnceValue(s.parsed)
	return s
}

// parsed returns the templates, with the parts that all pages share.
func (s *Set) parsed() *template.Template {
	type part struct{ name, lang, section string }
	frame := map[part]template.HTML{} // the parts shared by the pages of a language and section
	all := template.Must(template.New("pages").Funcs(s.functions()).Funcs(template.FuncMap{
		"site":   func() *Site { return &s.site },
		"path":   func() string { return s.path },
		"style":  func() string { return s.path + "/" + StyleName() },
		"script": func() string { return s.site.Base + "/" + ScriptName() },
		"foot":   func(lang string) template.HTML { return frame[part{"foot", Spoken(lang), ""}] },
		"mast": func(lang, section string) template.HTML {
			if mast, ok := frame[part{"mast", Spoken(lang), section}]; ok {
				return mast
			}
			return frame[part{"mast", Spoken(lang), ""}]
		},
	}).Parse(templates))
	sections := []string{"", "front", "publisher", "author", "search"}
	for _, x := range s.site.Sections {
		sections = append(sections, x.Name)
	}
	for lang, dir := range map[string]string{"en": "ltr", "ur": "rtl"} {
		render := func(p part) {
			var b strings.Builder
			must(all.ExecuteTemplate(&b, p.name, Head{Lang: lang, Dir: dir, Section: p.section}))
			frame[p] = template.HTML(b.String())
		}
		render(part{"foot", lang, ""})
		for _, section := range sections {
			render(part{"mast", lang, section})
		}
	}
	return all
}

// pathOf returns the path of an address, without a final slash.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimRight(u.EscapedPath(), "/")
}

// Write writes a page. The links of its body to pages of the site are short: they begin with the path of the base
// address. Programs read the addresses of the head, which are whole.
func (s *Set) Write(w io.Writer, v View) error {
	var b strings.Builder
	if err := s.templates().ExecuteTemplate(&b, v.template(), v); err != nil {
		return fmt.Errorf("write a page: %w", err)
	}
	head, body, _ := strings.Cut(b.String(), "<body>")
	body = strings.ReplaceAll(body, `href="`+s.site.Base+`/`, `href="`+s.path+`/`) // quotes in texts are escaped
	if _, err := io.WriteString(w, head+"<body>"+body); err != nil {
		return fmt.Errorf("write a page: %w", err)
	}
	return nil
}

// Policy returns the content security policy of the pages. It allows their style sheet and, if there is a search,
// its form. The form leads to the base address, even if the page is read at another one.
func (s *Set) Policy() string {
	forms := "'none'"
	if s.site.Search != "" {
		forms = "'self'"
		if u, err := url.Parse(s.site.Base); err == nil && u.Host != "" {
			forms += " " + u.Scheme + "://" + u.Host
		}
	}
	images := ""
	if s.site.Logo != "" {
		images = "; img-src 'self' " + s.site.Logo
	}
	return "default-src 'none'; style-src 'self'; font-src 'self'" + images + "; base-uri 'none'; form-action " + forms +
		"; frame-ancestors 'none'"
}

// FinderPolicy returns the content security policy of the [Finder]. It allows its script, and the index beside it.
func (s *Set) FinderPolicy() string {
	return s.Policy() + "; script-src 'self' " + s.site.Base + "/" + ScriptName() + "; connect-src 'self'"
}
