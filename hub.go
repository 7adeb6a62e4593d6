package oped

import "time"

// Ping is word to a hub of others that a document has changed (WebSub §6). It is due until the hub has taken it.
type Ping struct {
	Edition  string
	Document string // its name
	Hub      string // address
	Position int64  // of the edition's record, up to which readers have it
	Attempts int    // that failed, one after the other
}

// Subscriber is who gets a document of ours from our own hub, each time it changes, until the lease ends (WebSub §5).
type Subscriber struct {
	ID       int64
	Callback string // address; whoever knows it can write there
	Host     string // of the callback
	Edition  string
	Document string // its name
	Secret   Secret
	Until    time.Time // end of the lease
	Position int64     // of the edition's record, up to which readers have it
	Attempts int       // that failed, one after the other
}

// Secret signs what a subscriber gets. It shows itself to nobody who prints or logs it.
type Secret string

func (Secret) String() string   { return "(secret)" }
func (Secret) GoString() string { return "(secret)" }
