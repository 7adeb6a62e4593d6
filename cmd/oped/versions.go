package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"oped"
	"oped/store"
	"oped/text"
)

func (a *app) versionsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "versions REF",
		Short: "How the appearances of a piece were revised",
		Long: "Show every version of every appearance of a piece, what of it was news, and what was [-removed-] and {+added+}.\n" +
			"REF is the address of one of its entries, its AtomID, or its number. A version that came back is shown where it first stood.",
		Args: requireArgs("REF"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.versions(cmd.Context(), args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// history is an appearance of a piece with all its versions, the oldest first.
type history struct {
	Publisher string    `json:"publisher"`
	URL       string    `json:"url"`
	Versions  []wording `json:"versions"`
}

// wording is how an appearance read from some time on.
type wording struct {
	At      time.Time `json:"at"`
	News    string    `json:"news"` // what made it news; "": nothing
	Title   string    `json:"title"`
	Authors string    `json:"authors"`
	URL     string    `json:"url"`
	Text    string    `json:"text"`
	Changes []change  `json:"changes"` // since the version before it
}

// change is what became of one part of an appearance.
type change struct {
	Part  string `json:"part"` // title, authors, url, text
	Edits []edit `json:"edits"`
}

// edit is a stretch that was kept, removed or added.
type edit struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

func (a *app) versions(ctx context.Context, ref string, asJSON bool) error {
	_, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	named, err := find(ctx, st, ref)
	if err != nil {
		return err
	}
	piece := named.piece
	var all []history
	for i := range piece.Entries {
		e := &piece.Entries[i]
		revisions, err := st.Entries.Revisions(ctx, e.Row)
		if err != nil {
			return err
		}
		all = append(all, historyOf(e, revisions))
	}
	if asJSON {
		return a.printJSON(struct {
			Piece       oped.PieceID `json:"piece"`
			AtomID      string       `json:"atom_id"`
			Title       string       `json:"title"`
			Appearances []history    `json:"appearances"`
		}{piece.ID, piece.AtomID, piece.Lead().Title, all})
	}
	return a.printVersions(&piece, all)
}

// historyOf puts the versions of an entry in a row, the one that stands now last.
func historyOf(e *oped.Entry, revisions []store.Revision) history {
	h := history{Publisher: e.Publisher, URL: e.URL}
	at, news := e.FirstSeen, ""
	for _, r := range revisions {
		h.add(wording{At: at, News: news, Title: r.Entry.Title, Authors: byline(r.Entry.Authors), URL: r.Entry.URL, Text: r.Text})
		at, news = r.At, r.News
	}
	h.add(wording{At: at, News: news, Title: e.Title, Authors: byline(e.Authors), URL: e.URL, Text: e.Text})
	return h
}

// byline are the names of authors.
func byline(authors []oped.Person) string {
	names := make([]string, len(authors))
	for i, p := range authors {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// add adds a version and tells what changed since the last one.
func (h *history) add(v wording) {
	v.Changes = []change{}
	if n := len(h.Versions); n > 0 {
		was := &h.Versions[n-1]
		for _, part := range []struct{ name, was, is string }{
			{"title", was.Title, v.Title}, {"authors", was.Authors, v.Authors}, {"url", was.URL, v.URL}, {"text", was.Text, v.Text},
		} {
			if part.was != part.is {
				v.Changes = append(v.Changes, change{part.name, editsOf(part.was, part.is)})
			}
		}
	}
	h.Versions = append(h.Versions, v)
}

func editsOf(before, after string) (all []edit) {
	for _, e := range text.Diff(before, after) {
		switch e.Op {
		case text.Removed:
			all = append(all, edit{"removed", before[e.Before[0]:e.Before[1]]})
		case text.Added:
			all = append(all, edit{"added", after[e.After[0]:e.After[1]]})
		default:
			all = append(all, edit{"kept", after[e.After[0]:e.After[1]]})
		}
	}
	return all
}

func (a *app) printVersions(p *oped.Piece, all []history) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  piece %d, %s\n", oneLine(p.Lead().Title), p.ID, p.AtomID)
	for _, h := range all {
		fmt.Fprintf(&b, "\n%s  %s\n", h.Publisher, h.URL)
		for i, v := range h.Versions {
			what := "first seen"
			if i > 0 {
				what = "revised, " + newsWords(v.News)
			}
			fmt.Fprintf(&b, "  %s  %s\n", v.At.Format("2006-01-02 15:04"), what)
			for _, c := range v.Changes {
				fmt.Fprintf(&b, "      %s: %s\n", c.Part, marked(c.Edits))
			}
			if i > 0 && len(v.Changes) == 0 {
				b.WriteString("      nothing that is read here: dates, categories or markup\n")
			}
		}
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

// newsWords says what was news of a version.
func newsWords(news string) string {
	if news == "" {
		return "no news"
	}
	return "news: " + news
}

// contextWords is how many words of what was kept are shown on either side of a change.
const contextWords = 6

// marked shows edits in one line: what was removed in [-…-], what was added in {+…+}, and of what was kept the words next to them.
func marked(edits []edit) string {
	var b strings.Builder
	for i, e := range edits {
		s := oneLine(e.Text)
		switch e.Op {
		case "removed":
			b.WriteString("[-" + s + "-]")
		case "added":
			b.WriteString("{+" + s + "+}")
		default:
			b.WriteString(cut(s, i == 0, i == len(edits)-1))
		}
	}
	return strings.TrimSpace(b.String())
}

// cut takes the middle out of what was kept, or its outer part where it is the first or the last stretch.
func cut(s string, first, last bool) string {
	words := wordAndSpace.FindAllString(s, -1)
	head, tail := contextWords, contextWords
	if first {
		head = 0
	}
	if last {
		tail = 0
	}
	if len(words) <= head+tail+2 {
		return s
	}
	return strings.Join(words[:head], "") + "… " + strings.Join(words[len(words)-tail:], "")
}

var (
	wordAndSpace = regexp.MustCompile(`\s*\S+\s*`)

	lineEnd = regexp.MustCompile(`\s*\n\s*`)
	spaces  = regexp.MustCompile(`[^\S\n]+`)
)

// oneLine is a text in one line, with a mark where a paragraph ends and nothing that would move a terminal's cursor.
func oneLine(s string) string {
	s = lineEnd.ReplaceAllString(spaces.ReplaceAllString(s, " "), " ¶ ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
