package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"time"
)

// jsonHead is the part of a JSON Feed 1.1 before its items.
type jsonHead struct {
	Version     string      `json:"version"`
	Title       string      `json:"title"`
	HomePage    string      `json:"home_page_url"`
	FeedURL     string      `json:"feed_url"`
	Description string      `json:"description,omitempty"`
	NextURL     string      `json:"next_url,omitempty"`
	Authors     []Person    `json:"authors"`
	Language    string      `json:"language,omitempty"`
	Hubs        []jsonHub   `json:"hubs,omitempty"`
	Edition     jsonEdition `json:"_oped"`
}

// jsonEdition is our extension for data without a place in the format.
type jsonEdition struct {
	About   string     `json:"about"`
	ID      string     `json:"id"`
	Updated string     `json:"updated"`
	Gone    []jsonGone `json:"gone,omitempty"`
}

type jsonGone struct {
	ID  string `json:"id"`
	At  string `json:"at"`
	Why string `json:"why"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID        string      `json:"id"`
	URL       string      `json:"url,omitempty"`
	Title     string      `json:"title"`
	HTML      string      `json:"content_html"`
	Summary   string      `json:"summary,omitempty"`
	Published string      `json:"date_published"`
	Modified  string      `json:"date_modified"`
	Authors   []Person    `json:"authors"`
	Tags      []string    `json:"tags,omitempty"`
	Language  string      `json:"language,omitempty"`
	Text      string      `json:"content_text,omitempty"`
	Files     []Enclosure `json:"attachments,omitempty"`
	Piece     *jsonPiece  `json:"_oped,omitempty"`
}

// jsonPiece holds the origin of an entry and its other places of publication.
type jsonPiece struct {
	Publisher string      `json:"publisher,omitempty"`
	Kind      string      `json:"kind,omitempty"`
	Rights    string      `json:"rights,omitempty"`
	Source    jsonSource  `json:"source"`
	AlsoIn    []jsonPlace `json:"also_in,omitempty"`
	Page      string      `json:"page,omitempty"`
	Note      string      `json:"note,omitempty"` // of a curator
}

type jsonSource struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

type jsonPlace struct {
	Publisher string `json:"publisher"`
	URL       string `json:"url,omitempty"`
	On        string `json:"on,omitempty"`
}

// writeJSON writes the document as a JSON Feed 1.1, item by item.
func (d *document) writeJSON() error {
	head, err := jsonBytes(d.jsonHead())
	if err != nil {
		return err
	}
	if _, err := d.out.Write(append(head[:len(head)-1], ",\n\"items\": ["...)); err != nil {
		return err
	}
	err = d.walk(",", func(e *Entry) ([]byte, error) {
		b, err := jsonBytes(jsonItemOf(e))
		return append([]byte("\n"), b...), err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(d.out, "\n]}\n")
	return err
}

// jsonBytes encodes a value in one line. It keeps < and & readable for people.
func jsonBytes(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

func (m *FeedMeta) jsonHead() *jsonHead {
	head := &jsonHead{
		Version:     "https://jsonfeed.org/version/1.1",
		Title:       m.Title,
		HomePage:    m.Page,
		FeedURL:     m.Self,
		Description: m.Subtitle,
		NextURL:     m.Previous,
		Authors:     []Person{m.Author},
		Language:    m.Lang,
		Edition:     jsonEdition{About: m.Author.URL, ID: m.ID, Updated: stamp(m.Updated)},
	}
	for _, hub := range m.Hubs {
		head.Hubs = append(head.Hubs, jsonHub{"WebSub", hub})
	}
	for _, g := range m.Gone {
		head.Edition.Gone = append(head.Edition.Gone, jsonGone{g.ID, stamp(g.At), g.Why})
	}
	return head
}

func jsonItemOf(e *Entry) *jsonItem {
	i := &jsonItem{
		ID:        e.ID,
		URL:       e.URL,
		Title:     e.Title,
		HTML:      cmp.Or(e.Whole, e.Excerpt, "<p></p>"),
		Summary:   e.Summary,
		Published: e.Published.Format(time.RFC3339),
		Modified:  stamp(e.Updated),
		Language:  e.Lang,
		Text:      e.Plain,
		Authors:   e.Authors,
		Files:     e.Enclosures,
	}
	for _, c := range e.Categories {
		i.Tags = append(i.Tags, c.Label)
	}
	if s := e.Source; s != nil {
		i.Piece = &jsonPiece{
			Publisher: e.Publisher,
			Kind:      e.Kind,
			Rights:    e.rights(),
			Source:    jsonSource{s.ID, s.Title, s.URL},
			Page:      e.Page,
			Note:      e.Note,
		}
		for _, o := range e.AlsoIn {
			place := jsonPlace{Publisher: o.Publisher, URL: o.URL}
			if !o.On.IsZero() {
				place.On = o.On.Format(time.DateOnly)
			}
			i.Piece.AlsoIn = append(i.Piece.AlsoIn, place)
		}
	}
	return i
}
