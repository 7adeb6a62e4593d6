package demo

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// document returns the feed of a paper with these printings, newest first. host is our address in the request.
func document(p paper, printings []printing, host string) (body []byte, mediaType string, err error) {
	if len(printings) > window {
		printings = printings[:window]
	}
	switch p.form {
	case atom:
		body, err = marshal(atomOf(p, printings, host))
		return body, "application/atom+xml; charset=utf-8", err
	case rdf:
		body, err = marshal(rdfOf(p, printings, host))
		return body, "application/rdf+xml", err
	case json1:
		body, err = json.MarshalIndent(jsonOf(p, printings, host), "", "  ")
		return body, "application/feed+json", err
	case rss1256:
		body, err = marshal(rssOf(p, printings, host))
		if err == nil {
			body, err = to1256(body)
		}
		return body, "text/xml; charset=windows-1256", err
	default:
		body, err = marshal(rssOf(p, printings, host))
		return body, "application/rss+xml; charset=utf-8", err
	}
}

func marshal(doc any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	err := e.Encode(doc)
	b.WriteByte('\n')
	return b.Bytes(), err
}

// to1256 converts an XML document to windows-1256. Characters missing in the code page, such as the Urdu full stop,
// become character references.
func to1256(doc []byte) ([]byte, error) {
	out, err := encoding.HTMLEscapeUnsupported(charmap.Windows1256.NewEncoder()).Bytes(doc)
	return bytes.Replace(out, []byte(`encoding="UTF-8"`), []byte(`encoding="windows-1256"`), 1), err
}

// text returns a string in the paper's spelling: some write Urdu with the Arabic forms of ye and kaf.
func (p paper) text(s string) string {
	if p.arabic {
		return strings.NewReplacer("ی", "ي", "ک", "ك").Replace(s)
	}
	return s
}

// content returns the whole text of a printing as HTML.
func (pr printing) content() string {
	var b strings.Builder
	for _, paragraph := range pr.paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(pr.paper.text(paragraph)))
	}
	if pr.paper.links {
		b.WriteString("<p>")
		if pr.previous != "" {
			b.WriteString("Previous article" + html.EscapeString(pr.previous))
		}
		if pr.next != "" {
			b.WriteString("<br/>\nNext article" + html.EscapeString(pr.next))
		}
		b.WriteString("</p>\n")
	}
	return b.String()
}

// summary returns the beginning of the first paragraph as plain text.
func (pr printing) summary() string {
	words := strings.Fields(pr.paper.text(pr.paragraphs[0]))
	if len(words) <= 40 {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:40], " ") + " …"
}

// id identifies a printing independently of the host.
func (pr printing) id() string {
	return fmt.Sprintf("tag:%s.example,2026:%s", pr.paper.name, pr.slug)
}

type rssFeed struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Entries     []rssItem `xml:"item"`
}

type rssItem struct {
	About       string   `xml:"rdf:about,attr,omitempty"`
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	Creator     string   `xml:"dc:creator"`
	GUID        *rssGUID `xml:"guid"`
	Published   string   `xml:"pubDate,omitempty"`
	Date        string   `xml:"dc:date,omitempty"`
	Categories  []string `xml:"category"`
	Subjects    []string `xml:"dc:subject"`
	Description string   `xml:"description"`
	Content     string   `xml:"content:encoded"`
}

type rssGUID struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

func rssOf(p paper, printings []printing, host string) rssFeed {
	f := rssFeed{
		Version: "2.0",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Channel: rssChannel{
			Title:       p.text(p.title),
			Link:        host + "/" + p.name + "/",
			Description: p.text(p.motto),
			Language:    p.lang,
		},
	}
	if len(printings) > 0 {
		f.Channel.Built = printings[0].at.Format(time.RFC1123Z)
	}
	for _, pr := range printings {
		item := itemOf(pr, host)
		item.GUID, item.Categories = &rssGUID{ID: pr.id()}, pr.categories
		item.Published = pr.at.Format(time.RFC1123Z)
		f.Channel.Entries = append(f.Channel.Entries, item)
	}
	return f
}

func itemOf(pr printing, host string) rssItem {
	return rssItem{
		Title:       pr.paper.text(pr.title),
		Link:        host + pr.link,
		Creator:     pr.paper.text(pr.author),
		Description: pr.summary(),
		Content:     pr.content(),
	}
}

type rdfFeed struct {
	XMLName xml.Name   `xml:"rdf:RDF"`
	NS      string     `xml:"xmlns,attr"`
	RDF     string     `xml:"xmlns:rdf,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Channel rdfChannel `xml:"channel"`
	Entries []rssItem  `xml:"item"`
}

type rdfChannel struct {
	About       string   `xml:"rdf:about,attr"`
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	Description string   `xml:"description"`
	Language    string   `xml:"dc:language"`
	Entries     []rdfRef `xml:"items>rdf:Seq>rdf:li"`
}

type rdfRef struct {
	Resource string `xml:"rdf:resource,attr"`
}

func rdfOf(p paper, printings []printing, host string) rdfFeed {
	f := rdfFeed{
		NS:      "http://purl.org/rss/1.0/",
		RDF:     "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Channel: rdfChannel{
			About:       host + p.feed(),
			Title:       p.title,
			Link:        host + "/" + p.name + "/",
			Description: p.motto,
			Language:    p.lang,
		},
	}
	for _, pr := range printings {
		item := itemOf(pr, host)
		item.About, item.Date, item.Subjects = item.Link, pr.at.Format(time.RFC3339), pr.categories
		f.Entries = append(f.Entries, item)
		f.Channel.Entries = append(f.Channel.Entries, rdfRef{item.Link})
	}
	return f
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Sub     string      `xml:"subtitle"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Link       atomLink       `xml:"link"`
	Author     string         `xml:"author>name"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
	Content    atomContent    `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	HTML string `xml:",chardata"`
}

func atomOf(p paper, printings []printing, host string) atomFeed {
	f := atomFeed{
		Lang:  p.lang,
		ID:    "tag:" + p.name + ".example,2026:feed",
		Title: p.title,
		Sub:   p.motto,
		Links: []atomLink{{"self", host + p.feed()}, {"alternate", host + "/" + p.name + "/"}},
	}
	if len(printings) > 0 {
		f.Updated = printings[0].at.Format(time.RFC3339)
	}
	for _, pr := range printings {
		e := atomEntry{
			ID:        pr.id(),
			Title:     pr.title,
			Link:      atomLink{"alternate", host + pr.link},
			Author:    pr.author,
			Published: pr.at.Format(time.RFC3339),
			Updated:   pr.at.Format(time.RFC3339),
			Summary:   pr.summary(),
			Content:   atomContent{"html", pr.content()},
		}
		for _, c := range pr.categories {
			e.Categories = append(e.Categories, atomCategory{c})
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}

type jsonFeed struct {
	Version  string      `json:"version"`
	Title    string      `json:"title"`
	Home     string      `json:"home_page_url"`
	Feed     string      `json:"feed_url"`
	Language string      `json:"language"`
	Entries  []jsonEntry `json:"items"`
}

type jsonEntry struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Content   string       `json:"content_html"`
	Summary   string       `json:"summary"`
	Published string       `json:"date_published"`
	Authors   []jsonAuthor `json:"authors"`
	Tags      []string     `json:"tags,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

func jsonOf(p paper, printings []printing, host string) jsonFeed {
	f := jsonFeed{
		Version:  "https://jsonfeed.org/version/1.1",
		Title:    p.title,
		Home:     host + "/" + p.name + "/",
		Feed:     host + p.feed(),
		Language: p.lang,
	}
	for _, pr := range printings {
		f.Entries = append(f.Entries, jsonEntry{
			ID:        pr.id(),
			URL:       host + pr.link,
			Title:     pr.title,
			Content:   pr.content(),
			Summary:   pr.summary(),
			Published: pr.at.Format(time.RFC3339),
			Authors:   []jsonAuthor{{pr.author}},
			Tags:      pr.categories,
		})
	}
	return f
}
