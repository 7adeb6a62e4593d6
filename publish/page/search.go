package page

// Search is the page of a search.
type Search struct {
	Head
	Kinds      []Choice
	Help       bool   // nothing was asked for
	Diagnostic string // in the query; "" if there is none
	Line       string // the query as it was understood
	Caret      string // where the mistake is
	Hint       string
	Searched   bool
	Found      []Found
	Stopped    string // why it was before all was looked at; "" if it was not
	Older      string // the next page; "" if there is none
}

func (*Search) template() string { return "search" }

// Choice is a kind of pieces to search for.
type Choice struct {
	Value, Name string
	Chosen      bool
}

// Found is a piece that was found.
type Found struct {
	Listed
	Title   []Marked
	Excerpt []Marked
}

// Marked is a part of a text, marked where something was found.
type Marked struct {
	Text   string
	Marked bool
}
