package config

import (
	"errors"
	"strings"
	"testing"

	"oped"
)

func TestLanguages(t *testing.T) {
	for tag, want := range map[string]bool{
		"en": true, "ur": true, "en-GB": true, "ur-Arab-PK": true, "zh-Hans": true, "EN-us": true, "skr": true,
		"pnb-Arab": true, "es-419": true, "zh-yue-HK": true, "sl-rozaj-biske": true,
		"de-1996": true, "sl-IT-nedis": true, "en-u-ca-islamic": true, "en-a-bbb-x-a-ccc": true, "x-mine": true,
		"i-klingon": true, "en-GB-oed": true, "zh-min-nan": true, "no": true, "xx": true,
		"": false, "english": false, "urdu": false, "no such": false, "en_GB": false, "e": false, "en-": false,
		"-en": false, "en--GB": false, "en-G": false, "en-GB-US": false, "اردو": false, "12": false,
		"en-x": false, "en-GB-Latn": false, "en-u": false, "*": false, "en,ur": false, " en": false, "en\n": false,
		"en-verylongone": false,
	} {
		if isLanguage(tag) != want {
			t.Errorf("%q: %t, want %t", tag, !want, want)
		}
	}
}

// TestLanguageDiagnostics: an invalid language or author is one mistake with a hint, wherever it occurs.
func TestLanguageDiagnostics(t *testing.T) {
	for text, want := range map[string]string{
		"editions: {a: {langs: [english]}}":                           `edition a langs: "english" is not a language tag`,
		"editions: {a: {langs: اردو}}":                                `"اردو" is not a language tag`,
		"editions: {a: {langs: [ur, \"\"]}}":                          "edition a: empty value in langs",
		"editions: {a: {lang: \"no such\"}}":                          `edition a lang: "no such" is not a language tag`,
		"editions: {a: {lang: en_GB}}":                                `"en_GB" is not a language tag`,
		"feeds:\n  - {url: \"https://a.example/\", lang: Urdu}":       `feed lang: "Urdu" is not a language tag`,
		"feeds:\n  - {url: \"https://a.example/\", charset: klingon}": `feed charset: "klingon" is not a charset`,
		"editions: {a: {authors: [\"...\"]}}":                         `"..." is not an author's name`,
		"editions: {a: {authors: [A. Writer, 42]}}":                   `"42" is not an author's name`,
		"editions: {a: {authors: \"\"}}":                              "edition a: empty value in authors",

		"topics: {x: {score: {a1: 1}, threshold: 1}}\n" +
			"editions: {a: {topics: \"\"}}": "edition a: empty value in topics",
		"editions: {a: {all_topics: [\" \"]}}": "edition a: empty value in all_topics",
		"editions: {a: {kinds: \"\"}}":         "edition a: empty value in kinds",
		"editions: {a: {publishers: [\"\"]}}":  "edition a: empty value in publishers",
		"editions: {a: {feeds: \"\"}}":         "edition a: empty value in feeds",
	} {
		_, err := Parse("config.yaml", []byte(text+"\n"))
		var ms oped.Diagnostics
		if !errors.As(err, &ms) || len(ms) != 1 || !strings.Contains(ms[0].Message, want) || ms[0].Hint == "" ||
			ms[0].Pos.Line == 0 || ms[0].Pos.Col == 0 {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	c := parsed(t, "feeds: [{url: \"https://a.example/\", lang: }]\neditions:\n"+
		"  a: {lang: ur-Arab-PK, langs: [en-GB, UR], authors: [میر, X]}\n  b: {lang: \"\"}\n")
	if f := c.Editions[0].Filter; strings.Join(f.Langs, " ") != "en ur" || len(f.Authors) != 2 ||
		c.Editions[0].Lang != "ur-Arab-PK" || c.Editions[1].Lang != "en" {
		t.Errorf("%+v", c.Editions)
	}
}
