package page

import (
	"slices"
	"time"
)

// Edition is the page of an edition, of one of its archives, or of an issue.
type Edition struct {
	Head
	Atom       string       // address of its Atom feed
	Formats    []FormatLink // its feeds in other formats
	About      string       // address of the page about it
	Archive    string       // address of its calendar; "" if none
	Older      string       // address of older pieces; "" if none
	Newer      string       // address of newer pieces; "" if none
	Shown, All int          // number of pieces
	Changed    time.Time    // time of the last change
	Pinned     []Listed     // first of all, whatever their day
	Days       []Day        // newest first
}

func (*Edition) template() string { return "edition" }

// Day is the pieces of one day of their papers.
type Day struct {
	On     time.Time
	Name   string   // Today, or a date
	Pieces []Listed // newest first
}

// DaysOf groups pieces by day, the latest first. Today is the day called today; the zero time if none is.
func (w *Words) DaysOf(lang string, pieces []Listed, today time.Time) (days []Day) {
	for _, p := range pieces {
		p.InDay = true
		on := p.When.UTC().Truncate(24 * time.Hour)
		i := slices.IndexFunc(days, func(d Day) bool { return !d.On.After(on) })
		if i < 0 {
			i = len(days)
		}
		if i == len(days) || !days[i].On.Equal(on) {
			days = slices.Insert(days, i, Day{On: on, Name: w.dayName(lang, on, today)})
		}
		days[i].Pieces = append(days[i].Pieces, p)
	}
	return days
}

// Calendar is the page with the months of an edition, or the issues of a digest.
type Calendar struct {
	Head
	Edition, EditionURL string // title of the edition and address of its page
	All                 int    // number of pieces
	Years               []Year // the latest first
}

// In returns a year for the next, older months.
func (c *Calendar) In(year int) *Year {
	if n := len(c.Years); n == 0 || c.Years[n-1].Year != year {
		c.Years = append(c.Years, Year{Year: year})
	}
	return &c.Years[len(c.Years)-1]
}

func (*Calendar) template() string { return "calendar" }

// Year is a year of a [Calendar].
type Year struct {
	Year, Pieces int
	Months       []Month // the latest first
}

// Month is a month of a [Year] with the address of its latest pieces, or an issue.
type Month struct {
	Name, URL string
	Pieces    int
}

// FormatLink is a link to an edition's feed in a format other than Atom.
type FormatLink struct{ Name, URL, Format string }

// Listed is a piece in a list.
type Listed struct {
	Title     string    // plain text
	URL       string    // of the original; "" if no appearance has an address
	Lang, Dir string    // of the piece: BCP 47 and "ltr" or "rtl"
	By        []Link    // authors, with their pages
	Publisher string    // "" if unknown
	Paper     string    // page of its publisher; "" if none
	When      time.Time // time of publication, on the clock of the paper
	Hour      string    // of When, perhaps with a zone; "" if unknown
	InDay     bool      // it is listed under its day
	Lead      bool      // it has a heading, an excerpt and links to its people
	Note      Note      // of a curator; without a Text: none
	Excerpt   []string  // paragraphs
	Topics    []string  // titles
	Kind      string    // "" if of no interest to a reader
	Others    []Place   // other places of publication
	Page      string    // of the piece; "" if none
	Why       string    // text of the link to Page
}

// Note is a curator's note on a piece in an edition.
type Note struct {
	Text      string // plain text
	Lang, Dir string // of the edition, and "ltr" or "rtl"
}

// Place is another place of publication.
type Place struct {
	Publisher, URL string    // URL is "" if none
	On             time.Time // zero: same day or unknown
}

// Error is the page for a request without an answer.
type Error struct {
	Head
	Status int // of HTTP: 404, 410, 500 or 503
}

func (*Error) template() string { return "error" }
