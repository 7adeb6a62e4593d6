package parse_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"oped"
	"oped/parse"
)

// TestBombs (S6, S7): documents made to exhaust a reader end with a typed error, or without an expanded entity.
// TestWorkIsLinear counts the work.
func TestBombs(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("SKIPPED: bombs are slow")
	}
	many := strings.Repeat
	rss := func(s string) string { return `<rss version="2.0"><channel><title>x</title>` + s + `</channel></rss>` }
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE rss [<!ENTITY a0 "lol">`)
	for i := range 9 {
		laughs.WriteString(`<!ENTITY a` + string(rune('1'+i)) + ` "` + many("&a"+string(rune('0'+i))+";", 10) + `">`)
	}
	laughs.WriteString("]>" + rss("<item><title>&a9;</title><guid>1</guid></item>"))
	namespaces := `<rss version="2.0"`
	for i := range 2000 {
		namespaces += ` xmlns:n` + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + `="u"`
	}
	for name, tc := range map[string]struct {
		doc  string
		kind oped.FailureKind // "" if it may be readable
	}{
		"S7 billion laughs": {laughs.String(), ""},
		"S7 external entity": {
			`<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + rss("<item><title>&x;</title></item>"), "",
		},
		"S6 nested b": {
			rss("<item><description>" + many("<b>", 200_000) + "</description></item>"), oped.TooLarge,
		},
		"S6 nested escaped b": {
			rss("<item><description>" + many("&lt;b&gt;", 200_000) + "</description></item>"), "",
		},
		"S6 nested extensions": {rss("<item>" + many("<x:y>", 200_000) + "</item>"), oped.TooLarge},
		"S6 attributes":        {rss("<item " + many(`a="b" `, 200_000) + "/>"), oped.TooLarge},
		"S6 items":             {rss(many("<item/>", 1_000_000)), oped.TooLarge},
		"S6 namespaces":        {namespaces + ">" + rss(many("<item/>", 2000)) + "</rss>", oped.TooLarge},
		"S6 elements":          {rss(many("<a/>", 5_000_000)), oped.TooLarge},
		"S6 end tags":          {rss(many("<a>", 250) + many("</b>", 4_000_000)), ""},
		"S6 doctypes":          {many("<!", 10_000_000), oped.NotFeed},
		"S6 quotes":            {rss(`<item a=` + many(`"'`, 5_000_000)), ""},
		"S6 open comments":     {rss("<item><title>" + many("<!--", 3_000_000)), ""},
		"S6 open CDATA":        {rss("<item><title>" + many("<![CDATA[", 2_000_000)), ""},
		"S6 references":        {rss("<item><title>" + many("&", 10_000_000) + "</title></item>"), ""},
		"S6 tags in a text": {
			rss("<item><description>" + many("<br/>", 2_000_000) + "</description></item>"), "",
		},
		"S6 escaped tags in a title": {rss("<item><title>" + many("&lt;br ", 1_000_000) + "</title></item>"), ""},
		"S6 categories":              {rss("<item>" + many("<category>x</category>", 150_000) + "</item>"), ""},
		"S6 authors":                 {rss("<item>" + manyNumbered("<author>", "</author>", 60_000) + "</item>"), ""},
		"S6 mail addresses":          {rss("<item><author>" + many("a@", 2_000_000) + "</author></item>"), ""},
		"S6 JSON items": {
			`{"version":"https://jsonfeed.org/version/1","items":[` + many("{},", 1_000_000) + `{}]}`, oped.TooLarge,
		},
		"S6 JSON depth": {many(`{"a":[`, 1_000_000), oped.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parse.Document(t.Context(), parse.Input{Body: []byte(tc.doc), URL: "https://paper.example/"})
			t.Logf("%d KiB: %d entries, %v", len(tc.doc)>>10, len(got.Entries), err)
			var failed *oped.FetchError
			errors.As(err, &failed)
			if tc.kind != "" && (failed == nil || failed.Kind != tc.kind) {
				t.Errorf("want %s", tc.kind)
			}
			for _, e := range got.Entries {
				if len(e.Title) > 10_000_001 || strings.Contains(e.Title, "lollol") ||
					strings.Contains(e.Title, "root:") {
					t.Errorf("an entity was expanded: %.100s", e.Title)
				}
			}
		})
	}
}

func manyNumbered(before, behind string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(before + strconv.Itoa(i) + behind)
	}
	return b.String()
}

// TestCancellation (S28) checks that the end of the context stops the reading.
func TestCancellation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := parse.Document(ctx, parse.Input{Body: paper()})
	var failed *oped.FetchError
	if !errors.As(err, &failed) || failed.Kind != oped.Timeout || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
