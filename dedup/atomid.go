package dedup

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// AtomIDs are the ids that a new piece may take from its first entry, in order of choice (RFC 4287 §4.2.6): the
// entry's own id if it is an IRI, to the letter, then a tag: URI (RFC 4151) that is minted from what identifies the
// entry. An id that the feed gives to several entries is no choice, nor is an address that may not go out. authority
// is a host name that is ours, since that day: of the same entry, another run on another day, as after a restore of
// an older database, mints the same id. Where the day is not known it is that on which we first met the entry.
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
	minted := digest(e.FeedURL, identity)
	return append(ids, fmt.Sprintf("tag:%s,%s:piece/%s", authority, mintedOn(e, since).UTC().Format(time.DateOnly), minted))
}

// mayGoOut reports whether the id of an entry may be published. An address with credentials may not, nor the feed's
// own where that is secret in part, nor one of a private network.
func mayGoOut(e *oped.Entry) bool {
	u, err := url.Parse(e.ID)
	if err != nil || u.Host == "" {
		return true
	}
	return u.User == nil && !oped.PrivateHost(u.Hostname()) && (e.ID != e.FeedURL || !oped.HasCredentials(e.FeedURL))
}

// mintedOn is a day on which the authority was ours to mint with.
func mintedOn(e *oped.Entry, since time.Time) time.Time {
	if !since.IsZero() {
		return since
	}
	if e.FirstSeen.IsZero() {
		return e.Published
	}
	return e.FirstSeen
}
