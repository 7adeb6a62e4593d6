package topic

import (
	"fmt"
	"strings"
	"testing"

	"oped"
)

// benchFitted returns the lists of all groups that features look at, some 4,000 terms, and n fitted topics of two
// countries each. Half of the topics have Pakistan or the US.
func benchFitted(n int) (ls []oped.List, topics []oped.Topic) {
	said := fittedLists()
	for _, name := range featureGroups {
		if strings.HasPrefix(name, voicePrefix) && name != "voice_pakistan" {
			continue
		}
		l := oped.List{Name: name + "_more"}
		for i := range 40 {
			l.Terms = append(l.Terms, oped.Term{Source: fmt.Sprintf("%s word%d", strings.ReplaceAll(name, "_", " "), i)})
		}
		ls = append(ls, l)
	}
	ls = append(ls, said...)
	ls = append(ls, oped.List{Name: "politics", Terms: terms("government", "parliament", "minister", "election")},
		oped.List{Name: "military", Terms: terms("army", "war", "troops", "nuclear")},
		oped.List{Name: "crowd", Terms: terms("people", "public", "nation")})
	w := benchWeights().String()
	for i := range n {
		a, b := i%2, 2+i/2%(len(countries)-2)
		topics = append(topics, oped.Topic{
			Name:    fmt.Sprint("fitted", i),
			Sides:   []string{countries[a], countries[b]},
			Bridge:  []string{"pak_us_words"},
			Weights: w,
		})
		if i%4 < 2 {
			topics[i].Sides[0] = countries[len(countries)-1-i/4%20]
		}
	}
	return ls, topics
}

// benchWeights are weights of all features and of 3,000 words.
func benchWeights() *Weights {
	w := inventedWeights()
	common := strings.Fields("the of and in a to is that for it as on with by was not has are be this from an at have")
	for i := range 1500 {
		word := fmt.Sprint("word", i)
		if i < len(common) {
			word = common[i]
		}
		w.Values[headlineKind+word] = float64(i%65-32) / 64
		w.Values[leadKind+word] = float64(i%63-32) / 64
	}
	return w
}

// BenchmarkFitted measures seven fitted topics among 1,000 of 50 terms, and 100 alone.
// It makes no tags: their reasons take memory, and most pieces have none.
func BenchmarkFitted(b *testing.B) {
	invented := []*Doc{{Title: "The long road to a settlement with Pakistan", Text: benchText}}
	for _, c := range []struct{ fitted, written int }{{7, 993}, {100, 0}} {
		ls, topics := benchFitted(c.fitted)
		more, written := benchTopics(c.written)
		tagger, err := Compile(append(ls, more...), append(topics, written...))
		if err != nil {
			b.Fatal(err)
		}
		name := fmt.Sprintf("fitted=%d/written=%d", c.fitted, c.written)
		b.Run(name+"/text", func(b *testing.B) { benchDecide(b, tagger, invented) })
		b.Run(name+"/words", func(b *testing.B) { benchDecide(b, tagger, scanned(invented)) })
		b.Run(name+"/real/text", func(b *testing.B) { benchDecide(b, tagger, realDocs(b, opinions)) })
		b.Run(name+"/real/words", func(b *testing.B) { benchDecide(b, tagger, scanned(realDocs(b, opinions))) })
	}
}

// benchDecide measures the verdicts of all topics, without tags.
func benchDecide(b *testing.B, tagger *Tagger, docs []*Doc) {
	bench(b, docs, func(d *Doc) {
		s := tagger.program.open(d)
		defer tagger.program.pool.Put(s)
		tagger.mark(s)
		for i, marked := range s.marks {
			if marked {
				s.decide(tagger, i)
			}
		}
	})
}
