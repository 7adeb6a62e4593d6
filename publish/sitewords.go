package publish

import "oped"

// siteWords are what pages beside those of pieces say, in one language.
type siteWords struct {
	Skip, Navigation, Search, SearchArchive, Publishers, About, Older, Newer, Formats string
	Emptied                                                                           string // of the page of an archive: nothing of it is left
	part                                                                              string // with %s and %d: the title of an edition, and the number of one of its archives
	// of publishers and authors
	Author, Publisher, Excerpt, Feeds, LastRead, NeverRead, Newest, NoPieces string
	inPapers                                                                 string // with %d
	// of a search
	Find, AllOpinion, KindLabel, Found, NothingFound, Help, TooLong, Mistaken, GoOn, Stopped, Wrong string
	results                                                                                         string // with %d
	mistakeAt                                                                                       string // with %d and %s: where, and what
	page                                                                                            string // what leads from a piece to its page
	// about an edition
	AboutTitle, Takes, Counted, Rules, Version, RuleScore, Require, Exclude, Threshold, Review, Terms, Examples, On, NotOn, Measured, NotMeasured, Rights, Whose, Withdraw string
	Kind, Precision, Recall                                                                                                                                                string
	total, recent, measuredOn, otherVersion, excerptOf, wholeTexts                                                                                                         string
	topics, allTopics, query, kinds, publishers, langs, feeds, authors, everything, opinionOnly, everyLang, everyPublisher                                                 string
	textKinds                                                                                                                                                              map[string]string
	kindNames                                                                                                                                                              map[oped.PieceKind]string
}

var englishSite = siteWords{
	Skip: "Skip to the content", Navigation: "Pages", Search: "Search", SearchArchive: "Search the archive", Publishers: "Publishers", About: "About this feed", Older: "Older pieces", Newer: "Newer pieces", part: "%s: older pieces (%d)", Formats: "Also as",
	Emptied: "None of the pieces that stood here is published here any more.",
	Author:  "Author", Publisher: "Publisher", Excerpt: "Excerpt", Feeds: "Its feeds", LastRead: "last read", NeverRead: "not read yet", Newest: "Its newest pieces", NoPieces: "Nothing of it is here yet.", inPapers: "in %d papers",
	Find: "Find", AllOpinion: "all opinion", KindLabel: "Kind", Found: "Found, the newest first", NothingFound: "Nothing was found.",
	Help:    "Write words, “several words” in quotation marks, AND, OR, NOT, or where to look: title:, author:, category:. Words without anything between them have to stand in the piece, all of them.",
	TooLong: "A query has 500 characters at most.", Mistaken: "The query has a mistake", mistakeAt: "The query has a mistake at character %d: %s", GoOn: "Older ones", Stopped: "The search ended here; older pieces were not searched yet.", Wrong: "This page of the search does not exist.",
	results: "%d on this page", page: "about this piece",
	AboutTitle: "About this feed", Takes: "What it takes", Counted: "How much there is", Rules: "The rule", Version: "version", RuleScore: "What counts, and how much", Require: "Has to hold", Exclude: "Must not hold", Threshold: "On the topic from",
	Review: "a candidate from", Terms: "Terms of", Examples: "Examples", On: "on the topic", NotOn: "not on it", Measured: "How well it works", NotMeasured: "Not measured yet.", Rights: "Rights",
	Whose:    "The words of each piece belong to its author and publisher. What stands here are headlines, names, dates, links and excerpts.",
	Withdraw: "To have something withdrawn, write to", Kind: "Text", Precision: "Precision", Recall: "Recall",
	total: "Pieces in all: %d.", recent: "In the 30 days up to its last change (%s): %d.", measuredOn: "Measured on %s with version %s; labelled pieces: %d (%s).",
	otherVersion: "These figures are of another version of the rule than the one in force.", excerptOf: "at most %d words of each piece; fewer where a publisher allows fewer", wholeTexts: "whole texts, by permission",
	topics: "Topics", allTopics: "On all of these topics", query: "What it searches for", kinds: "Kinds", publishers: "Publishers", langs: "Languages", feeds: "Feeds", authors: "Authors", everything: "all",
	opinionOnly: "every kind of opinion, no news", everyLang: "all", everyPublisher: "all",
	textKinds: map[string]string{"all": "all texts", "full": "whole texts", "summary": "summaries", "title-only": "headlines alone"},
	kindNames: map[oped.PieceKind]string{oped.Opinion: "opinion", oped.Editorial: "editorials", oped.Letter: "letters", oped.Analysis: "analyses", oped.News: "news"},
}

var urduSite = siteWords{
	Skip: "مواد پر جائیں", Navigation: "صفحات", Search: "تلاش", SearchArchive: "ذخیرے میں تلاش", Publishers: "ناشرین", About: "اس فیڈ کے بارے میں", Older: "پرانے مضامین", Newer: "نئے مضامین", part: "%s: پرانے مضامین (%d)", Formats: "دیگر صورتیں",
	Emptied: "جو مضامین یہاں تھے وہ اب یہاں شائع نہیں کیے جاتے۔",
	Author:  "مصنف", Publisher: "ناشر", Excerpt: "اقتباس", Feeds: "فیڈز", LastRead: "آخری بار پڑھی گئی", NeverRead: "ابھی نہیں پڑھی گئی", Newest: "تازہ ترین مضامین", NoPieces: "ابھی یہاں کچھ نہیں ہے۔", inPapers: "اخبارات: %d",
	Find: "تلاش کریں", AllOpinion: "تمام آرا", KindLabel: "قسم", Found: "نتائج، تازہ ترین پہلے", NothingFound: "کچھ نہیں ملا۔",
	Help:    "الفاظ لکھیں، یا واوین میں کئی الفاظ، یا \u2066AND\u2069، \u2066OR\u2069، \u2066NOT\u2069، یا جگہ: \u2066title:\u2069، \u2066author:\u2069، \u2066category:\u2069۔ ساتھ لکھے گئے تمام الفاظ مضمون میں ہونے چاہییں۔",
	TooLong: "تلاش میں زیادہ سے زیادہ 500 حروف ہو سکتے ہیں۔", Mistaken: "تلاش میں غلطی ہے", mistakeAt: "تلاش میں غلطی، حرف %d: %s", GoOn: "پرانے نتائج", Stopped: "تلاش یہاں روک دی گئی؛ پرانے مضامین ابھی نہیں دیکھے گئے۔", Wrong: "تلاش کا یہ صفحہ موجود نہیں۔",
	results: "اس صفحے پر: %d", page: "اس مضمون کے بارے میں",
	AboutTitle: "اس فیڈ کے بارے میں", Takes: "اس میں کیا آتا ہے", Counted: "کتنے مضامین ہیں", Rules: "قاعدہ", Version: "ورژن", RuleScore: "کیا گنا جاتا ہے، اور کتنا", Require: "لازمی شرط", Exclude: "خارج کرنے کی شرط", Threshold: "موضوع پر ہونے کی حد",
	Review: "زیر غور ہونے کی حد", Terms: "فہرست", Examples: "مثالیں", On: "موضوع پر", NotOn: "موضوع پر نہیں", Measured: "یہ کتنا درست ہے", NotMeasured: "ابھی پیمائش نہیں ہوئی۔", Rights: "حقوق",
	Whose:    "ہر مضمون کے الفاظ اس کے مصنف اور ناشر کی ملکیت ہیں۔ یہاں صرف عنوان، نام، تاریخ، پتا اور اقتباس دیا جاتا ہے۔",
	Withdraw: "کچھ ہٹوانے کے لیے لکھیں:", Kind: "متن", Precision: "صحت", Recall: "احاطہ",
	total: "کل مضامین: %d۔", recent: "آخری تبدیلی (%s) تک کے 30 دنوں میں: %d۔", measuredOn: "پیمائش: %s، ورژن %s، جانچے گئے مضامین: %d (%s)۔",
	otherVersion: "یہ اعداد نافذ قاعدے کے نہیں بلکہ کسی اور ورژن کے ہیں۔", excerptOf: "ہر مضمون کے زیادہ سے زیادہ الفاظ: %d؛ جہاں ناشر کم کی اجازت دے وہاں کم", wholeTexts: "مکمل متن، اجازت سے",
	topics: "موضوعات", allTopics: "ان سب موضوعات پر", query: "تلاش", kinds: "اقسام", publishers: "ناشرین", langs: "زبانیں", feeds: "فیڈز", authors: "مصنفین", everything: "تمام",
	opinionOnly: "ہر قسم کی رائے، خبر نہیں", everyLang: "تمام", everyPublisher: "تمام",
	textKinds: map[string]string{"all": "تمام متن", "full": "مکمل متن", "summary": "خلاصے", "title-only": "صرف عنوان"},
	kindNames: map[oped.PieceKind]string{oped.Opinion: "رائے", oped.Editorial: "اداریے", oped.Letter: "خطوط", oped.Analysis: "تجزیے", oped.News: "خبریں"},
}
