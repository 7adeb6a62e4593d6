package desk

import (
	"cmp"
	"sync"
)

// maxNotices limits the sessions with a notice.
const maxNotices = 1024

// notice is a sentence about an act that was done.
type notice struct {
	Words string
	Undo  string // address of a form that undoes it; "": there is none
}

// notices holds one notice for the next page of a session.
type notices struct {
	mu  sync.Mutex
	all map[string]notice
}

// notify shows a sentence on the next page of the visitor.
func (v *visit) notify(words string) { v.notifyUndo(words, "") }

// notifyUndo shows a sentence on the next page of the visitor, with a button for the undo at an address.
func (v *visit) notifyUndo(words, undo string) {
	v.notices.mu.Lock()
	defer v.notices.mu.Unlock()
	if len(v.notices.all) >= maxNotices {
		clear(v.notices.all)
	}
	v.notices.all[v.reader()] = notice{words, undo}
}

// reader names the session of the visitor, or the account without sessions that a proxy signed in; "": nobody.
func (v *visit) reader() string { return cmp.Or(string(v.session.ID), v.account.Name) }

// said returns the notice for this page; the zero value if there is none.
func (v *visit) said() notice {
	v.notices.mu.Lock()
	defer v.notices.mu.Unlock()
	x := v.notices.all[v.reader()]
	delete(v.notices.all, v.reader())
	return x
}
