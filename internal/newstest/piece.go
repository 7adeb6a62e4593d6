package newstest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
)

// piece is one invented op-ed. The author's note, if any, is the last paragraph of its text.
type piece struct {
	Text
	name       string        // file name
	slug       string        // the name without its number
	papers     []carrier     // papers carrying it; the first is its home
	before     time.Duration // time of publication before the start; 0: new
	categories []string
	kind       oped.PieceKind
	topics     []string
}

// carrier is a paper carrying a piece. how is "" for an address of its own, "utm" for a link to the home paper's page
// with tracking parameters, or "headline" for a feed with its headline alone.
type carrier struct {
	name, how string
}

// readPiece parses a piece: "key: value" lines, an empty line, and paragraphs separated by empty lines. The keys:
//
//	title, author   as printed
//	papers          margalla, kikar utm: the home paper first; see carrier
//	when            26h: this long before the start; default: in its turn after the start
//	categories      separated by commas
//	kind            opinion (default), editorial, letter, analysis or news
//	lang            en (default) or ur
//	topics          names of its topics; default: none
func readPiece(name, file string) (piece, error) {
	p := piece{name: name, slug: name[strings.Index(name, "-")+1:]}
	top, body, _ := strings.Cut(file, "\n\n")
	keys := strings.Fields("title author papers when categories kind lang topics")
	head := map[string]string{}
	for line := range strings.Lines(top) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || !slices.Contains(keys, key) {
			return p, fmt.Errorf("no key in %q", line)
		}
		head[key] = strings.TrimSpace(value)
	}
	p.Text = Text{Title: head["title"], Author: head["author"], Lang: cmp.Or(head["lang"], "en")}
	p.categories, p.topics = list(head["categories"]), list(head["topics"])
	p.kind = cmp.Or(oped.PieceKind(head["kind"]), oped.Opinion)
	for _, one := range list(head["papers"]) {
		paper, how, _ := strings.Cut(one, " ")
		p.papers = append(p.papers, carrier{paper, how})
	}
	for paragraph := range strings.SplitSeq(body, "\n\n") {
		p.Body += "\n\n" + strings.Join(strings.Fields(paragraph), " ")
	}
	p.Body = strings.Trim(strings.ReplaceAll(p.Body, "\n\n\n\n", "\n\n"), "\n")
	var err error
	p.before, err = time.ParseDuration(cmp.Or(head["when"], "0s"))
	if err == nil && !slices.Contains(oped.PieceKinds(), p.kind) {
		err = fmt.Errorf("unknown kind %q", p.kind)
	}
	if err == nil && (p.Title == "" || p.Author == "" || len(p.papers) == 0 || p.Body == "") {
		err = errors.New("a piece needs a title, an author, papers and a text")
	}
	return p, err
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ", ")
}
