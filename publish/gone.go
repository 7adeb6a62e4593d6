package publish

import (
	"errors"
	"io/fs"
	"regexp"
	"syscall"

	"oped/internal/regular"
)

// editionFileName is what files and folders of an edition are called.
var editionFileName = regexp.MustCompile(`^([a-z0-9-]{1,64})(?:` +
	`|\.atom|\.rss|\.json|/index\.html|/about/index\.html|/archive(?:/.*)?` +
	`|/` + issueName + `(?:|/index\.html|\.atom|\.json))$`)

// isGone reports whether a file or folder is, or was, one of an edition that was removed.
func (s *site) isGone(name string) bool {
	m := editionFileName.FindStringSubmatch(name)
	return m != nil && s.gone[m[1]]
}

// absent reports whether there is no such file or folder. What is no folder has no files.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.As(err, new(*regular.Error))
}
