package publish

import (
	"fmt"
	"html"
	"net/url"
)

// feedFile is the file of an edition's head in a format.
func feedFile(name string, f Format) string { return name + "." + string(f) }

// archiveFile is the file of an edition's archive in a format.
func archiveFile(name string, number int64, f Format) string {
	return fmt.Sprintf("%s/archive/%d.%s", name, number, f)
}

func atomFile(name string) string { return feedFile(name, Atom) }

func (r *Renderer) feedURL(name string, f Format) string { return r.base + "/" + feedFile(name, f) }

func (r *Renderer) archiveURL(name string, number int64, f Format) string {
	return r.base + "/" + archiveFile(name, number, f)
}

func (r *Renderer) atomURL(name string) string { return r.feedURL(name, Atom) }
func (r *Renderer) pageURL(name string) string { return r.base + "/" + name + "/" }

// selfURL is the address of a document itself.
func (r *Renderer) selfURL(s *Sheet, f Format) string {
	switch {
	case s.Issue != "":
		return r.issueFeedURL(s.Edition.Name, s.Issue, f)
	case s.Archive > 0:
		return r.archiveURL(s.Edition.Name, s.Archive, f)
	}
	return r.feedURL(s.Edition.Name, f)
}

// previousURL is the address of the archive that stands before a document; "" if there is none.
func (r *Renderer) previousURL(s *Sheet, f Format) string {
	switch {
	case s.Earlier != "":
		return r.issueFeedURL(s.Edition.Name, s.Earlier, f)
	case s.Previous > 0:
		return r.archiveURL(s.Edition.Name, s.Previous, f)
	}
	return ""
}

// nextURL is the address of the archive that stands after an archive; "" if there is none.
func (r *Renderer) nextURL(s *Sheet, f Format) string {
	switch {
	case s.Later != "":
		return r.issueFeedURL(s.Edition.Name, s.Later, f)
	case s.Archive > 0:
		return r.archiveURL(s.Edition.Name, s.Archive+1, f)
	}
	return ""
}

// host names who publishes the edition.
func (r *Renderer) host() string {
	if u, err := url.Parse(r.base); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return "oped"
}

func escaped(s string) string { return html.EscapeString(s) }

func orName(title, name string) string {
	if title == "" {
		return name
	}
	return title
}
