package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"Erdoğan", "Erdogan", "ERDOĞAN"},
		{"پاکستان", "پاكستان", "پاکِستان", "پاکـستان", "پاک\u200cستان"},
		{"امریکہ", "امريكه", "امریکة"},
		{"Łódź", "lodz"},
		{"Pak–US", "Pak-US", "pak‑us", "Pak−US"},
		{"“quoted”", `"quoted"`, "«quoted»"},
		{"۱۲۳", "١٢٣", "123"},
		{"ﷲ", "اللہ"}, // presentation form
	} {
		for _, s := range same[1:] {
			if Fold(s) != Fold(same[0]) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", s, Fold(s), same[0], Fold(same[0]))
			}
		}
	}
}

func TestFromHTML(t *testing.T) {
	for _, c := range []struct{ name, html, want string }{
		{"plain", "Just words", "Just words"},
		{"blocks", "<p>One</p><p>Two</p>", "One\n\nTwo"},
		{"br", "One<br>Two<br/><br/>Three", "One\nTwo\n\nThree"},
		{"white space", "<p>\n  One\t two&nbsp;three \n</p>", "One two three"},
		{"inline", "A <b>bold</b>ly <i>told</i> tale", "A boldly told tale"},
		{"references", "AT&amp;T &lt;b&gt; &#1662;&hellip; &bogus; R&D", "AT&T <b> پ… &bogus; R&D"},
		{"unread", "a<script>var x = '<p>';</script><style>p{}</style>b", "ab"},
		{"nested unread", "a<svg><svg></svg>x</svg>b", "ab"},
		{"broken", "<p>One <b>two<p>three</i>", "One two\n\nthree"},
		{"list", "<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"},
		{"empty", "<p> </p>", ""},
		{"comment", "a<!-- <p>x</p> -->b", "ab"},
	} {
		if got := FromHTML(c.html).Text; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOriginal(t *testing.T) {
	const source = `<p>The <b>United&nbsp;States</b> &amp; Pakistan</p><p>AT&amp;T</p>`
	p := FromHTML(source)
	for plain, want := range map[string]string{
		"The":           "The",
		"United States": "United&nbsp;States",
		"&":             "&amp;",
		"Pakistan":      "Pakistan",
		"States & Pak":  "States</b> &amp; Pak",
		"AT&T":          "AT&amp;T",
	} {
		i := strings.Index(p.Text, plain)
		if i < 0 {
			i = strings.Index(p.Text, strings.ReplaceAll(plain, " ", "\u00a0"))
		}
		start, end := p.Original(i, i+len(plain))
		if source[start:end] != want {
			t.Errorf("%q comes from %q, want %q", plain, source[start:end], want)
		}
	}
}

// TestFromHTML_StretchesAreLong checks that prose is mapped in long stretches, not word by word.
func TestFromHTML_StretchesAreLong(t *testing.T) {
	for _, c := range []struct {
		html string
		want int
	}{
		{"Talks were held in the capital, and failed.", 1},
		{"<p>Talks were held.</p><p>They failed.</p>", 2},
		{"Talks  were held", 2},
		{"Talks &amp; cafés", 3},
	} {
		if got := len(FromHTML(c.html).segments); got != c.want {
			t.Errorf("%q: %d stretches, want %d", c.html, got, c.want)
		}
	}
}

// FuzzFromHTML checks for any input that the text is valid, and that every piece of it leads back into the
// HTML, in order.
func FuzzFromHTML(f *testing.F) {
	for _, s := range []string{
		"<p>a &amp; b</p>", "<script>x", "&#xD800;", "<<p>>", "\xff<b", "<a href='>'>x</a>", "&", "&amp",
		"<plaintext>a<b>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := FromHTML(s)
		if !utf8.ValidString(p.Text) {
			t.Fatalf("invalid text %q", p.Text)
		}
		if len(p.Text) > 2*len(s) || len(p.segments) > len(s) {
			t.Fatalf("%d bytes make %d, in %d stretches", len(s), len(p.Text), len(p.segments))
		}
		if ts := scan(p.Text); len(ts.List) > len(p.Text) || len(ts.Arena) > 4*len(p.Text)+4 ||
			len(ts.paras) > len(ts.List) {
			t.Fatalf("%d bytes make %d words in %d paragraphs, folded to %d", len(p.Text), len(ts.List), len(ts.paras),
				len(ts.Arena))
		}
		last := 0
		for i, r := range p.Text {
			start, end := p.Original(i, i+utf8.RuneLen(r))
			if r == '\n' || r == ' ' {
				continue
			}
			if start < last || end < start || end > len(s) {
				t.Fatalf("%q at %d leads to %d:%d of %d, after %d", r, i, start, end, len(s), last)
			}
			last = start
		}
	})
}

func scan(s string) *Tokens {
	var ts Tokens
	ts.Scan(s)
	ts.MarkZones()
	return &ts
}

func folds(ts *Tokens) string {
	var out []string
	for i := range ts.List {
		out = append(out, string(ts.Folded(i)))
	}
	return strings.Join(out, " ")
}

func TestScanWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Pak-US ties, Pak–US ties and Pak‑US ties", "pak us ties pak us ties and pak us ties"},
		{"The U.S. and the U. S. and the US", "the us and the us and the us"},
		{"Pakistan's and Pakistan’s students' rights", "pakistan and pakistan students rights"},
		{"F-16s for $3.5 billion", "f 16s for 3.5 billion"},
		{"priorities.IMET extends", "priorities imet extends"},
		{"don't", "don't"},
		{"پاکستان اور امریکہ۔", "پاکستان اور امریکہ"},
		{"mil2mil @POTUS #IMET", "mil2mil potus imet"},
	} {
		if got := folds(scan(c.text)); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestScanShapes(t *testing.T) {
	want := map[string]Shape{
		"US":      Caps,
		"us":      Lower,
		"Us":      Title,
		"U.S.":    Caps,
		"eBay":    Mixed,
		"پاکستان": Lower,
		"MNAs":    Caps,
	}
	for word, shape := range want {
		if got := scan(word).List[0].Shape; got != shape {
			t.Errorf("%s has shape %d, want %d", word, got, shape)
		}
	}
	for _, headline := range []string{"PAKISTAN WANTS US TO LISTEN", "PAKISTAN IN 2025 WANTS US"} {
		for _, tok := range scan(headline).List {
			if tok.Shape != Voided {
				t.Errorf("%q keeps its capitals' meaning", headline[tok.Start:tok.End])
			}
		}
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"One. Two! Three? Four", 4},
		{"The U.S. Secretary of State met Mr. Khan. He left.", 2},
		{"It cost 3.5 billion. So what.", 2},
		{"پہلا جملہ۔ دوسرا جملہ۔", 2},
		{"He said: “Go.” She went.", 2},
	} {
		list := scan(c.text).List
		if got := int(list[len(list)-1].Sentence) + 1; got != c.want {
			t.Errorf("%q has %d sentences, want %d", c.text, got, c.want)
		}
	}
}

func TestZones(t *testing.T) {
	filler := strings.Repeat("Words of the piece itself go on and on here. ", 20)
	doc := filler + "\n" + filler + "\n" +
		"He said: “the two countries have always been friends and will be so for a long time yet”, and left.\n" +
		"—The writer, an independent researcher, is member of the Washington Foreign Law Society.\n" +
		"This article first appeared in the Washington Post.\n" +
		"Previous articleA positive development in Gulf\nNext articleGlobal outlook"
	ts := scan(doc)
	got := map[string]Zone{}
	for _, tok := range ts.List {
		got[doc[tok.Start:tok.End]] = tok.Zone
	}
	for word, want := range map[string]Zone{
		"Words":         Body,
		"friends":       Quote,
		"left":          Body,
		"Law":           Bio,
		"researcher":    Bio,
		"Post":          Credit,
		"articleA":      Boilerplate,
		"articleGlobal": Boilerplate,
	} {
		if got[word] != want {
			t.Errorf("%s is in %v, want %v", word, got[word], want)
		}
	}
	if ts.List[0].Zone != Lead || ts.List[119].Zone != Lead || ts.List[120].Zone != Body {
		t.Error("the lead is not the first 120 words")
	}
}

func TestZonesOfAuthorsNotes(t *testing.T) {
	for line, want := range map[string]Zone{
		"The writer is a former ambassador to the US.":                              Bio,
		"The writer can be reached at x@example.com":                                Bio,
		"Twitter: @someone":                                                         Bio,
		"Amina Rahman is a senior fellow at a think tank in Washington.":            Bio,
		"— The author is a lawyer in Lahore.":                                       Bio,
		"مضمون نگار واشنگٹن میں مقیم صحافی ہیں۔":                                    Bio,
		"The author of the bill is a congressman who has never been to the region.": Body,
		"The post Dots appeared first on The Paper.":                                Boilerplate,
		"Read more: US and Pakistan agree":                                          Boilerplate,
		"Published in Dawn, January 5th, 2021":                                      Credit,
		"Originally published by Project Syndicate.":                                Credit,
		"The Pakistani prime minister is in Washington.":                            Body,
		"Imran Khan is the author of his own misfortune, and Pakistan pays for it every single day that passes " +
			"without an election, however hard others try to explain to the army what it costs the country, its " +
			"people, its economy and its place in the world, which has never been as low as it is this winter, " +
			"and there is nothing in sight that may change it before the budget is passed in June.": Body,
	} {
		doc := strings.Repeat("Some words here.\n", 12) + line
		ts := scan(doc)
		if got := ts.List[len(ts.List)-1].Zone; got != want && !(want == Body && got == Lead) {
			t.Errorf("%q is %v, want %v", line, got, want)
		}
	}
}

func TestZonesOfBeginnings(t *testing.T) {
	for _, line := range []string{
		"US President Donald Trump is expected to meet the prime minister of Israel on Monday.",
		"Imran Khan is the minister that nobody expected.\nSome words here.",
	} {
		if got := scan(line).List[0].Zone; got != Lead {
			t.Errorf("%q begins with %v", line, got)
		}
	}
}

// TestScan_TokensAreInOrder checks for any text that tokens are in order and within it.
func TestScan_TokensAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aBU.S '’-–—\n“”\"?!پاک۔ِ\u200c1,:x"))).Draw(t, "s")
		ts := scan(s)
		last := int32(0)
		for i, tok := range ts.List {
			if tok.Start < last || tok.End <= tok.Start || int(tok.End) > len(s) {
				t.Fatalf("token %d is %d:%d of %d, after %d", i, tok.Start, tok.End, len(s), last)
			}
			last = tok.End
		}
	})
}

// TestZones_UrduTeaserIsNoBoilerplate checks that English words appended by a feed do not turn an Urdu
// paragraph into boilerplate.
func TestZones_UrduTeaserIsNoBoilerplate(t *testing.T) {
	var ts Tokens
	ts.Scan("انٹرنیشنل کرکٹ کونسل نے چیمپئنز ٹرافی کے لئے بھارتی ٹیم کے پاکستان نہ آنے کے حوالے سے خط لکھا ہے... " +
		"Read more")
	ts.MarkZones()
	for _, token := range ts.List {
		if token.Zone.Beside() {
			t.Fatalf("%s is %v", ts.Text[token.Start:token.End], token.Zone)
		}
	}
}
