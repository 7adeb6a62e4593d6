package dedup

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// AtomIDs returns the possible ids of a new piece, from its first entry, in order of preference (RFC 4287
// §4.2.6). The first is the entry's own id, unchanged, if it is an IRI. The second is a tag: URI (RFC 4151)
// minted from the entry's keys. An id given to several entries by its feed is not used, nor is an address that
// may not be published. authority is a host name of ours since the given day. Another run on another day, as
// after restoring an older database, thus mints the same id for the same entry. Without that day, the id has
// the day of the entry's first sight.
func AtomIDs(e *oped.Entry, keys []string, authority string, since time.Time) []string {
	var ids []string
	healthy := len(keys) > 0 && keys[0] == "g:"+e.ID
	if healthy && text.IsIRI(e.ID) && mayGoOut(e) {
		ids = append(ids, e.ID)
	}
	identity := e.ID
	if len(keys) > 0 {
		identity = strings.Join(keys, "\n")
	}
	minted := hashOf(e.FeedURL, identity)
	return append(ids,
		fmt.Sprintf("tag:%s,%s:piece/%s", authority, mintedOn(e, since).UTC().Format(time.DateOnly), minted))
}

// mayGoOut reports whether the id of an entry may be published. An address with credentials may not, nor the
// address of a feed with credentials in it, nor an address of a private network.
func mayGoOut(e *oped.Entry) bool {
	u, err := url.Parse(e.ID)
	if err != nil || u.Host == "" {
		return true
	}
	return u.User == nil && !oped.PrivateHost(u.Hostname()) && (e.ID != e.FeedURL || !oped.HasCredentials(e.FeedURL))
}

// mintedOn returns a day on which the authority was ours.
func mintedOn(e *oped.Entry, since time.Time) time.Time {
	if !since.IsZero() {
		return since
	}
	if e.FirstSeen.IsZero() {
		return e.Published
	}
	return e.FirstSeen
}
