package demo

import (
	"fmt"
	"time"

	"oped"
)

// notes returns the numbers of the standing column published so far. They continue after all written pieces.
func (w *World) notes(name string, now time.Time) []printing {
	p := w.paper(name)
	if !p.briefing {
		return nil
	}
	last := int(now.Sub(w.ended) / betweenNotes)
	var out []printing
	for n := max(1, last-window); n <= last; n++ { // older ones have left every feed
		pr := printing{piece: note(n), paper: p, at: w.ended.Add(time.Duration(n) * betweenNotes)}
		pr.link = address(p, pr.piece)
		out = append(out, pr)
	}
	return out
}

// note returns a number of the standing column: three paragraphs from a small stock, different from its neighbours.
func note(n int) *piece {
	slug := fmt.Sprintf("from-the-reading-room-%d", n)
	opening, middle, ending := noteParagraphs()
	return &piece{
		name:       slug,
		slug:       slug,
		title:      fmt.Sprintf("From the reading room, no. %d", n),
		author:     "The Librarian",
		categories: []string{"Columns", "Books"},
		kind:       oped.Opinion,
		lang:       "en",
		papers:     []carrier{{name: "kikar"}},
		paragraphs: []string{
			fmt.Sprintf("Note %d. %s", n, opening[n%len(opening)]),
			middle[n%len(middle)],
			ending[n%len(ending)],
		},
	}
}

func noteParagraphs() (opening, middle, ending []string) {
	return []string{
			"A boy of nine came in to ask whether we keep books about whales. We do. He read standing up " +
				"for an hour, and then asked whether whales read.",
			"The ceiling fan above the poetry shelf has been mended, and the poets have stopped flying about.",
			"Somebody returned a novel that was borrowed in the year the tram lines were taken up. There " +
				"was no fine in the envelope, but there was a pressed rose.",
			"The schools have begun their examinations, so every chair is taken by half past eight, and " +
				"the tea boy has learned the table of elements.",
			"We counted the shelves this week. There are more dictionaries than anybody remembers buying " +
				"and fewer atlases than there ought to be.",
		}, []string{
			"A reading room is the last public place in which nobody is asked to buy anything. That is " +
				"worth remembering when budgets are cut: a bench and a lamp cost little, and what they give " +
				"back is never seen in one year.",
			"Of the letters in the suggestion box, four ask for longer hours, two for a children's " +
				"corner, and one, unsigned, for silence from the other six.",
			"We have begun to lend out umbrellas on rainy days. All of them have come back so far, which " +
				"cannot be said of the detective stories.",
		}, []string{
			"The book of the week is an old guide to the trees of the city; take it for a walk.",
			"Saturday's reading for children is about a tortoise who wanted a faster house.",
			"Bring your own pencil on Thursday: the map club is drawing the old canals from memory.",
			"The bindery asks that nobody mark a page with a slice of mango again.",
		}
}
