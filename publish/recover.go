package publish

import (
	"cmp"
	"context"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"oped"
	"oped/internal/regular"
	"oped/publish/feed"
	"oped/text"
)

// RecoveredPiece is a piece as readers know it from a document of ours.
type RecoveredPiece struct {
	AtomID    string
	Title     string   // plain
	Addresses []string // of its pages
	Text      string   // plain, the published text
	Withdrawn bool     // the other fields but AtomID are empty
}

// RecoveredPieces returns the pieces in files that are newer than their rows: heads updated after their
// edition, and archives beyond its last one. Such files exist after an older database was restored. A
// file that is not a readable document of ours is skipped.
func (p *Publisher) RecoveredPieces(ctx context.Context) (known []RecoveredPiece, err error) {
	root, err := regular.OpenRoot(p.options.Dir)
	if err != nil {
		return nil, nil // nothing was ever written there, or no files are wanted
	}
	defer root.Close()
	editions, err := p.rows.Editions.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		if e.Digest != oped.NoDigest {
			continue // its entries are issues, with ids made of their dates
		}
		known = append(known, recoveredIn(root, feedFile(e.Name, feed.Atom), &e, e.Updated)...)
		b, err := p.rows.Archives.Backlog(ctx, e.Name)
		if err != nil {
			return nil, err
		}
		for number := b.Number + 1; ; number++ {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			pieces := recoveredIn(root, archiveFile(e.Name, number, feed.Atom), &e, time.Time{})
			if len(pieces) == 0 {
				break
			}
			known = append(known, pieces...)
		}
	}
	return known, nil
}

// recoveredIn returns the pieces in a file of an edition, if it was updated after a time.
func recoveredIn(root *os.Root, name string, e *oped.EditionState, after time.Time) []RecoveredPiece {
	name = filepath.FromSlash(name)
	f, err := regular.OpenIn(root, name)
	if err != nil {
		return nil
	}
	defer f.Close()
	known, err := readRecovered(io.LimitReader(f, 2*maxBytes), e, after)
	if err != nil {
		return nil
	}
	return known
}

// readRecovered reads a feed of an edition as far as it must. A feed not updated after a time gives no
// pieces, nor does the feed of another edition.
func readRecovered(r io.Reader, edition *oped.EditionState, after time.Time) (known []RecoveredPiece, err error) {
	dec := xml.NewDecoder(r)
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return known, nil
		}
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Space != feed.AtomSpace && start.Name.Space != feed.DeletedSpace {
			continue
		}
		switch start.Name.Local {
		case "id": // of the feed, as the next ones; the ids of entries are read with the entries
			var id string
			if err := dec.DecodeElement(&id, &start); err != nil || undated(id) != undated(edition.AtomID) {
				return nil, err
			}
		case "updated":
			var updated time.Time
			if err := dec.DecodeElement(&updated, &start); err != nil || !updated.After(after) {
				return nil, err
			}
		case "deleted-entry":
			var gone struct {
				Ref     string `xml:"ref,attr"`
				Comment string `xml:"comment"`
			}
			if err := dec.DecodeElement(&gone, &start); err != nil {
				return nil, err
			}
			if gone.Comment == withdrawn {
				known = append(known, RecoveredPiece{AtomID: gone.Ref, Withdrawn: true})
			}
		case "entry":
			var e struct {
				ID    string `xml:"id"`
				Title string `xml:"title"`
				Links []struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
				Summary string `xml:"summary"`
				Content string `xml:"content"`
				Note    string `xml:"urn:oped:1 note"`
			}
			if err := dec.DecodeElement(&e, &start); err != nil {
				return nil, err
			}
			piece := RecoveredPiece{
				AtomID: e.ID,
				Title:  e.Title,
				Text:   text.FromHTML(cmp.Or(e.Content, e.Summary)).Text,
			}
			if e.Note != "" { // it is ours, before the text of the piece
				_, piece.Text, _ = strings.Cut(piece.Text, e.Note)
				piece.Text = strings.TrimSpace(piece.Text)
			}
			for _, l := range e.Links {
				piece.Addresses = append(piece.Addresses, l.Href)
			}
			if text.IsIRI(piece.AtomID) {
				known = append(known, piece)
			}
		}
	}
}

// undated returns the id of an edition without its date. The date differs after a database was begun
// again.
func undated(id string) string {
	before, rest, _ := strings.Cut(id, ",")
	_, after, _ := strings.Cut(rest, ":")
	return before + ":" + after
}
