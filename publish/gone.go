package publish

import (
	"errors"
	"io/fs"
	"syscall"

	"oped/internal/regular"
	"oped/text"
)

// editionFileName matches the names of the files and folders of an edition.
var editionFileName = text.Pattern(`^([a-z0-9-]{1,64})(?:` +
	`|\.atom|\.rss|\.json|/index\.html|/about/index\.html|/archive(?:/.*)?` +
	`|/` + issueName + `(?:|/index\.html|\.atom|\.json))$`)

// isGone reports whether a file or folder belongs, or belonged, to a removed edition.
func (s *site) isGone(name string) bool {
	m := editionFileName().FindStringSubmatch(name)
	return m != nil && s.gone[m[1]]
}

// absent reports whether err means that a file or folder does not exist. A parent that is not a folder
// counts, too.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.As(err, new(*regular.Error))
}
