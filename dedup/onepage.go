package dedup

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"oped/text"
)

// onePage reports whether two entries at one address are of one piece. An address alone is no evidence: a
// section, a column, a page of letters and a live blog have one for all their pieces, and two blogs link the
// same page. The entries must agree in their words, or in headlines as far as neither words nor authors nor
// days contradict. A headline of other words is no agreement unless the address names an article, or both texts speak
// of it: "Our view" is the headline of any text.
func onePage(a, b *reading) bool {
	share, comparable := a.c.overlap(a.Text, b.Text)
	if comparable && share >= unlikeShare {
		return true
	}
	titles, days, article := agreement(a, b), otherDays(a, b), namesArticle(a.address)
	switch {
	case comparable && (authorsDisagree(a, b) || titles == sameTitles && days || isSeries(a, b) || otherParts(a, b)):
		return false // a column and its next instalment, or two parts of a page
	case !comparable && (nextOfColumn(a, b) || !article && a.heading().general() && otherWords(a, b)):
		return false
	case !comparable && titles == sameTitles && len(a.heading().words) < 3:
		return !days && !authorsDisagree(a, b)
	case comparable && titles >= alikeTitles && !article:
		return speaksOf(a, a.heading()) >= spoken && speaksOf(b, b.heading()) >= spoken
	case titles >= alikeTitles, !comparable && (a.Title == "" || b.Title == ""):
		return true
	case comparable && wordy(a.Entry) && wordy(b.Entry):
		return false
	}
	// An agency rewrites headline and summary of a page many times a day.
	return !authorsDisagree(a, b) && !publishersDiffer(a, b) && (article || ofPage(a) && ofPage(b))
}

// nextOfColumn reports whether two entries at one address, one of them with a few words at most, are two of a column:
// of other days, and with another number in the headline, other authors or other words.
func nextOfColumn(a, b *reading) bool {
	return a.address == b.address && !namesArticle(a.address) && otherDays(a, b) &&
		(isSeries(a, b) || authorsDisagree(a, b) || otherWords(a, b))
}

// otherWords reports whether the shorter of two texts has next to no words of the other one. Unlike phrases, words are
// evidence in the shortest texts as well, if a weaker one.
func otherWords(a, b *reading) bool {
	if len(a.Text) > len(b.Text) {
		a, b = b, a
	}
	a.c.spend(len(a.Text))
	words := newHeading(a.Text)
	return slices.ContainsFunc(words.words, tells) && speaksOf(b, words) < unlikeShare
}

// general reports whether a headline has too few words to say what a text is about.
func (h *heading) general() bool {
	n := 0
	for _, w := range h.words {
		if tells(w) {
			n++
		}
	}
	return n < tellingWords
}

// namesArticle reports whether an address is that of one article by its form: its name has four words or more,
// or its last step a number of five digits or more. Sections have shorter names, and dates.
func namesArticle(address string) bool {
	digits := 0
	for _, c := range []byte(address[strings.LastIndexByte(address, '/')+1:]) {
		if digits++; !isDigit(c) {
			digits = 0
		}
		if digits == 5 {
			return true
		}
	}
	return len(addressWords(address)) >= 4
}

// otherParts reports whether the addresses of two entries name two parts of a page (RFC 3986 §3.5).
func otherParts(a, b *reading) bool {
	_, x, _ := strings.Cut(a.URL, "#")
	_, y, _ := strings.Cut(b.URL, "#")
	return x != "" && y != "" && x != y
}

// agreement is [titleLikeness], with headlines of one word as well.
func agreement(a, b *reading) likeness {
	if folded := a.heading().folded; folded != "" && folded == b.heading().folded {
		return sameTitles
	}
	return titleLikeness(a, b)
}

// ofPage reports whether an entry speaks of what its address names: two words of the path at least, and a
// third of them, are in its headline or at the beginning of its text.
func ofPage(r *reading) bool {
	words := addressWords(r.address)
	if len(words) < 2 {
		return false
	}
	spoken := append(slices.Clip(r.heading().words), firstWords(r.Text, 60)...)
	found := 0
	for _, w := range words {
		if slices.ContainsFunc(spoken, func(s string) bool { return stem(s) == stem(w) }) {
			found++
		}
	}
	return found >= 2 && found*3 >= len(words)
}

// addressWords returns the distinct words of a page's name, the last part of its path with two words or more.
func addressWords(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	steps := strings.Split(strings.Trim(u.Path, "/"), "/")
	for _, step := range slices.Backward(steps) {
		var words []string
		for _, w := range text.FoldedWords(strings.Map(wordOrSpace, step)) {
			if len(w) >= 3 && !fillers[w] && !strings.ContainsAny(w, "0123456789") && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		if len(words) >= 2 {
			return words
		}
	}
	return nil
}

// wordOrSpace replaces the characters between the words of an address.
func wordOrSpace(r rune) rune {
	if strings.ContainsRune("-_.+,", r) {
		return ' '
	}
	return r
}

// stemLetters is the number of letters compared of a word, so that its endings do not count.
const stemLetters = 5

// stem returns the first letters of a folded word.
func stem(word string) string {
	n := 0
	for i := range word {
		if n++; n > stemLetters {
			return word[:i]
		}
	}
	return word
}

func isSeries(a, b *reading) bool {
	_, ok := series(a, b)
	return ok
}

const halfDay = 12 * time.Hour

// otherDays reports whether two entries were published on different days. A day begins at another hour
// elsewhere, so that less than twelve hours are no evidence.
func otherDays(a, b *reading) bool {
	return otherDay(a.Entry, b.Entry) && timeBetween(a.Published, b.Published) >= halfDay
}

// publishersDiffer reports whether two entries come from two known publishers.
func publishersDiffer(a, b *reading) bool {
	return a.Publisher != "" && b.Publisher != "" && !samePublisher(a, b)
}
