package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// citation is the bibliographic data of a piece as first published: its original, not our page of it.
type citation struct {
	id        string // AtomID
	title     string
	authors   []feed.Person
	newspaper string    // "" if unknown
	day       time.Time // where the newspaper is
	lang      string    // "" if unknown
	url       string    // of the original, or of our page if it has no address
	page      string    // our page
	rights    string    // "" if unknown
	kind      oped.PieceKind
}

// cite returns the citation of an item.
func (i *items) cite(it *item) *citation {
	own := i.at.pieceURL(it.piece.ID)
	return &citation{
		id:        clean(it.piece.AtomID),
		title:     it.title,
		authors:   it.authors,
		newspaper: it.publisher,
		day:       it.day,
		lang:      it.lang,
		url:       cmp.Or(it.url, own),
		page:      own,
		rights:    cmp.Or(line(it.lead.Rights), line(it.feed.Rights)),
		kind:      it.piece.Kind,
	}
}

// meta returns the citation for the head of a page.
func (c *citation) meta() page.Citation {
	v := page.Citation{
		Title:     c.title,
		Newspaper: c.newspaper,
		Lang:      c.lang,
		Rights:    c.rights,
		Date:      c.day.Format(time.DateOnly),
		URL:       c.url,
		Linked:    c.linked(),
	}
	for _, a := range c.authors {
		v.Authors = append(v.Authors, a.Name)
	}
	return v
}

// article is a citation in the vocabulary of schema.org.
type article struct {
	Context   string  `json:"@context"`
	Type      string  `json:"@type"`
	ID        string  `json:"@id"`
	Headline  string  `json:"headline"`
	Author    []agent `json:"author,omitempty"`
	Publisher *agent  `json:"publisher,omitempty"`
	Published string  `json:"datePublished"`
	Lang      string  `json:"inLanguage,omitempty"`
	Notice    string  `json:"copyrightNotice,omitempty"`
	Page      string  `json:"subjectOf"`
}

type agent struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// linked returns the citation as linked data. The thing described is the original; our page is about it.
func (c *citation) linked() any {
	a := article{
		Context:   "https://schema.org",
		Type:      "OpinionNewsArticle",
		ID:        c.url,
		Headline:  c.title,
		Published: c.day.Format(time.DateOnly),
		Lang:      c.lang,
		Notice:    c.rights,
		Page:      c.page,
	}
	switch c.kind {
	case oped.Analysis:
		a.Type = "AnalysisNewsArticle"
	case oped.News:
		a.Type = "NewsArticle"
	}
	for _, p := range c.authors {
		a.Author = append(a.Author, agent{"Person", p.Name, p.URL})
	}
	if c.newspaper != "" {
		a.Publisher = &agent{Type: "NewsMediaOrganization", Name: c.newspaper}
	}
	return a
}

// ris writes the citation in the format of RIS, with its line ends.
func (c *citation) ris(w io.Writer) error {
	var b bytes.Buffer
	add := func(tag, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	add("TY", "NEWS")
	add("TI", c.title)
	for _, a := range c.authors {
		n := cslNameOf(a.Name)
		add("AU", cmp.Or(n.Literal, n.Family+", "+n.Given))
	}
	add("T2", c.newspaper)
	add("PY", c.day.Format("2006"))
	add("DA", c.day.Format("2006/01/02"))
	add("LA", c.lang)
	add("UR", c.url)
	b.WriteString("ER  - \r\n")
	_, err := w.Write(b.Bytes())
	return err
}

// cslItem is an item of CSL-JSON.
type cslItem struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title"`
	Author    []cslName `json:"author,omitempty"`
	Container string    `json:"container-title,omitempty"`
	Issued    cslDate   `json:"issued"`
	Language  string    `json:"language,omitempty"`
	URL       string    `json:"URL"`
}

type cslName struct {
	Family  string `json:"family,omitempty"`
	Given   string `json:"given,omitempty"`
	Literal string `json:"literal,omitempty"` // a name without parts
}

type cslDate struct {
	Parts [1][3]int `json:"date-parts"`
}

// csl writes the citation as CSL-JSON.
func (c *citation) csl(w io.Writer) error {
	out := cslItem{
		ID:        c.id,
		Type:      "article-newspaper",
		Title:     c.title,
		Container: c.newspaper,
		Issued:    cslDate{[1][3]int{{c.day.Year(), int(c.day.Month()), c.day.Day()}}},
		Language:  c.lang,
		URL:       c.url,
	}
	for _, a := range c.authors {
		out.Author = append(out.Author, cslNameOf(a.Name))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode([]cslItem{out})
}

// cslNameOf splits a name into its parts, as reference managers do: the last word is the family name, with the particles
// before it. A name of one word, or in a script without capitals, is kept whole.
func cslNameOf(name string) cslName {
	words := strings.Fields(name)
	at := len(words) - 1
	if at < 1 || strings.Contains(name, ",") || !isUpper(words[at]) {
		return cslName{Literal: name}
	}
	for at > 1 && isLower(words[at-1]) {
		at--
	}
	return cslName{Family: strings.Join(words[at:], " "), Given: strings.Join(words[:at], " ")}
}

func isUpper(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r)
}

func isLower(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLower(r)
}
