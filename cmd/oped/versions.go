package main

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
)

func versionsCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "versions REF",
		Short: "Show the versions of a piece",
		Long: "Show every version of every appearance of a piece, the news in it, and its\n" +
			"changes: [-removed-] and {+added+}. A text that returns to an earlier version is\n" +
			"shown once." + refHelp,
		Example: "  oped piece versions 42",
		Args:    requireArgs("REF"),
	}
	a.jsonFlag(cmd, "print JSON")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		piece, all, err := p.Pieces().Versions(ctx, args[0])
		if err != nil {
			return nil, nil, err
		}
		return struct {
			Piece       oped.PieceID  `json:"piece"`
			AtomID      string        `json:"atom_id"`
			Title       string        `json:"title"`
			Appearances []app.History `json:"appearances"`
		}{piece.ID, piece.AtomID, piece.Lead().Title, all}, func(o *output) { printVersions(o, &piece, all) }, nil
	})
}

func printVersions(o *output, p *oped.Piece, all []app.History) {
	o.title(p.Lead().Title)
	o.wrapf("    ", "  piece %d, %s", p.ID, p.AtomID)
	for _, h := range all {
		o.WriteString("\n")
		o.wrapf("  ", "%s  %s", h.Publisher, h.URL)
		for i, v := range h.Versions {
			what := "first seen"
			if i > 0 {
				what = "revised, " + newsWords(v.News)
			}
			o.printf("  %s  %s\n", o.clock(v.At), what)
			for _, c := range v.Changes {
				o.wrapf("        ", "      %s: %s", c.Part, marked(c.Edits))
			}
			if i > 0 && len(v.Changes) == 0 {
				o.WriteString("      changes of dates, categories or markup only\n")
			}
		}
	}
}

// newsWords describes the news in a version.
func newsWords(news string) string {
	if news == "" {
		return "no news"
	}
	return "news: " + news
}

// contextWords is the number of unchanged words shown on either side of a change.
const contextWords = 6

// marked formats edits in one line: removed text as [-…-], added text as {+…+}, and of unchanged text the
// nearest words.
func marked(edits []app.Edit) string {
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

// cut removes the middle of an unchanged stretch, or the outer part of the first or last one.
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

// oneLine returns a text in one line, with a mark between paragraphs and without control characters.
func oneLine(s string) string {
	s = lineEnd.ReplaceAllString(spaces.ReplaceAllString(s, " "), " ¶ ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
