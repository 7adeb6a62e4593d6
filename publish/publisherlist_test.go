package publish

import (
	"context"
	"testing"

	"oped"
)

// moving has two publishers, and a feed with pieces that moves from one to the other.
type moving struct {
	fakeStore
	fakePeople
	owner string // of the feed
}

func (*moving) ChangesSince(context.Context, int64) (oped.ChangeSet, error) {
	return oped.ChangeSet{Number: 7}, nil // no piece has changed
}

func (m *moving) PublisherVersions(_ context.Context, publishers []string) (map[string]oped.ListVersion, error) {
	return map[string]oped.ListVersion{m.owner: {Version: 1, Pieces: 3}}, nil
}

// TestPublisherList_AFeedOfAnotherPublisher: pieces are counted again where a feed goes to another
// publisher, though none of them changed.
func TestPublisherList_AFeedOfAnotherPublisher(t *testing.T) {
	m := &moving{}
	o := options()
	o.Catalog = catalogOf(m)
	p := New(o, rowsOf(m))
	for _, m.owner = range []string{"Dawn", "The Nation"} {
		s := p.siteOf([]oped.FeedState{
			{Feed: oped.Feed{URL: "https://a.example/feed", Publisher: "Dawn"}},
			{Feed: oped.Feed{URL: "https://b.example/feed", Publisher: "The Nation"}},
			{Feed: oped.Feed{URL: "https://c.example/feed", Publisher: m.owner}},
		})
		counts, err := s.counts.read(t.Context(), s)
		if err != nil || counts[m.owner] != 3 || counts["Dawn"]+counts["The Nation"] != 3 {
			t.Errorf("the feed is of %s: %v, %v", m.owner, counts, err)
		}
	}
}
