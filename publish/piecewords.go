package publish

import "oped"

// pieceWords are what the page of a piece says, in one language.
type pieceWords struct {
	Original     string // what leads to it
	StandsIn     string
	InNone       string // no edition
	Appearances  string
	Lead         string // marks the appearance that the piece is republished from
	Related      string
	Versions     string
	Headline     string // before what became of it, as the next two are
	Authors      string
	Text         string
	Removed      string
	Added        string
	Same         string // what is shown of a version is the same
	Allowance    string // why no more is shown of changed texts
	Moved        string // what the page of a merged piece says above the one that it leads to
	Withdrawn    string // the heading of the page of a withdrawn piece
	WithdrawnWhy string
	Topics       string
	NoTopic      string
	Rule         string // decided, and the version
	RuleAlone    string // what the rule would say without the curator
	Legend       string
	Sum          string
	Vetoed       string
	Beside       string
	outcomes     map[oped.Outcome]string
	scoreOf      string                       // with %s twice: score, threshold
	reviewFrom   string                       // with %s
	curator      string                       // with %s
	changedWords string                       // with %d twice: removed, added
	news         map[string]string            // by what was news of a version
	earlier      map[oped.RelationKind]string // what an earlier piece is to this one
	later        map[oped.RelationKind]string
	changedSince,
	notInForce string
	allowed            string // with %d
	more               string // with %d
	Weight             string // a factor, as the next three are
	term, weak, repeat string
	zones              map[string]string
	kinds              map[oped.PieceKind]string
	languages          map[string]string
}

var englishPiece = pieceWords{
	Original: "Read the original", StandsIn: "Stands in:", InNone: "Stands in no edition.", Appearances: "Where it appeared", Topics: "Why it is on its topics, or is not",
	Lead:    "republished from here",
	Related: "Related pieces", Versions: "Versions", Headline: "Headline:", Authors: "By:", Text: "Text:", Removed: "removed", Added: "added",
	Same: "The words that are shown here stayed as they were.", Allowance: "Of what changed, no more words are shown than the publisher allows.",
	Moved:        "This piece and another one turned out to be the same. It stands here:",
	Withdrawn:    "Withdrawn",
	WithdrawnWhy: "A piece stood here that has been withdrawn. Nothing of it is republished any more.",
	changedWords: "Words removed: %d, added: %d",
	news:         map[string]string{"correction": "corrected", "title": "another headline", "text": "another text", "author": "another author", "": "small changes"},
	earlier: map[oped.RelationKind]string{
		oped.RerunOf: "Published again, first as:", oped.ExcerptOf: "An excerpt of:", oped.CorrectionOf: "A correction of:", oped.SeriesWith: "In a series with:", oped.Like: "Much the same text as:",
	},
	later: map[oped.RelationKind]string{
		oped.RerunOf: "Published again as:", oped.ExcerptOf: "Excerpt:", oped.CorrectionOf: "Corrected by:", oped.SeriesWith: "In a series with:", oped.Like: "Much the same text as:",
	},
	NoTopic: "It is on no topic.", Rule: "decided by the rule, version", RuleAlone: "The rule alone:",
	Legend: "Each line adds the rule’s weight × that of the place × that of the term × ½ or ⅓ where the term is repeated, to an eighth. The lines add up to the score.",
	Sum:    "Score", Vetoed: "Vetoed by", Beside: "Not counted",
	outcomes: map[oped.Outcome]string{oped.Tagged: "on the topic", oped.Review: "for review", oped.None: "not on the topic"},
	scoreOf:  "score %s of %s", reviewFrom: "for review from %s", curator: "decided by the curator %s, which beats the rule",
	changedSince: "The rule has changed since it decided; these are the words that counted then.",
	notInForce:   "The rule in the configuration would judge otherwise than the one that decided.",
	allowed:      "Around the words that counted, at most %d words of the text are shown. The original has the rest.", more: "and %d more",
	Weight: "weight", term: "term", weak: "weak term", repeat: "repeat",
	zones: map[string]string{
		"title": "headline", "lead": "lead", "body": "body", "summary": "summary", "quote": "quotation", "author": "author", "category": "category", "url": "address",
		"bio": "author’s note", "credit": "credit line", "furniture": "page’s furniture",
	},
	kinds: map[oped.PieceKind]string{oped.Opinion: "opinion", oped.Editorial: "editorial", oped.Letter: "letter", oped.Analysis: "analysis", oped.News: "news"},
	languages: map[string]string{
		"ar": "Arabic", "bn": "Bengali", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "he": "Hebrew", "hi": "Hindi", "ps": "Pashto",
		"ru": "Russian", "sd": "Sindhi", "tr": "Turkish", "ur": "Urdu", "zh": "Chinese",
	},
}

var urduPiece = pieceWords{
	Original: "اصل مضمون پڑھیے", StandsIn: "ان ایڈیشنوں میں شامل:", InNone: "کسی ایڈیشن میں شامل نہیں۔", Appearances: "کہاں کہاں شائع ہوا", Topics: "کس موضوع پر ہے، کس پر نہیں، اور کیوں",
	Lead:    "یہاں سے پیش کیا گیا",
	Related: "متعلقہ مضامین", Versions: "متن میں تبدیلیاں", Headline: "سرخی:", Authors: "مصنف:", Text: "متن:", Removed: "حذف", Added: "اضافہ",
	Same: "یہاں دکھائے گئے الفاظ جوں کے توں ہیں۔", Allowance: "تبدیل شدہ متن کے اتنے ہی الفاظ دکھائے گئے ہیں جتنے کی ناشر اجازت دیتا ہے۔",
	Moved:        "یہ مضمون اور ایک اور مضمون ایک ہی نکلے۔ اب یہ یہاں ہے:",
	Withdrawn:    "واپس لے لیا گیا",
	WithdrawnWhy: "یہاں ایک مضمون تھا جو واپس لے لیا گیا ہے۔ اب اس کا کوئی حصہ شائع نہیں کیا جاتا۔",
	changedWords: "حذف شدہ الفاظ: %d، نئے الفاظ: %d",
	news:         map[string]string{"correction": "تصحیح", "title": "نئی سرخی", "text": "نیا متن", "author": "نیا مصنف", "": "معمولی تبدیلی"},
	earlier: map[oped.RelationKind]string{
		oped.RerunOf: "دوبارہ اشاعت، پہلی بار:", oped.ExcerptOf: "اس مضمون کا اقتباس:", oped.CorrectionOf: "اس مضمون کی تصحیح:", oped.SeriesWith: "اسی سلسلے میں:", oped.Like: "تقریباً یہی متن:",
	},
	later: map[oped.RelationKind]string{
		oped.RerunOf: "دوبارہ شائع ہوا:", oped.ExcerptOf: "اقتباس:", oped.CorrectionOf: "تصحیح:", oped.SeriesWith: "اسی سلسلے میں:", oped.Like: "تقریباً یہی متن:",
	},
	NoTopic: "یہ کسی موضوع پر نہیں۔", Rule: "فیصلہ قاعدے کا، نسخہ", RuleAlone: "صرف قاعدے کے مطابق:",
	Legend: "ہر سطر میں قاعدے کا وزن × جگہ کا وزن × لفظ کا وزن × تکرار پر ½ یا ⅓ جمع ہوتا ہے، قریب ترین آٹھویں حصے تک۔ سب سطروں کا میزان اسکور ہے۔",
	Sum:    "اسکور", Vetoed: "ان الفاظ نے رد کیا", Beside: "شمار نہیں ہوئے",
	outcomes: map[oped.Outcome]string{oped.Tagged: "موضوع پر ہے", oped.Review: "جائزے کے لیے", oped.None: "موضوع پر نہیں"},
	scoreOf:  "اسکور %s، حد %s", reviewFrom: "جائزہ %s سے", curator: "فیصلہ مدیر %s کا، جو قاعدے پر مقدم ہے",
	changedSince: "فیصلے کے بعد قاعدہ بدل چکا ہے؛ یہ وہ الفاظ ہیں جو اُس وقت شمار ہوئے۔",
	notInForce:   "ترتیبات کا موجودہ قاعدہ اس سے مختلف فیصلہ کرتا۔",
	allowed:      "شمار ہونے والے الفاظ کے گرد متن کے زیادہ سے زیادہ %d الفاظ دکھائے گئے ہیں۔ باقی اصل مضمون میں ہے۔", more: "مزید: %d",
	Weight: "وزن", term: "لفظ", weak: "کمزور لفظ", repeat: "تکرار",
	zones: map[string]string{
		"title": "سرخی", "lead": "ابتدائی حصہ", "body": "متن", "summary": "خلاصہ", "quote": "اقتباس", "author": "مصنف", "category": "زمرہ", "url": "پتا",
		"bio": "مصنف کا تعارف", "credit": "ماخذ کی سطر", "furniture": "صفحے کے لوازمات",
	},
	kinds: map[oped.PieceKind]string{oped.Opinion: "رائے", oped.Editorial: "اداریہ", oped.Letter: "خط", oped.Analysis: "تجزیہ", oped.News: "خبر"},
	languages: map[string]string{
		"ar": "عربی", "bn": "بنگلہ", "de": "جرمن", "en": "انگریزی", "es": "ہسپانوی", "fa": "فارسی", "fr": "فرانسیسی", "he": "عبرانی", "hi": "ہندی", "ps": "پشتو",
		"ru": "روسی", "sd": "سندھی", "tr": "ترکی", "ur": "اردو", "zh": "چینی",
	},
}
