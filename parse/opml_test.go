package parse_test

import (
	"fmt"
	"html"
	"slices"
	"testing"

	"oped/parse"
)

// TestOPMLAddresses: every address that means a feed is read; the others are named.
func TestOPMLAddresses(t *testing.T) {
	for given, want := range map[string]string{
		"http://ok.example/rss":           "http://ok.example/rss",
		" HTTP://OK.example/Rss ":         "http://ok.example/Rss",
		"feed://sch.example/rss":          "http://sch.example/rss",
		"FEED://sch.example/rss":          "http://sch.example/rss",
		"feed:https://sch.example/rss":    "https://sch.example/rss",
		"feed:http://sch.example/rss":     "http://sch.example/rss",
		"feed:sch.example/rss":            "https://sch.example/rss",
		"feed://https://sch.example/rss":  "https://sch.example/rss",
		"rss://sch.example/rss":           "http://sch.example/rss",
		"pcast://sch.example/rss":         "http://sch.example/rss",
		"sch.example/rss":                 "https://sch.example/rss",
		"sch.example":                     "https://sch.example",
		"sch.example:8080/rss?x=1":        "https://sch.example:8080/rss?x=1",
		"//sch.example/rss":               "https://sch.example/rss",
		"https://me:word@a.example/rss#x": "https://me:word@a.example/rss",
		"https://a.example/a b":           "https://a.example/a%20b",

		"":                     "",
		"file:///etc/passwd":   "",
		"javascript:alert(1)":  "",
		"mailto:a@b.example":   "",
		"/feed.xml":            "",
		"feeds/rss.xml":        "",
		"http://":              "",
		"feed:":                "",
		"gemini://a.example/x": "",
		"two words.example":    "",
	} {
		list, err := parse.OPML(fmt.Appendf(nil, `<opml><body><outline type="rss" text="T" xmlUrl="%s"/></body></opml>`,
			html.EscapeString(given)))
		switch {
		case err != nil:
			t.Errorf("%q: %v", given, err)
		case want == "" && (len(list.Feeds) > 0 || len(list.Unusable) != 1):
			t.Errorf("%q: %+v, want none", given, list)
		case want != "" && (len(list.Feeds) != 1 || list.Feeds[0].URL != want):
			t.Errorf("%q: %+v, want %s", given, list, want)
		}
	}
}

// TestOPMLGroups: a folder is the group of its feeds, with the folders around it.
func TestOPMLGroups(t *testing.T) {
	list, err := parse.OPML([]byte(`<opml><body><outline text="a" xmlUrl="https://a.example/1"/>
<outline text="Pakistan"><outline text="b" xmlUrl="https://a.example/2"/>
<outline title="اردو"><outline text="c" xmlUrl="https://a.example/3"/></outline>
<outline text="d" xmlUrl="https://a.example/4"/></outline>
<outline><outline text="e" xmlUrl="https://a.example/5"/></outline>
<outline text="f" xmlUrl="https://a.example/6" category="/News/World,/Other"/>
<outline text="World"><outline text="g" xmlUrl="https://a.example/1"/></outline></body></opml>`))
	var got []string
	for _, f := range list.Feeds {
		got = append(got, f.Group)
	}
	if want := []string{"", "Pakistan", "Pakistan / اردو", "Pakistan", "", "News / World"}; err != nil ||
		!slices.Equal(got, want) || list.Twice != 1 {
		t.Errorf("%q, %v, %d twice", got, err, list.Twice)
	}
}

// TestOPMLNamesEmptyAddresses: an outline with a blank address is named, and a folder with one is a folder.
func TestOPMLNamesEmptyAddresses(t *testing.T) {
	list, err := parse.OPML([]byte(`<opml><body><outline text="Empty" xmlUrl=""/><outline text="Blank" xmlUrl="  "/>
<outline xmlUrl=""/><outline text="Folder" xmlUrl=""><outline text="a" xmlUrl="https://a.example/1"/></outline>
<outline text="No feeds here"/></body></opml>`))
	if want := []string{"Empty", "Blank", "an outline without a name"}; err != nil ||
		!slices.Equal(list.Unusable, want) || len(list.Feeds) != 1 || list.Feeds[0].Group != "Folder" {
		t.Errorf("%+v, %v", list, err)
	}
}
