package dedup

import (
	"fmt"
	"strings"
	"time"

	"oped"
)

// The forms filled in by papers and their readers: daily reports, letters, notices. All are invented.

// filled fills each gap: {number}, {day}, {place}, {name} or one of several {words|like|these}.
func (p *press) filled(form string, day time.Time) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		gap, after, _ := strings.Cut(rest, "}")
		switch gap {
		case "number":
			fmt.Fprintf(&out, "%d.%02d", between(p.Rand, 120, 480), p.IntN(100))
		case "points":
			fmt.Fprintf(&out, "%d,%03d", between(p.Rand, 80, 190), p.IntN(1000))
		case "small":
			fmt.Fprintf(&out, "%d", between(p.Rand, 3, 49))
		case "day":
			out.WriteString(day.Format("Monday"))
		case "date":
			out.WriteString(day.Format("2 January"))
		case "place":
			out.WriteString(pick(p.Rand, places))
		case "name":
			out.WriteString(pick(p.Rand, people))
		default:
			out.WriteString(pick(p.Rand, strings.Split(gap, "|")))
		}
		form = after
	}
}

// A report has a headline and sentences. The first few of them make a report, too.
type report struct{ title, text string }

var reports = []report{
	{"Dollar rate today",
		"The US dollar {gained|lost} {small} paisa against the rupee in the interbank market on {day} and closed " +
			"at Rs{number}, according to the central bank. In the open market it was bought at Rs{number} and sold " +
			"at Rs{number}.\n" +
			"The euro closed at Rs{number} and the pound sterling at Rs{number}. The Saudi riyal was traded at " +
			"Rs{number} and the UAE dirham at Rs{number}.\n" +
			"Dealers said that importers' demand for the currency was met without difficulty and that inflows from " +
			"exporters remained steady. They expect the rate to move within a narrow band for the rest of the week, " +
			"as the central bank keeps an eye on the market and the external account looks better than it did a year " +
			"ago.\n" +
			"The rates are indicative and differ from one bank to another and from one city to another. Readers are " +
			"advised to ask their bank before they exchange money."},
	{"Gold prices in Pakistan",
		"The price of gold {rose|fell} on {day}. A tola of 24-karat gold was sold at Rs{points} in the bullion " +
			"markets of the country, {small} rupees {more|less} than the day before. Ten grams cost Rs{points}.\n" +
			"Silver was sold at Rs{number} a tola and Rs{number} for ten grams. In the international market an ounce " +
			"of gold was at ${points}.\n" +
			"The jewellers' association says that prices follow the international market and the exchange rate, and " +
			"that the wedding season keeps demand alive even where many families can no longer afford to buy as much " +
			"as they used to.\n" +
			"The rates may vary slightly from shop to shop, and do not include the cost of making nor the tax."},
	{"Weather forecast",
		"Mainly {hot and dry|cold and dry|cloudy} weather is expected in most parts of the country on {day}, " +
			"while rain is likely at isolated places. The maximum temperature in {place} will be {small} degrees and " +
			"the minimum {small} degrees.\n" +
			"In {place} a maximum of {small} and a minimum of {small} degrees is expected, in {place} {small} and " +
			"{small}. Humidity will be around {small} per cent.\n" +
			"The meteorological office advises farmers to plan the irrigation of their fields accordingly, and " +
			"travellers in the hills to be careful on the roads, since stones may fall after the rain. Tourists " +
			"should ask for the latest forecast before they set out."},
	{"Stocks close",
		"The benchmark index {gained|shed} {number} points on {day} and closed at {points}, as investors " +
			"{bought|sold} shares of banks and cement makers. It moved between {points} and {points} during the " +
			"session.\n" +
			"Volume was {number} million shares, against {number} million the day before. Of {small} companies that " +
			"were active {small} went up and {small} went down.\n" +
			"Analysts said that the market looked to the next meeting of the monetary policy committee and to the " +
			"talks with the lender, and that foreign funds remained on the sidelines. They advise small investors to " +
			"stay with companies that pay a dividend."},
	{"ڈالر کی قیمت",
		"انٹر بینک میں {day} کو ڈالر {small} پیسے {مہنگا|سستا} ہو گیا اور {number} روپے پر بند ہوا۔ اوپن مارکیٹ " +
			"میں ڈالر {number} روپے میں خریدا اور {number} روپے میں بیچا گیا۔\n" +
			"یورو {number} روپے، برطانوی پاؤنڈ {number} روپے، سعودی ریال {number} روپے اور اماراتی درہم {number} " +
			"روپے پر رہا۔\n" +
			"ڈیلروں کا کہنا ہے کہ درآمد کنندگان کی طلب بغیر کسی مشکل کے پوری ہوئی اور برآمد کنندگان کی جانب سے رقوم " +
			"آتی رہیں، اس لیے توقع ہے کہ رواں ہفتے قیمت میں کوئی بڑی تبدیلی نہیں آئے گی۔"},
	{"سونے کی قیمت",
		"ملک میں {day} کو سونے کی فی تولہ قیمت {small} روپے {بڑھ|کم ہو} گئی اور {points} روپے ہو گئی۔ دس گرام " +
			"سونا {points} روپے میں فروخت ہوا۔\n" +
			"عالمی منڈی میں سونا {points} ڈالر فی اونس رہا جبکہ چاندی فی تولہ {number} روپے پر برقرار رہی۔\n" +
			"صرافہ ایسوسی ایشن کے مطابق قیمتیں عالمی منڈی اور ڈالر کی قدر کے ساتھ بدلتی ہیں اور شادیوں کے موسم میں " +
			"طلب برقرار رہتی ہے، اگرچہ بہت سے خاندان اب پہلے جتنا سونا نہیں خرید سکتے۔"},
}

// dailyReports returns two days of one report of a paper.
func dailyReports(p *press) (a, b *oped.Entry) {
	form := pick(p.Rand, reports)
	sentences := strings.SplitAfter(form.text, "\n")
	text := strings.Join(sentences[:between(p.Rand, 1, len(sentences))], "")
	inTitle, day := p.IntN(2) == 0, noon.AddDate(0, 0, p.IntN(20))
	one := func(day time.Time) *oped.Entry {
		title := form.title
		if inTitle {
			title += pick(p.Rand, []string{" on ", ", ", " - "}) + day.Format(pick(p.Rand, []string{
				"Monday", "2 January", "January 2, 2006", "02-01-2006",
			}))
		}
		e := p.entry(papers[0], title, p.filled(text, day))
		e.Published, e.Authors = day, nil
		return e
	}
	a, b = one(day), one(day.AddDate(0, 0, between(p.Rand, 1, 14)))
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

var letters = []string{
	"Through the columns of your esteemed newspaper I want to draw the attention of the authorities " +
		"concerned to the state of the roads in {place}. The road that leads from the bus stand to the hospital " +
		"near {place} has not been repaired for years. In the rainy season it is under water, and patients have " +
		"to be carried.\n" +
		"The residents have written to the municipal committee many times, in vain. Councillor {name} promised " +
		"before the last election that work would begin within a month, but nobody has been seen since. Children " +
		"on their way to school and old people suffer most.\n" +
		"I request the deputy commissioner of {place} to take notice of the matter and to have the road repaired " +
		"before the next monsoon, so that the people may breathe a sigh of relief.\n" +
		"{name}\n" +
		"{place}",
	"It is a matter of grave concern that load-shedding in {place} has become unbearable. The power goes off " +
		"without notice, for hours, in the day and at night, while the bills become higher every month. Students " +
		"cannot prepare for their examinations and shopkeepers cannot do business.\n" +
		"We have complained to the supply company in {place} again and again. The officer in charge, {name}, " +
		"says that the transformer is overloaded and that there are no funds for a new one. This has been the " +
		"answer for two summers.\n" +
		"The people of this area pay their bills on time. We appeal to the minister to order that a new " +
		"transformer be installed at once, and that hours without power be announced in advance as they are in " +
		"other cities.\n" +
		"{name}\n" +
		"{place}",
	"آپ کے مؤقر اخبار کے توسط سے میں متعلقہ حکام کی توجہ {place} کے ایک اہم مسئلے کی طرف مبذول کرانا چاہتا " +
		"ہوں۔ ہمارے علاقے میں پینے کا صاف پانی میسر نہیں اور خواتین کو دور سے پانی لانا پڑتا ہے۔ کئی بار " +
		"درخواستیں دی گئیں مگر کوئی شنوائی نہیں ہوئی۔\n" +
		"گزشتہ انتخابات سے پہلے {name} نے وعدہ کیا تھا کہ ایک ماہ میں فلٹر پلانٹ لگا دیا جائے گا لیکن آج تک کام " +
		"شروع نہیں ہوا۔ گندا پانی پینے سے بچے اور بوڑھے بیمار ہو رہے ہیں۔\n" +
		"ڈپٹی کمشنر {place} سے گزارش ہے کہ اس مسئلے کا فوری نوٹس لیں تاکہ عوام سکھ کا سانس لے سکیں۔\n" +
		"{name}\n" +
		"{place}",
}

// formLetters returns two letters to one paper in the same words, by other people from other places. If the
// headline is that of the page, the letters name their writers.
func formLetters(p *press) (a, b *oped.Entry) {
	form := pick(p.Rand, letters)
	titled := p.IntN(2) == 0
	signer := p.IntN(len(people))
	one := func(title, by, at string) *oped.Entry {
		text := p.filled(strings.ReplaceAll(strings.TrimSuffix(form, "{name}\n{place}"), "{place}", at), noon) + by +
			"\n" + at
		e := p.entry(papers[0], title, text)
		e.Authors = []oped.Person{{Name: by}}
		return e
	}
	a = one("Letters to the editor", people[signer], places[signer])
	b = one("Letters to the editor", people[(signer+1)%len(people)], places[signer+1])
	if !titled {
		a.Title, b.Title = "", pick(p.Rand, []string{"Roads of our town", "No water, no light", "A plea", ""})
		p.bared(a, false)
		p.bared(b, false)
	}
	return a, b
}

var (
	purposes = []string{
		"analytics", "advertising", "social media", "video playback", "fraud prevention", "newsletters",
		"subscriptions", "comments", "weather", "live scores", "crosswords", "location", "personalised content",
		"audience research", "page speed", "translations", "podcasts", "classified pages", "payment", "customer care",
	}
	clauses = []string{
		"We and our partners store and access information on a device, such as cookies and unique identifiers, for " +
			"%s, and process personal data for it.",
		"With your permission we may use precise data for %s; you may refuse, or withdraw your consent at any time " +
			"at the bottom of the page.",
		"Data collected for %s are kept for thirteen months at most and are then deleted or made anonymous.",
		"Some vendors process data for %s on the basis of legitimate interest, which you can object to below.",
		"The list of the vendors that we work with for %s, and the policies of each of them, can be opened with the " +
			"button beside this paragraph.",
		"Your choices concerning %s apply to this site alone and will be signalled to our partners; they do not " +
			"affect browsing data.",
		"Readers who do not accept cookies for %s can take out a subscription instead, which is free of " +
			"advertisements and can be ended every month.",
		"Our policy on %s was last changed in spring; the changes are marked in the margin, and older versions can " +
			"be had on request.",
	}
)

// notice returns a paper's notice to its readers, of at least so many words.
func notice(p *press, words int) string {
	var out []string
	for n := 0; n < words; {
		for _, i := range p.Perm(len(clauses) * len(purposes)) {
			s := fmt.Sprintf(clauses[i%len(clauses)], purposes[i/len(clauses)])
			out = append(out, s)
			if n += len(strings.Fields(s)); n >= words {
				break
			}
		}
	}
	return strings.Join(out, " ")
}
