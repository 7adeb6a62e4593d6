package page

// Search is the page of a search.
type Search struct {
	Head
	Fields     []Field      // filters of the form with a choice of values
	Help       bool         // no query
	Diagnostic string       // mistake in the query; "" if none
	Line       string       // the parsed query
	Caret      string       // position of the mistake
	Hint       string       // how to fix the mistake; "" if unknown
	Searched   bool         // the query was valid and ran
	Atom       string       // address of the feed
	Formats    []FormatLink // the feed in other formats
	Count      string       // the number of results; "" if unknown
	Found      []Hit        // results, newest first
	Stopped    string       // why the search stopped early; "" if it did not
	Older      string       // next page; "" if none
}

func (*Search) template() string { return "search" }

// Finder is the page of a search without a server: a script searches the index beside it.
type Finder struct {
	Head
	Months []string // names of the parts of the index, the newest first
}

func (*Finder) template() string { return "finder" }

// Field is a filter of the form of a search.
type Field struct {
	Name, Label string // parameter, and a message
	Choices     []Choice
}

// Choice is a value of a field.
type Choice struct {
	Value, Name string // parameter and display name
}

// Hit is a result of a search.
type Hit struct {
	Listed
	Title   []Marked // replaces Listed.Title
	Excerpt []Marked // passage with a match
}

// Marked is a part of a text; matches are marked.
type Marked struct {
	Text   string `json:"text"`             // plain text
	Marked bool   `json:"marked,omitempty"` // part of a match
}
