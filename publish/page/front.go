package page

import (
	"time"
)

// Front is the front page: the newest pieces of each topic.
type Front struct {
	Head
	Today    time.Time // its date
	Fetching *Fetching // nil: there is something to read
	Offline  string    // time when the network was lost; "" if it works
	Topics   []Topical // in the configured order
	More     []Topical // further ones, without pieces
	Charts   string    // address of the page with charts
}

func (*Front) template() string { return "front" }

// Fetching counts the feeds before the first piece.
type Fetching struct{ Feeds, Answered, Failed int }

// Ended reports whether each feed has answered, or failed.
func (f *Fetching) Ended() bool { return f.Answered+f.Failed >= f.Feeds }

// Topical is an edition on the [Front].
type Topical struct {
	Title, Lang, Dir string
	Page, Atom       string     // addresses
	Weeks            []int      // number of pieces in each of the last weeks, the current one last
	Pieces           []Headline // newest first
}

// Week returns the number of pieces in the current week.
func (t *Topical) Week() int {
	if len(t.Weeks) == 0 {
		return 0
	}
	return t.Weeks[len(t.Weeks)-1]
}

// Headline is a piece on the [Front].
type Headline struct {
	Title, URL, Lang, Dir string // URL is of the original, or of our page about it; "" if none
	By                    []Link // authors, with their pages
	Paper                 *Link  // its publisher; nil if unknown
	When                  time.Time
	Hour                  string // of today, perhaps with a zone; "" if unknown or of another day
}

// dateline formats a day with the name of the weekday.
func (w *Words) dateline(lang string, t time.Time) string {
	return w.Sayf(lang, "%s, %s", w.Say(lang, t.Weekday().String()), w.Date(lang, t))
}
