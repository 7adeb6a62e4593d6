package publish

import (
	"cmp"
	"net/url"
	"strings"

	"oped"
)

// shown returns the copy of a piece to show: name, link, text and authors all come from it. It is the lead entry, or
// the first copy with an address if the lead has none. If its address is on the site of another copy's paper, and not
// of its own, it is that paper's copy: papers that share pieces link to each other.
func (i *items) shown(p *oped.Piece) *oped.Entry {
	if len(p.Entries) == 1 {
		return p.Lead()
	}
	at := 0
	for n := range p.Entries {
		if i.entryURL(&p.Entries[n]) != "" {
			at = n
			break
		}
	}
	return i.owner(p, &p.Entries[at])
}

// owner returns the copy whose paper has the address of a copy on its site: most often that copy.
func (i *items) owner(p *oped.Piece, e *oped.Entry) *oped.Entry {
	if e.URL == "" || i.isAtHome(e, e.URL) {
		return e
	}
	name := i.paper(e)
	for n := range p.Entries {
		other := &p.Entries[n]
		if i.entryURL(other) != "" && i.paper(other) != name && i.isAtHome(other, e.URL) {
			return other
		}
	}
	return e
}

// paper returns the name of the paper of an entry.
func (i *items) paper(e *oped.Entry) string { return publisherOf(e, i.feeds[e.FeedURL]) }

// isAtHome reports whether an address is on the site of an entry's feed.
func (i *items) isAtHome(e *oped.Entry, address string) bool {
	f := i.feeds[e.FeedURL]
	return within(address, cmp.Or(f.SiteURL, f.DocSite, e.FeedURL), e.FeedURL)
}

// within reports whether an address is on a site: on its host or a host below that, and in its folder. The address of
// the feed, for a site not known, has no folder.
func within(address, site, feed string) bool {
	a, err := url.Parse(address)
	if err != nil {
		return false
	}
	s, err := url.Parse(site)
	if err != nil || s.Host == "" {
		return false
	}
	host, home := strings.ToLower(a.Host), strings.TrimPrefix(strings.ToLower(s.Host), "www.")
	if host != home && !strings.HasSuffix(host, "."+home) {
		return false
	}
	if site == feed {
		return true
	}
	folder := s.Path[:strings.LastIndexByte(s.Path, '/')+1] // of /blog/index.html
	return strings.HasPrefix(a.Path, folder)
}
