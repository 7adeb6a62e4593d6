package publish

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"regexp"
	"strconv"
	"time"

	"oped"
	"oped/internal/regular"
)

// Each archive has a page for people, who could not follow the links of a feed in a browser. It shows its pieces as they are now, and none that has left the
// edition or was withdrawn. It is made of rows when somebody asks for it; as a file it is made when the archive is, and again when one of its pieces changes.

func archivePageFile(edition string, number int64) string {
	return fmt.Sprintf("%s/archive/%d/index.html", edition, number)
}

func (r *Renderer) archivePageURL(edition string, number int64) string {
	return fmt.Sprintf("%s/%s/archive/%d/", r.base, edition, number)
}

// olderURL is the page of an archive; "" if there is none.
func (r *Renderer) olderURL(edition string, archive int64) string {
	if archive == 0 {
		return ""
	}
	return r.archivePageURL(edition, archive)
}

var archivePageName = regexp.MustCompile(`^([a-z0-9-]{1,64})/archive/([1-9][0-9]{0,9})/index\.html$`)

// archivePageOf tells of which archive a file is the page. Only editions that are published have any.
func (s *site) archivePageOf(name string) (e oped.EditionState, number int64, ok bool) {
	m := archivePageName.FindStringSubmatch(name)
	if m == nil {
		return e, 0, false
	}
	number, err := strconv.ParseInt(m[2], 10, 64)
	for _, e := range s.editions {
		if e.Name == m[1] {
			return e, number, err == nil && number <= s.archives[e.Name]
		}
	}
	return e, 0, false
}

// archivePlace is the place of the page of an archive.
func (r *Renderer) archivePlace(e *oped.EditionState, a *oped.ArchivePage) pagePlace {
	at := pagePlace{
		file: archivePageFile(e.Name, a.Number), url: r.archivePageURL(e.Name, a.Number), older: r.olderURL(e.Name, a.Previous), newer: r.pageURL(e.Name), part: a.Number,
	}
	if a.Next > 0 {
		at.newer = r.archivePageURL(e.Name, a.Next)
	}
	var d digest
	d.strings(r.print, e.Name, e.Title, e.Subtitle, e.Lang, at.older, at.newer)
	d.numbers(int64(e.Excerpt), a.Number)
	for _, id := range a.Pieces {
		d.numbers(int64(id))
	}
	at.made = d.sum()
	return at
}

// archivePage makes the page of an archive.
func (p *Publisher) archivePage(ctx context.Context, z *zipper, now *site, e oped.EditionState, a *oped.ArchivePage) (*representation, error) {
	pieces, err := p.shelf.PiecesOf(ctx, a.Pieces)
	if err != nil {
		return nil, err
	}
	e.Pieces, e.Updated = len(pieces), time.Time{}
	for i := range pieces {
		if t := pieces[i].Updated; t.After(e.Updated) {
			e.Updated = t
		}
	}
	rep, err := p.pageOf(z, now, e, p.render.archivePlace(&e, a), pieces)
	if err == nil {
		rep.undated() // what leaves it takes its time away
	}
	return rep, err
}

// serveArchivePage answers for the page of an archive; false if the name is of none. One that nothing leads to leads to the edition.
func (p *Publisher) serveArchivePage(w http.ResponseWriter, r *http.Request, now *site, name string) bool {
	if e, number, ok := now.archivePageOf(name + "/index.html"); ok {
		redirect(w, p.render.archivePageURL(e.Name, number))
		return true
	}
	e, number, ok := now.archivePageOf(name)
	if !ok {
		return false
	}
	rep, err := p.onRequest(r.Context(), func(z *zipper) (*representation, error) {
		a, err := p.shelf.ArchivePage(r.Context(), e.Name, number)
		if err != nil {
			return nil, err
		}
		return p.archivePage(r.Context(), z, now, e, &a)
	})
	if errors.Is(err, oped.ErrNotFound) {
		elsewhere(w, p.render.pageURL(e.Name))
	} else {
		p.answer(w, r, name, rep, err)
	}
	return true
}

// archivePages makes the files of the pages of archives: from the newest one back to one that needs no work, those in which a piece was touched, or all.
func (p *Publisher) archivePages(ctx context.Context, pages *pieceMaker, touched []oped.PieceID, all bool) error {
	if p.options.Dir == "" {
		return nil
	}
	root, end := p.folder()
	defer end()
	for _, e := range pages.after.editions {
		newest := pages.after.newest[e.Name]
		if newest == 0 {
			continue
		}
		for number := newest; number > 0; {
			a, err := p.shelf.ArchivePage(ctx, e.Name, number)
			if errors.Is(err, oped.ErrNotFound) {
				break // something was taken back meanwhile; the publication that follows sees it
			}
			if err != nil {
				return err
			}
			if !all && root != nil && p.standsOf(root, archivePageFile(e.Name, number), p.render.archivePlace(&e, &a).made) {
				break
			}
			if err := p.fileArchivePage(ctx, pages, root, e, &a); err != nil {
				return err
			}
			number = a.Previous
		}
		if len(touched) == 0 {
			continue
		}
		numbers, err := p.shelf.ArchivesWith(ctx, e.Name, touched)
		if err != nil {
			return err
		}
		for _, number := range numbers {
			a, err := p.shelf.ArchivePage(ctx, e.Name, number)
			if err == nil {
				err = p.fileArchivePage(ctx, pages, root, e, &a)
			}
			if err != nil && !errors.Is(err, oped.ErrNotFound) {
				return err
			}
		}
	}
	return nil
}

// fileArchivePage makes the file of the page of an archive, once, and those of the pieces that it leads to where there are none: what a rule puts below the
// head was at none.
func (p *Publisher) fileArchivePage(ctx context.Context, pages *pieceMaker, root *os.Root, e oped.EditionState, a *oped.ArchivePage) (err error) {
	name := archivePageFile(e.Name, a.Number)
	if pages.fresh[name] != nil {
		return nil
	}
	if pages.fresh[name], err = p.archivePage(ctx, p.zip, pages.after, e, a); err != nil || root == nil {
		return err
	}
	pages.shown = append(pages.shown, a.Pieces...)
	for _, id := range a.Pieces {
		if p.stands(root, pieceFile(id)) || pages.after.pieces[id] != nil {
			continue
		}
		if err := pages.file(ctx, root, id); err != nil {
			return err
		}
	}
	return nil
}

// removeArchivePage removes the file of the page of an archive, if there is one.
func removeArchivePage(root *os.Root, edition string, number int64) error {
	name := archivePageFile(edition, number)
	for _, end := range append(sidecars(), "") {
		if err := root.Remove(name + end); err != nil && !absent(err) {
			return err
		}
	}
	root.Remove(path.Dir(name)) // the folder, if there is nothing else in it
	return nil
}

// removeArchivePages removes those of an edition that was removed: they would not hear of a withdrawal any more.
func removeArchivePages(root *os.Root, edition string) error {
	numbers, err := filedArchivePages(root, edition)
	for _, number := range numbers {
		if err := removeArchivePage(root, edition, number); err != nil {
			return err
		}
	}
	return err
}

// filedArchivePages are the archives of an edition whose pages have a folder.
func filedArchivePages(root *os.Root, edition string) (numbers []int64, err error) {
	entries, err := regular.Entries(root, edition+"/archive")
	if err != nil && !absent(err) {
		return nil, err
	}
	for _, entry := range entries {
		if number, err := strconv.ParseInt(entry.Name(), 10, 64); err == nil && entry.IsDir() && strconv.FormatInt(number, 10) == entry.Name() {
			numbers = append(numbers, number)
		}
	}
	return numbers, nil
}

// removeUnknownArchivePages removes pages of archives that the database does not know, as where an older one was restored: they would not hear of a withdrawal. The
// archives themselves stay as they were published.
func (p *Publisher) removeUnknownArchivePages(ctx context.Context, now *site) error {
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, e := range now.editions {
		numbers, err := filedArchivePages(root, e.Name)
		if err != nil {
			return &DirError{p.options.Dir, err}
		}
		for _, number := range numbers {
			_, err := p.shelf.ArchivePage(ctx, e.Name, number)
			if err == nil {
				continue
			}
			if !errors.Is(err, oped.ErrNotFound) {
				return err
			}
			if err := removeArchivePage(root, e.Name, number); err != nil {
				return &DirError{p.options.Dir, err}
			}
		}
	}
	return nil
}
