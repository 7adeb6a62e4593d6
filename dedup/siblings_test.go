package dedup

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"oped"
)

// A sibling makes two entries alike in one respect, as papers print them. same means they are one piece.
type sibling struct {
	name string
	same bool
	make func(s *scribe) (a, b *oped.Entry)
}

// siblings are kinds of pairs, half of them one piece. They were written before the rules for them.
var siblings = []sibling{
	{"summaries cut at two ends", true, summariesCutApart},
	{"summaries of one headline", true, summariesOfOneHeadline},
	{"summaries cut at two ends, headlines of other words", true, summariesUnspoken(false)},
	{"summaries cut at one end, headlines of other words", true, summariesUnspoken(true)},
	{"one short address, one headline in both summaries", true, summariesOfOneShortAddress},
	{"one address, two headlines in its words", true, rewrittenHeadline},
	{"one numbered address, headlines alike", true, rewrittenNumbered},
	{"one address, one with its headline alone", true, headlineAndText},
	{"one address, summary and text", true, summaryAndText},
	{"a newer figure", true, newerFigure},
	{"a headline with its credit", true, creditedHeadline},
	{"a long text under another headline", true, renamedCopy},
	{"a copy with an introduction", true, introducedCopy},

	{"price lists of one paper", false, priceLists(true)},
	{"price lists of two papers", false, priceLists(false)},
	{"pages with nothing but a notice", false, noticePages(0)},
	{"pages with a notice and a few words", false, noticePages(40)},
	{"a running story", false, runningStory(false)},
	{"a running story in Urdu", false, runningStory(true)},
	{"a running story, another count", false, countedStory(false, false)},
	{"a running story, another count, in Urdu", false, countedStory(true, false)},
	{"a running story, another count in words, in Urdu", false, countedStory(true, true)},
	{"editorials of one day at one address", false, editorialsOfOneDay},
	{"quotations of two days at one address", false, quotationsOfTwoDays},
	{"cartoons of two days at one address", false, cartoonsOfTwoDays},
	{"two authors under one headline and address", false, twoAuthorsOfOneHeadline},
	{"letters at one address", false, lettersOfOnePage},
	{"editorials of two days at one address", false, editorialsOfTwoDays},
	{"two authors at one address", false, twoAuthorsOfOnePage},
	{"a link blog", false, linkBlog},
}

// TestSiblings checks that pairs of one piece are found and others are not.
func TestSiblings(t *testing.T) {
	for _, kind := range siblings {
		t.Run(kind.name, func(t *testing.T) {
			for seed := range uint64(10) {
				a, b := kind.make(newScribe(seed))
				for _, pair := range [][2]*oped.Entry{{a, b}, {b, a}} {
					if m := Compare(pair[0], pair[1]); (m.Verdict == Same) != kind.same {
						t.Errorf("%d: %s (%s), want same: %v\n%q\n%q\n%q\n%q", seed, m.Verdict, m.Why, kind.same,
							a.Title, b.Title, clip(a.Text, 200), clip(b.Text, 200))
						break
					}
				}
			}
		})
	}
}

func clip(s string, n int) string { return s[:min(len(s), n)] }

// scribe invents words, sentences and entries.
type scribe struct {
	*rand.Rand
	urdu bool
}

func newScribe(seed uint64) *scribe { return &scribe{rand.New(rand.NewPCG(seed, 14)), false} }

var (
	nouns = strings.Fields("subsidy school bridge ambulance drone harvest harbour ridge surgeon embargo butcher lagoon " +
		"court reservoir timber battalion clinic ballot lecture printer poet convoy headline currency runway tunnel " +
		"engine gallery garrison market diesel cotton ink hybrid passport epidemic marsh voltage theatre ledger " +
		"monsoon vineyard falcon drought summit bakery novel tuition village pasture embassy forest envoy landlord " +
		"volcano valley opposition border visa heron quarry scholarship union jackal missile grid oasis caravan " +
		"hospital column thesis freight student signal dock sanction tariff plateau river teacher dairy railway")
	urduNouns = strings.Fields("حکومت عوام بجٹ عدالت پارلیمان معیشت مہنگائی تعلیم صحت سڑک دریا پانی بجلی گیس کسان گندم " +
		"شہر گاؤں مزدور تنخواہ وزیر سفیر فوج سرحد جنگ امن معاہدہ قرض بینک روپیہ تجارت برآمد درآمد صنعت زراعت موسم " +
		"سیلاب زلزلہ ہسپتال ڈاکٹر استاد طالب کتاب اخبار صحافی انتخابات ووٹ جماعت قائد عوامی مسئلہ حل رائے تاریخ")
	joints     = strings.Fields("of in the and with from against under over before after between because while for")
	urduJoints = strings.Fields("کے کی کا کو میں سے نے پر اور تک لیے بعد")
	surnames   = strings.Fields("Mill Brook Rahman Okafor Lindqvist Haddad Petrov Sato Moreau Nunez")
	forenames  = strings.Fields("Jane Ayla Omar Tariq Ingrid Nadia Pavel Kenji Elise Marta")
)

func (s *scribe) noun() string {
	if s.urdu {
		return pick(s.Rand, urduNouns)
	}
	return pick(s.Rand, nouns)
}

// sentence invents a sentence of 9 to 18 words.
func (s *scribe) sentence() string {
	var words []string
	for n := between(s.Rand, 9, 18); len(words) < n; {
		words = append(words, s.noun())
		switch joint := pick(s.Rand, joints); {
		case s.IntN(3) == 0:
		case s.urdu:
			words = append(words, pick(s.Rand, urduJoints))
		default:
			words = append(words, joint)
		}
	}
	if s.urdu {
		return strings.Join(words, " ") + "۔"
	}
	return strings.ToUpper(words[0][:1]) + words[0][1:] + strings.TrimPrefix(strings.Join(words, " "), words[0]) + "."
}

// prose invents a text of at least n words.
func (s *scribe) prose(n int) string {
	var all []string
	for words := 0; words < n; {
		all = append(all, s.sentence())
		words += len(strings.Fields(all[len(all)-1]))
	}
	return strings.Join(all, " ")
}

// headline invents a headline of some words of a text.
func (s *scribe) headline(of string) string {
	var words []string
	all := strings.Fields(strings.NewReplacer(".", "", "۔", "").Replace(strings.ToLower(of)))
	all = all[:min(len(all), 60)]
	for len(words) < 5 {
		if w := pick(s.Rand, all); len(w) > 4 && !strings.Contains(strings.Join(words, " "), w) {
			words = append(words, w)
		}
	}
	return strings.ToUpper(words[0][:1]) + words[0][1:] + strings.TrimPrefix(strings.Join(words, " "), words[0])
}

func (s *scribe) name() string { return pick(s.Rand, forenames) + " " + pick(s.Rand, surnames) }

var sibEpoch = time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)

// entry returns an entry of a paper of its own page.
func (s *scribe) entry(paper, title, text string) *oped.Entry {
	host := strings.ToLower(strings.ReplaceAll(paper, " ", "-")) + ".example"
	link := fmt.Sprintf("https://%s/%d", host, between(s.Rand, 1000000, 9999999))
	return &oped.Entry{
		FeedURL:   "https://" + host + "/feed",
		Publisher: paper,
		ID:        link,
		URL:       link,
		Title:     title,
		Text:      text,
		Published: sibEpoch,
	}
}

// at moves entries to one address, each in its own feed.
func at(link string, entries ...*oped.Entry) (a, b *oped.Entry) {
	for i, e := range entries {
		e.URL, e.ID = link, fmt.Sprintf("%s#%d", e.FeedURL, i)
		e.FeedURL += fmt.Sprint(i)
	}
	return entries[0], entries[1]
}

func runes(s string, n int) string { r := []rune(s); return string(r[:min(n, len(r))]) }

func summariesCutApart(s *scribe) (a, b *oped.Entry) {
	text := s.prose(120)
	a, b = s.entry("Gazette", s.headline(text), runes(text, 300)), s.entry("Hill Post", s.headline(text),
		runes(text, between(s.Rand, 250, 330)))
	if s.IntN(2) == 0 {
		b.Text = strings.TrimSpace(b.Text[:strings.LastIndex(b.Text, " ")]) + " … Continue reading"
	}
	return a, b
}

func summariesOfOneHeadline(s *scribe) (a, b *oped.Entry) {
	a, b = summariesCutApart(s)
	b.Title = a.Title
	return a, b
}

// summariesUnspoken returns two summaries of a text under two headlines of other words.
func summariesUnspoken(oneEnd bool) func(s *scribe) (a, b *oped.Entry) {
	return func(s *scribe) (a, b *oped.Entry) {
		a, b = summariesCutApart(s)
		a.Title, b.Title = "The rivers of our country", "Waters: a warning"
		b.Text = runes(a.Text, between(s.Rand, 200, 300))
		if oneEnd {
			b.Text = a.Text
		}
		mark := pick(s.Rand, []string{"", "…", " […]", " [...]", " Read more"})
		b.Text = b.Text[:strings.LastIndex(b.Text, " ")] + mark
		return a, b
	}
}

// summariesOfOneShortAddress returns two summaries of a page, each in its own words, both about its headline.
func summariesOfOneShortAddress(s *scribe) (a, b *oped.Entry) {
	title := s.headline(s.prose(20))
	return at("https://gazette.example/story/77", s.entry("Gazette", title, s.sentence()+" "+title+", "+s.sentence()),
		s.entry("Hill Post", title, s.sentence()+" "+title+", "+s.sentence()))
}

func slug(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

func rewrittenHeadline(s *scribe) (a, b *oped.Entry) {
	text, other := s.prose(40), s.prose(40)
	first := s.headline(text)
	words := strings.Fields(first)
	second := strings.Join(append(strings.Fields(s.headline(other))[:3], words[1], words[3]), " ")
	return at("https://gazette.example/opinion/"+slug(first),
		s.entry("Gazette", first, runes(text, 150)), s.entry("Gazette", second, runes(other, 150)))
}

func rewrittenNumbered(s *scribe) (a, b *oped.Entry) {
	text, other := s.prose(40), s.prose(40)
	first := s.headline(text)
	words := strings.Fields(first)
	s.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	second := strings.Join(words[:4], " ") + " " + s.noun()
	return at(fmt.Sprintf("https://gazette.example/news/%d", 5000000+s.IntN(1000)),
		s.entry("Gazette", first, runes(text, 150)), s.entry("Gazette", second, runes(other, 150)))
}

func headlineAndText(s *scribe) (a, b *oped.Entry) {
	text := s.prose(200)
	title := s.headline(text)
	return at("https://gazette.example/4711", s.entry("Gazette", title, ""), s.entry("Gazette", title, text))
}

func summaryAndText(s *scribe) (a, b *oped.Entry) {
	text := s.prose(400)
	title := s.headline(text)
	return at("https://gazette.example/4711", s.entry("Gazette", title, runes(text, 280)),
		s.entry("Gazette", s.headline(text), text))
}

func newerFigure(s *scribe) (a, b *oped.Entry) {
	n := between(s.Rand, 3, 40)
	before := s.prose(60) + fmt.Sprintf(" In all %d people were hurt, the police said.", n) + " " + s.prose(120)
	after := strings.Replace(before, fmt.Sprintf("all %d", n), fmt.Sprintf("all %d", n+2), 1)
	title := s.headline(before)
	return s.entry("Gazette", title, before), s.entry("Gazette", title, after)
}

func creditedHeadline(s *scribe) (a, b *oped.Entry) {
	text := s.prose(200)
	title := s.headline(text)
	return s.entry("Gazette", title, text), s.entry("Aggregator", title+" - Gazette", runes(text, 300))
}

func renamedCopy(s *scribe) (a, b *oped.Entry) {
	text := s.prose(500)
	return s.entry("Gazette", s.headline(text), text), s.entry("Hill Post", s.headline(text), text)
}

func introducedCopy(s *scribe) (a, b *oped.Entry) {
	text := s.prose(500)
	title := s.headline(text)
	return s.entry("Gazette", title, text), s.entry("Hill Post", title, s.sentence()+"\n\n"+text)
}

// priceLists returns two days' lists, with another date and other figures in some of the rows.
func priceLists(onePaper bool) func(s *scribe) (a, b *oped.Entry) {
	return func(s *scribe) (a, b *oped.Entry) {
		intro, outro := s.prose(30), s.prose(60)
		var goods []string
		for range 20 {
			goods = append(goods, s.noun())
		}
		prices := map[int]int{}
		list := func(day int) string {
			rows := []string{fmt.Sprintf("Rates of %d November. %s", day, intro)}
			for i, g := range goods {
				if prices[i] == 0 || s.IntN(3) == 0 {
					prices[i] = between(s.Rand, 100, 900)
				}
				rows = append(rows, fmt.Sprintf("%s Rs%d a kilogram", g, prices[i]))
			}
			return strings.Join(append(rows, outro), "\n")
		}
		title := "Wholesale prices of the day"
		a, b = s.entry("Gazette", title, list(27)), s.entry("Gazette", title, list(28))
		a.Published = a.Published.Add(-24 * time.Hour)
		if !onePaper {
			a.Publisher, a.FeedURL, b.FeedURL, b.Publisher = "", "", "", ""
		}
		return a, b
	}
}

// noticePages returns two pages that are a long notice, with some words of their own before it.
func noticePages(own int) func(s *scribe) (a, b *oped.Entry) {
	return func(s *scribe) (a, b *oped.Entry) {
		notice := s.prose(900)
		body := func() string { return s.prose(own) + "\n\n" + notice }
		page := func(text string) *oped.Entry {
			return s.entry("Gazette", "Why lanterns glow over "+
				strings.ToLower(s.name())+"'s "+pick(s.Rand, strings.Fields("orchard kitchen attic barn cellar")), text)
		}
		a, b = page(body()), page(body())
		b.Title = strings.Replace(b.Title, "Why lanterns glow over", "The unhurried rise of", 1)
		return a, b
	}
}

// runningStory returns a story and its next state: a new beginning, the old text below it.
func runningStory(urdu bool) func(s *scribe) (a, b *oped.Entry) {
	return func(s *scribe) (a, b *oped.Entry) {
		s.urdu = urdu
		text := s.prose(150)
		next := s.prose(80)
		paper := pick(s.Rand, []string{"Gazette", "Hill Post"})
		a, b = s.entry("Gazette", s.headline(text), text), s.entry(paper, s.headline(next), next+"\n\n"+text)
		b.Published = b.Published.Add(6 * time.Hour)
		return a, b
	}
}

// countedStory returns two states of a story: its first sentence counts otherwise, the rest stays.
func countedStory(urdu, words bool) func(s *scribe) (a, b *oped.Entry) {
	return func(s *scribe) (a, b *oped.Entry) {
		s.urdu = urdu
		n, m := fmt.Sprint(between(s.Rand, 3, 8)), fmt.Sprint(between(s.Rand, 9, 40))
		if words {
			n, m = pick(s.Rand, []string{"تین", "چار", "پانچ", "چھ"}), pick(s.Rand, []string{"سات", "آٹھ", "نو", "گیارہ"})
		}
		title, first, second := "Lahore blast: %s dead", "A blast in Lahore killed %s people, officials said. ",
			"The dead of the blast in Lahore were %s by the evening, and suspects were arrested. "
		if urdu {
			title, first, second = "لاہور دھماکہ: %s ہلاک", "لاہور میں دھماکہ، %s ہلاک۔ ",
				"لاہور دھماکے میں ہلاکتوں کی تعداد %s ہو گئی جبکہ مشتبہ افراد کو گرفتار کر لیا گیا۔ "
		}
		next := title
		if s.IntN(2) == 0 {
			next += map[bool]string{true: "، کیی گرفتار", false: ", suspects held"}[urdu]
		}
		rest := s.prose(between(s.Rand, 50, 200))
		a = s.entry("Gazette", fmt.Sprintf(title, n), fmt.Sprintf(first, n)+rest)
		b = s.entry(pick(s.Rand, []string{"Gazette", "Hill Post"}), fmt.Sprintf(next, m), fmt.Sprintf(second, m)+rest)
		b.Published = b.Published.Add(6 * time.Hour)
		return a, b
	}
}

func editorialsOfOneDay(s *scribe) (a, b *oped.Entry) {
	title := pick(s.Rand, strings.Split("Editorial,Our view,Letters,Letters to the editor,Comment of the day", ","))
	path := pick(s.Rand, strings.Fields("opinion our-view story/77 letters/"))
	n := pick(s.Rand, []int{20, 60, 200})
	a, b = at("https://gazette.example/"+path, s.entry("Gazette", title, s.prose(n)),
		s.entry("Gazette", title, s.prose(n)))
	if s.IntN(2) == 0 {
		b.Publisher = "Hill Post"
	}
	if s.IntN(2) == 0 {
		a.Authors, b.Authors = []oped.Person{{Name: "Jane Mill"}}, []oped.Person{{Name: "Jane Mill"}}
	}
	return a, b
}

func quotationsOfTwoDays(s *scribe) (a, b *oped.Entry) {
	title := pick(s.Rand, []string{"Quote of the day", "Thought for the day", "Word of the day today"})
	short := func() string { return strings.Join(strings.Fields(s.sentence())[:between(s.Rand, 3, 9)], " ") }
	x, y := short(), short()
	for sharesNoun(x, y) {
		y = short()
	}
	a, b = at("https://gazette.example/quote", s.entry("Gazette", title, x), s.entry("Gazette", title, y))
	b.Published = b.Published.Add(24 * time.Hour)
	return a, b
}

func sharesNoun(x, y string) bool {
	for _, w := range strings.Fields(strings.ToLower(y)) {
		if len(w) > 3 && strings.Contains(strings.ToLower(x), w) {
			return true
		}
	}
	return false
}

func cartoonsOfTwoDays(s *scribe) (a, b *oped.Entry) {
	a, b = at("https://gazette.example/cartoon", s.entry("Gazette", "Cartoon: 27 November", "By Zed"),
		s.entry("Gazette", "Cartoon: 28 November", "By Zed"))
	b.Published = b.Published.Add(24 * time.Hour)
	return a, b
}

func twoAuthorsOfOneHeadline(s *scribe) (a, b *oped.Entry) {
	title := pick(s.Rand, []string{"The column", "The column of the week", "A guest of our house"})
	a, b = at("https://gazette.example/column", s.entry("Gazette", title, "By invitation"),
		s.entry("Gazette", title, "By invitation"))
	b.Published = b.Published.Add(24 * time.Hour)
	a.Authors, b.Authors = []oped.Person{{Name: "Jane Mill"}}, []oped.Person{{Name: "Ayla Brook"}}
	return a, b
}

func lettersOfOnePage(s *scribe) (a, b *oped.Entry) {
	first, second := s.prose(between(s.Rand, 20, 80)), s.prose(between(s.Rand, 20, 80))
	a, b = at("https://gazette.example/letters/2026-11-28",
		s.entry("Gazette", "Letter: the "+s.noun()+" lanes", first),
		s.entry("Gazette", "Letter: a "+s.noun()+" too far", second))
	a.URL, b.URL = a.URL+"#l1", b.URL+"#l2"
	return a, b
}

func editorialsOfTwoDays(s *scribe) (a, b *oped.Entry) {
	title := pick(s.Rand, []string{"Editorial", "Letters to the editor", "Our view today"})
	a, b = at("https://gazette.example/editorial", s.entry("Gazette", title, s.prose(between(s.Rand, 20, 200))),
		s.entry("Gazette", title, s.prose(between(s.Rand, 20, 200))))
	b.Published = b.Published.Add(24 * time.Hour)
	return a, b
}

func twoAuthorsOfOnePage(s *scribe) (a, b *oped.Entry) {
	x, y := s.prose(between(s.Rand, 20, 200)), s.prose(between(s.Rand, 20, 200))
	a, b = at("https://gazette.example/opinion", s.entry("Gazette", s.headline(x), x), s.entry("Gazette", s.headline(y), y))
	a.Authors, b.Authors = []oped.Person{{Name: "Jane Mill"}}, []oped.Person{{Name: "Ayla Brook"}}
	return a, b
}

func linkBlog(s *scribe) (a, b *oped.Entry) {
	x, y := s.prose(between(s.Rand, 20, 80)), s.prose(between(s.Rand, 20, 80))
	a, b = at(fmt.Sprintf("https://elsewhere.example/%d", s.IntN(1000)),
		s.entry("Blog", s.headline(x), x), s.entry("Other Blog", s.headline(y), y))
	return a, b
}
