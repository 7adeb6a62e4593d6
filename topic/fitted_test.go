package topic

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oped"
	"oped/text"
)

// fittedLists are small lists of the groups that features look at.
func fittedLists() []oped.List {
	var all []oped.List
	add := func(name string, s ...string) { all = append(all, oped.List{Name: name, Terms: terms(s...)}) }
	add("pakistan", "Pakistan~", "Pakistani~", "Pak/title", "Islamabad", "Field Marshal/weak", "پاکستان", "پاک/weak")
	add("pakistan_people", "Shehbaz", "Munir/weak", "war on terror")
	add("us", "US/caps", "United States", "America~", "Washington/weak", "امریکہ", "امریکا")
	add("us_people", "Trump", "Biden")
	add("not_pakistan", "Korean Pak", "قرآن پاک")
	add("not_us", "Latin America", "Washington Post")
	add("india", "India~", "Modi", "Delhi", "بھارت")
	add("china", "China~", "Beijing", "چین")
	add("iran", "Iran~", "Tehran")
	add("latin_america", "Latin America", "Brazil")
	add("pak_us_words", "Pak-US", "Pakistan-US", "IMET/caps")
	add("diplomacy", "talks", "ties", "envoy", "relations", "visit~", "تعلقات")
	add("terrorism", "terror", "militants")
	add("economy", "tariff~", "IMF/caps", "debt")
	add("sport", "cricket", "match")
	add("sport_sections", "sport", "cricket")
	add("persons", "president", "envoy")
	add("voice_pakistan", "my constituency", "this House", "Mr. Chairman")
	return all
}

// inventedWeights gives every feature a weight, and some words.
func inventedWeights() *Weights {
	w := &Weights{Prior: -1.5, Tag: .25, Review: -2, Values: map[string]float64{}}
	for i := range features {
		w.Values[featureKind+features[i].name] = float64((i*37)%129-64) / 64
	}
	for i, word := range strings.Fields("pakistan us talks trump and the of visits ties پاکستان امریکہ # said") {
		w.Values[headlineKind+word] = float64((i*11)%65-32) / 64
		w.Values[leadKind+word] = float64((i*23)%65-32) / 64
	}
	w.Values[headlineKind+"pakistan us"], w.Values[ruleName] = 1, 1.25
	return w
}

func fittedTopics(w *Weights) []oped.Topic {
	file := ""
	if w != nil {
		file = w.String()
	}
	return []oped.Topic{
		{Name: "pak-us", Sides: []string{"pakistan", "us"}, Bridge: []string{"pak_us_words"}, Weights: file},
		{Name: "pak-economy", Sides: []string{"pakistan"}, Subject: []string{"economy"}, Weights: file},
		{Name: "us-only", Sides: []string{"us"}, Weights: file},
		{Name: "economy", Subject: []string{"economy"}, Weights: file},
		{Name: "written", Score: []oped.Rule{{Expr: "$pakistan", Weight: 1}}, Threshold: 1},
		ruledTopic(file),
	}
}

// ruledTopic has sides and a written rule.
func ruledTopic(weights string) oped.Topic {
	return oped.Topic{
		Name:      "ruled",
		Sides:     []string{"pakistan", "us"},
		Weights:   weights,
		Score:     []oped.Rule{{Expr: "$pakistan NEAR/9 $us", Weight: 1}, {Expr: "title:$us OR talks", Weight: 1.5}},
		Require:   oped.Rule{Expr: "NOT Brasilia"},
		Threshold: 8,
		Review:    4,
	}
}

func fittedTagger(t testing.TB, w *Weights) *Tagger {
	t.Helper()
	tagger, err := Compile(fittedLists(), fittedTopics(w))
	if err != nil {
		t.Fatal(err)
	}
	return tagger
}

// taggingAll are invented weights with which every piece is tagged.
func taggingAll() *Weights {
	w := inventedWeights()
	w.Tag, w.Review = -1000, -1000
	return w
}

// fittedDocs are pieces of all kinds: plain and HTML, English and Urdu, and with empty fields.
func fittedDocs() []*Doc {
	text := "Pakistan and the United States held talks. Washington wants IMET for the Field Marshal, said Shehbaz. " +
		"Iran was no part of it. Our debt grows, and we ask Trump; India watches.\n\n" +
		"“We will visit Islamabad,” said Biden. The militants left Brazil for Latin America."
	urdu := "پاکستان اور امریکہ کے تعلقات اہم ہیں۔ ہم امریکہ سے کیا چاہتے ہیں؟ بھارت اور چین دیکھ رہے ہیں۔ " +
		"قرآن پاک کی تلاوت۔"
	return []*Doc{
		{Title: "Pakistan-US talks after Iran", Text: text, Implies: []string{"pakistan"}},
		{Title: "Trump’s debt to Pakistan", Text: "<p>" + strings.ReplaceAll(text, " and ", "&nbsp;<b>and</b> ") + "</p>",
			Summary: "<i>Pakistan</i> and <i>America</i>", HTML: true},
		{Title: "پاکستان اور امریکہ", Text: urdu, Implies: []string{"pakistan"}},
		{Title: "پاکستان، چین اور امریکا", Text: "<div>" + urdu + "</div>", HTML: true},
		{Title: "Tariffs", Summary: "The US and Pakistan talk about tariffs.", Text: text,
			Categories: []string{"Sport", "Pakistan"}, URL: "https://paper.example/cricket/us", Author: "Trump"},
		{Title: "Mr. Chairman, the US", Text: "Mr. Chairman, this House and my constituency ask America. " + text},
		{Title: "US", Text: strings.Repeat(text+"\n", 9)},
		{Title: "Pakistan"},
		{Text: text},
		{Title: "US$ 5 and a Korean Pak", Text: "—", HTML: true},
		{},
		{HTML: true, Title: "\xff", Text: "<", Summary: "&", Categories: []string{""}, URL: ":"},
		{Title: "America", Text: text[:60], Summary: text[:60], Author: "Pakistan"},
		scanned([]*Doc{{Title: "Pakistan and Washington", Text: text}})[0],
	}
}

// sourceOfSpan returns the bytes of a document at a span.
func (d *Doc) at(x oped.Span) string {
	fields := map[string]string{"title": d.Title, "text": d.Text, "summary": d.Summary, "author": d.Author,
		"category": strings.Join(d.Categories, "\n"), "url": d.URL}
	return fields[x.Field][x.Start:x.End]
}

// checkFitted reports sums that are not exact, and spans that cut other bytes.
func checkFitted(t testing.TB, tagger *Tagger, d *Doc) {
	t.Helper()
	sum := func(spans []oped.Span) (sum float64) {
		for _, x := range spans {
			sum += x.Weight
			if x.Text != d.at(x) || (x.Field == "") != (x.Text == "") || x.Rule == "" && x.Zone != zoneRest {
				t.Errorf("%q: %+v", d.Title, x)
			}
		}
		return sum
	}
	for _, tag := range tagger.Verdicts(d) {
		if got := sum(tag.Why); tag.Topic != "written" && got != tag.Score {
			t.Errorf("%q, %s: the tag sums up to %v, want %v", d.Title, tag.Topic, got, tag.Score)
		}
		e, _ := tagger.Explain(d, tag.Topic)
		var spans []oped.Span
		for _, p := range e.Parts {
			spans = append(spans, p.Span)
		}
		if got := sum(spans) + e.Rest; got != e.Score || e.Score != tag.Score {
			t.Errorf("%q, %s: the parts sum up to %v, want %v", d.Title, tag.Topic, got, tag.Score)
		}
		_ = e.String()
	}
	names := &Weights{Values: map[string]float64{}}
	tagger.Measure(d, "ruled", func(name string, value float64) {
		if !(0 < value && value <= 1) && !(name == ruleName && value <= maxRule) {
			t.Errorf("%q: %s is %v", d.Title, name, value)
		}
		names.Values[name] = 1
	})
	if got, err := ParseWeights(names.String()); err != nil || len(got.Values) != len(names.Values) {
		t.Errorf("%q: %v", d.Title, err)
	}
}

func TestFitted_SumsAreExactAndSpansCut(t *testing.T) {
	tagger := fittedTagger(t, taggingAll())
	for _, d := range fittedDocs() {
		checkFitted(t, tagger, d)
	}
}

// TestFitted_JudgesEachPieceAlone judges pieces in many orders with the same memory.
func TestFitted_JudgesEachPieceAlone(t *testing.T) {
	docs := fittedDocs()
	judge := func(tagger *Tagger, d *Doc) (all []any) {
		for _, k := range tagger.Topics() {
			e, _ := tagger.Explain(d, k.Name)
			all = append(all, e)
		}
		return append(all, tagger.Tag(d), tagger.Verdicts(d))
	}
	var alone [][]any
	for _, d := range docs {
		alone = append(alone, judge(fittedTagger(t, inventedWeights()), d))
	}
	tagger, random := fittedTagger(t, inventedWeights()), rand.New(rand.NewPCG(1, 2))
	rounds := 20
	if testing.Short() {
		rounds = 4
	}
	for range rounds {
		for _, i := range random.Perm(len(docs)) {
			if got := judge(tagger, docs[i]); !reflect.DeepEqual(got, alone[i]) {
				t.Fatalf("%q is judged otherwise among others:\n%v\n%v", docs[i].Title, got, alone[i])
			}
		}
	}
}

// TestFitted_OtherTopicsChangeNothing judges with one topic and with many.
func TestFitted_OtherTopicsChangeNothing(t *testing.T) {
	all := fittedTagger(t, inventedWeights())
	for i, k := range fittedTopics(inventedWeights()) {
		alone, err := Compile(fittedLists(), []oped.Topic{k})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range fittedDocs() {
			if want := all.Verdicts(d)[i]; !reflect.DeepEqual(alone.Verdicts(d)[0], want) {
				t.Errorf("%s, %q", k.Name, d.Title)
			}
		}
	}
}

// slowMentions returns the mentions of a group before its masks: those of one term after the other, sorted.
func (s *scratch) slowMentions(g *group) (all []mention) {
	for _, x := range g.terms {
		for at := s.first[x.term]; at >= 0; at = s.hits[at].next {
			if h := &s.hits[at]; h.zone != text.Author && !h.zone.Beside() {
				all = append(all, mention{h.from, h.to, x.term, s.at(h.from).sentence, h.zone, x.weak, x.name && g.named})
			}
		}
	}
	return disjoint(all)
}

// TestMentions compares the mentions of each group, and those of third countries, with a plain search.
func TestMentions(t *testing.T) {
	tagger := fittedTagger(t, inventedWeights())
	s := tagger.program.pool.Get().(*scratch)
	for _, d := range fittedDocs() {
		s.read(&tagger.program, d)
		s.prepare(tagger)
		got := slices.Clone(s.parties)
		for i := range tagger.groups.all {
			got[i].head, got[i].text = slices.Clone(got[i].head), slices.Clone(got[i].text)
			got[i].label = slices.Clone(got[i].label)
		}
		for i := range tagger.groups.all {
			s.mentions[i] = s.slowMentions(&tagger.groups.all[i])
		}
		for i := range tagger.groups.all {
			want := s.party(&tagger.groups, int32(i))
			if fmt.Sprint(got[i]) != fmt.Sprint(want) {
				t.Errorf("%q, %s:\n%v, want\n%v", d.Title, tagger.groups.all[i].name, got[i], want)
			}
		}
		for i := range tagger.topics {
			if k := &tagger.topics[i]; k.fitted != nil {
				s.view.look(s, &tagger.groups, k, false)
				checkThirds(t, &s.view, k)
			}
		}
	}
}

// checkThirds compares each strong mention of a third country with each mention of the sides.
func checkThirds(t *testing.T, v *view, k *compiled) {
	t.Helper()
	sides := slices.Concat(v.a.head, v.a.text, v.b.head, v.b.text)
	n := 0
	for i, g := range k.fitted.around.countries {
		p := v.party(g)
		if !p.strong || slices.Contains(k.fitted.own, i) {
			continue
		}
		touches := func(m mention) bool {
			return m.weak || slices.ContainsFunc(sides, func(x mention) bool { return x.from < m.to && m.from < x.to })
		}
		want := fmt.Sprint(slices.DeleteFunc(slices.Clone(p.head), touches), slices.DeleteFunc(slices.Clone(p.text), touches))
		if got := fmt.Sprint(v.thirds[n].head, v.outside(nil, v.thirds[n].text)); got != want {
			t.Errorf("%s: %s, want %s", k.Name, got, want)
		}
		n++
	}
	if n != len(v.thirds) {
		t.Errorf("%s: %d third countries, want %d", k.Name, len(v.thirds), n)
	}
}

// measured returns the features of a piece, without the constant ones.
func measured(t testing.TB, d *Doc, topic string) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	fittedTagger(t, nil).Measure(d, topic, func(name string, value float64) {
		if of, ok := strings.CutPrefix(name, featureKind); ok {
			got[of] = value
		}
	})
	return got
}

// TestMasks: mentions that only look like a side. The second column has the sides that the headline names.
func TestMasks(t *testing.T) {
	for _, c := range []struct{ title, want string }{
		{"Pakistan looks west", "A"}, {"pakistan looks west", ""}, {"PAKISTAN LOOKS WEST AGAIN", "A"},
		{"Pak envoy", "A"}, {"Korean Pak wins again", ""}, {"Korean Pak in Pakistan", "A"},
		{"America and Brazil", "B"}, {"Latin America votes", ""}, {"Latin America and America", "B"},
		{"US$5bn for a dam", ""}, {"US $5bn for a dam", ""}, {"The US pays $5bn", "B"},
		{"tell us more", ""}, {"the United States and us", "B"}, {"the united states of mind", ""},
		{"Why Trump reads the Washington Post", "B"}, {"Pakistan’s America", "AB"},
		{"قرآن پاک کی عظمت", ""}, {"پاکستان اور قرآن پاک", "A"}, {"امریکہ کا وعدہ", "B"},
		{"The war on terror", "A"}, // its term is written in small letters
		{"Pak-US ties", "AB"},
	} {
		got := ""
		m := measured(t, &Doc{Title: c.title}, "pak-us")
		if m["head a"] > 0 {
			got += "A"
		}
		if m["head b"] > 0 {
			got += "B"
		}
		if got != c.want {
			t.Errorf("%q names %q, want %q", c.title, got, c.want)
		}
	}
}

// TestWeakTerms: a weak term counts beside a strong one, in a headline also beside the other side, and at home.
func TestWeakTerms(t *testing.T) {
	for _, c := range []struct {
		d            Doc
		headA, textA float64
	}{
		{Doc{Title: "Munir speaks", Text: "Munir spoke for an hour."}, 0, 0},
		{Doc{Title: "Munir speaks", Text: "Munir spoke in Pakistan."}, 1, 1},
		{Doc{Title: "Munir meets Trump", Text: "Munir spoke for an hour."}, 1, 0},
		{Doc{Title: "Munir meets Washington", Text: "An hour."}, 0, 0},
		{Doc{Title: "Munir speaks", Text: "Munir spoke.", Implies: []string{"pakistan"}}, 1, 1},
		{Doc{Title: "Munir speaks", Text: "Munir spoke.", Implies: []string{"us"}}, 0, 0},
	} {
		m := measured(t, &c.d, "pak-us")
		if m["head a"] != c.headA || m["text any a"] != c.textA {
			t.Errorf("%+v: head %v, text %v", c.d, m["head a"], m["text any a"])
		}
	}
}

// TestVoice: two different words of a country's voice put the author and the first person on its side.
func TestVoice(t *testing.T) {
	speech := &Doc{Title: "The US question", Text: "Mr. Chairman, my constituency asks. We ask the US. Our people ask."}
	m := measured(t, speech, "pak-us")
	for _, name := range []string{"voice a", "home a", "head a and b", "first person a", "sentences a and b"} {
		if m[name] == 0 {
			t.Errorf("no %q in %v", name, m)
		}
	}
	speech.Text = strings.Replace(speech.Text, "my constituency", "Mr. Chairman", 1)
	if m := measured(t, speech, "pak-us"); m["voice a"] != 0 || m["head a"] != 0 || m["first person a"] != 0 {
		t.Errorf("one word is a voice: %v", m)
	}
	home := &Doc{
		Title:   "US talks",
		Text:    "We asked. “We answered,” they said. They told US us.",
		Implies: []string{"pakistan"},
	}
	if m := measured(t, home, "pak-us"); m["first person a"] != 1 {
		t.Errorf("%v", m["first person a"])
	}
}

// TestThirdCountries: a third country counts outside of the sides, compared with the weaker one.
func TestThirdCountries(t *testing.T) {
	m := measured(t, &Doc{
		Title: "Pakistan, the US and India",
		Text:  "India, India and India. Pakistan met the US. India and Iran watched.",
	}, "pak-us")
	for name, want := range map[string]float64{
		"head third": 1, "head third: india": 1, "head a and b, third: india": 1, "third to weaker side": 1,
		"third: india": 1, "third: iran": 0, "third most": 1, "sentences a and b, no third": .25, "head thirds": 0,
	} {
		if m[name] != want {
			t.Errorf("%s: %v, want %v", name, m[name], want)
		}
	}
	m = measured(t, &Doc{Title: "Latin America and the US"}, "pak-us")
	if m["head third: far"] != 1 || m["head b, no third"] != 0 {
		t.Errorf("%v", m)
	}
}

// TestHeadlines has headlines of two sides, and the features of the pair of them.
func TestHeadlines(t *testing.T) {
	for _, c := range []struct{ title, want string }{
		{"Pakistan and the US", "a first, and, gap 1-2, one clause"},
		{"Pakistan-US ties", "gap 0, one clause"},
		{"US–Pakistan ties", "gap 0, joined, one clause"},
		{"Pak-America talks", "a first, gap 0, joined, one clause"},
		{"Pakistan’s US problem", "gap 0, one clause"},
		{"America’s Pakistan policy", "b's, gap 0, one clause"},
		{"Trump says Pakistan matters", "gap 1-2, one clause, says"},
		{"Pakistan, India and the US", "a first, gap 3-5, third between, third in clause, third touching"},
		{"The US, after Iran, looks to Pakistan", "gap 3-5, third between, third in clause"},
		{"Pakistan and the US after Iran", "a first, and, gap 1-2, one clause, third in clause, third only after"},
		{"Iran: why Pakistan and the US talk", "a first, and, gap 1-2, no third in clause, one clause, third first"},
		{"India beside Pakistan and America", "a first, and, gap 1-2, one clause, third first, third in clause"},
		{"Pakistan seeks talks with the United States", "a first, diplomacy between, gap 3-5, one clause"},
		{"Pakistan waits for an answer from America", "a first, gap 3-5, one clause"},
		{"Pakistan waits for a very long answer from America", "a first, gap 6+, one clause"},
		{"Pakistan: what the US wants", "a first, gap 1-2"},
		{"Why Islamabad needs Washington and Trump", "a first, gap 1-2, one clause"},
		{"Shehbaz meets Trump", "a first, gap 1-2, one clause"},
		{"Trump, Modi and Shehbaz", "gap 1-2, third between, third in clause, third touching"},
		{"Pakistan fights terror for America", "a first, gap 3-5, one clause, terrorism between"},
		{"China between Pakistan and America", "a first, and, gap 1-2, one clause, third first, third in clause"},
		{"‘Pakistan’ and ‘America’", "a first, and, gap 1-2"},
		{"پاکستان اور امریکہ", "a first, and, gap 1-2, one clause"},
		{"امریکہ کا پاکستان سے مطالبہ", "gap 1-2, one clause"},
		{"Pakistan looks west", ""},
	} {
		var got []string
		for name := range measured(t, &Doc{Title: c.title}, "pak-us") {
			if pair, ok := strings.CutPrefix(name, "pair "); ok {
				got = append(got, pair)
			}
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.title, strings.Join(got, ", "), c.want)
		}
	}
}

// TestNearest compares nearest with a comparison of all mentions with all.
func TestNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		series := func(name string) (ms []mention) {
			at := int32(0)
			for range rapid.IntRange(0, 8).Draw(t, name) {
				at += rapid.Int32Range(0, 4).Draw(t, "gap")
				end := at + rapid.Int32Range(1, 3).Draw(t, "length")
				ms = append(ms, mention{from: at, to: end})
				at = end
			}
			return ms
		}
		a, b := series("a"), series("b")
		var x, y mention
		gap := int32(-1)
		for _, m := range a {
			for _, n := range b {
				if g := max(n.from-m.to, m.from-n.to, 0); gap < 0 || g < gap {
					gap, x, y = g, m, n
				}
			}
		}
		if gotX, gotY, got := nearest(a, b); got != gap || gotX != x || gotY != y {
			t.Fatalf("%v %v %v, want %v %v %v", gotX, gotY, got, x, y, gap)
		}
	})
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		terms []int32
		want  int
	}{{nil, 0}, {[]int32{3}, 1}, {[]int32{3, 3, 1, 3, 1}, 2}, {[]int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, maxForms}} {
		var ms []mention
		for _, term := range c.terms {
			ms = append(ms, mention{term: term})
		}
		if got := forms(ms); got != c.want {
			t.Errorf("%v: %d forms", c.terms, got)
		}
	}
}

// TestFitted_StepsAreLinear: twice the text takes twice the steps.
func TestFitted_StepsAreLinear(t *testing.T) {
	tagger := fittedTagger(t, inventedWeights())
	steps := func(n int) int {
		return stepsOf(tagger, &Doc{
			Title: strings.Repeat("Pakistan US India ", n),
			Text:  strings.Repeat("Pakistan, America and we. Trump met Shehbaz in China. ", n),
		})
	}
	if one, two := steps(2000), steps(4000); two > 2*one+one/20 || one < 10*2000 {
		t.Errorf("%d and %d steps", one, two)
	}
}

// TestFitted_TagsAreVerdicts checks that a tagger that looks no further than it must gives the verdicts of one that
// measures everything, however far the pieces are from the topics.
func TestFitted_TagsAreVerdicts(t *testing.T) {
	decided := map[oped.Outcome]int{}
	for _, prior := range []float64{-20, -10, -6, -4, -3, -2, -1, 0, 1, 2, 4, 8} {
		for _, rule := range []float64{-1, 0, 1.25} {
			w := inventedWeights()
			w.Prior, w.Values[ruleName] = prior, rule
			tagger := fittedTagger(t, w)
			for _, d := range fittedDocs() {
				var want []oped.Tag
				for _, v := range tagger.Verdicts(d) {
					decided[v.Outcome]++
					if got := tagger.Outcome(d, v.Topic); got != v.Outcome {
						t.Errorf("prior %g, rule %g, %q: %s on %s, want %s", prior, rule, d.Title, got, v.Topic, v.Outcome)
					}
					if v.Outcome != oped.None {
						want = append(want, v)
					}
				}
				if got := tagger.Tag(d); !reflect.DeepEqual(got, want) {
					t.Errorf("prior %g, rule %g, %q:\n%v, want\n%v", prior, rule, d.Title, got, want)
				}
			}
		}
	}
	if decided[oped.None] < 500 || decided[oped.Review] < 100 || decided[oped.Tagged] < 500 {
		t.Errorf("the pieces show little: %v", decided)
	}
}

// TestFitted_AllocatesNothing checks that judging allocates nothing, once the memory has grown.
func TestFitted_AllocatesNothing(t *testing.T) {
	tagger := fittedTagger(t, inventedWeights())
	s := newScratch(len(tagger.program.patterns), len(tagger.program.lists))
	docs := slices.DeleteFunc(fittedDocs(), func(d *Doc) bool { return d.HTML || len(d.Categories) > 1 })
	if n := testing.AllocsPerRun(50, func() {
		for _, d := range docs {
			s.read(&tagger.program, d)
			tagger.mark(s)
			for i := range tagger.topics {
				s.judge(tagger, i)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestFitted_IndexQuery: every piece on a topic meets its query.
func TestFitted_IndexQuery(t *testing.T) {
	tagger := fittedTagger(t, taggingAll())
	for _, d := range fittedDocs() {
		if d.HTML {
			continue
		}
		words := wordsOf(d)
		for _, tag := range tagger.Tag(d) {
			if !tagger.IndexQuery(tag.Topic, d.Implies).fulfils(words) {
				t.Errorf("%q is on %s without meeting its query", d.Title, tag.Topic)
			}
		}
	}
}

// TestFitted_WithoutMention: no piece is on a topic without a word about it, whatever the other parts are.
func TestFitted_WithoutMention(t *testing.T) {
	tagger := fittedTagger(t, taggingAll())
	d := &Doc{Title: "Talks and cricket", Text: "Pakistan’s president said so.", Author: "Trump"}
	for _, tag := range tagger.Verdicts(d) {
		if want := tag.Topic == "pak-us" || tag.Topic == "pak-economy" || tag.Topic == "ruled"; tag.Topic != "written" &&
			(tag.Outcome == oped.Tagged) != want {
			t.Errorf("%s: %s", tag.Topic, tag.Outcome)
		}
	}
	if e, _ := tagger.Explain(d, "us-only"); e.Reason != "no word of it is about the topic" {
		t.Errorf("%s", e.Reason)
	}
}

func TestFitted_WithoutWeights(t *testing.T) {
	tagger := fittedTagger(t, nil)
	d := fittedDocs()[0]
	tags := tagger.Tag(d)
	if len(tags) != 2 || tags[0].Topic != "written" || tags[1].Topic != "ruled" {
		t.Errorf("%v", tags)
	}
	tagger.Measure(d, "ruled", func(name string, _ float64) { t.Errorf("%s is measured", name) })
	e, _ := tagger.Explain(d, "pak-us")
	if e.Reason != "the topic has no weights yet: run oped topic fit pak-us" || e.Outcome != oped.None {
		t.Errorf("%+v", e)
	}
	_ = e.String()
}

func TestFitted_Examples(t *testing.T) {
	topics := fittedTopics(nil)[:1]
	topics[0].Tests = []oped.Example{{Text: "Pakistan and the US", Want: true}, {Text: "Pakistan and Trump", Want: false}}
	test := func() oped.Diagnostics {
		tagger, err := Compile(fittedLists(), topics)
		if err != nil {
			t.Fatal(err)
		}
		return tagger.Test()
	}
	if failed := test(); len(failed) != 0 {
		t.Errorf("without weights: %v", failed)
	}
	topics[0].Weights = taggingAll().String()
	failed := test()
	if len(failed) != 1 || failed[0].Hint != "label pieces like it, and fit the topic again" || failed[0].Message !=
		"this example of pak-us should not be on the topic and is: because the headline names Pakistan and the US, "+
			"though there is no text" {
		t.Errorf("%v", failed)
	}
}

func TestFitted_Exclude(t *testing.T) {
	topics := fittedTopics(taggingAll())
	topics[0].Exclude.Expr = "cricket"
	tagger, err := Compile(fittedLists(), topics)
	if err != nil {
		t.Fatal(err)
	}
	d := &Doc{Title: "Pakistan beat the US", Text: "A cricket story."}
	e, _ := tagger.Explain(d, "pak-us")
	if tagger.Outcome(d, "pak-us") != oped.None || e.Reason != `excluded by cricket: "cricket"` || len(e.Vetoed) != 1 {
		t.Errorf("%s %+v", tagger.Outcome(d, "pak-us"), e.Reason)
	}
}

// TestFitted_Rule: the value of a written rule is its score in thresholds, between 0 and 2, and 0 without what it
// requires. Its part has its matches.
func TestFitted_Rule(t *testing.T) {
	tagger := fittedTagger(t, taggingAll())
	for _, c := range []struct {
		title, text string
		want        float64
	}{
		{"Talks", "America waits.", 1.5 * 4 / 8},
		{"America and Pakistan", "", (4 + 1.5*4) / 8},
		{"America and Pakistan in talks, say talks on talks", "Talks between Pakistan and America go on.", 2},
		{"Talks", "America waits, Brasilia does not.", 0},
		{"America’s farms", "It rains.", 1.5 * 4 / 8},
		{"Farms", "America waits.", 0},
	} {
		d, got := &Doc{Title: c.title, Text: c.text}, 0.
		tagger.Measure(d, "ruled", func(name string, value float64) {
			if name == ruleName {
				got = value
			}
		})
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.title, got, c.want)
		}
		e, _ := tagger.Explain(d, "ruled")
		spans, part := []string{}, 0.
		for _, p := range e.Parts {
			if p.Rule == ruleName {
				spans, part = append(spans, p.Text), part+p.Weight
			}
		}
		if part != 1.25*c.want || (len(spans) > 0) != (c.want > 0) {
			t.Errorf("%s: the part is %v, %q", c.title, part, spans)
		}
	}
	// A topic with the same weights and without a rule has no such part.
	e, _ := tagger.Explain(&Doc{Title: "America and Pakistan"}, "pak-us")
	if slices.ContainsFunc(e.Parts, func(p Part) bool { return p.Rule == ruleName }) {
		t.Errorf("%+v", e.Parts)
	}
}

// TestFitted_RuleJudgesUntilFitted: without weights, a topic with a rule gives the verdicts of a written one.
func TestFitted_RuleJudgesUntilFitted(t *testing.T) {
	written := ruledTopic("")
	written.Sides = nil
	for _, d := range fittedDocs() {
		var got [2]Explanation
		for i, k := range []oped.Topic{ruledTopic(""), written} {
			tagger, err := Compile(fittedLists(), []oped.Topic{k})
			if err != nil {
				t.Fatal(err)
			}
			got[i], _ = tagger.Explain(d, k.Name)
			got[i].Version = ""
			if tag := tagger.Verdicts(d)[0]; tag.Outcome != got[i].Outcome || tag.Threshold != 8 {
				t.Errorf("%q: %+v", d.Title, tag)
			}
		}
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("%q:\n%v\n%v", d.Title, got[0], got[1])
		}
	}
}

// TestFitted_Explanation: first the sentence, then each part with its meaning and its spans, and the sum.
func TestFitted_Explanation(t *testing.T) {
	w := &Weights{Prior: -2, Tag: 1, Review: -2, Values: map[string]float64{
		"f head a and b": 3, "f text none": -.5, "f sentences a and b": 1.5, "h talks": 1,
	}}
	tagger := fittedTagger(t, w)
	d := &Doc{Title: "Pakistan-US talks", Text: "Pakistan met the US. It rained. The US left."}
	e, _ := tagger.Explain(d, "pak-us")
	got := e.String()
	want := `pak-us: on the topic (because the headline has a word for both Pakistan and the
  US (“Pakistan-US”), and 1 of 3 sentences is about both)
rule version ` + e.Version + `

        +3  the headline names Pakistan and the US
            title 0–11 "Pakistan-US"

        -2  before anything is known of a piece

    +0.375  the share of sentences about Pakistan and the US (1.5 × 0.25)
            text 0–8 "Pakistan", text 17–19 "US"

  +0.28125  “talks” in the headline (1 × 0.289)
            title 12–17 "talks"

   1.65625  log-odds; threshold 1, review from -2
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for i := range features {
		for _, k := range tagger.topics {
			if k.fitted != nil && strings.Contains(k.fitted.say(features[i].says), "  ") {
				t.Errorf("%s says %q", k.Name, k.fitted.say(features[i].says))
			}
		}
	}
}

func TestFitted_MarkRedundant(t *testing.T) {
	tagger, d := fittedTagger(t, taggingAll()), fittedDocs()[0]
	e, _ := tagger.Explain(d, "pak-us")
	if err := tagger.MarkRedundant(t.Context(), d, &e); err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(e.Parts, func(p Part) bool { return p.Redundant }); i >= 0 {
		t.Errorf("%+v", e.Parts[i])
	}
}

// TestFitted_Stored: a stored rule is the same topic again, whatever lists the configuration has gained.
func TestFitted_Stored(t *testing.T) {
	tagger := fittedTagger(t, inventedWeights())
	var restored []oped.Topic
	for _, k := range tagger.Topics() {
		back, err := WithSource(oped.Topic{Name: k.Name}, tagger.Source(k.Name))
		if err != nil {
			t.Fatal(err)
		}
		restored = append(restored, back)
	}
	more := append(fittedLists(), oped.List{Name: "us_bodies", Terms: terms("rained")},
		oped.List{Name: "not_economy", Terms: terms("debt")}, oped.List{Name: "water", Terms: terms("debt")})
	again, err := Compile(more, restored)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range restored {
		if got, want := again.Source(k.Name), tagger.Source(k.Name); got != want {
			t.Errorf("%s\n%s", got, want)
		}
		if again.Version(k.Name) != tagger.Version(k.Name) {
			t.Errorf("%s has another version", k.Name)
		}
	}
	for _, d := range append(fittedDocs(), &Doc{Title: "Pakistan", Text: "It rained."}) {
		if got, want := again.Verdicts(d), tagger.Verdicts(d); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", d.Title, got, want)
		}
	}
	if n := len(again.groups.all); n != len(tagger.groups.all) {
		t.Errorf("%d groups, want %d: stored rules share none", n, len(tagger.groups.all))
	}
	draft, err := Compile(more, fittedTopics(inventedWeights()))
	if err != nil {
		t.Fatal(err)
	}
	if draft.Version("pak-us") == tagger.Version("pak-us") {
		t.Error("another list, the same version")
	}
	lines := Compare(tagger.Source("pak-us"), draft.Source("pak-us"))
	if !slices.Contains(lines, "+ $us_bodies: rained") {
		t.Errorf("%q", lines)
	}
	other := inventedWeights()
	other.Prior++
	lines = Compare(tagger.Source("pak-us"), fittedTagger(t, other).Source("pak-us"))
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "- weights: ") || !strings.HasPrefix(lines[1], "+ weights: ") {
		t.Errorf("%q", lines)
	}
}

// TestWritten_SourceHasNoFittedKeys: the version of a written topic is as before.
func TestWritten_SourceHasNoFittedKeys(t *testing.T) {
	const want = `{"score":[{"expr":"$a","weight":1}],"threshold":1,"lists":{"a":["x"]}}`
	if got := Source([]oped.List{{Name: "a", Terms: terms("x")}}, oped.Topic{
		Name: "t", Score: []oped.Rule{{Expr: "$a", Weight: 1}}, Threshold: 1,
	}); got != want {
		t.Error(got)
	}
}

// TestFitted_OwnLists: a list of a topic replaces the shared one of its name, and adds to a group.
func TestFitted_OwnLists(t *testing.T) {
	topics := fittedTopics(taggingAll())[:1]
	other := topics[0]
	other.Name, other.Lists = "other", []oped.List{
		{Name: "us", Terms: terms("Elbonia")}, {Name: "us_places", Terms: terms("Mudville")}}
	tagger, err := Compile(fittedLists(), append(topics, other))
	if err != nil {
		t.Fatal(err)
	}
	for title, want := range map[string]string{
		"Elbonia": "other", "Mudville": "other", "America": "pak-us", "Trump": "pak-us other",
	} {
		var got []string
		for _, tag := range tagger.Tag(&Doc{Title: title}) {
			got = append(got, tag.Topic)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is on %v", title, got)
		}
	}
}

func TestFitted_UnknownList(t *testing.T) {
	_, err := Compile(fittedLists(), []oped.Topic{{Name: "t", Sides: []string{"pakistn", "us"}}})
	if err == nil || !strings.Contains(err.Error(), "there is no list $pakistn") {
		t.Errorf("%v", err)
	}
}

// TestFeatures pins the features of featuresVersion: weights depend on their names and their meaning.
func TestFeatures(t *testing.T) {
	seen := map[string]bool{}
	var names []string
	for _, f := range features {
		if seen[f.name] || f.says == "" || strings.Contains(f.name, "*") {
			t.Errorf("%+v", f)
		}
		seen[f.name] = true
		names = append(names, f.name)
	}
	slices.Sort(names)
	const want = "2 361 e12b978ab75f"
	if got := fmt.Sprint(featuresVersion, " ", len(names), " ", version(strings.Join(names, "\n"))); got != want {
		t.Errorf("features %s, want %s: with other features, raise featuresVersion", got, want)
	}
}

func FuzzFitted(f *testing.F) {
	for _, d := range fittedDocs() {
		f.Add(d.Title, d.Summary, d.Text, d.HTML, len(d.Implies) > 0)
	}
	f.Add("Pakistan's ‘US’", "", "پاکستان۔US؟", false, true)
	tagger := fittedTagger(f, taggingAll())
	f.Fuzz(func(t *testing.T, title, summary, text string, html, home bool) {
		d := &Doc{Title: title, Summary: summary, Text: text, HTML: html, Categories: []string{title}, URL: text}
		if home {
			d.Implies = []string{"pakistan"}
		}
		checkFitted(t, tagger, d)
	})
}
