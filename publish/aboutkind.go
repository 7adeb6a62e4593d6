package publish

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"time"

	"oped"
)

// aboutKind is the kind of the pages about editions.
type aboutKind struct{ site *site }

func (k aboutKind) editionAt(name string) *oped.EditionState {
	edition, ok := strings.CutSuffix(name, "/about/index.html")
	if !ok {
		return nil
	}
	return k.site.edition(edition)
}

func (k aboutKind) Match(name string) bool { return k.editionAt(name) != nil }

func (k aboutKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		e := k.editionAt(name)
		if e == nil {
			return Page{Name: name}, nil
		}
		s, err := k.aboutFacts(ctx, e)
		if err != nil {
			return Page{}, err
		}
		var b bytes.Buffer
		err = k.site.pages.Write(&b, k.view(e, s))
		return finished(name, k.site.html(time.Time{}), b.Bytes()), err
	})
}

// Affected returns the pages about changed editions. All of them show the active rules and their
// measured quality.
func (k aboutKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	if c.Rules {
		return k.All(ctx)
	}
	return each(mapped(k.site.changedEditions(c), aboutFile))
}

func (k aboutKind) All(context.Context) iter.Seq2[string, error] {
	return each(mapped(k.site.editionNames(), aboutFile))
}
