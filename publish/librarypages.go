package publish

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/internal/regular"
	"oped/text"
)

// Pages of publishers and authors are made of their rows when they are asked for. As files there are those of all publishers, and of the authors whose pieces are at the
// heads of editions, in issues or on the pages of archives.

// serveLibrary answers for pages of publishers, of authors and for the search; false if the name is none of these.
func (p *Publisher) serveLibrary(w http.ResponseWriter, r *http.Request, now *site, name string) bool {
	if p.options.Library == nil {
		return false
	}
	if name == searchName || name == searchName+"/index.html" {
		w.Header().Set("Cache-Control", cacheNever) // also where it fails
		p.serveSearch(w, r, now)
		return true
	}
	if isPeople(name + "/index.html") {
		redirect(w, p.render.base+"/"+(&url.URL{Path: name}).EscapedPath()+"/")
		return true
	}
	if !isPeople(name) {
		return false
	}
	rep, err := p.onRequest(r.Context(), func(z *zipper) (*representation, error) {
		page, _, err := p.peopleDocument(r.Context(), now, name, nil)
		if err != nil {
			return nil, err
		}
		return z.representation(htmlType, p.render.pagePolicy(), time.Time{}, page)
	})
	p.answer(w, r, name, rep, err)
	return true
}

const publishersFile = publisherFolder + "index.html"

// isPeople tells the names of files that pages of publishers and authors may have.
func isPeople(name string) bool {
	_, publisher := slugOf(publisherFolder, name)
	_, author := slugOf(authorFolder, name)
	return publisher || author || name == publishersFile
}

// peopleDocument makes the page that has this name. It is not made, and there is no error, where done says so of what it would be made of.
func (p *Publisher) peopleDocument(ctx context.Context, now *site, name string, done func(made string) bool) (page []byte, skipped bool, err error) {
	var b bytes.Buffer
	if name == publishersFile {
		counts, err := p.options.Library.PublisherCounts(ctx)
		if err == nil {
			err = p.render.RenderPublishers(&b, now.feeds, counts)
		}
		return b.Bytes(), false, err
	}
	if key, ok := slugOf(authorFolder, name); ok {
		pieces, all, err := p.options.Library.AuthorPieces(ctx, key, maxListed)
		if err == nil && all == 0 {
			err = oped.ErrNotFound
		}
		if err != nil {
			return nil, false, err
		}
		made := p.render.listMade(now.feeds, now.slugs, editionsBy(now.editions, key), pieces, all)
		if done != nil && done(made) {
			return nil, true, nil
		}
		err = p.render.renderAuthor(&b, now.feeds, now.slugs, now.editions, key, pieces, all, made)
		return b.Bytes(), false, err
	}
	slug, _ := slugOf(publisherFolder, name)
	publisher := now.slugs.named(slug)
	if publisher == "" {
		return nil, false, oped.ErrNotFound
	}
	counts, err := p.options.Library.PublisherCounts(ctx)
	if err != nil {
		return nil, false, err
	}
	return p.publisherDocument(ctx, now, publisher, counts, done)
}

func (p *Publisher) publisherDocument(ctx context.Context, now *site, publisher string, counts map[string]int, done func(made string) bool) (page []byte, skipped bool, err error) {
	pieces, err := p.options.Library.PublisherPieces(ctx, publisher, maxListed)
	if err != nil {
		return nil, false, err
	}
	made := p.render.listMade(now.feeds, now.slugs, editionsOf(now.editions, publisher), pieces, counts[publisher], feedsOf(now.feeds, publisher)...)
	if done != nil && done(made) {
		return nil, true, nil
	}
	var b bytes.Buffer
	err = p.render.renderPublisher(&b, now.feeds, now.slugs, now.editions, publisher, pieces, counts[publisher], made)
	return b.Bytes(), false, err
}

// listMade is a digest of what the page of a publisher or an author is made of, with the editions that it leads to.
func (r *Renderer) listMade(from Feeds, in slugs, editions []oped.EditionState, pieces []oped.Piece, all int, feeds ...oped.FeedState) string {
	var d digest
	d.strings(r.print)
	d.numbers(int64(all))
	for _, f := range feeds {
		d.strings(f.URL, f.Title, f.DocTitle, f.SiteURL, f.DocSite, f.Lang, f.DocLang, f.LastSuccess.UTC().Format(time.DateOnly), in[cutLine(f.Publisher, maxName)])
		if f.Secret {
			d.strings("secret")
		}
	}
	for _, e := range editions {
		d.strings(e.Name, e.Title)
	}
	for i := range pieces {
		p := &pieces[i]
		d.numbers(int64(p.ID))
		d.strings(string(p.Kind))
		d.times(p.FirstSeen)
		for j := range p.Entries {
			d.entry(&p.Entries[j])
			f := from[p.Entries[j].FeedURL]
			d.strings(f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang, in[publisherOf(&p.Entries[j], f)])
			if f.Secret {
				d.strings("secret")
			}
		}
		d.strings(p.Topics()...)
	}
	return d.sum()
}

// people makes files of the pages of publishers and authors: those of whom pieces are at the heads that were rendered, and of others, of whom pieces were touched or who wrote
// an earlier version of one, where there is a file. All files that there are, where every file is wanted. Those of all publishers, to which a list leads, and of whom the pages lead
// to that are made as files only, where there are none; pages of people lead to others, which get none on their account, or there would be no end.
func (p *Publisher) people(ctx context.Context, pages *pieceMaker, c oped.Changes, much extent) error {
	if p.options.Library == nil || p.options.Dir == "" {
		return nil
	}
	next := pages.after
	var heads []oped.PieceID
	for edition, ids := range next.heads {
		if much != whatChanged || slices.Contains(c.Editions, edition) {
			heads = append(heads, ids...)
		}
	}
	names := map[string]bool{publishersFile: true}
	if err := p.peopleOf(ctx, next, heads, func(name string) { names[name] = true }); err != nil {
		return err
	}
	stands := func(string) bool { return false }
	root, err := regular.OpenRoot(p.options.Dir)
	if err != nil { // there are no files yet
		root = nil
	} else {
		defer root.Close()
		stands = func(name string) bool { _, err := root.Stat(name); return err == nil }
	}
	lacking := func(name string) { names[name] = names[name] || !stands(name) }
	for _, slug := range next.slugs {
		if name := publisherFile(slug); much == whatChanged {
			lacking(name)
		} else {
			names[name] = true
		}
	}
	if err := p.peopleOf(ctx, next, pages.shown, lacking); err != nil {
		return err
	}
	if root != nil && much == everyFile {
		for _, name := range peopleFiles(root) {
			names[name] = true
		}
	}
	touched := func(name string) { names[name] = names[name] || stands(name) }
	if err := p.peopleOf(ctx, next, c.Pieces, touched); err != nil {
		return err
	}
	if err := p.peopleBefore(ctx, next, c.Pieces, touched); err != nil {
		return err
	}
	return p.filePeople(ctx, pages, root, names)
}

// filePeople makes the pages with these names that are marked, unless their files were made of the same.
func (p *Publisher) filePeople(ctx context.Context, pages *pieceMaker, root *os.Root, names map[string]bool) error {
	counts, err := p.options.Library.PublisherCounts(ctx)
	if err != nil {
		return err
	}
	in := pages.after.slugs
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !names[name] {
			continue
		}
		done := func(made string) bool { return root != nil && p.standsOf(root, name, made) }
		var page []byte
		var skipped bool
		slug, isPublisher := slugOf(publisherFolder, name)
		if publisher := in.named(slug); isPublisher && publisher != "" {
			page, skipped, err = p.publisherDocument(ctx, pages.after, publisher, counts, done)
		} else {
			page, skipped, err = p.peopleDocument(ctx, pages.after, name, done)
		}
		if errors.Is(err, oped.ErrNotFound) {
			pages.empty = append(pages.empty, name)
			continue
		}
		if err == nil && skipped {
			continue
		}
		if err == nil {
			pages.fresh[name], err = p.zip.representation(htmlType, p.render.pagePolicy(), time.Time{}, page)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// peopleOf names the pages of those who wrote or carry some pieces.
func (p *Publisher) peopleOf(ctx context.Context, now *site, ids []oped.PieceID, name func(string)) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	in := now.slugs
	for part := range slices.Chunk(ids, 64) {
		pieces, err := p.options.Library.ListPieces(ctx, part)
		if err != nil {
			return err
		}
		for i := range pieces {
			for j := range pieces[i].Entries {
				e := &pieces[i].Entries[j]
				feed := now.feeds[e.FeedURL]
				if slug := in[publisherOf(e, feed)]; slug != "" {
					name(publisherFile(slug))
				}
				for _, author := range text.Bylines(e.Authors) {
					if key := authorKey(author, e, feed); key != "" {
						name(authorFile(key))
					}
				}
			}
		}
	}
	return nil
}

// peopleBefore names the pages of those who wrote some pieces, as earlier versions had it.
func (p *Publisher) peopleBefore(ctx context.Context, now *site, ids []oped.PieceID, name func(string)) error {
	for part := range slices.Chunk(ids, 64) {
		pieces, err := p.options.Library.ListPieces(ctx, part)
		if err != nil {
			return err
		}
		var rows []int64
		for i := range pieces {
			for _, e := range pieces[i].Entries {
				rows = append(rows, e.Row)
			}
		}
		before, err := p.shelf.RevisionsOf(ctx, rows)
		if err != nil {
			return err
		}
		for i := range pieces {
			for _, e := range pieces[i].Entries {
				for _, v := range before[e.Row] {
					e.Authors = v.Entry.Authors
					for _, author := range text.Bylines(e.Authors) {
						if key := authorKey(author, &e, now.feeds[e.FeedURL]); key != "" {
							name(authorFile(key))
						}
					}
				}
			}
		}
	}
	return nil
}

// removeEmpty removes the files of pages of people of whom no piece is left, where we made them.
func (p *Publisher) removeEmpty(names []string) error {
	if len(names) == 0 {
		return nil
	}
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range names {
		if !isMade(root, name) {
			continue
		}
		for _, end := range append(sidecars(), "") { // the mark goes last
			if err := root.Remove(name + end); err != nil && !absent(err) {
				return &DirError{p.options.Dir, err}
			}
		}
		root.Remove(path.Dir(name)) // if there is nothing else in it
	}
	return nil
}

// peopleFiles are the names of the pages of publishers and authors that have a file.
func peopleFiles(root *os.Root) (names []string) {
	for _, folder := range []string{publisherFolder, authorFolder} {
		all, _ := regular.Entries(root, strings.TrimSuffix(folder, "/")) // what cannot be read is not brought up to date
		for _, entry := range all {
			if name := folder + entry.Name() + "/index.html"; isPeople(name) {
				names = append(names, name)
			}
		}
	}
	return names
}
