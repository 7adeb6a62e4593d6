package topic

import (
	"slices"
	"strings"
	"testing"

	"oped"
)

// TestBecause: the reason of a fitted topic is a sentence of true facts, with the missing ones, for every outcome.
func TestBecause(t *testing.T) {
	judge := func(outcome oped.Outcome) *Tagger {
		w := &Weights{Tag: 1000, Review: 1000, Values: map[string]float64{"f head third: iran": -1}}
		switch outcome {
		case oped.Tagged:
			w.Tag = -1000
		case oped.Review:
			w.Review = -1000
		}
		return fittedTagger(t, w)
	}
	taggers := map[oped.Outcome]*Tagger{}
	for _, o := range []oped.Outcome{oped.Tagged, oped.Review, oped.None} {
		taggers[o] = judge(o)
	}
	const both = "Pakistan met the US. It rained. The US left."
	for _, c := range []struct {
		topic   string
		outcome oped.Outcome
		doc     Doc
		want    string
	}{
		{"pak-us", oped.Tagged, Doc{Title: "Pakistan asks the US", Text: both},
			"because the headline names Pakistan and the US, and 1 of 3 sentences is about both"},
		{"pak-us", oped.Tagged, Doc{Title: "Pakistan asks", Text: both},
			"because the headline names Pakistan, and 1 of 3 sentences is about Pakistan and the US"},
		{"pak-us", oped.Tagged, Doc{Title: "They ask", Text: both},
			"because 1 of 3 sentences is about Pakistan and the US"},
		{"pak-us", oped.Tagged, Doc{Title: "Pakistan asks the US"},
			"because the headline names Pakistan and the US, though there is no text"},
		{"pak-us", oped.Tagged, Doc{Title: "They ask", Text: "The US left. It rained on Pakistan."},
			"because of many small signs, though the headline names neither Pakistan nor the US, and no sentence is about both"},
		{"pak-us", oped.Tagged, Doc{Title: "IMET again", Text: both},
			"because the headline has a word for both Pakistan and the US (“IMET”), and 1 of 3 sentences is about both"},
		{"pak-us", oped.Tagged, Doc{Title: "پاکستان اور امریکہ", Text: "پاکستان اور امریکہ ملے۔ بارش ہوئی۔"},
			"because the headline names Pakistan and the US, and 1 of 2 sentences is about both"},
		{"pak-us", oped.Tagged, Doc{Text: both},
			"because 1 of 3 sentences is about Pakistan and the US"},
		{"pak-us", oped.Tagged, Doc{Title: "Trump", Text: "We met Biden. We left.", Implies: []string{"pakistan"}},
			"because the headline names the US, and 1 of 2 sentences is about Pakistan and the US (“we” counts as Pakistan)"},
		{"pak-us", oped.Tagged, Doc{Title: "Trump", Text: "We met Biden in Pakistan. We left.", Implies: []string{"pakistan"}},
			"because the headline names the US, and 1 of 2 sentences is about Pakistan and the US"},
		{"pak-us", oped.Review, Doc{Title: "Pakistan asks the US", Text: "They ask."},
			"the headline names Pakistan and the US, though no sentence is about both"},
		{"pak-us", oped.Review, Doc{Title: "Pakistan asks", Text: both},
			"the headline names Pakistan, and 1 of 3 sentences is about Pakistan and the US, though the headline does " +
				"not name the US"},
		{"pak-us", oped.Review, Doc{Title: "Pakistan, Iran and the US", Text: both},
			"the headline names Pakistan and the US, and 1 of 3 sentences is about both, though there is a sign against " +
				"it (another country in the headline: iran)"},
		{"pak-us", oped.Review, Doc{Title: "Pakistan and the US", Text: both},
			"the headline names Pakistan and the US, and 1 of 3 sentences is about both"},
		{"pak-us", oped.None, Doc{Title: "Pakistan asks", Text: "They ask."},
			"the headline names Pakistan, though it does not name the US, and no sentence is about both"},
		{"pak-us", oped.None, Doc{Title: "They ask", Text: "It rained on Pakistan."},
			"the headline names neither Pakistan nor the US, and no sentence is about both"},
		{"pak-us", oped.None, Doc{Text: "It rained on Pakistan."},
			"there is no headline, and no sentence is about Pakistan and the US"},
		{"pak-us", oped.None, Doc{Title: "Hard times", Text: "Mr. Chairman, my constituency is poor. So is the US."},
			"the author speaks for Pakistan, though the headline does not name the US, and no sentence is about both"},
		{"pak-us", oped.None, Doc{Title: "Rain", Text: "It rained."}, "no word of it is about the topic"},
		{"pak-economy", oped.Tagged, Doc{Title: "Pakistan and the IMF", Text: "The IMF lends to Pakistan."},
			"because the headline names Pakistan and has a word on economy (“IMF”), and 1 of 1 sentence is about both"},
		{"pak-economy", oped.Review, Doc{Title: "The debt", Text: "The IMF lends to Pakistan."},
			"the headline has a word on economy (“debt”), and 1 of 1 sentence is about Pakistan and economy, though the " +
				"headline does not name Pakistan"},
		{"pak-economy", oped.None, Doc{Title: "Pakistan", Text: "It rained."},
			"the headline names Pakistan, though it has no word on economy, and no sentence is about both"},
		{"pak-economy", oped.None, Doc{Title: "Rain", Text: "It rained on Pakistan."},
			"the headline neither names Pakistan nor has a word on economy, and no sentence is about both"},
		{"us-only", oped.Tagged, Doc{Title: "The US", Text: both},
			"because the headline names the US, and 2 of 3 sentences are about it"},
		{"us-only", oped.None, Doc{Title: "Rain", Text: both},
			"2 of 3 sentences are about the US, though the headline does not name the US"},
		{"us-only", oped.None, Doc{Title: "The US", Text: "It rained."},
			"the headline names the US, though no sentence is about it"},
		{"economy", oped.Tagged, Doc{Title: "Our debt", Text: "The debt grows. It rained."},
			"because the headline has a word on economy (“debt”), and 1 of 2 sentences is about it"},
	} {
		e, _ := taggers[c.outcome].Explain(&c.doc, c.topic)
		if c.want != "no word of it is about the topic" && e.Outcome != c.outcome || e.Reason != c.want {
			t.Errorf("%s, %q: %s\n got %s\nwant %s", c.topic, c.doc.Title, e.Outcome, e.Reason, c.want)
		}
		for line := range strings.Lines(e.Verdict()) {
			if len([]rune(line)) > terminal+1 {
				t.Errorf("%q is too long", line)
			}
		}
	}
}

// TestTitle: a side has the name of its list, as the list writes it, whatever the order of the terms: the store sorts
// them.
func TestTitle(t *testing.T) {
	for _, c := range []struct{ list, terms, want string }{
		{"pakistan", "Aiwan-e-Sadr|PAKISTAN/caps|Pakistan~|Islamabad", "Pakistan"},
		{"us", "Air Force One|U.S.|United States", "the US"},
		{"sri_lanka", "Colombo|Sri Lanka~", "Sri Lanka"},
		{"uk", "Britain|UK/caps", "the UK"},
		{"rice", "rice|basmati", "rice"},
		{"iran", "Tehran", "iran"},
		{"us", "America", "the US"},
	} {
		all := terms(strings.Split(c.terms, "|")...)
		for range 2 {
			compiler := newCompiler([]oped.List{{Name: c.list, Terms: all}})
			if got := compiler.title([]string{c.list}, compiler.byName); got != c.want {
				t.Errorf("%s: %q, want %q", c.list, got, c.want)
			}
			slices.Reverse(all)
		}
	}
}

// TestBecause_SignsAgainst: a sign against a topic is another country, a genre, a subject, a bloc, or a word of the
// headline, never the topic's own words nor a property of the paper or the piece.
func TestBecause_SignsAgainst(t *testing.T) {
	for name, c := range map[string]struct {
		topic, feature string
		doc            Doc
		sign           string // "": none
	}{
		"a country": {"pak-us", "f head third: iran", Doc{Title: "Pakistan, the US and Iran"},
			"another country in the headline: iran"},
		"a country in the text": {"pak-us", "f third", Doc{Title: "Pakistan and the US", Text: "Iran again."},
			"how often the text names the most frequent other country"},
		"a genre": {"pak-us", "f head off the subject", Doc{Title: "Pakistan and the US: cricket"},
			"a genre like sport or crime in the headline"},
		"a subject":      {"pak-us", "f head economy", Doc{Title: "Pakistan, the US and debt"}, "economy in the headline"},
		"a word":         {"pak-us", "h visits", Doc{Title: "Pakistan visits the US"}, "“visits” in the headline"},
		"two words":      {"pak-us", "h visits the", Doc{Title: "Pakistan visits the US"}, "“visits the” in the headline"},
		"a short word":   {"pak-us", "h of", Doc{Title: "Pakistan of the US"}, ""},
		"a preposition":  {"pak-us", "h through", Doc{Title: "Pakistan through the US"}, ""},
		"an own word":    {"pak-us", "h pakistan", Doc{Title: "Pakistan visits the US"}, ""},
		"own words":      {"pak-us", "h the us", Doc{Title: "Pakistan visits the US"}, ""},
		"an own pair":    {"pak-us", "h pakistan visits", Doc{Title: "Pakistan visits the US"}, ""},
		"an own subject": {"pak-economy", "f head economy", Doc{Title: "Pakistan’s debt"}, ""},
		"support":        {"pak-us", "f head a and b", Doc{Title: "Pakistan visits the US"}, ""},
		"no country": {"pak-us", "f head a and b, no third", Doc{Title: "Pakistan visits the US", Text: "Rain."},
			""},
		"the lead": {"pak-us", "l visits", Doc{Title: "Pakistan and the US", Text: "They visits it."}, ""},
		"a length": {"pak-us", "f head length", Doc{Title: "Pakistan and the US"}, ""},
		"the home": {"pak-us", "f home a", Doc{Title: "Pakistan and the US", Implies: []string{"pakistan"}}, ""},
	} {
		w := &Weights{Tag: 1000, Review: -1000, Values: map[string]float64{c.feature: -64}}
		e, _ := fittedTagger(t, w).Explain(&c.doc, c.topic)
		if len(e.Parts) < 2 {
			t.Errorf("%s: the piece has no %s", name, c.feature)
		}
		_, sign, _ := strings.Cut(e.Reason, "there is a sign against it (")
		if sign = strings.TrimSuffix(sign, ")"); sign != c.sign {
			t.Errorf("%s: %s\nwant the sign %q", name, e.Reason, c.sign)
		}
	}
}
