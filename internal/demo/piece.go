package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
)

// piece is one invented op-ed.
type piece struct {
	name       string // file name
	slug       string // the name without its number
	title      string
	author     string
	papers     []carrier     // papers carrying it; the first is its home
	before     time.Duration // time of publication before the start; 0: new
	categories []string
	kind       oped.PieceKind
	lang       string // "en" or "ur"
	topics     []string
	paragraphs []string // the author's note, if any, is the last
}

// carrier is a paper carrying a piece. how is "" for an address of its own, or "utm" for a link to the home paper's
// page with tracking parameters.
type carrier struct {
	name, how string
}

// readPiece parses a piece: "key: value" lines, an empty line, and paragraphs separated by empty lines. The keys:
//
//	title, author   as printed
//	papers          margalla, kikar utm: the home paper first; "utm" selects the link of another paper
//	when            26h: this long before the start; or new: in its turn after the start
//	categories      separated by commas
//	kind            opinion (default), editorial, letter, analysis or news
//	lang            en (default) or ur
//	topics          names of its topics; default: none
func readPiece(name, text string) (piece, error) {
	p := piece{
		name: name,
		slug: name,
		kind: oped.Opinion,
		lang: "en",
	}
	if _, slug, ok := strings.Cut(name, "-"); ok {
		p.slug = slug
	}
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return p, errors.New("no empty line after the head")
	}
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			return p, fmt.Errorf("no colon in %q", line)
		}
		if err := p.set(key, strings.TrimSpace(value)); err != nil {
			return p, err
		}
	}
	for paragraph := range strings.SplitSeq(body, "\n\n") {
		if paragraph = strings.Join(strings.Fields(paragraph), " "); paragraph != "" {
			p.paragraphs = append(p.paragraphs, paragraph)
		}
	}
	if p.title == "" || p.author == "" || len(p.papers) == 0 || len(p.paragraphs) == 0 {
		return p, errors.New("a piece needs a title, an author, papers and a text")
	}
	return p, nil
}

func (p *piece) set(key, value string) error {
	switch key {
	case "title":
		p.title = value
	case "author":
		p.author = value
	case "lang":
		p.lang = value
	case "categories":
		p.categories = list(value)
	case "topics":
		p.topics = list(value)
	case "kind":
		p.kind = oped.PieceKind(value)
		if !slices.Contains(oped.PieceKinds(), p.kind) {
			return fmt.Errorf("unknown kind %q", value)
		}
	case "papers":
		for _, one := range list(value) {
			name, how, _ := strings.Cut(one, " ")
			p.papers = append(p.papers, carrier{name, how})
		}
	case "when":
		if value == "new" {
			return nil
		}
		d, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		p.before = d
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

func list(s string) []string {
	var out []string
	for one := range strings.SplitSeq(s, ",") {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}
