package desk

import (
	"cmp"
	"sync"
)

// maxNotices limits the sessions with a notice.
const maxNotices = 1024

// notices holds one sentence for the next page of a session.
type notices struct {
	mu  sync.Mutex
	all map[string]string
}

// notify shows a sentence on the next page of the visitor.
func (v *visit) notify(words string) {
	v.notices.mu.Lock()
	defer v.notices.mu.Unlock()
	if len(v.notices.all) >= maxNotices {
		clear(v.notices.all)
	}
	v.notices.all[v.reader()] = words
}

// reader names the session of the visitor, or the account without sessions that a proxy signed in; "": nobody.
func (v *visit) reader() string { return cmp.Or(string(v.session.ID), v.account.Name) }

// said returns the sentence for this page; "" if there is none.
func (v *visit) said() string {
	v.notices.mu.Lock()
	defer v.notices.mu.Unlock()
	words := v.notices.all[v.reader()]
	delete(v.notices.all, v.reader())
	return words
}
