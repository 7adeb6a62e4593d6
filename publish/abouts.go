package publish

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"time"

	"oped"
)

// aboutKind is the sort of the pages about editions.
type aboutKind struct{ *site }

func (k aboutKind) editionAt(name string) *oped.EditionState {
	edition, ok := strings.CutSuffix(name, "/about/index.html")
	if !ok {
		return nil
	}
	return k.edition(edition)
}

func (k aboutKind) Match(name string) bool { return k.editionAt(name) != nil }

func (k aboutKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	pages := make([]Page, len(names))
	for i, name := range names {
		pages[i].Name = name
		e := k.editionAt(name)
		if e == nil {
			continue
		}
		s, err := k.standingOf(ctx, e)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := k.pages.Write(&b, k.view(e, s)); err != nil {
			return nil, &PageError{name, err}
		}
		pages[i] = finished(name, k.html(time.Time{}), b.Bytes())
	}
	return pages, nil
}

// Affected are those of the editions that changed. All show the active rules, and how well they were measured.
func (k aboutKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	if c.Rules {
		return k.All(ctx)
	}
	return each(mapped(k.changedEditions(c), func(e *oped.EditionState) string { return aboutFile(e.Name) }))
}

func (k aboutKind) All(context.Context) iter.Seq2[string, error] {
	return each(mapped(k.editionNames(), aboutFile))
}
