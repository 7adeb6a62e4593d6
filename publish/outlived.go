package publish

import (
	"cmp"
	"context"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"time"

	"oped/text"
)

// Told is a piece as readers know it from a document of ours.
type Told struct {
	AtomID    string
	Addresses []string // at which it can be read
	Text      string   // plain, what is told of it
}

// Outlived are the pieces of which files tell that are younger than the rows they were made of: heads that were updated after their edition, and archives beyond
// its last one. There are such files where an older database was restored. What cannot be read as one of our documents tells nothing.
func (p *Publisher) Outlived(ctx context.Context) (told []Told, err error) {
	if p.options.Dir == "" {
		return nil, nil
	}
	root, err := os.OpenRoot(p.options.Dir)
	if err != nil {
		return nil, nil // nothing was ever written there
	}
	defer root.Close()
	editions, err := p.shelf.Editions(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		if e.Digest != "" {
			continue // its entries are issues, whose ids are made of their dates
		}
		told = append(told, toldIn(root, atomFile(e.Name), e.Updated)...)
		b, err := p.shelf.Backlog(ctx, e.Name)
		if err != nil {
			return nil, err
		}
		for number := b.Number + 1; ; number++ {
			pieces := toldIn(root, archiveFile(e.Name, number, Atom), time.Time{})
			if len(pieces) == 0 {
				break
			}
			told = append(told, pieces...)
		}
	}
	return told, nil
}

// toldIn is what a file tells that was updated after a time.
func toldIn(root *os.Root, name string, after time.Time) []Told {
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil
	}
	defer f.Close()
	told, err := readTold(io.LimitReader(f, 2*maxBytes), after)
	if err != nil {
		return nil
	}
	return told
}

// readTold reads a feed of ours as far as it must: what was not updated after a time tells nothing.
func readTold(r io.Reader, after time.Time) (told []Told, err error) {
	dec := xml.NewDecoder(r)
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return told, nil
		}
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Space != atomSpace {
			continue
		}
		switch start.Name.Local {
		case "updated": // of the feed: those of entries are read with them
			var updated time.Time
			if err := dec.DecodeElement(&updated, &start); err != nil || !updated.After(after) {
				return nil, err
			}
		case "entry":
			var e struct {
				ID    string `xml:"id"`
				Links []struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
				Summary string `xml:"summary"`
				Content string `xml:"content"`
			}
			if err := dec.DecodeElement(&e, &start); err != nil {
				return nil, err
			}
			piece := Told{AtomID: e.ID, Text: text.FromHTML(cmp.Or(e.Content, e.Summary)).Text}
			for _, l := range e.Links {
				piece.Addresses = append(piece.Addresses, l.Href)
			}
			told = append(told, piece)
		}
	}
}
