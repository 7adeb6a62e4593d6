package publish

import (
	"cmp"
	"io"

	"oped"
	"oped/publish/feed"
)

// WriteEditions writes the list of the editions that are published under an address, as OPML 2.0.
func WriteEditions(w io.Writer, baseURL string, editions []oped.EditionState) error {
	return newAddresses(baseURL).writeEditions(w, baseURL, editions)
}

func (a addresses) writeEditions(w io.Writer, of string, editions []oped.EditionState) error {
	out := make([]feed.Outline, len(editions))
	for i := range editions {
		e := &editions[i]
		out[i] = feed.Outline{
			Title:   line(cmp.Or(e.Title, e.Name)),
			Lang:    language(e.Lang),
			FeedURL: uri(a.atomURL(e.Name)),
			SiteURL: uri(a.pageURL(e.Name)),
		}
	}
	return feed.WriteOPML(w, line("Editions of "+of), out)
}

// WriteBackup writes the feeds that are polled as OPML 2.0 for the operator alone: their addresses are whole, with
// credentials, private and secret ones too.
func WriteBackup(w io.Writer, title string, feeds []oped.FeedState) error {
	return writeFeeds(w, title, feeds, func(f *oped.FeedState) (of, site, group string) {
		return clean(f.URL), clean(cmp.Or(f.SiteURL, f.DocSite)), line(f.Group)
	})
}

// writePublic writes the polled feeds with their publishable addresses.
func writePublic(w io.Writer, title string, feeds []oped.FeedState) error {
	return writeFeeds(w, title, feeds, func(f *oped.FeedState) (of, site, group string) {
		return feedURL(&f.Feed), siteURL(f), "" // folders are the operator's own
	})
}

func writeFeeds(
	w io.Writer, title string, feeds []oped.FeedState, addresses func(*oped.FeedState) (of, site, group string),
) error {
	out := make([]feed.Outline, len(feeds))
	for i := range feeds {
		f := &feeds[i]
		of, site, group := addresses(f)
		out[i] = feed.Outline{
			Title:   line(cmp.Or(f.Title, f.DocTitle, f.Publisher)),
			Lang:    language(cmp.Or(f.Lang, f.DocLang)),
			FeedURL: of,
			SiteURL: site,
			Group:   group,
		}
	}
	return feed.WriteOPML(w, line(title), out)
}
