package oped

import "time"

// Ping is a notification to an external hub about a changed document (WebSub §6). It is due until the hub accepts it.
type Ping struct {
	Edition  string
	Document string // its name
	Hub      string // address
	Position int64  // in the edition's record; readers have the changes up to it
	Attempts int    // failed attempts in a row
}

// Subscriber is a subscription at our own hub. The hub sends it the document after each change, until the lease ends
// (WebSub §5).
type Subscriber struct {
	ID       int64
	Callback string // address; confidential, since anybody with it can write there
	Host     string // of the callback
	Edition  string
	Document string // its name
	Secret   Secret
	Until    time.Time // end of the lease
	Position int64     // in the edition's record; readers have the changes up to it
	Attempts int       // failed attempts in a row
}

// Secret is the key to sign a subscriber's deliveries. Printed or logged, it appears as "(secret)".
type Secret string

func (Secret) String() string   { return "(secret)" }
func (Secret) GoString() string { return "(secret)" }
