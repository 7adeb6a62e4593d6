package newstest

import (
	"io/fs"
	"os"
	"strings"
)

// Folder serves every document of a folder twice: under /right/NAME with a content type fitting its first bytes,
// and under /wrong/NAME with another one. It returns the names of the documents.
func (p *Paper) Folder(t TB, dir string) []string {
	t.Helper()
	var names []string
	files := os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		right, wrong := types(body)
		p.Serve("/right/"+name, Answer{Body: body, ContentType: right, ETag: "auto"})
		p.Serve("/wrong/"+name, Answer{Body: body, ContentType: wrong, LastModified: "Mon, 02 Nov 2026 10:00:00 GMT"})
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func types(body []byte) (right, wrong string) {
	head := strings.ToLower(string(body[:min(len(body), 2000)]))
	switch {
	case strings.HasPrefix(strings.TrimSpace(head), "{"):
		return "application/feed+json", "text/html"
	case strings.Contains(head, "<feed"):
		return "application/atom+xml", "text/html"
	case strings.Contains(head, "<html"):
		return "text/html", "application/rss+xml"
	}
	return "application/rss+xml", "text/html"
}
