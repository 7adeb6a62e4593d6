package publish

import (
	"fmt"
	"net/url"
	"strings"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// feedFile returns the name of the file of an edition's head in a format.
func feedFile(name string, f feed.Format) string { return name + "." + string(f) }

// archiveFile returns the name of the file of an edition's archive in a format.
func archiveFile(name string, number int64, f feed.Format) string {
	return fmt.Sprintf("%s/archive/%d.%s", name, number, f)
}

// addresses makes the addresses of pages. All begin with one base.
type addresses struct{ base string }

func newAddresses(baseURL string) addresses { return addresses{strings.TrimRight(baseURL, "/")} }

func (a addresses) feedURL(name string, f feed.Format) string {
	return a.base + "/" + feedFile(name, f)
}
func (a addresses) atomURL(name string) string     { return a.feedURL(name, feed.Atom) }
func (a addresses) pageURL(name string) string     { return a.base + "/" + name + "/" }
func (a addresses) aboutURL(edition string) string { return a.base + "/" + edition + "/about/" }

func (a addresses) archiveURL(name string, number int64, f feed.Format) string {
	return a.base + "/" + archiveFile(name, number, f)
}

func (a addresses) archivePageURL(edition string, number int64) string {
	return fmt.Sprintf("%s/%s/archive/%d/", a.base, edition, number)
}

func calendarFile(edition string) string { return edition + "/archive/index.html" }

// calendarURL returns the address of the months of an edition.
func (a addresses) calendarURL(edition string) string { return a.base + "/" + edition + "/archive/" }

// olderURL returns the address of the page of an archive, or "" if there is none.
func (a addresses) olderURL(edition string, archive int64) string {
	if archive == 0 {
		return ""
	}
	return a.archivePageURL(edition, archive)
}

func (a addresses) issueFeedURL(edition, name string, f feed.Format) string {
	return a.base + "/" + issueFeedFile(edition, name, f)
}

func (a addresses) issueURL(edition, name string) string {
	return a.base + "/" + strings.TrimSuffix(issueFile(edition, name), "index.html")
}

func (a addresses) pieceURL(id oped.PieceID) string {
	return a.base + "/" + strings.TrimSuffix(pieceFile(id), "index.html")
}

// host names the publisher: the host of the base URL.
func (a addresses) host() string {
	if u, err := url.Parse(a.base); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return "oped"
}

// author is the publisher, as the author of feeds.
func (a addresses) author() feed.Person { return feed.Person{Name: a.host(), URL: a.base + "/"} }

// feedLinks returns links to the feeds of an edition, in all formats.
func (a addresses) feedLinks(title, name string) (all []page.FeedLink) {
	for _, f := range feed.Formats() {
		all = append(all, page.FeedLink{Title: title, URL: a.feedURL(name, f), Format: string(f)})
	}
	return all
}

// formatLinks returns links to the feed of an edition in the formats other than Atom.
func (a addresses) formatLinks(name string) []page.FormatLink {
	return []page.FormatLink{
		{Name: "RSS", URL: a.feedURL(name, feed.RSS), Format: string(feed.RSS)},
		{Name: "JSON Feed", URL: a.feedURL(name, feed.JSON), Format: string(feed.JSON)},
	}
}
