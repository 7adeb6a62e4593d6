package topic

import (
	"fmt"
	"strings"
	"testing"

	"oped"
	"oped/text"
)

// benchText is a piece of some 4.7 KB in eight paragraphs.
var benchText = strings.TrimSpace(strings.Repeat(strings.Repeat(
	"The government has said that sanctions will be lifted when the talks in the capital come to an end, and Pakistan's envoy agreed. ", 4)+
	"“We have waited for an answer for nine long years,” he said, “and the U.S. knows it as well as we do.”\n\n", 8))

// benchTopics are so many topics of 50 terms; seven of them find something in benchText.
func benchTopics(n int) (ls []oped.List, topics []oped.Topic) {
	found := []string{"sanctions", "talks in the capital", "Pakistan", "US/caps", "government", "envoy", "nine long years"}
	for i := range n {
		l := oped.List{Name: fmt.Sprint("l", i)}
		for j := range 47 {
			l.Terms = append(l.Terms, oped.Term{Source: fmt.Sprintf("word%d-%d extra", i*50+j, j)})
		}
		l.Terms = append(l.Terms, terms(fmt.Sprintf("the %dth thing", i), fmt.Sprintf("prefix%d*", i), fmt.Sprintf("Term%d/caps/weak", i))...)
		if i%100 == 0 && i/100 < len(found) {
			l.Terms = append(l.Terms, oped.Term{Source: found[i/100]})
		}
		ls = append(ls, l)
		topics = append(topics, oped.Topic{Name: fmt.Sprint("t", i), Score: []oped.Rule{{Expr: "$" + l.Name, Weight: 1}, {Expr: "title:$" + l.Name, Weight: 3}}, Threshold: 50})
	}
	return ls, topics
}

// BenchmarkTag: with the words found beforehand, as when a piece comes in, and without.
func BenchmarkTag(b *testing.B) {
	words := &text.Tokens{}
	words.Scan(benchText)
	words.MarkZones()
	for _, n := range []int{1, 1000} {
		tagger, err := Compile(benchTopics(n))
		if err != nil {
			b.Fatal(err)
		}
		for name, w := range map[string]*text.Tokens{"text": nil, "words": words} {
			d := &Doc{Title: "The long road to a settlement", Text: benchText, Words: w}
			b.Run(fmt.Sprintf("topics=%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(d.Text)))
				for b.Loop() {
					tagger.Tag(d)
				}
			})
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	lists, topics := benchTopics(1000)
	for b.Loop() {
		if _, err := Compile(lists, topics); err != nil {
			b.Fatal(err)
		}
	}
}
