package page

import "oped"

// Display names by stored value. Each is the key of a message.
var (
	kinds = map[string]string{
		string(oped.Opinion):   "opinion",
		string(oped.Editorial): "editorial",
		string(oped.Letter):    "letter",
		string(oped.Analysis):  "analysis",
		string(oped.News):      "news",
	}
	kindsOfMany = map[string]string{
		string(oped.Opinion):   "opinion",
		string(oped.Editorial): "editorials",
		string(oped.Letter):    "letters",
		string(oped.Analysis):  "analyses",
		string(oped.News):      "the news",
	}
	languages = map[string]string{
		"ar": "Arabic", "bn": "Bengali", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian",
		"fr": "French", "he": "Hebrew", "hi": "Hindi", "ps": "Pashto", "ru": "Russian", "sd": "Sindhi",
		"tr": "Turkish", "ur": "Urdu", "zh": "Chinese",
	}
	zones = map[string]string{
		"title": "headline", "lead": "lead", "body": "body", "summary": "summary", "quote": "quotation",
		"author": "author", "category": "category", "url": "address", "bio": "author’s note", "credit": "credit line",
		"furniture": "page boilerplate", "prior": "in advance", "absent": "the whole piece", "rest": "other parts",
	}
	news = map[string]string{
		"correction": "corrected", "title": "another headline", "text": "another text", "author": "another author",
		"": "small changes",
	}
	outcomes = map[string]string{
		string(oped.Tagged): "on the topic",
		string(oped.Review): "for review",
		string(oped.None):   "not on the topic",
	}
	textKinds = map[string]string{
		"all": "all texts", "full": "whole texts", "summary": "summaries", "title-only": "headlines only",
	}
	// earlier describes an earlier piece in relation to the piece of the page, and later a later piece.
	earlier = map[string]string{
		string(oped.RerunOf):      "First published as:",
		string(oped.ExcerptOf):    "An excerpt of:",
		string(oped.CorrectionOf): "A correction of:",
		string(oped.SeriesWith):   "In a series with:",
		string(oped.Like):         "Nearly the same text:",
	}
	later = map[string]string{
		string(oped.RerunOf):      "Republished as:",
		string(oped.ExcerptOf):    "Excerpt:",
		string(oped.CorrectionOf): "Corrected by:",
		string(oped.SeriesWith):   "In a series with:",
		string(oped.Like):         "Nearly the same text:",
	}
)

// named returns the display name from a table, or the value itself.
func (w *Words) named(table map[string]string, lang, own string) string {
	if key := table[own]; key != "" {
		return w.Say(lang, key)
	}
	return own
}

// Kind returns the name of a kind of piece.
func (w *Words) Kind(lang, kind string) string { return w.named(kinds, lang, kind) }

// Kinds returns the plural name of a kind of piece.
func (w *Words) Kinds(lang, kind string) string { return w.named(kindsOfMany, lang, kind) }

// Zone returns the name of a zone of a text.
func (w *Words) Zone(lang, zone string) string { return w.named(zones, lang, zone) }

// News returns the name of a change in a version.
func (w *Words) News(lang, what string) string { return w.named(news, lang, what) }

// Earlier describes an earlier piece in relation to the piece of the page.
func (w *Words) Earlier(lang, relation string) string { return w.named(earlier, lang, relation) }

// Later describes a later piece in relation to the piece of the page.
func (w *Words) Later(lang, relation string) string { return w.named(later, lang, relation) }

// Language returns the name of a language.
func (w *Words) Language(lang, of string) string {
	if key := languages[oped.PrimaryLang(of)]; key != "" {
		return w.Say(lang, key)
	}
	return of
}

// outcome returns the name of a piece's outcome at a topic.
func (w *Words) outcome(lang string, o oped.Outcome) string {
	return w.named(outcomes, lang, string(o))
}

// textKind returns the name of the texts in an evaluation.
func (w *Words) textKind(lang, kind string) string { return w.named(textKinds, lang, kind) }
