package dedup

import (
	"bufio"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"oped"
)

// realText is an entry with a real text. Entries of one group are copies of each other.
type realText struct {
	*reading
	group int
	words []string
}

// mine returns the text for one comparison, since a Comparer's memory is for one goroutine.
func (t *realText) mine() *reading {
	r := *t.reading
	r.c = unbounded()
	return &r
}

// noon is the time of publication assumed for most texts.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const longEnough = 150 // words a text needs for these tests

// side is one text of the labelled files.
type side struct {
	Outlet, Title, Author, Text string
	Kind                        string `json:"text_kind"`
}

// realTexts returns the distinct texts of the labelled data that are long enough.
func realTexts(t testing.TB) []realText {
	t.Helper()
	var all []realText
	at := map[string]int{}
	add := func(s side) int {
		if i, ok := at[s.Text]; ok {
			return i
		}
		words := strings.Fields(s.Text)
		if len(words) < longEnough {
			return -1
		}
		e := &oped.Entry{
			Title:     s.Title,
			Text:      s.Text,
			Publisher: s.Outlet,
			Published: noon.Add(time.Duration(len(all)) * time.Minute),
		}
		if e.Title == "" { // as in hardly any feed
			e.Title = strings.Join(words[20:27], " ")
		}
		if s.Author != "" {
			e.Authors = []oped.Person{{Name: s.Author}}
		}
		of := read(e, nil).scan()
		if len(of.set) < len(of.shingles)*95/100 { // a repetitive text: a part of it may equal another part
			return -1
		}
		at[s.Text] = len(all)
		all = append(all, realText{of, len(all), words})
		return len(all) - 1
	}
	lines(t, func(line []byte) {
		var s side
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		if s.Kind == "full" {
			add(s)
		}
	}, "topics", "dev.jsonl")
	lines(t, func(line []byte) {
		var pair struct {
			A, B      side
			Duplicate bool
		}
		if err := json.Unmarshal(line, &pair); err != nil {
			t.Fatal(err)
		}
		if a, b := add(pair.A), add(pair.B); pair.Duplicate && a >= 0 && b >= 0 {
			join(all, a, b)
		}
	}, "duplicates", "dev.jsonl")
	groupCopies(all)
	return all
}

// lines yields each line of a file of the test data.
func lines(t testing.TB, yield func([]byte), path ...string) {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	file, err := os.Open(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	defer file.Close()
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		yield(in.Bytes())
	}
	if in.Err() != nil {
		t.Fatal(in.Err())
	}
}

// groupCopies groups texts if a third of one is in the other: true copies, or pages with the same boilerplate.
// It uses neither headlines nor guards, so it is no verdict of ours.
func groupCopies(all []realText) {
	holders := map[uint64][]int{}
	for i := range all {
		for _, s := range all[i].set {
			holders[s] = append(holders[s], i)
		}
	}
	for i := range all {
		both := make([]int, len(all))
		for _, s := range all[i].set {
			for _, j := range holders[s] {
				both[j]++
			}
		}
		for j := range i {
			if 3*both[j] >= min(len(all[i].set), len(all[j].set)) {
				join(all, i, j)
			}
		}
	}
}

func join(all []realText, a, b int) {
	from, to := all[a].group, all[b].group
	for i := range all {
		if all[i].group == from {
			all[i].group = to
		}
	}
}

// seeded seeds chance, the same way in each run, so that failures repeat. $OPED_SEED sets another seed, or
// "now" a new one.
func seeded(t testing.TB) func(part string) *rand.Rand {
	t.Helper()
	seed := uint64(2026)
	if s := os.Getenv("OPED_SEED"); s == "now" {
		seed = uint64(time.Now().UnixNano())
	} else if s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("OPED_SEED=%d", seed)
	return func(part string) *rand.Rand {
		h := fnv.New64a()
		h.Write([]byte(part))
		return rand.New(rand.NewPCG(seed, h.Sum64()))
	}
}

// another returns a text that is no copy of these.
func another(r *rand.Rand, all []realText, than ...*realText) *realText {
	for {
		o := &all[r.IntN(len(all))]
		if !slices.ContainsFunc(than, func(x *realText) bool { return x.group == o.group }) {
			return o
		}
	}
}
