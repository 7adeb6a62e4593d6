package text

import "slices"

// Block is a paragraph or sentence at an edge of a text, Text[Start:End]. It may be its publisher's boilerplate
// rather than its author's words: a block with the same Hash in many texts is boilerplate.
type Block struct {
	Start, End int
	Hash       int64 // of its folded words; stored, so its recipe never changes
}

// The places and lengths of blocks. With fewer words, common headings ("The way forward") would be learned as
// boilerplate.
const (
	headParas     = 2  // paragraphs at the beginning
	footParas     = 6  // and at the end
	footSentences = 3  // of a long last paragraph
	blockMin      = 5  // words
	blockMax      = 80 // words
)

// Blocks appends the blocks of a text to dst: its first two and last six paragraphs of 5 to 80 words. Many
// feeds strip the HTML, so that a note is the end of one long paragraph. Therefore the first sentence of a
// longer first paragraph, and the last three sentences of a longer last one, are blocks as well. Blocks skips
// stretches that MarkZones has put beside the piece already. No two blocks of a text have the same hash. A text
// with line ends in the middle of its sentences has no blocks.
func (ts *Tokens) Blocks(dst []Block) []Block {
	if ts.wrapped() {
		return dst
	}
	from := len(dst)
	n := len(ts.List)
	first := 0
	for range headParas {
		last := ts.paraEnd(first)
		dst = ts.block(dst, from, first, last)
		if first == 0 && last > blockMax {
			dst = ts.block(dst, from, 0, ts.sentenceEnd(0))
		}
		first = last
	}
	head, last := first, n // paragraphs before head are done
	for i := range footParas {
		if last <= head && i > 0 {
			break
		}
		first = ts.paraStart(last)
		if i == 0 && last-first > blockMax {
			dst = ts.sentences(dst, from, first, last)
		}
		if first >= head {
			dst = ts.block(dst, from, first, last)
		}
		last = first
	}
	return dst
}

// sentences appends the last sentences of the paragraph List[first:last].
func (ts *Tokens) sentences(dst []Block, from, first, last int) []Block {
	for range footSentences {
		start := last
		for start > first && ts.List[start-1].Sentence == ts.List[last-1].Sentence {
			start--
		}
		dst = ts.block(dst, from, start, last)
		if last = start; last == first {
			break
		}
	}
	return dst
}

// block appends the words List[first:last] as a block, if they qualify and dst[from:] has no block with their
// hash.
func (ts *Tokens) block(dst []Block, from, first, last int) []Block {
	if last-first < blockMin || last-first > blockMax || ts.beside(first, last) {
		return dst
	}
	b := Block{Start: int(ts.List[first].Start), End: int(ts.List[last-1].End), Hash: ts.blockHash(first, last)}
	if slices.ContainsFunc(dst[from:], func(have Block) bool { return have.Hash == b.Hash }) {
		return dst
	}
	return append(dst, b)
}

// beside reports whether all of List[first:last] is in zones beside the piece.
func (ts *Tokens) beside(first, last int) bool {
	for i := first; i < last; i++ {
		if !ts.List[i].Zone.Beside() {
			return false
		}
	}
	return true
}

// paraEnd returns the index after the paragraph beginning at List[i].
func (ts *Tokens) paraEnd(i int) int {
	end := i
	for end < len(ts.List) && ts.List[end].Para == ts.List[i].Para {
		end++
	}
	return end
}

// paraStart returns the index of the first word of the paragraph ending before List[end].
func (ts *Tokens) paraStart(end int) int {
	start := end
	for start > 0 && ts.List[start-1].Para == ts.List[end-1].Para {
		start--
	}
	return start
}

// sentenceEnd returns the index after the sentence beginning at List[i].
func (ts *Tokens) sentenceEnd(i int) int {
	end := i
	for end < len(ts.List) && ts.List[end].Sentence == ts.List[i].Sentence {
		end++
	}
	return end
}

// wrapped reports whether the lines of a text were broken at some width. Many of them then begin with a small
// letter, and are no paragraphs.
func (ts *Tokens) wrapped() bool {
	paras, small := 0, 0
	for i := range ts.List {
		if i > 0 && ts.List[i].Para == ts.List[i-1].Para {
			continue
		}
		paras++
		if c := ts.Text[ts.List[i].Start]; 'a' <= c && c <= 'z' {
			small++
		}
	}
	return paras >= 3 && small*4 >= paras
}

// blockHash returns the 64-bit FNV-1a hash of the words List[first:last]. If they name a month or a day of the
// week, all such names count as the same word, and so do the numbers of a date. "Published in Dawn, March 5th,
// 2026" is thus one block every day. Elsewhere numbers are the author's words.
func (ts *Tokens) blockHash(first, last int) int64 {
	const offset, prime = 14695981039346656037, 1099511628211
	literal, folded := uint64(offset), uint64(offset) // of the words as they are, and with all parts of a date the same
	dated := false
	for i := first; i < last; i++ {
		word := ts.Folded(i)
		for _, c := range word {
			literal = (literal ^ uint64(c)) * prime
		}
		literal = (literal ^ ' ') * prime
		day := isDayName(word)
		dated = dated || day
		if day || isDateNumber(word) {
			folded = (folded ^ '#') * prime
		} else {
			for _, c := range word {
				folded = (folded ^ uint64(c)) * prime
			}
		}
		folded = (folded ^ ' ') * prime
	}
	if dated {
		return int64(folded)
	}
	return int64(literal)
}

// isDateNumber reports whether a folded word is a day, a year or an hour: "5", "5th", "2026", "0930".
func isDateNumber(word []byte) bool {
	n := 0
	for n < len(word) && isDigit(word[n]) {
		n++
	}
	if n == 0 || n > 4 {
		return false
	}
	switch string(word[n:]) {
	case "", "st", "nd", "rd", "th":
		return true
	}
	return false
}

// isDayName reports whether a folded word names a month or a day of the week. Some of the names are other words
// as well. This does no harm, since they are the same in every text.
func isDayName(word []byte) bool {
	switch string(word) {
	case "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
		"december",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri",
		"sat", "sun",
		"جنوری", "فروری", "مارچ", "اپریل", "میی", "جون", "جولایی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
		"پیر", "منگل", "بدہ", "جمعرات", "جمعہ", "ہفتہ", "اتوار":
		return true
	}
	return false
}
