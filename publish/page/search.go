package page

// Search is the page of a search.
type Search struct {
	Head
	Kinds      []Choice
	Help       bool   // no query
	Diagnostic string // mistake in the query; "" if none
	Line       string // the parsed query
	Caret      string // position of the mistake
	Hint       string
	Searched   bool
	Found      []Found
	Stopped    string // why the search stopped early; "" if it did not
	Older      string // next page; "" if none
}

func (*Search) template() string { return "search" }

// Choice is a kind of pieces to search for.
type Choice struct {
	Value, Name string
	Chosen      bool
}

// Found is a result of a search.
type Found struct {
	Listed
	Title   []Marked
	Excerpt []Marked
}

// Marked is a part of a text; matches are marked.
type Marked struct {
	Text   string
	Marked bool
}
