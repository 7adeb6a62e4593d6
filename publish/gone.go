package publish

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"

	"oped/internal/regular"
)

// documents are the ends of the names of an edition's files, beside those of its archive.
func documents() []string {
	return []string{".atom", ".rss", ".json", "/about/index.html", "/index.html"}
}

// removed are the editions that were published once and are configured no more.
func (p *Publisher) removed(ctx context.Context) (map[string]bool, error) {
	names, err := p.shelf.RemovedEditions(ctx)
	if err != nil {
		return nil, err
	}
	gone := make(map[string]bool, len(names))
	for _, name := range names {
		if validName.MatchString(name) {
			gone[name] = true
		}
	}
	return gone, nil
}

// isGone tells whether a file is, or was, one of an edition that was removed.
func (s *site) isGone(file string) bool {
	name, rest, inside := strings.Cut(file, "/")
	if inside {
		return s.gone[name] && (rest == "index.html" || rest == "about/index.html" || strings.HasPrefix(rest+"/", "archive/") || issueFileName.MatchString(file) || issueFileName.MatchString(file+"/index.html"))
	}
	for _, end := range documents() {
		if edition, ok := strings.CutSuffix(name, end); ok {
			return s.gone[edition]
		}
	}
	return s.gone[name]
}

// removeGone removes the files of editions that were removed, so that no web server goes on handing them out. Their archives stay, as they were published: others
// link to what stands in them. Those of issues and the pages of archives go: they are made of rows, and would not hear of a withdrawal any more.
func (p *Publisher) removeGone(root *os.Root, gone map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(gone)) {
		n := 0
		for _, end := range documents() {
			for _, coded := range append(sidecars(), "") {
				switch err := root.Remove(name + end + coded); {
				case err == nil:
					n++
				case !absent(err):
					return err
				}
			}
		}
		issues, err := removeIssues(root, name, nil)
		if err != nil {
			return err
		}
		if err := removeArchivePages(root, name); err != nil {
			return err
		}
		if n += issues; n > 0 {
			root.Remove(name + "/about")
			root.Remove(name) // the folder, if there is nothing else in it
			p.log.Info("edition removed", "edition", name, "files", n)
		}
	}
	return nil
}

// absent reports whether there is no such file or folder. What is no folder has no files.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.As(err, new(*regular.Error))
}
