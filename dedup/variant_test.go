package dedup

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"oped"
)

// variant is a way of one paper to reprint the piece of another.
type variant struct {
	name   string
	needed float64 // the share that must be recognised
	make   func(r *rand.Rand, all []realText, of *realText, e *oped.Entry)
}

var variants = []variant{
	{"wrapper", .999, wrapped},
	{"tail cut", .999, tailCut},
	{
		"half", .999,
		func(_ *rand.Rand, _ []realText, of *realText, e *oped.Entry) { e.Text = upTo(of, len(of.words)/2) },
	},
	{"sentences dropped", .999, sentencesDropped},
	{"2 % edited", .999, edit(.02)},
	{"5 % edited", .999, edit(.05)},
	{"10 % edited", .99, edit(.10)},
	{
		"typography", .999,
		func(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) { e.Text = retypeset(r, of.Text) },
	},
	{"new headline", .999, newHeadline},
	{"60 words", .999, cutTo(60)},
	{"40 words", .999, cutTo(40)},
	{"25 words", .999, cutTo(25)},
	{"18 words", .999, cutTo(18)},
	{"standfirst", .999, standfirst},
	{"paragraphs merged", .999, merged},
	{"byline moved", .999, bylineMoved},
}

// of makes a variant of a real text: in another paper, up to five days later or earlier, with its author or
// without.
func (v *variant) of(r *rand.Rand, all []realText, of *realText) *oped.Entry {
	e := *of.Entry
	e.Publisher = papers[r.IntN(len(papers))]
	e.Published = e.Published.Add(time.Duration(r.IntN(10*24*60)-5*24*60) * time.Minute)
	if r.IntN(3) == 0 {
		e.Authors = nil
	}
	v.make(r, all, of, &e)
	return &e
}

var (
	papers = []string{"The Morning Post of Lahore", "Daily Riverbank", "Eastern Ledger", "Roznama Subh-e-Nau"}
	people = []string{
		"Ayesha Farooq", "Bilal Ahmed Khan", "Dr. Sunita Rao", "Michael O'Leary", "Zainab Hussain", "Lucía Fernández",
		"Imtiaz Gul Memon", "Tom Hardwick",
	}
	places = []string{
		"Islamabad", "Lahore", "Karachi", "Peshawar", "Quetta", "Multan", "Delhi", "Dhaka", "London", "Honolulu",
	}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// between returns a number from a to b.
func between(r *rand.Rand, a, b int) int { return a + r.IntN(b-a+1) }

var spaced = regexp.MustCompile(`\S+\s*`)

// upTo returns the text up to its first n words, with its paragraphs. A dash is no word.
func upTo(of *realText, n int) string {
	end := 0
	for _, at := range spaced.FindAllStringIndex(of.Text, -1) {
		if end = at[1]; strings.IndexFunc(of.Text[at[0]:at[1]], unicode.IsLetter) >= 0 {
			n--
		}
		if n == 0 {
			break
		}
	}
	return strings.TrimSpace(of.Text[:end])
}

func isUrdu(s string) bool { return strings.ContainsAny(s, "ہکی") }

// The boilerplate of a paper around every piece; each line is a paragraph.
var (
	before = strings.Split("Today's Paper | Opinion | Columns and Blogs | World | Business | Sport | Magazine | "+
		"Images | Careers\n"+
		"Home » Opinion » Column. Last updated a short while ago. Listen to this article in the voice of our "+
		"newsroom. Font size: small, medium, large\n"+
		"You have three free articles left this month. Subscribers keep independent journalism alive; log in or "+
		"create an account to save this story for later\n"+
		"The most trusted daily of the region since 1951: fearless, fair and first with the news, seven days a "+
		"week, in print and on every screen that you own", "\n")
	after = strings.Split("Previous article: Rain expected in the upper catchments over the weekend. Next article: "+
		"What the "+
		"committee heard on school meals\n"+
		"Comments are moderated and may take a while to appear. We do not publish abuse, advertising, or "+
		"anything that has nothing to do with the subject. By posting you accept our house rules, and you remain "+
		"responsible for what you write\n"+
		"Get the best of our opinion pages in your inbox every Friday morning. Enter your email address below; "+
		"you can unsubscribe with one click, and we never hand your details to anybody else\n"+
		"Most read this week: Five gardens worth the drive. The bridge that nobody ordered. Letters from our "+
		"readers on the new bus lanes. A recipe for the first cold evening. Crossword number eleven thousand and "+
		"four\n"+
		"Our newspaper is a member of the independent press council, whose code we follow. If you believe that "+
		"we have not lived up to it, write to the readers' editor within one month, at the address on page two\n"+
		"Share this with your friends. Follow us on all platforms. Download our application for the latest "+
		"updates, live scores, prayer times, exchange rates and the weather in your town", "\n")
	beforeUrdu = strings.Split("صفحہ اول | کالم | اداریہ | بلاگ | کھیل | کاروبار | شوبز | سائنس اور ٹیکنالوجی | "+
		"دلچسپ و عجیب\n"+
		"ہمارا اخبار پچاس برس سے آپ کی خدمت میں حاضر ہے اور ہر صبح تازہ خبریں تجزیے اور تبصرے آپ تک پہنچاتا ہے، "+
		"اب موبائل فون پر بھی پڑھیے اور دوستوں کو بھی بتائیے", "\n")
	afterUrdu = strings.Split("پچھلا مضمون: پہاڑی علاقوں میں بارش کا امکان۔ اگلا مضمون: کمیٹی نے سکولوں کے کھانے کے "+
		"بارے میں کیا سنا\n"+
		"ادارے کا کالم نگار کی رائے سے متفق ہونا ضروری نہیں۔ اگر آپ بھی ہمارے لیے بلاگ لکھنا چاہتے ہیں تو قلم "+
		"اٹھائیے اور پانچ سو سے آٹھ سو الفاظ پر مشتمل تحریر اپنی تصویر، مکمل نام، فون نمبر اور مختصر مگر جامع "+
		"تعارف کے ساتھ بھیج دیجیے\n"+
		"ہمارے خبرنامے کے لیے اپنا برقی پتہ نیچے درج کیجیے، ہر جمعے کی صبح بہترین کالم آپ کو بھیجے جائیں گے، اور "+
		"آپ جب چاہیں ایک اشارے سے اسے بند کر سکتے ہیں، ہم آپ کا پتہ کسی کو نہیں دیتے\n"+
		"سب سے زیادہ پڑھی جانے والی تحریریں: شہر کے پانچ باغ۔ وہ پل جو کسی نے نہیں مانگا تھا۔ نئی بسوں پر قارئین "+
		"کے خطوط۔ سردیوں کی پہلی شام کا پکوان۔ آج کا معمہ\n"+
		"تبصرے جانچ کے بعد شائع ہوتے ہیں۔ گالی، اشتہار اور غیر متعلقہ بات شائع نہیں کی جاتی۔ آپ جو لکھیں گے اس "+
		"کے ذمہ دار آپ خود ہوں گے", "\n")
)

// wrapped puts the boilerplate of a paper before and after the piece, 100 to 250 words in all.
func wrapped(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) {
	front, back := before, after
	if isUrdu(of.Text) {
		front, back = beforeUrdu, afterUrdu
	}
	want := between(r, 100, 220)
	var head, tail []string
	n := 0
	add := func(to *[]string, s string) {
		if c := len(strings.Fields(s)); n < want && n+c <= 250 {
			*to = append(*to, s)
			n += c
		}
	}
	order := r.Perm(len(back))
	for i, at := range order {
		if add(&tail, back[at]); i == 1 {
			for _, at := range r.Perm(len(front))[:between(r, 1, 2)] {
				add(&head, front[at])
			}
		}
	}
	e.Text = strings.Join(slices.Concat(head, []string{of.Text}, tail), "\n\n")
}

// tailCut removes the last 20 to 40 %.
func tailCut(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) {
	e.Text = upTo(of, len(of.words)*between(r, 60, 80)/100) + pick(r, []string{
		"…", "...", " [...]", " Read more", "… Read more", "\n\nRead more: " + e.Title, "", "… مزید پڑھیں",
	})
}

// cutTo makes a summary of the first n words.
func cutTo(n int) func(*rand.Rand, []realText, *realText, *oped.Entry) {
	return func(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) {
		e.Text = upTo(of, n) + pick(r, []string{"…", "...", " [&hellip;]", " […]", ""})
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?۔؟]["”’)]*\s+`)

// sentences returns the sentences of a text; if it has few, stretches of fifteen words.
func sentences(of *realText) (all []string) {
	from := 0
	for _, at := range sentenceEnd.FindAllStringIndex(of.Text, -1) {
		all = append(all, of.Text[from:at[1]])
		from = at[1]
	}
	if all = append(all, of.Text[from:]); len(all) >= 8 {
		return all
	}
	all = nil
	for part := range slices.Chunk(of.words, 15) {
		all = append(all, strings.Join(part, " ")+" ")
	}
	return all
}

// sentencesDropped drops 10 to 15 % of the sentences.
func sentencesDropped(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) {
	all := sentences(of)
	drop := map[int]bool{}
	for _, at := range r.Perm(len(all))[:max(1, len(all)*between(r, 10, 15)/100)] {
		drop[at] = true
	}
	var kept strings.Builder
	for i, s := range all {
		if !drop[i] {
			kept.WriteString(s)
		}
	}
	e.Text = strings.TrimSpace(kept.String())
}

// edit replaces, deletes or inserts this part of the words, here and there.
func edit(part float64) func(*rand.Rand, []realText, *realText, *oped.Entry) {
	return func(r *rand.Rand, all []realText, of *realText, e *oped.Entry) { e.Text = edited(r, all, of, part) }
}

func edited(r *rand.Rand, all []realText, of *realText, part float64) string {
	other := another(r, all, of)
	for isUrdu(other.Text) != isUrdu(of.Text) {
		other = another(r, all, of)
	}
	var out []string
	at := map[int]bool{}
	for _, i := range r.Perm(len(of.words))[:int(part*float64(len(of.words))+.5)] {
		at[i] = true
	}
	for i, w := range spaced.FindAllString(of.Text, -1) {
		switch {
		case !at[i]:
			out = append(out, w)
		default:
			switch r.IntN(3) {
			case 0:
				out = append(out, pick(r, other.words)+" ")
			case 1:
				out = append(out, pick(r, other.words)+" ", w)
			}
		}
	}
	return strings.Join(out, "")
}

// retypeset writes the same words in other characters, as editors, systems and keyboards do.
func retypeset(r *rand.Rand, s string) string {
	straight := strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "«", `"`, "»", `"`, "…", "...", "—", "--",
		"–", "-")
	curly := strings.NewReplacer(` "`, " “", `" `, "” ", "'", "’", " - ", " — ", "--", "—", "...", "…")
	for _, change := range []func(string) string{
		func(s string) string { return pick(r, []*strings.Replacer{straight, curly}).Replace(s) },
		func(s string) string { return strings.ReplaceAll(s, "-", pick(r, []string{"‐", "‑", "−"})) },
		func(s string) string { return now(r, s, " ", "\u00a0", 5) },
		func(s string) string { return now(r, s, " ", "  ", 8) },
		func(s string) string { return now(r, s, " ", pick(r, []string{" \u200b", "\u2009", "\u202f"}), 9) },
		func(s string) string { return within(r, s) },
		func(s string) string { return strings.NewReplacer("fi", "ﬁ", "fl", "ﬂ").Replace(s) },
		func(s string) string { return strings.NewReplacer("ی", "ي", "ک", "ك", "ہ", "ه").Replace(s) },
		func(s string) string {
			return strings.NewReplacer("ک", "ﮐ", "ی", "ﯾ", "پ", "ﭘ", "گ", "ﮔ", "ہ", "ﮨ", "م", "ﻣ").Replace(s)
		},
		func(s string) string { return norm.NFD.String(s) },
		func(s string) string { return norm.NFC.String(s) },
	} {
		if r.IntN(2) == 0 {
			s = change(s)
		}
	}
	return s
}

// now replaces one string by another now and then, one time in so many.
func now(r *rand.Rand, s, one, other string, times int) string {
	parts := strings.Split(s, one)
	for i := range parts[:len(parts)-1] {
		if parts[i] += one; r.IntN(times) == 0 {
			parts[i] = strings.TrimSuffix(parts[i], one) + other
		}
	}
	return strings.Join(parts, "")
}

// within inserts invisible marks into words.
func within(r *rand.Rand, s string) string {
	var out []string
	for _, w := range spaced.FindAllString(s, -1) {
		if letters := []rune(w); len(letters) > 5 && r.IntN(12) == 0 {
			w = string(letters[:3]) + pick(r, []string{
				"\u00ad", "\u200b", "\u200c", "\u2060", "\ufeff",
			}) + string(letters[3:])
		}
		out = append(out, w)
	}
	return strings.Join(out, "")
}

// newHeadline takes the headline of another piece, half of the time with a common word or two, and changes a
// word here and there.
func newHeadline(r *rand.Rand, all []realText, of *realText, e *oped.Entry) {
	e.Title = another(r, all, of).Title
	if w := strings.Fields(of.Title); r.IntN(2) == 0 {
		e.Title += " " + w[len(w)-1]
	}
	e.Text = edited(r, all, of, .01)
}

// standfirst puts a summary of 20 to 35 words, in other words, before the piece.
func standfirst(r *rand.Rand, all []realText, of *realText, e *oped.Entry) {
	w := strings.Fields(another(r, all, of).Text)
	n := between(r, 20, 35)
	from := r.IntN(len(w) - n)
	e.Text = strings.Join(w[from:from+n], " ") + pick(r, []string{"\n\n", "\n", ". "}) + of.Text
}

// merged makes one paragraph of all, or one of each sentence.
func merged(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) {
	if r.IntN(3) == 0 {
		e.Text = strings.Join(sentences(of), "\n\n")
		return
	}
	e.Text = strings.Join(of.words, " ")
}

// bylineMoved moves author, time and place into the text.
func bylineMoved(r *rand.Rand, _ []realText, of *realText, e *oped.Entry) {
	by, place, day := pick(r, people), pick(r, places), e.Published.Format(pick(r, []string{
		"January 2, 2006", "02 Jan 2006", "2006-01-02",
	}))
	e.Authors = nil
	head := pick(r, []string{
		fmt.Sprintf("By %s\n%s | Published %s\n\n", by, place, day),
		fmt.Sprintf("%s: %s\n\n%s: ", by, day, strings.ToUpper(place)),
		fmt.Sprintf("%s (%s) — ", strings.ToUpper(place), day),
		fmt.Sprintf("By %s | %s | %s — ", by, place, day),
		fmt.Sprintf("تحریر: %s\n%s\n\n", by, day),
	})
	e.Text = head + of.Text + pick(r, []string{
		"", "\n\n" + by, fmt.Sprintf("\n\n(%s is a columnist based in %s)", by, place),
		fmt.Sprintf("\n\nThis article first appeared in %s.", e.Publisher),
		fmt.Sprintf("\n\nCourtesy: %s", of.Publisher), fmt.Sprintf(" (%s)", of.Publisher),
	})
}
