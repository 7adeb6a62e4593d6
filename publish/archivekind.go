package publish

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/text"
)

// archiveKind is the kind of the archives of editions (RFC 5005 §4), as first published. The archives
// of removed editions stay as files, because other documents link to them.
type archiveKind struct{ site *site }

// archiveFormats are the formats of archives.
func archiveFormats() []feed.Format { return []feed.Format{feed.Atom, feed.JSON} }

var archiveName = text.Pattern(`^([a-z0-9-]{1,64})/archive/([1-9][0-9]{0,9})(?:\.(atom|json)|/index\.html)$`)

// archiveOf parses the name of an archive's document in a format, or of its page, with an empty format.
func archiveOf(name string) (edition string, number int64, f feed.Format, ok bool) {
	m := archiveName().FindStringSubmatch(name)
	if m == nil {
		return "", 0, "", false
	}
	number, err := strconv.ParseInt(m[2], 10, 64)
	return m[1], number, feed.Format(m[3]), err == nil
}

func (archiveKind) Match(name string) bool {
	_, _, f, ok := archiveOf(name)
	return ok && f != ""
}

func (k archiveKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	known := map[string][]int64{} // by edition
	return pagesOf(names, func(name string) (Page, error) {
		edition, number, f, _ := archiveOf(name)
		if known[edition] == nil {
			numbers, err := k.site.rows.Archives.Numbers(ctx, edition)
			if err != nil {
				return Page{}, err
			}
			known[edition] = numbers
		}
		return k.page(ctx, name, edition, number, f, known[edition])
	})
}

// page returns one archive of an edition whose archives have these numbers. An archive without a link
// to it redirects to the next one, or to the head. So does the successor of the newest archive, not cut yet: archives
// of earlier releases name it.
func (k archiveKind) page(
	ctx context.Context, name, edition string, number int64, f feed.Format, numbers []int64,
) (Page, error) {
	removed := k.site.gone[edition]
	at, found := slices.BinarySearch(numbers, number)
	switch {
	case k.site.edition(edition) == nil && !removed:
		return Page{Name: name}, nil
	case !found && at < len(numbers):
		return redirected(name, http.StatusTemporaryRedirect, k.site.at.archiveURL(edition, numbers[at], f)), nil
	case !found:
		b, err := k.site.rows.Archives.Backlog(ctx, edition)
		if err != nil || removed || number > b.Number+1 {
			return Page{Name: name}, err
		}
		return redirected(name, http.StatusTemporaryRedirect, k.site.at.feedURL(edition, f)), nil
	}
	m := k.site.feed(f, time.Time{})
	m.Cache = archiveCache
	if removed {
		m.Status = http.StatusGone
	}
	var d hasher
	d.strings("archive", edition, k.site.at.base, string(f))
	d.numbers(number)
	said := new(oped.Signals)
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    m,
		said:    said,
		Render: func(ctx context.Context, w io.Writer) error {
			if err := k.signals(ctx, edition, number, said); err != nil {
				return err
			}
			a, err := k.site.rows.Archives.Get(ctx, edition, number)
			if err != nil {
				return err
			}
			doc, err := k.site.at.archived(&a, f)
			if err == nil {
				_, err = w.Write(doc)
			}
			return err
		},
	}, nil
}

// signals finds the wishes of the publishers in an archive. They are not among its bytes, and may change.
func (k archiveKind) signals(ctx context.Context, edition string, number int64, said *oped.Signals) error {
	a, err := k.site.rows.Archives.Page(ctx, edition, number)
	if errors.Is(err, oped.ErrNotFound) { // of a removed edition
		return nil
	}
	if err != nil {
		return err
	}
	pieces, err := k.site.rows.Pieces.Listed(ctx, a.Pieces)
	*said = signals(k.site.items.all(&oped.EditionState{}, pieces))
	return err
}

func (k archiveKind) Affected(_ context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	var all []string
	for _, a := range c.Archives {
		for _, f := range archiveFormats() {
			all = append(all, archiveFile(a.Edition, a.Number, f))
		}
	}
	return each(all)
}

func (k archiveKind) All(ctx context.Context) iter.Seq2[string, error] {
	editions := append(slices.Sorted(maps.Keys(k.site.gone)), k.site.editionNames()...)
	return k.site.archiveNames(ctx, editions, func(edition string, number int64) (names []string) {
		for _, f := range archiveFormats() {
			names = append(names, archiveFile(edition, number, f))
		}
		return names
	})
}

// archiveNames returns the names of the archives of some editions.
func (s *site) archiveNames(
	ctx context.Context, editions []string, named func(edition string, number int64) []string,
) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, edition := range editions {
			numbers, err := s.rows.Archives.Numbers(ctx, edition)
			if err != nil {
				yield("", err)
				return
			}
			for _, number := range numbers {
				for _, name := range named(edition, number) {
					if !yield(name, nil) {
						return
					}
				}
			}
		}
	}
}
