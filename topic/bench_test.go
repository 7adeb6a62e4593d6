package topic

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	uax29 "github.com/clipperhouse/uax29/v2/words"

	"oped"
	"oped/text"
)

// benchText is a piece of some 4.7 KB in eight paragraphs.
var benchText = strings.TrimSpace(strings.Repeat(strings.Repeat(
	"The government has said that sanctions will be lifted when the talks in the capital come to an end, and "+
		"Pakistan's envoy agreed. ", 4)+
	"“We have waited for an answer for nine long years,” he said, “and the U.S. knows it as well as we do.”\n\n", 8))

// realDocs returns the labelled pieces of the shared test data. Without the data it skips the test and says so.
func realDocs(t testing.TB, keep func(lang, kind string, size int) bool) (docs []*Doc) {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	f, err := os.Open(filepath.Join(root, "topics", "dev.jsonl"))
	if err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var p struct {
			Title, Text, Lang string
			Kind              string `json:"text_kind"`
		}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if keep(p.Lang, p.Kind, len(p.Text)) {
			docs = append(docs, &Doc{Title: p.Title, Text: p.Text})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return docs
}

// opinions are the real English op-eds of 2 to 8 KB, 4.7 KB on average.
func opinions(lang, kind string, size int) bool {
	return lang == "en" && kind == "full" && 2_000 <= size && size <= 8_000
}

// benchTopics returns n topics of 50 terms. Seven of them find something in benchText.
func benchTopics(n int) (ls []oped.List, topics []oped.Topic) {
	found := []string{
		"sanctions", "talks in the capital", "Pakistan", "US/caps", "government", "envoy", "nine long years",
	}
	for i := range n {
		l := oped.List{Name: fmt.Sprint("l", i)}
		for j := range 47 {
			l.Terms = append(l.Terms, oped.Term{Source: fmt.Sprintf("word%d-%d extra", i*50+j, j)})
		}
		l.Terms = append(l.Terms,
			terms(fmt.Sprintf("the %dth thing", i), fmt.Sprintf("prefix%d*", i), fmt.Sprintf("Term%d/caps/weak", i))...)
		if i%100 == 0 && i/100 < len(found) {
			l.Terms = append(l.Terms, oped.Term{Source: found[i/100]})
		}
		ls = append(ls, l)
		topics = append(topics, oped.Topic{
			Name:      fmt.Sprint("t", i),
			Score:     []oped.Rule{{Expr: "$" + l.Name, Weight: 1}, {Expr: "title:$" + l.Name, Weight: 3}},
			Threshold: 50,
		})
	}
	return ls, topics
}

// BenchmarkTag measures an invented piece and real ones, with the words found beforehand, as for an incoming
// piece, and without.
func BenchmarkTag(b *testing.B) {
	invented := []*Doc{{Title: "The long road to a settlement", Text: benchText}}
	for _, n := range []int{1, 1000} {
		tagger, err := Compile(benchTopics(n))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("topics=%d/text", n), func(b *testing.B) { benchTag(b, tagger, invented) })
		b.Run(fmt.Sprintf("topics=%d/words", n), func(b *testing.B) { benchTag(b, tagger, scanned(invented)) })
		b.Run(fmt.Sprintf("topics=%d/real/text", n), func(b *testing.B) { benchTag(b, tagger, realDocs(b, opinions)) })
		b.Run(fmt.Sprintf("topics=%d/real/words", n), func(b *testing.B) {
			benchTag(b, tagger, scanned(realDocs(b, opinions)))
		})
	}
}

func benchTag(b *testing.B, tagger *Tagger, docs []*Doc) {
	bench(b, docs, func(d *Doc) { tagger.Tag(d) })
}

func bench(b *testing.B, docs []*Doc, do func(*Doc)) {
	size := 0
	for _, d := range docs {
		size += len(d.Text)
		do(d) // memory grows to the need of the longest piece
	}
	b.ReportAllocs()
	b.SetBytes(int64(size / len(docs)))
	began := cpu()
	for i := 0; b.Loop(); i++ {
		do(docs[i%len(docs)])
	}
	b.ReportMetric(float64(b.N)/(cpu()-began).Seconds(), "pieces/cpu-s")
}

// BenchmarkBareWords runs only the bare iterator of UAX 29 over the same real texts: a measure of the machine.
func BenchmarkBareWords(b *testing.B) {
	docs := realDocs(b, opinions)
	size := 0
	for _, d := range docs {
		size += len(d.Text)
	}
	b.SetBytes(int64(size / len(docs)))
	for i := 0; b.Loop(); i++ {
		for it := uax29.FromString(docs[i%len(docs)].Text); it.Next(); {
		}
	}
}

// cpu returns the time this process has computed. It is a better measure than the clock on a shared machine.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// scanned returns the documents with their words.
func scanned(docs []*Doc) (out []*Doc) {
	for _, d := range docs {
		with := *d
		with.Words = &text.Tokens{}
		with.Words.Scan(d.Text)
		with.Words.MarkZones()
		out = append(out, &with)
	}
	return out
}

func BenchmarkCompile(b *testing.B) {
	lists, topics := benchTopics(1000)
	b.ReportAllocs()
	began := cpu()
	for b.Loop() {
		if _, err := Compile(lists, topics); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/op")
}
