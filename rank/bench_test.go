package rank

import (
	"fmt"
	"testing"
)

// invented returns n pieces of this many words, every fifth of them on the topic, and the decisions on all of
// them. The words come from a lexicon of 5,000, few of them often and many seldom, as in a language.
func invented(n, length int) ([]Piece, []Label) {
	state := uint32(1)
	draw := func(below int) int {
		state = state*1664525 + 1013904223
		return int(state>>8) % below
	}
	pieces, decisions := make([]Piece, n), make([]Label, n)
	for i := range pieces {
		on := i%5 == 0
		words := func(n int) string {
			var b []byte
			for range n {
				w := draw(draw(5000) + 1)
				if on && draw(20) == 0 {
					w = 5000 + draw(50)
				}
				b = fmt.Appendf(b, "w%d ", w)
			}
			return string(b)
		}
		pieces[i] = Piece{
			ID:        fmt.Sprintf("p%04d", i),
			Title:     words(8),
			Text:      words(length),
			Score:     float64(draw(8)),
			Threshold: 10,
		}
		if on {
			pieces[i].Score += float64(draw(8))
			pieces[i].Rules = []string{"$rice"}
		}
		decisions[i] = Label{pieces[i].ID, on}
	}
	return pieces, decisions
}

func BenchmarkRead800(b *testing.B) {
	pieces, _ := invented(800, 400)
	for b.Loop() {
		Read(pieces)
	}
}

func BenchmarkLearn(b *testing.B) {
	pieces, decisions := invented(800, 400)
	corpus := Read(pieces)
	for _, n := range []int{100, 400, 800} {
		b.Run(fmt.Sprintf("decisions=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, ok := corpus.Learn(decisions[:n], Options{}); !ok {
					b.Fatal("nothing learned")
				}
			}
		})
	}
}

func BenchmarkOrder800(b *testing.B) {
	pieces, decisions := invented(800, 400)
	m, _ := Read(pieces).Learn(decisions[:400], Options{})
	for b.Loop() {
		Order(pieces, m)
	}
}
