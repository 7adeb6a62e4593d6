package publish

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"syscall"

	"oped"
)

// filing is how the writing of files has gone.
type filing struct {
	worked bool            // once, at least
	told   bool            // of a fault that lasts
	owed   map[string]bool // names of files that could not be written
}

// keep brings the folder in line with what is served: it writes what is fresh, and what could not be written before.
func (p *Publisher) keep(ctx context.Context, pages *pieceMaker, fresh map[string]*representation, changed []string, much extent) error {
	again := len(p.filing.owed) > 0
	if err := p.overdue(ctx, pages, fresh); err != nil {
		return err
	}
	gone := pages.after.gone
	if much == whatChanged && !again {
		gone = nil // nothing was removed since
	}
	if much != whatChanged || again {
		changed = editionNames(pages.after.editions)
	}
	err := p.fileArchives(ctx, pages.after, changed, much == everyFile)
	if err == nil && (much != whatChanged || again) {
		err = p.removeUnknownArchivePages(ctx, pages.after)
	}
	if err == nil {
		err = p.write(fresh, gone)
	}
	if err == nil {
		err = p.removeEmpty(pages.empty)
	}
	if err == nil {
		err = p.tidyIssues(pages.after, changed)
	}
	if err == nil {
		if again {
			p.log.Info("files written again", "dir", p.options.Dir, "files", len(fresh))
		}
		p.filing = filing{worked: true}
		return nil
	}
	p.owe(maps.Keys(fresh))
	p.owe(slices.Values(pages.empty))
	if !p.bears(err, much) {
		return err
	}
	if !p.filing.told {
		p.filing.told = true
		p.log.Warn("files not written", "err", err, "hint", "serving goes on; what is missing is written with the next publication that can")
	}
	return nil
}

// owe notes files that have to be written with the next publication.
func (p *Publisher) owe(names iter.Seq[string]) {
	if p.filing.owed == nil {
		p.filing.owed = map[string]bool{}
	}
	for name := range names {
		p.filing.owed[name] = true
	}
}

// bears tells whether publication goes on without files. A folder that never worked is a mistake in the configuration, which somebody should hear of;
// but a disk that is full or broken is not, nor is what befalls a folder later. Who asked for files is told in any case.
func (p *Publisher) bears(err error, much extent) bool {
	return p.options.ServeOn && (much == whatChanged || much == everything) && (p.filing.worked || isDisk(err))
}

// isDisk tells a fault of a disk from one of a folder.
func isDisk(err error) bool {
	for _, fault := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if errors.Is(err, fault) {
			return true
		}
	}
	return false
}

// overdue adds what could not be written before and is not fresh now. It is taken from memory; pages of pieces that have left it are made of their rows.
func (p *Publisher) overdue(ctx context.Context, pages *pieceMaker, fresh map[string]*representation) error {
	if len(p.filing.owed) == 0 {
		return nil
	}
	root, end := p.folder()
	if root == nil {
		return nil // nothing can be written now
	}
	defer end()
	for name := range p.filing.owed {
		if fresh[name] != nil {
			continue
		}
		id, isPiece := pieceOf(name)
		if d := pages.after.pieces[id]; isPiece && d != nil {
			fresh[name] = d.representation
		} else if rep := pages.after.files[name]; rep != nil {
			fresh[name] = rep
		} else if isPiece {
			if err := pages.file(ctx, root, id); err != nil {
				return err
			}
			if rep := pages.fresh[name]; rep != nil {
				fresh[name] = rep
			}
		} else if in, ok := pages.after.issueNamed(name); ok {
			n, err := p.read(ctx, in.all[in.at])
			if err != nil {
				return err
			}
			if fresh[name], err = p.issueDocument(p.zip, pages.after, &in, &n); err != nil {
				return err
			}
		} else if e, number, ok := pages.after.archivePageOf(name); ok {
			a, err := p.shelf.ArchivePage(ctx, e.Name, number)
			if err == nil {
				fresh[name], err = p.archivePage(ctx, p.zip, pages.after, e, &a)
			}
			if err != nil && !errors.Is(err, oped.ErrNotFound) {
				return err
			}
		} else if isPeople(name) && p.options.Library != nil {
			if err := p.filePeople(ctx, pages, nil, map[string]bool{name: true}); err != nil {
				return err
			}
			if rep := pages.fresh[name]; rep != nil {
				fresh[name] = rep
			}
		}
	}
	return nil
}
