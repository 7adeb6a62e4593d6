package publish

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"oped/internal/regular"
)

// documents are the ends of the names of an edition's files, beside those of its archive.
func documents() []string {
	return []string{".atom", ".rss", ".json", "/about/index.html", "/index.html"}
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

// absent reports whether there is no such file or folder. What is no folder has no files.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.As(err, new(*regular.Error))
}
