package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"oped"
	"oped/internal/regular"
	"oped/publish/coding"
)

// Scope is the set of pages an Export looks at.
type Scope int

const (
	Changed Scope = iota // the pages affected by changes since the last complete export
	Full                 // all pages, whatever the manifest says of their files
)

// exportBatch is the number of pages rendered from rows read together.
const exportBatch = 64

// Export writes the pages as files, and removes the files of pages that no longer exist. It repeats the
// unfinished work of a failed export, and writes no file that is already current. If the configuration
// differs from that of the last export, or there was none, Export looks at all pages.
//
// Readers see the old file or the new one. Archives come first and heads last, so that the targets of
// links exist.
func (p *Publisher) Export(ctx context.Context, scope Scope) error {
	p.exporting.Lock()
	defer p.exporting.Unlock()
	s := p.site.Load()
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return p.exported(err)
	}
	defer root.Close()
	began := p.options.Now()
	e := &export{
		publisher: p,
		site:      s,
		root:      root,
		seed:      maphash.MakeSeed(),
		known:     map[uint64]uint64{},
	}
	if err := e.run(ctx, scope); err != nil {
		p.last = nil // some files are newer
		if ctx.Err() != nil {
			return err
		}
		return p.exported(&DirError{p.options.Dir, err})
	}
	if e.written+e.removed > 0 {
		p.log.Info("exported", "dir", p.options.Dir, "written", e.written, "removed", e.removed,
			"dur_ms", p.options.Now().Sub(began).Milliseconds())
	}
	return p.exported(nil)
}

// ExportFailed reports whether the last Export has left something undone.
func (p *Publisher) ExportFailed() bool { return p.failing.Load() != nil }

// Follow takes over from the publisher of an earlier configuration since when files could not be written.
func (p *Publisher) Follow(earlier *Publisher) { p.failing.Store(earlier.failing.Load()) }

// exportFailure holds the time and the reason of the first of several failed exports.
type exportFailure struct {
	since time.Time
	why   string // without a path, since it is public
}

// CheckFolder reports whether files can be written. A folder that cannot be written is a mistake in the
// configuration; a full or broken disk is not, and gives no error.
func (p *Publisher) CheckFolder() error {
	if p.options.Dir == "" {
		return nil
	}
	root, err := openFolder(p.options.Dir)
	if err != nil && isDisk(err) {
		return nil
	}
	if err == nil {
		err = root.Close()
	}
	return err
}

// exported notes how an export ended, and logs the first of several failures, and their end.
func (p *Publisher) exported(err error) error {
	failed := p.failing.Load()
	switch {
	case err != nil && failed == nil:
		why := "the folder cannot be written"
		if fault, ok := errors.AsType[syscall.Errno](err); ok {
			why = fault.Error()
		}
		p.failing.Store(&exportFailure{p.options.Now(), why})
		p.log.Warn("files not written", "err", err, "hint", "the next successful export writes the missing files")
	case err == nil && failed != nil:
		p.failing.Store(nil)
		p.log.Info("files written again", "dir", p.options.Dir)
	}
	return err
}

// export is the work of one Export.
type export struct {
	publisher *Publisher
	site      *site
	root      *os.Root
	last      *lastExport
	full      bool
	trust     bool               // in full: rely on the manifest's versions of files
	recorded  map[string]Version // of the few files that mayBeKept names, after this export
	seed      maphash.Seed
	// known is used in full: files of earlier exports without a page so far, hash of the name to hash of the version.
	known map[uint64]uint64

	mu               sync.Mutex
	manifest         *manifestWriter
	noted            bool // the manifest has new lines
	written, removed int
}

func (e *export) hash(s string) uint64 { return maphash.String(e.seed, s) }

func (e *export) run(ctx context.Context, scope Scope) error {
	err := e.begin(scope)
	if err == nil && e.full && e.last.found {
		err = voidManifest(e.root, e.last.number)
	}
	if err == nil {
		e.manifest, err = openManifest(e.root, e.full)
	}
	if err != nil {
		return err
	}
	defer e.manifest.close()
	if err := e.asked(ctx); err != nil {
		return err
	}
	if err := e.kept(ctx); err != nil {
		return err
	}
	if e.full {
		if err := e.removeUnknown(ctx); err != nil {
			return err
		}
	}
	now := checkpoint{e.site.number, e.site.configuration()}
	if e.noted || e.last.checkpoint != now || e.full {
		if err := flush(e.root); err != nil {
			return err
		}
		if err := e.manifest.complete(now); err != nil {
			return err
		}
	}
	whole := e.last.whole
	if e.full {
		whole = e.manifest.size
	}
	e.publisher.last = &lastExport{manifestState: manifestState{now, true, whole}, kept: e.recorded, ours: true}
	return nil
}

// begin finds the end of the last export, and so the pages this one has to look at.
func (e *export) begin(scope Scope) (err error) {
	if e.last = e.publisher.last; e.last == nil {
		if e.last, err = readLast(e.root); err != nil {
			return err
		}
	}
	e.recorded = maps.Clone(e.last.kept)
	e.trust = scope != Full && e.last.configuration != ""
	if e.full = scope == Full || !e.last.holds(e.site); !e.full {
		return e.compact()
	}
	return e.earlier(func(name string, v Version) {
		if h := e.hash(name); v != "" {
			e.known[h] = e.hash(string(v))
		} else {
			delete(e.known, h)
		}
	})
}

// earlier calls do for the files of earlier exports: those in the manifest or, without a manifest,
// those with our marks.
func (e *export) earlier(do func(name string, v Version)) error {
	if !e.last.found {
		return e.inventory(do)
	}
	_, err := readManifest(e.root, do)
	return err
}

// compact shortens a long manifest.
func (e *export) compact() error {
	info, err := e.root.Stat(manifestFile)
	if err != nil || !e.last.isLong(info.Size()) {
		return nil // where it is missing, openManifest makes it
	}
	if err := compactManifest(e.root); err != nil {
		return err
	}
	info, err = e.root.Stat(manifestFile)
	if err == nil {
		e.last.whole = info.Size()
	}
	return err
}

// asked exports the pages rendered on request.
func (e *export) asked(ctx context.Context) error {
	var c *oped.ChangeSet
	if !e.full {
		changes, err := e.publisher.rows.Changes.Since(ctx, e.last.number)
		if err != nil || changes.Number == e.last.number {
			return err
		}
		if c, err = e.site.expand(ctx, &changes, e.last.number); err != nil {
			return err
		}
	}
	for _, k := range e.site.asked() {
		var names iter.Seq2[string, error]
		if e.full {
			names = k.All(ctx)
		} else {
			names = k.Affected(ctx, c)
			if s, ok := k.(searchKind); ok {
				names = s.withFormer(names, e.recorded)
			}
		}
		if err := e.kind(ctx, k, names); err != nil {
			return err
		}
	}
	return nil
}

// kind exports the pages with some names, batch by batch, on every core.
func (e *export) kind(ctx context.Context, k Kind, names iter.Seq2[string, error]) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	var batch []string
	send := func() {
		part := batch
		batch = nil
		work.Go(func() error { return e.batch(ctx, k, part) })
	}
	var failed error
	for name, err := range names {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			failed = err
			break
		}
		if batch = append(batch, name); len(batch) == exportBatch {
			send()
		}
	}
	if failed == nil && len(batch) > 0 {
		send()
	}
	return cmp.Or(work.Wait(), failed)
}

func (e *export) batch(ctx context.Context, k Kind, names []string) error {
	pages, err := k.Pages(ctx, names)
	if err != nil {
		return err
	}
	for i := range pages {
		page := &pages[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		if !page.exists() {
			err = e.remove(page.Name)
		} else if !e.isCurrent(page.Name, page.Version) {
			err = e.page(ctx, page)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// page renders a page and writes it.
func (e *export) page(ctx context.Context, p *Page) error {
	rep := NewRendered(p)
	err := rep.Render(ctx)
	if errors.Is(err, oped.ErrNotFound) {
		return nil // merged meanwhile; the next export sees it
	}
	if err != nil {
		return fmt.Errorf("publish %s: %w", p.Name, err)
	}
	return e.write(rep)
}

// kept exports the pages kept in memory. The heads come last, because people subscribe to them.
func (e *export) kept(ctx context.Context) error {
	files := maps.Clone(e.site.files)
	if e.full {
		for _, k := range e.site.kept() { // if nothing is served, files holds changed pages only
			names, err := gathered(k.All(ctx))
			if err == nil {
				err = renderAll(ctx, k, slices.DeleteFunc(names, func(name string) bool {
					return files[name] != nil
				}), files)
			}
			if err != nil {
				return err
			}
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(files), headsLast) {
		v := files[name].Page.Version
		current := e.recorded[name] == e.version(v)
		if e.full {
			current = e.isCurrent(name, v)
		}
		// an unfinished export may have written it, before the page returned to its old version
		if current && !e.last.ours {
			var err error
			if current, err = hasBytes(e.root, name, files[name].Plain()); err != nil {
				return err
			}
		}
		if !current {
			if err := cmp.Or(ctx.Err(), e.write(files[name])); err != nil {
				return err
			}
		}
		e.note(name, v)
	}
	return nil
}

// note records the version of a file in memory.
func (e *export) note(name string, v Version) {
	if mayBeKept(name) {
		e.recorded[name] = e.version(v)
	}
}

// headsLast puts the style sheets first, then pages, then feeds.
func headsLast(a, b string) int {
	rank := func(name string) int {
		return slices.Index([]string{".css", ".html", ".opml", ".rss", ".json", ".atom"}, path.Ext(name))
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}

// version returns the version of a file in the manifest. It includes whether the codings are beside the
// file.
func (e *export) version(v Version) Version {
	if e.publisher.options.Precompress {
		return v + "+"
	}
	return v
}

// isCurrent reports whether an earlier export has written this version of a page, and the file is
// there. An export that is not in full knows only of the index of the search.
func (e *export) isCurrent(name string, v Version) bool {
	e.mu.Lock()
	if !e.full {
		defer e.mu.Unlock()
		return (searchKind{}).Match(name) && e.recorded[name] == e.version(v)
	}
	h := e.hash(name)
	have, ok := e.known[h]
	delete(e.known, h)
	e.mu.Unlock()
	if !ok || !e.trust || have != e.hash(string(e.version(v))) {
		return false
	}
	if _, err := e.root.Lstat(name); err != nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.manifest.written(name, e.version(v))
	e.note(name, v)
	return true
}

// write writes a page, and its codings where they are wanted. A coding that is no smaller has no file,
// and an old one would be served for ever.
func (e *export) write(rep *Rendered) error {
	name := rep.Page.Name
	if isForeign(e.root, name) {
		return nil
	}
	written, err := e.files(rep)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noted = true
	if written {
		e.written++
	}
	e.manifest.written(name, e.version(rep.Page.Version))
	e.note(name, rep.Page.Version)
	return nil
}

// files writes the files of a page, and reports whether one of them had other bytes.
func (e *export) files(rep *Rendered) (written bool, err error) {
	folder, made, err := openFolderOf(e.root, rep.Page.Name)
	if err != nil {
		return false, err
	}
	defer folder.Close()
	dir, base := path.Split(rep.Page.Name)
	put := func(base string, body []byte) error {
		wrote, err := putFile(folder, base, body)
		written = written || wrote
		if irregular, ok := errors.AsType[*regular.Error](err); ok {
			irregular.Path = dir + irregular.Path
		} else if err != nil {
			err = fmt.Errorf("%s%s: %w", dir, base, err)
		}
		return err
	}
	body := rep.Plain()
	if err := put(base, body); err != nil {
		return false, err
	}
	if !e.publisher.options.Precompress && !e.full {
		return written, nil // the last export in full has removed the codings
	}
	for _, c := range coding.Compressing() {
		if e.publisher.options.Precompress {
			small, err := rep.Encoded(e.publisher.encoder, c)
			if err != nil {
				return false, err
			}
			if len(small) < len(body) {
				if err := put(base+c.Sidecar(), small); err != nil {
					return false, err
				}
				continue
			}
		}
		if made {
			continue
		}
		if err := folder.Remove(base + c.Sidecar()); err != nil && !absent(err) {
			return false, err
		}
	}
	return written, nil
}

// remove removes the file of a page that no longer exists, if there is one. A manifest may hold names
// never written by oped. Names without a regular file, or invalid as file names, are left alone.
func (e *export) remove(name string) error {
	info, err := e.root.Lstat(name)
	if err != nil && (isDisk(err) || errors.Is(err, fs.ErrPermission)) {
		return err
	}
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if err := removeFile(e.root, name); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.removed++
	e.noted = true
	delete(e.known, e.hash(name))
	delete(e.recorded, name)
	e.manifest.removed(name)
	return nil
}

// removeUnknown removes the files of earlier exports without a page. Archives stay as published, even
// those unknown to a restored older database. Archives that nothing links to any more are removed.
func (e *export) removeUnknown(ctx context.Context) error {
	if len(e.known) == 0 { // as in an empty folder: do not read it again once it is full
		return nil
	}
	var failed error
	err := e.earlier(func(name string, v Version) {
		if _, unknown := e.known[e.hash(name)]; !unknown || v == "" || failed != nil {
			return
		}
		if edition, number, f, ok := archiveOf(name); ok && f != "" {
			var b oped.Backlog
			if b, failed = e.publisher.rows.Archives.Backlog(ctx, edition); failed != nil || number > b.Number {
				return
			}
		}
		failed = e.remove(name)
	})
	return cmp.Or(err, failed)
}

// inventory calls do for the files written by a release without a manifest, with a version that no page
// has. These are pages with its mark, and files of removed editions.
func (e *export) inventory(do func(name string, v Version)) error {
	return fs.WalkDir(e.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		matches := slices.ContainsFunc(e.site.asked(), func(k Kind) bool { return k.Match(name) })
		if matches && bearsMark(e.root, name) || e.site.isGone(name) && !(archiveKind{e.site}).Match(name) {
			do(name, "unknown")
		}
		return nil
	})
}

// bearsMark reports whether a file begins with the mark on the pages of releases without a manifest.
func bearsMark(root *os.Root, name string) bool {
	f, err := regular.OpenIn(root, name)
	if err != nil {
		return false
	}
	defer f.Close()
	var beginning [512]byte
	n, _ := io.ReadFull(f, beginning[:])
	return bytes.Contains(beginning[:n], []byte(`<meta name="oped-made" content="`))
}
